/** The value below which a fraction `q` (0 to 1) of the values lies. @throws RangeError without values */
export function quantile(values: readonly number[], q: number): number {
  const value = values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]
  if (value === undefined) throw new RangeError('Nothing was measured.')
  return value
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Milliseconds of one call. */
export async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now()
  await work()
  return performance.now() - startedMs
}

/** Calls each of them in turn, round after round: what else the machine does meets all of them alike. @returns milliseconds by name */
export async function interleaved<Name extends string>(rounds: number, works: Readonly<Record<Name, () => unknown>>): Promise<Record<Name, number[]>> {
  const names = Object.keys(works) as Name[]
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round < rounds; round++) for (const name of names) measured[name].push(await timed(works[name]))
  return measured
}
