import { expect, test } from 'vitest'
import { pairsBy } from './pairs.ts'

const answer = (...rows: { channel: string; orders: number | null }[]) => ({ currencies: [], rows })

test('what there was in only one of two periods is nothing in the other', () => {
  const pairs = pairsBy(
    'channel',
    answer({ channel: 'a', orders: 3 }, { channel: 'new', orders: 1 }),
    answer({ channel: 'a', orders: 2 }, { channel: 'gone', orders: 4 }),
  )
  expect(pairs.map(({ key, now, before }) => [key, now['orders'], before?.['orders']])).toEqual([
    ['a', 3, 2],
    ['new', 1, 0],
    ['gone', 0, 4],
  ])
})

test('a share of nothing is not known: who was not there before has not risen from zero', () => {
  const was = { channel: 'gone', events: 4, consent_share: 0.5, return_rate: null }
  const is = { channel: 'new', events: 2, consent_share: 0.75, return_rate: 0.1 }
  const pairs = pairsBy('channel', { currencies: [], rows: [is] }, { currencies: [], rows: [was] })
  expect(pairs[0]?.before).toEqual({ channel: 'new', events: 0, consent_share: null, return_rate: null })
  expect(pairs[1]?.now).toEqual({ channel: 'gone', events: 0, consent_share: null, return_rate: null })
})

test('without a comparison there is nothing before', () => {
  expect(pairsBy('channel', answer({ channel: 'a', orders: 3 }), undefined)).toEqual([{ key: 'a', now: { channel: 'a', orders: 3 }, before: undefined }])
})
