import { describe, expect, test } from 'vitest'
import { changed, pageState, periodOf, readAddress, writeAddress } from './state.ts'

const read = (address: string) => pageState.parse(readAddress(address))

describe('the address', () => {
  test.each([
    '',
    '?period=last_week&compare=last_year',
    '?from=2011-10-01&to=2011-10-31',
    '?metric=orders&channel=shop%3Amain&channel=amazon%3AA1PA6795UKMFR9&country=DE',
    '?product=mug+%26+more&lang=en',
  ])('%s says all that it was written from', (address) => {
    const state = read(address)
    expect(read(writeAddress(state))).toEqual(state)
    expect(new URLSearchParams(writeAddress(state)).toString().split('&').toSorted()).toEqual(new URLSearchParams(address).toString().split('&').toSorted())
  })

  test('is never an error: what cannot be read falls back', () => {
    expect(read('?period=eternity&compare=x&metric=soul&from=yesterday&currency=euro&lang=fr')).toEqual(read(''))
  })
})

describe('a change', () => {
  const state = read('?from=2011-10-01&to=2011-10-31&channel=shop%3Amain')

  test('of a filter adds a value, or takes it out again', () => {
    const added = changed(state, { toggle: { filter: 'channel', value: 'ebay:EBAY_DE' } })
    expect(added.channel).toEqual(['shop:main', 'ebay:EBAY_DE'])
    expect(changed(added, { toggle: { filter: 'channel', value: 'shop:main' } }).channel).toEqual(['ebay:EBAY_DE'])
  })

  test('to a preset ends the own period', () => {
    const preset = changed(state, { period: 'last_week' })
    expect(periodOf(preset, '2026-11-25')).toEqual({ from: '2026-11-16', to: '2026-11-22' })
    expect(periodOf(changed(preset, { days: { from: '2026-01-01', to: '2026-01-02' } }), '2026-11-25')).toEqual({ from: '2026-01-01', to: '2026-01-02' })
  })

  test('to a period longer than the API answers shortens it', () => {
    expect(periodOf(changed(state, { days: { from: '2000-01-01', to: '2026-11-22' } }), '2026-11-25')).toEqual({ from: '2016-11-15', to: '2026-11-22' })
  })

  test('can take all filters away and keeps the rest', () => {
    expect(writeAddress(changed(state, { clearFilters: true }))).toBe('?from=2011-10-01&to=2011-10-31')
  })
})
