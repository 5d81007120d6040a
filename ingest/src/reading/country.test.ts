import { expect, it } from 'vitest'
import { toCountry } from './country.ts'

it.each([
  ['DE', 'DE'],
  ['de', 'DE'],
  ['Germany', 'DE'],
  ['Deutschland', 'DE'],
  ['Österreich', 'AT'],
  [' schweiz ', 'CH'],
  ['United Kingdom', 'GB'],
  ['UK', 'GB'],
  ['Hong Kong', 'HK'],
  ['Czechia', 'CZ'],
])('knows %s as %s', (name, code) => {
  expect(toCountry(name)).toBe(code)
})

it.each(['', 'Unspecified', 'European Community', 'EU', 'ZZ', 'DD', 'XX', 'Atlantis', '__proto__'])('knows no country %j', (name) => {
  expect(toCountry(name)).toBeUndefined()
})
