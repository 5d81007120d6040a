/** A bucket of requests per key that fills at a steady rate: short bursts pass, a flood does not. */
export interface RateLimitOptions {
  readonly perMinute: number
  /** Any clock that never goes back. */
  readonly nowMs: () => number
}

interface Bucket {
  level: number
  filledMs: number
}

/** Takes one request from the key's bucket. @returns 0, or the seconds until the next one fits */
export type TakeRequest = (key: string) => number

export function createRateLimit({ perMinute, nowMs }: RateLimitOptions): TakeRequest {
  // One entry per write key that exists: unknown keys are refused before.
  const buckets = new Map<string, Bucket>()
  const perMs = perMinute / 60_000
  return (key) => {
    const now = nowMs()
    const bucket = buckets.get(key) ?? { level: perMinute, filledMs: now }
    bucket.level = Math.min(perMinute, bucket.level + (now - bucket.filledMs) * perMs)
    bucket.filledMs = now
    buckets.set(key, bucket)
    if (bucket.level < 1) return Math.ceil((1 - bucket.level) / perMs / 1000)
    bucket.level -= 1
    return 0
  }
}
