import { expect, test, vi } from 'vitest'
import { watchForStall } from './stall.ts'

const limitMs = 60_000

/** How often the watch cries out in this time, on a clock of its own. */
async function stallsWithin(ms: number, world: { waitsSince: () => number | undefined; lag: () => Promise<number> }): Promise<number> {
  vi.useFakeTimers()
  try {
    let stalls = 0
    const end = watchForStall({ limitMs, ...world, onStall: () => stalls++ })
    await vi.advanceTimersByTimeAsync(ms)
    end()
    return stalls
  } finally {
    vi.useRealTimers()
  }
}

test('says once that records wait while the member waits in vain', async () => {
  expect(await stallsWithin(10 * limitMs, { waitsSince: () => 1, lag: async () => 5 })).toBe(1)
})
test('says nothing before the limit', async () => {
  expect(await stallsWithin(limitMs, { waitsSince: () => 1, lag: async () => 5 })).toBe(0)
})
test('says nothing when there is nothing to read', async () => {
  expect(await stallsWithin(10 * limitMs, { waitsSince: () => 1, lag: async () => 0 })).toBe(0)
})
test('says nothing while the member works on a batch, however long', async () => {
  expect(await stallsWithin(10 * limitMs, { waitsSince: () => undefined, lag: async () => 5 })).toBe(0)
})
test('says nothing while batches come', async () => {
  let given = 0
  expect(await stallsWithin(10 * limitMs, { waitsSince: () => given++, lag: async () => 5 })).toBe(0)
})
test('says nothing when the broker does not answer: that is another trouble', async () => {
  expect(await stallsWithin(10 * limitMs, { waitsSince: () => 1, lag: () => Promise.reject(new Error('unreachable')) })).toBe(0)
})
