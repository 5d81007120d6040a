/** Chance that can be repeated: every draw follows from the seed and from what it is drawn for. */

export interface Random {
  /** At least 0, less than 1. */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  chance(probability: number): boolean
  /** How often something happens that is expected `mean` times. */
  poisson(mean: number): number
  pick<Value>(values: readonly Value[]): Value
  weighted<Value>(values: readonly Value[], weightOf: (value: Value) => number): Value
}

/** A stream of its own for whatever the parts name: drawing more for one thing changes nothing for another. */
export function randomFor(...parts: readonly (string | number)[]): Random {
  const next = mulberry32(hashOf(parts.join('|')))
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    poisson: (mean) => poisson(mean, next),
    pick: (values) => at(values, between(0, values.length - 1)),
    weighted(values, weightOf) {
      let rest = next() * values.reduce((sum, value) => sum + weightOf(value), 0)
      return values.find((value) => (rest -= weightOf(value)) < 0) ?? at(values, values.length - 1)
    },
  }
}

function at<Value>(values: readonly Value[], index: number): Value {
  if (index < 0 || index >= values.length) throw new Error('There is nothing to choose from.')
  return values[index] as Value
}

function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** FNV-1a, then mixed, so that neighbouring days get unlike streams. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

function poisson(mean: number, next: () => number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = next(); product > limit; product *= next()) count += 1
  return count
}
