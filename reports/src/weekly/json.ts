import { toMajor } from '../money.ts'
import type { Section, WeeklyReport } from './model.ts'

/** The report as the API shows numbers: snake_case, amounts in major units of the section's currency, exact. */
export function toJson({ sections, basis, ...report }: WeeklyReport): unknown {
  return { ...(outside(report, '') as object), sections: sections.map((section) => outside(withMoney(section), section.currency)), basis: outside(basis, '') }
}

/** Measures name their unit instead of ending in `Minor`. */
const withMoney = ({ currency, measures, ...section }: Section) => ({
  currency,
  measures: measures.map(({ name, unit, current, previous, lastYear }) =>
    unit === 'money' ? { name, unit, currentMinor: current, previousMinor: previous, lastYearMinor: lastYear } : { name, unit, current, previous, lastYear },
  ),
  ...section,
})

function outside(value: unknown, currency: string): unknown {
  if (Array.isArray(value)) return value.map((item) => outside(item, currency))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) =>
      name.endsWith('Minor')
        ? [snakeCase(name.slice(0, -'Minor'.length)), typeof inner === 'number' ? toMajor(inner, currency) : inner]
        : [snakeCase(name), outside(inner, currency)],
    ),
  )
}

const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
