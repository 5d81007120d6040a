const limit = 50_000

/** `compute`, asked once per key: a cache that starts again when it is full, so that no input can fill the memory. */
export function remember<Input, Value>(compute: (input: Input) => Value, keyOf: (input: Input) => string | number): (input: Input) => Value {
  const known = new Map<string | number, Value>()
  return (input) => {
    const key = keyOf(input)
    const value = known.get(key)
    if (value !== undefined || known.has(key)) return value as Value
    if (known.size >= limit) known.clear()
    const computed = compute(input)
    known.set(key, computed)
    return computed
  }
}
