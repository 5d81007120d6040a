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

test('without a comparison there is nothing before', () => {
  expect(pairsBy('channel', answer({ channel: 'a', orders: 3 }), undefined)).toEqual([{ key: 'a', now: { channel: 'a', orders: 3 }, before: undefined }])
})
