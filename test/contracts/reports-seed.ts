/** Rollup rows to report on: everything zero but what a test says. */
import { readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'

const zeroes = { units: 0, units_cancelled: 0, units_refunded: 0, revenue_gross_minor: 0, cancelled_minor: 0, refunded_minor: 0 }
const place = { day: '2021-01-04', channel: 'shop', channel_instance: 'shop:1', country: 'DE' }
const emptyChannelDay = {
  ...place,
  currency: '',
  ...zeroes,
  orders: 0,
  cancellations: 0,
  refunds: 0,
  units_returned: 0,
  tax_minor: 0,
  fees_minor: 0,
  ad_spend_minor: 0,
  events: 0,
  events_consented: 0,
  reach: 0,
  clicks: 0,
}
const emptyProductDay = { ...place, currency: 'EUR', sku: '', name: '', category: '', ...zeroes }

/** Amounts may be strings of digits, for what a number cannot hold. */
type Seed<Row> = { [Name in keyof Row]: Row[Name] extends number ? number | string : Row[Name] }
export type ChannelDay = Seed<typeof emptyChannelDay>
export type ProductDay = Seed<typeof emptyProductDay>

export const channelDay = (row: Partial<ChannelDay>): ChannelDay => ({ ...emptyChannelDay, ...row })
export const productDay = (row: Partial<ProductDay>): ProductDay => ({ ...emptyProductDay, ...row })

export async function seedChannelDays(client: ClickHouseClient, values: readonly ChannelDay[]): Promise<void> {
  await client.insert({ table: 'rollup_channel_day', values, format: 'JSONEachRow' })
}

export async function seedProductDays(client: ClickHouseClient, values: readonly ProductDay[]): Promise<void> {
  await client.insert({ table: 'rollup_product_day', values, format: 'JSONEachRow' })
  await deriveMonths(client)
}

const derived = ['rollup_sku_day', 'rollup_sku_week', 'rollup_product_month']

/** As a refresh does. */
async function deriveMonths(client: ClickHouseClient): Promise<void> {
  const days = await client.query({ query: 'select distinct toStartOfMonth(day) as month from rollup_product_day', format: 'JSONEachRow' })
  const months = (await days.json<{ month: string }>()).map(({ month }) => month)
  for (const table of derived) {
    const sql = await readFile(new URL(`../../warehouse/sql/${table}.sql`, import.meta.url), 'utf8')
    await client.command({ query: `truncate table ${table}` })
    await client.command({ query: `insert into ${table} ${sql}`, query_params: { months } })
  }
}

export async function clearRollups(client: ClickHouseClient): Promise<void> {
  for (const table of ['rollup_channel_day', 'rollup_product_day', ...derived, 'stale_months']) await client.command({ query: `truncate table ${table}` })
}

const say = () => undefined
export const silent = { debug: say, info: say, warn: say, error: say }
