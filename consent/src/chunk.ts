/** Many values in one statement. */
import { type Kysely, type RawBuilder, type SqlBool, SqliteAdapter, sql } from 'kysely'
import type { LedgerTables } from './tables.ts'

/** As many rows as one statement takes on both databases with a dozen columns each. */
const size = 2_000

/** Rows as a query to insert from, given as one parameter: the statement is the same however many there are. All columns are texts. */
export function rowsFrom<Row>(db: Kysely<LedgerTables>, columns: readonly (keyof Row & string)[], rows: readonly Row[]): RawBuilder<unknown> {
  const json = JSON.stringify(rows.map((row) => columns.map((column) => row[column])))
  const cells = sql.join(columns.map((_, place) => sql.raw(`value ->> ${place}`)))
  return db.getExecutor().adapter instanceof SqliteAdapter
    ? // Without the condition, SQLite takes the words behind it for a join's.
      sql`select ${cells} from json_each(${json}) where true`
    : sql`select ${cells} from jsonb_array_elements(${json}::jsonb) as given(value)`
}

export function* chunked<Value>(values: readonly Value[]): Generator<Value[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size)
}

/** The column is one of any number of texts, given as one parameter: the statement is the same however many there are, so it is built and parsed at once. */
export const among = (db: Kysely<LedgerTables>, column: string, texts: readonly string[]): RawBuilder<SqlBool> =>
  db.getExecutor().adapter instanceof SqliteAdapter
    ? sql<SqlBool>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(texts)}))`
    : sql<SqlBool>`${sql.ref(column)} = any(${texts}::text[])`
