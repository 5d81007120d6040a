/** Asks the stores, not the code that filled them, whether what the journal says became of every event, and nothing else. */
import type { Warehouse } from '@kanalblick/warehouse'
import { audit } from '@kanalblick/warehouse'
import type { Expectation } from './journal.ts'

/** What differs from the journal, in words; none: nothing was lost, doubled or added up wrongly. Only a pipeline at rest can be judged. */
export async function findings(warehouse: Warehouse, expected: Expectation): Promise<string[]> {
  const { findings: audited, totals } = await audit(warehouse)
  const versions = Object.values(expected.versions)
  const sum = (fate: 'accepted' | 'stored' | 'dropped' | 'rejected') => versions.reduce((total, sums) => total + sums[fate], 0)
  const asked = await ask(warehouse)
  const { ids, copies } = asked.identities
  return [
    ...audited.map((finding) => `audit: ${JSON.stringify(finding)}`),
    ...(['accepted', 'stored', 'dropped', 'rejected'] as const).flatMap((fate) => differing(`audit ${fate}`, sum(fate), totals[fate])),
    ...differing('ids stored twice', 0, copies - ids),
    ...compare('event', expected.events, asked.events),
    ...compare('booked', bookedBy(expected), asked.booked),
    ...compare('rollup', rolledUp(expected), asked.rollups),
  ]
}

const differing = (what: string, expected: number, found: number) => (expected === found ? [] : [`${what}: expected ${expected}, found ${found}`])

function compare(what: string, expected: Readonly<Record<string, number>>, found: Readonly<Record<string, number>>): string[] {
  const places = [...new Set([...Object.keys(expected), ...Object.keys(found)])].toSorted()
  return places.flatMap((place) => differing(`${what} ${place}`, expected[place] ?? 0, found[place] ?? 0))
}

/** Accepted = kept + dropped + rejected, per channel, as the first stage books it. */
function bookedBy({ versions }: Expectation): Record<string, number> {
  const entries = Object.entries(versions).flatMap(([channel, { stored, dropped, rejected }]) => [
    [`${channel} kept`, stored] as const,
    [`${channel} dropped`, dropped] as const,
    [`${channel} rejected`, rejected] as const,
  ])
  return Object.fromEntries(entries.filter(([, count]) => count > 0))
}

const rolledUpAs: Readonly<Record<string, readonly [count: string, sumMinor: string]>> = {
  order_placed: ['orders', 'revenue_gross_minor'],
  order_cancelled: ['cancellations', 'cancelled_minor'],
  refund_issued: ['refunds', 'refunded_minor'],
}
const rollupColumns = ['events', ...Object.values(rolledUpAs).flat()]

function rolledUp({ events }: Expectation): Record<string, number> {
  const sums: Record<string, number> = {}
  const add = (place: string, amount: number) => {
    if (amount !== 0) sums[place] = (sums[place] ?? 0) + amount
  }
  for (const [key, count] of Object.entries(events)) {
    const [day, channel, type, amountMinor] = key.split(' ') as [string, string, string, string]
    add(`${day} ${channel} events`, count)
    const [counted, summed] = rolledUpAs[type] ?? []
    if (counted) add(`${day} ${channel} ${counted}`, count)
    if (summed) add(`${day} ${channel} ${summed}`, count * Number(amountMinor))
  }
  return sums
}

async function ask({ client }: Warehouse) {
  const select = async <Row>(query: string) => (await client.query({ query, format: 'JSONEachRow' })).json<Row>()
  const counts = (rows: readonly { place: string; n: number }[]) => Object.fromEntries(rows.map(({ place, n }) => [place, n]))
  const [identities] = await select<{ ids: number; copies: number }>('select uniqExact(event_id) as ids, count() as copies from events final')
  const events = await select<{ place: string; n: number }>(`
    select concat(toString(day), ' ', channel, ' ', type, ' ', toString(amount_minor)) as place, count() as n
    from events final group by place`)
  const booked = await select<{ place: string; n: number }>(`
    select concat(channel, ' ', outcome) as place, uniqExact(event_id, version) as n from fates where stage = 'consent' group by place`)
  const sums = rollupColumns.map((column) => `sum(${column}) as ${column}_sum`).join(', ')
  const rows = await select<Record<string, number | string>>(`
    select concat(toString(day), ' ', channel) as place, ${sums} from rollup_channel_day group by place`)
  const rollups = rows.flatMap((row) => rollupColumns.map((column) => ({ place: `${row['place']} ${column}`, n: Number(row[`${column}_sum`]) })))
  return {
    identities: identities ?? { ids: 0, copies: 0 },
    events: counts(events),
    booked: counts(booked),
    rollups: counts(rollups.filter(({ n }) => n !== 0)),
  }
}
