/** What a chaos run measures, and how it is told. */
export interface Figures {
  readonly kills: number
  readonly killsOf: Readonly<Record<string, number>>
  /** Distinct versions of events that were acknowledged, and how many messages told of them. */
  readonly events: number
  readonly deliveries: number
  /** Answers that made the client repeat itself, by status; 0 for none at all. */
  readonly refusals: Readonly<Record<string, number>>
  /** What differs from the journal: lost, doubled or added up wrongly. */
  readonly findings: readonly string[]
  /** From the start of a process until it takes events. */
  readonly readyMs: Percentiles | undefined
  /** From the start of a process until its first batch is in the warehouse. */
  readonly storedMs: Percentiles | undefined
}

export interface Percentiles {
  readonly n: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export function percentiles(valuesMs: readonly number[]): Percentiles | undefined {
  const sorted = valuesMs.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0)
  return sorted.length === 0 ? undefined : { n: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

export function print(told: Figures & Readonly<Record<string, unknown>>, json: boolean): void {
  if (json) return console.log(JSON.stringify(told))
  const text = (value: unknown) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value))
  console.table(Object.fromEntries(Object.entries(told).map(([name, value]) => [name, text(value)])))
  // 0 failures in n independent trials: 95 % sure that the rate is below 3/n.
  if (told.findings.length === 0)
    console.log(`Nothing lost, nothing doubled in ${told.kills} kills: at most ${(300 / told.kills).toFixed(2)} % of kills do harm (95 %).`)
}
