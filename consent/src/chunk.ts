/** As many values as one statement takes on both databases with a dozen columns each. */
const size = 2_000

export function* chunked<Value>(values: readonly Value[]): Generator<Value[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size)
}
