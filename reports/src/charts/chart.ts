/** A chart as data. The same specification is drawn for every output; each chart also says in words and in a table what it shows. */

export interface TrendChart {
  readonly kind: 'trend'
  readonly labels: readonly string[]
  /** The first series is the subject, the others are what it is compared with. Null where there is no value: a gap, not a zero. */
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[]
  /** Whether the subject's last value is of a period that is not over: drawn dotted. */
  readonly lastIsPartial?: boolean
  /** How a value is written on the axis and beside a line's end. */
  readonly axisText: (value: number) => string
}

export interface ContributionChart {
  readonly kind: 'contributions'
  /** From top to bottom. `text` is the value as people read it. */
  readonly bars: readonly { readonly label: string; readonly value: number; readonly text: string }[]
}

export type Chart = TrendChart | ContributionChart

/** Told apart by every kind of colour vision, 4.5:1 or better on the background; signs and dashes say the same without colour. */
export interface Palette {
  readonly subject: string
  readonly compared: string
  readonly rise: string
  readonly fall: string
  readonly text: string
  readonly line: string
}

export const palette: Palette = { subject: '#0a5c99', compared: '#6b6b6b', rise: '#0a5c99', fall: '#b34700', text: '#1f2933', line: '#c9ced6' }
export const darkPalette: Palette = { subject: '#6db9f2', compared: '#a9b0b8', rise: '#6db9f2', fall: '#ffa064', text: '#e6eaee', line: '#3b444d' }
