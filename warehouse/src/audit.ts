/** Asks the stored data, not the code that stored it, whether anything was lost, doubled or added up wrongly. Changes nothing. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Warehouse } from './connect.ts'
import { readStaleDays } from './stale-days.ts'
import { readSql, select } from './statements.ts'

export interface AuditReport {
  /** Nothing found. Only a pipeline at rest can be clean: all topics read to their ends, rollups refreshed. */
  readonly clean: boolean
  /** Distinct versions of events: accepted = stored + deleted + dropped + rejected + lost. */
  readonly totals: AuditTotals
  readonly findings: readonly Finding[]
}

export interface AuditTotals {
  readonly accepted: number
  readonly stored: number
  readonly deleted: number
  readonly dropped: number
  readonly rejected: number
  readonly lost: number
}

/**
 * - lost         accepted, and neither stored nor deleted, dropped or rejected
 * - unaccepted   stored, and never accepted
 * - duplicated   events stored twice by one insert, or under two keys
 * - rollup       a column of a rollup differs from its events, or from the days that it is derived from; sums over the rows that differ
 * - stale        a day waits for the recomputation of its rollups; found counts its marks
 */
export interface Finding {
  readonly check: 'lost' | 'unaccepted' | 'duplicated' | 'rollup' | 'stale'
  /** Hour of receipt, `yyyy-MM-dd HH:mm:ss` UTC. */
  readonly hour?: string
  /** Of a rollup by week or month the first one. */
  readonly day?: string
  readonly channel?: string
  /** `table.column` */
  readonly column?: string
  readonly expected: number
  readonly found: number
}

/** Rows in one pass: each pass reads all ids, and what a pass cannot hold in memory goes to disk. */
const rowsAtOnce = 4_000_000

export async function audit({ client }: Warehouse): Promise<AuditReport> {
  const conservation = await auditConservation(client)
  const stale = await readStaleDays(client)
  const findings = [
    ...conservation.findings,
    ...(await auditRollups(client)),
    ...stale.map(({ day, marks }): Finding => ({ check: 'stale', day, expected: 0, found: marks.length })),
  ]
  return { clean: findings.length === 0, totals: conservation.totals, findings }
}

interface Conserved extends AuditTotals {
  readonly received_hour: string
  readonly channel: string
  readonly unaccepted: number
}

interface Duplicated {
  readonly day: string
  readonly channel: string
  readonly duplicated: number
}

async function auditConservation(client: ClickHouseClient): Promise<{ totals: AuditTotals; findings: Finding[] }> {
  const totals = { accepted: 0, stored: 0, deleted: 0, dropped: 0, rejected: 0, lost: 0 }
  const lost = new Sums()
  const unaccepted = new Sums()
  const duplicated = new Sums()
  for (const chunk of await chunksOfIds(client)) {
    for (const row of await select<Conserved>(client, readSql('audit_conservation'), chunk)) {
      const place = { hour: row.received_hour, channel: row.channel }
      for (const name of Object.keys(totals) as (keyof AuditTotals)[]) totals[name] += row[name]
      lost.add(place, { expected: row.accepted, found: row.accepted - row.lost })
      unaccepted.add(place, { expected: 0, found: row.unaccepted })
    }
    for (const name of ['audit_copies', 'audit_keys']) {
      for (const { day, channel, duplicated: found } of await select<Duplicated>(client, readSql(name), chunk)) {
        duplicated.add({ day, channel }, { expected: 0, found })
      }
    }
  }
  return { totals, findings: [...lost.findings('lost'), ...unaccepted.findings('unaccepted'), ...duplicated.findings('duplicated')] }
}

async function chunksOfIds(client: ClickHouseClient): Promise<{ chunk: number; chunks: number }[]> {
  const [rows] = await select<{ count: number }>(client, 'select greatest((select count() from events), (select count() from fates)) as count')
  const chunks = Math.max(1, Math.ceil((rows?.count ?? 0) / rowsAtOnce))
  return Array.from({ length: chunks }, (_, chunk) => ({ chunk, chunks }))
}

type Place = Pick<Finding, 'hour' | 'day' | 'channel'>
type Amounts = Pick<Finding, 'expected' | 'found'>

/** Adds the chunks' numbers up by place; places where expected and found agree are no findings. */
class Sums {
  readonly #places = new Map<string, Place & Amounts>()

  add(place: Place, { expected, found }: Amounts): void {
    const key = JSON.stringify(place)
    const before = this.#places.get(key) ?? { expected: 0, found: 0 }
    this.#places.set(key, { ...place, expected: before.expected + expected, found: before.found + found })
  }

  findings(check: Finding['check']): Finding[] {
    const differing = [...this.#places.values()].filter(({ expected, found }) => expected !== found)
    return differing.map((amounts) => ({ check, ...amounts }))
  }
}

const dayAudits = ['channel_day', 'product_day'].map((name) => ({
  table: `rollup_${name}`,
  query: ['with base as (', readSql(`rollup_${name}`), ')', readSql(`audit_${name}`)].join('\n'),
}))

/** Against the days, which are audited themselves. */
const monthAudits = [
  { table: 'rollup_sku_day', first: 'day', key: 'day, currency, sku, name, category' },
  { table: 'rollup_sku_week', first: 'week', key: 'week, currency, sku, name, category, last_day' },
  { table: 'rollup_product_month', first: 'month', key: 'month, channel, channel_instance, country, currency, sku, name, category, last_day' },
].map((parts) => ({
  table: parts.table,
  query: ['with base as (', readSql(parts.table), ')', readSql('audit_month', parts)].join('\n'),
}))

type RollupDifference = Pick<Finding, 'day' | 'channel' | 'expected' | 'found'> & { readonly column: string }

async function auditRollups(client: ClickHouseClient): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const { month, days, settled } of await select<{ month: string; days: string[]; settled: number }>(client, readSql('audit_months'))) {
    for (const { table, query } of settled ? [...dayAudits, ...monthAudits] : dayAudits) {
      const rows = await select<RollupDifference>(client, query, { days, months: [month] })
      findings.push(...rows.map((row): Finding => ({ check: 'rollup', ...row, column: `${table}.${row.column}` })))
    }
  }
  return findings
}
