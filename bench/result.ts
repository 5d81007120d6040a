/** What a part of the bench measured, beside what was promised (the targets of docs/performance.md), and how both are printed. */

export interface BenchRow {
  readonly what: string
  readonly measured: number
  /** `events/s`, `ms`, `MiB`, `x` ... */
  readonly unit: string
  readonly target?: Target
}

export type Target = { readonly atLeast: number } | { readonly atMost: number }

export interface BenchOptions {
  /** Sizes of the data sets, smallest first; a part that needs one takes the first. */
  readonly events: readonly number[]
  /** The folder of the data sets, which parts share. */
  readonly data: string
  /** How long a part under load lasts. */
  readonly seconds: number
}

/** Each part is a file that exports one of these as `run`. */
export type BenchPart = (options: BenchOptions) => Promise<BenchRow[]>

/** `undefined` without a target. */
export const isMet = ({ measured, target }: BenchRow): boolean | undefined =>
  target && ('atLeast' in target ? measured >= target.atLeast : measured <= target.atMost)

export function asTable(rows: readonly BenchRow[]): string {
  const cells = rows.map((row) => [row.what, `${asText(row.measured)} ${row.unit}`, targetText(row), metText(row)] as const)
  const head = ['what', 'measured', 'target', 'met'] as const
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)))
  return [head, ...cells]
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const targetText = ({ target, unit }: BenchRow): string =>
  target ? ('atLeast' in target ? `>= ${asText(target.atLeast)} ${unit}` : `<= ${asText(target.atMost)} ${unit}`) : ''

const metText = (row: BenchRow): string => ({ true: 'yes', false: 'no', undefined: '' })[String(isMet(row)) as 'true' | 'false' | 'undefined']

const asText = (value: number): string => (Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3))))
