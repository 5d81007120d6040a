/** What the explanation needs to know of the rows, gathered while they pass. It does not grow with them. */
import { type PurposeId, purposes, type SubjectRow } from '@kanalblick/stream'
import { type DecisionState, decisionStates, type Mechanism, mechanisms } from '../../record.ts'
import type { InParts } from './rows.ts'

/** How many of them the explanation lists at most. All are in the data. */
const listedDecisions = 100
const listedSources = 50

export interface Reading {
  rows: number
  /** Of the second reading. */
  rowsInCsv: number
  /** Fields that say something in at least one row. */
  readonly filled: Set<string>
  /** Fields of the rows that the store does not describe. */
  readonly undescribed: Set<string>
  readonly sources: Map<string, Source>
  /** The latest ones, and perhaps some more. */
  decisions: DecisionMade[]
  decisionCount: number
}

/** Where rows came from, as they say themselves. */
export interface Source {
  readonly channel: string
  readonly instance: string
  /** '' where the store does not keep it. */
  readonly collector: string
  rows: number
}

export interface DecisionMade {
  /** ISO 8601 */
  readonly at: string
  readonly purpose: PurposeId
  readonly state: DecisionState
  readonly mechanism: Mechanism | undefined
}

export const newReading = (): Reading => ({
  rows: 0,
  rowsInCsv: 0,
  filled: new Set(),
  undescribed: new Set(),
  sources: new Map(),
  decisions: [],
  decisionCount: 0,
})

export async function* observed(
  rows: AsyncIterable<SubjectRow>,
  described: ReadonlySet<string>,
  inParts: InParts,
  reading: Reading,
): AsyncGenerator<SubjectRow, void> {
  for await (const row of rows) {
    reading.rows += 1
    for (const [name, value] of Object.entries(inParts(row))) {
      if (!described.has(name)) reading.undescribed.add(name)
      if (!reading.filled.has(name) && isFilled(value)) reading.filled.add(name)
    }
    countSource(row, reading.sources)
    for (const decision of decisionsIn(row)) addDecision(decision, reading)
    yield row
  }
}

export async function* counted(rows: AsyncIterable<SubjectRow>, reading: Reading): AsyncGenerator<SubjectRow, void> {
  for await (const row of rows) {
    reading.rowsInCsv += 1
    yield row
  }
}

const isFilled = (value: unknown) =>
  value !== undefined && value !== null && value !== '' && (typeof value !== 'object' || (Array.isArray(value) ? value.length : Object.keys(value).length) > 0)

function countSource(row: SubjectRow, sources: Map<string, Source>): void {
  const { channel, channel_instance: instance, collector } = row
  if (typeof channel !== 'string' || channel === '') return
  const source = { channel, instance: textOr(instance, ''), collector: textOr(collector, ''), rows: 1 }
  const key = sourceKey(source)
  const known = sources.get(key)
  if (known) known.rows += 1
  else if (sources.size < listedSources) sources.set(key, source)
}

export const sourceKey = ({ channel, instance, collector }: Source): string => JSON.stringify([channel, instance, collector])

/** What a row of the ledger decides: its `facts`, as they are stored or parsed. */
function decisionsIn(row: SubjectRow): DecisionMade[] {
  const facts = objectOf(row['facts'])
  const decisions = facts?.['decisions']
  if (!facts || !Array.isArray(decisions)) return []
  const at = textOr(row['event_time'], textOr(row['received_time'], ''))
  const mechanism = mechanisms.find((known) => known === facts['mechanism'])
  return decisions.flatMap((decision: unknown) => {
    const { purpose, state: stated } = objectOf(decision) ?? {}
    const state = decisionStates.find((known) => known === stated)
    return typeof purpose === 'string' && isPurpose(purpose) && state ? [{ at, purpose, state, mechanism }] : []
  })
}

function addDecision(decision: DecisionMade, reading: Reading): void {
  reading.decisionCount += 1
  reading.decisions.push(decision)
  if (reading.decisions.length > 2 * listedDecisions) reading.decisions = latestOf(reading.decisions)
}

/** Latest first, and no more of them than are listed. */
export const latestOf = (decisions: readonly DecisionMade[]): DecisionMade[] =>
  decisions.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, listedDecisions)

const textOr = (value: unknown, otherwise: string) => (typeof value === 'string' && value !== '' ? value : otherwise)

function objectOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = typeof value === 'string' ? JSON.parse(value) : value
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

const isPurpose = (name: string): name is PurposeId => Object.hasOwn(purposes, name)
