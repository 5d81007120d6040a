/** Statements as text from `sql/`, and the ways to run them. Settings stand in the text: per call they would stick to the embedded session. */
import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'

/** `parts`: what stands for `:name` in the file. Our own columns only, never a value. */
export function readSql(name: string, parts: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(new URL(`../sql/${name}.sql`, import.meta.url), 'utf8')
  return Object.entries(parts).reduce((filled, [part, sql]) => filled.replaceAll(`:${part}`, sql), text)
}

export type QueryParams = Record<string, unknown>

export async function select<Row>(client: ClickHouseClient, query: string, params: QueryParams = {}): Promise<Row[]> {
  const result = await client.query({ query, query_params: params, format: 'JSONEachRow' })
  return result.json<Row>()
}

/** For what names a person: parameters travel in the body of the request, because addresses are logged on their way. */
export async function selectUnlogged<Row>(client: ClickHouseClient, query: string, params: QueryParams): Promise<Row[]> {
  const result = await client.query({ query, query_params: params, format: 'JSONEachRow', use_multipart_params: true })
  return result.json<Row>()
}

export async function execute(client: ClickHouseClient, query: string, params: QueryParams = {}): Promise<void> {
  await client.command({ query, query_params: params })
}

export type Table = 'erased_events' | 'events' | 'fates' | 'migrations' | 'restated_events' | 'stale_days' | 'stale_months'

const insertSettings = [
  'settings async_insert = 0',
  'max_partitions_per_insert_block = 0',
  // Instants as the log has them, with `T`, fractions and an offset.
  "date_time_input_format = 'best_effort'",
  // Half a character in a text must not stop a whole batch.
  'input_format_json_throw_on_bad_escape_sequence = 0',
].join(', ')
/** Characters of JSON in one statement: a string of the runtime ends at 512 M. */
const statementCharacters = 64_000_000

/**
 * Acknowledged when it survives a crash. Rows are one insert unless they are very many.
 * @param rows all with the columns of the first, in its order: said once, they are half of what would be sent and read
 */
export async function insertRows(client: ClickHouseClient, table: Table, rows: readonly object[]): Promise<void> {
  const [first] = rows
  if (!first) return
  const head = `insert into ${table} (${Object.keys(first).join(', ')}) ${insertSettings} format JSONCompactEachRow`
  let lines = [head]
  let characters = 0
  const flush = async () => {
    if (lines.length > 1) await client.command({ query: lines.join('\n') })
    lines = [head]
    characters = 0
  }
  for (const row of rows) {
    const line = JSON.stringify(Object.values(row))
    lines.push(line)
    characters += line.length
    if (characters > statementCharacters) await flush()
  }
  await flush()
}
