/** Many values, some at a time. */

/** Ids in one statement: a server refuses a parameter of more than 128 KiB. */
export const idsAtOnce = 2000

export const slices = <Value>(values: readonly Value[], size: number): Value[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, n) => values.slice(n * size, (n + 1) * size))
