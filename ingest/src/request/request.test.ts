import { describe, expect, it } from 'vitest'
import { writeKeyIn } from './credentials.ts'
import { createRateLimit } from './rate-limit.ts'

describe('writeKeyIn', () => {
  it.each([
    ['Bearer wk_1', 'wk_1'],
    ['bearer  wk_1 ', 'wk_1'],
    [`Basic ${btoa('wk_1:')}`, 'wk_1'],
    [`Basic ${btoa('wk_1:password')}`, 'wk_1'],
    [`Basic ${btoa('wk_1')}`, 'wk_1'],
    [`Basic ${btoa(':')}`, undefined],
    ['Digest wk_1', undefined],
    ['wk_1', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('finds the key in %j', (authorization, key) => {
    expect(writeKeyIn(authorization)).toBe(key)
  })
})

describe('createRateLimit', () => {
  it('lets a burst pass, then as many as come back with time, for each key alone', () => {
    let nowMs = 0
    const take = createRateLimit({ perMinute: 6, nowMs: () => nowMs })
    expect(Array.from({ length: 7 }, () => take('a'))).toEqual([0, 0, 0, 0, 0, 0, 10])
    expect(take('b')).toBe(0)
    nowMs = 9_000
    expect(take('a')).toBe(1)
    nowMs = 10_000
    expect(take('a')).toBe(0)
    expect(take('a')).toBe(10)
  })

  it('saves up no more than a minute', () => {
    let nowMs = 0
    const take = createRateLimit({ perMinute: 2, nowMs: () => nowMs })
    take('a')
    nowMs = 3_600_000
    expect([take('a'), take('a'), take('a')]).toEqual([0, 0, 30])
  })
})
