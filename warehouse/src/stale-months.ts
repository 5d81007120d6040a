/** Marks on months whose rollups are older than their days: like those on days, but set by the refresh. */
import { randomUUID } from 'node:crypto'
import type { ClickHouseClient } from '@clickhouse/client'
import { execute, insertRows, readSql, select } from './statements.ts'

export interface StaleMonth {
  /** Its first day. */
  readonly month: string
  readonly marks: readonly string[]
}

let mark = randomUUID()

/** Nothing is written for a month that bears the mark already: the current one is marked with every refresh. */
export const markMonths = (client: ClickHouseClient, days: readonly string[]) => execute(client, readSql('mark_stale_months'), { days, mark })

/** Oldest first. */
export const readStaleMonths = (client: ClickHouseClient) => select<StaleMonth>(client, readSql('stale_months'))

export async function unmarkMonths(client: ClickHouseClient, months: readonly StaleMonth[]): Promise<void> {
  // A removal that a server carries out late, behind a lost connection, must not meet a mark that was set after it.
  mark = randomUUID()
  await insertRows(
    client,
    'stale_months',
    months.flatMap(({ month, marks }) => marks.map((one) => ({ month, mark: one, pending: -1 }))),
  )
}
