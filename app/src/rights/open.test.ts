import { holdsPersons } from '@kanalblick/stream'
import { expect, test } from 'vitest'
import { dataMap } from './data-map.ts'
import { requireComplete } from './open.ts'

const stores = dataMap()
  .filter(holdsPersons)
  .map(({ store }) => ({ name: store }))

test('requests of persons are taken when every store that holds persons is searched', () => {
  expect(stores.length).toBeGreaterThan(10)
  expect(() => requireComplete([...stores, { name: 'another' }])).not.toThrow()
})

test.each(stores)('requests of persons are not taken while nobody searches $name', ({ name }) => {
  expect(() => requireComplete(stores.filter((store) => store.name !== name))).toThrow(`would not reach ${name}.`)
})
