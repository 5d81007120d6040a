/** Marks on days whose rollups are older than their events. No clock is involved, so a clock that jumps loses no day. */
import type { ClickHouseClient } from '@clickhouse/client'
import type { Warehouse } from './connect.ts'
import { execute, insertRows, readSql, select } from './statements.ts'

export interface StaleDay {
  readonly day: string
  /** The marks seen: they are what may be taken away once the day is recomputed. */
  readonly marks: readonly string[]
}

export const markStale = (client: ClickHouseClient, days: readonly string[], mark: string) =>
  insertRows(
    client,
    'stale_days',
    days.map((day) => ({ day, mark, pending: 1 })),
  )

/** Marks days where no id maker is at hand: the engine makes the marks. */
export const markStaleAnew = (client: ClickHouseClient, days: readonly string[]) => execute(client, readSql('mark_stale_days'), { days })

/** For when sums may be missing, whatever they were derived from. */
export const markAllStale = (client: ClickHouseClient) => execute(client, readSql('mark_all_days_stale'))

export const readStaleDays = (client: ClickHouseClient) => select<StaleDay>(client, readSql('stale_days'))

export const unmark = (client: ClickHouseClient, days: readonly StaleDay[]) =>
  insertRows(
    client,
    'stale_days',
    days.flatMap(({ day, marks }) => marks.map((mark) => ({ day, mark, pending: -1 }))),
  )

/** How many days wait to be recomputed: of all, or of those up to a day. */
export const staleDays = async ({ client }: Warehouse, { to }: { readonly to?: string } = {}): Promise<number> =>
  (await readStaleDays(client)).filter(({ day }) => to === undefined || day <= to).length

/** The marks that are set now. @returns how many of them are still there, each time it is called: none once their days are recomputed, whatever was marked since */
export async function pendingMarks({ client }: Warehouse): Promise<() => Promise<number>> {
  const marksOf = async () => (await readStaleDays(client)).flatMap(({ day, marks }) => marks.map((mark) => `${day} ${mark}`))
  const pending = new Set(await marksOf())
  return async () => (await marksOf()).filter((mark) => pending.has(mark)).length
}
