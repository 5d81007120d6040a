/** The only place that knows that there are two kinds of warehouse: the embedded engine and a server. Both speak the same client and SQL. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { Session } from 'chdb'
import { createChdbConnection } from 'chdb/connection'
import { WarehouseError } from './errors.ts'
import { withCheckedWrites } from './failed-writes.ts'
import { select } from './statements.ts'

/** The package carries its own copy of the client's types. */
type Connection = NonNullable<NonNullable<Parameters<typeof createClient>[0]>['connection']>

export interface Warehouse {
  readonly client: ClickHouseClient
  readonly engine: 'embedded' | 'server'
  /** Writes that failed and of which the engine said nothing. A server says so: always 0. */
  failedWrites(): Promise<number>
  close(): Promise<void>
}

export type WarehouseOptions = EmbeddedOptions | ServerOptions
export interface EmbeddedOptions {
  /** The data directory; created when absent. One process at a time can open it, and a process can have one open. */
  readonly path: string
}
export interface ServerOptions {
  readonly url: string
  readonly username: string
  readonly password: string
  /** Created when absent. */
  readonly database: string
}

/**
 * Opens the warehouse.
 * @throws WarehouseError `WAREHOUSE_IN_USE`, `WAREHOUSE_UNREADABLE` (embedded), `WAREHOUSE_UNREACHABLE`, `WAREHOUSE_DENIED`, `WAREHOUSE_TOO_OLD` (server)
 */
export const connectWarehouse = (options: WarehouseOptions): Promise<Warehouse> => ('path' in options ? openDirectory(options) : openServer(options))

/** The engine refuses what would take more; a soft cap, so it leaves room below the 1.5 GB the whole process may have. */
const engineBytes = 1_000_000_000
const settings = {
  // Per query; what needs more goes to disk.
  max_memory_usage: '600000000',
  max_bytes_before_external_group_by: '200000000',
  max_bytes_before_external_sort: '200000000',
  // Sums come as numbers from servers of any age: no amount or count here reaches 2^53.
  output_format_json_quote_64bit_integers: 0,
} as const

async function openDirectory({ path }: EmbeddedOptions): Promise<Warehouse> {
  // Limits of the engine can be given to a session only. It is opened first and kept, the client's connection shares its engine.
  const session = openSession(path)
  const client = createClient({ connection: createChdbConnection({ path }) as unknown as Connection })
  const close = async () => {
    await client.close()
    session.close()
  }
  try {
    // On this connection a setting holds for the session whatever way it is set, so it is said once and for all.
    const assignments = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
    await client.command({ query: `set ${assignments.join(', ')}` })
    return { ...(await withCheckedWrites(client, path)), engine: 'embedded', close }
  } catch (error) {
    await close()
    throw unreadable(path, error)
  }
}

function openSession(path: string): Session {
  try {
    return new Session(path, { connectionArgs: [`--max_server_memory_usage=${engineBytes}`] })
  } catch (error) {
    throw isOpenElsewhere(path)
      ? new WarehouseError('WAREHOUSE_IN_USE', `Another process has the warehouse at ${path} open. Stop it, or ask it through its HTTP interface.`, error)
      : unreadable(path, error)
  }
}

/** The engine says why it refuses on the terminal only, but it leaves the number of its process in the directory. */
function isOpenElsewhere(path: string): boolean {
  try {
    const pid = Number(/^PID: (\d+)/.exec(readFileSync(join(path, 'status'), 'utf8'))?.[1])
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM'
  }
}

const unreadable = (path: string, cause: unknown) =>
  new WarehouseError(
    'WAREHOUSE_UNREADABLE',
    `The warehouse at ${path} cannot be opened. Check that it is a directory this user may write to and no other machine uses.`,
    cause,
  )

async function openServer({ url, username, password, database }: ServerOptions): Promise<Warehouse> {
  // Whoever calls the client sees its errors; it needs no log of its own.
  const server = { url, username, password, use_multipart_params_auto: true, log: { level: ClickHouseLogLevel.OFF } }
  const entrance = createClient(server)
  try {
    const [given] = await select<{ version: string }>(entrance, 'select version() as version')
    if (given && isBefore(given.version, oldestServer)) throw tooOld(url, given.version)
    await entrance.command({ query: 'create database if not exists {database:Identifier}', query_params: { database } })
  } catch (error) {
    throw error instanceof WarehouseError ? error : notConnected(url, error)
  } finally {
    await entrance.close()
  }
  const client = createClient({ ...server, database, clickhouse_settings: settings })
  return { client, engine: 'server', failedWrites: async () => 0, close: () => client.close() }
}

/** The first with ClickHouse/ClickHouse#107623: before, a restart brought back what `replace partition` had replaced, and rollups were twice what they are. */
const oldestServer = '26.6.1.962'

const isBefore = (version: string, other: string) => version.localeCompare(other, 'en', { numeric: true }) < 0

const tooOld = (url: string, version: string) =>
  new WarehouseError(
    'WAREHOUSE_TOO_OLD',
    `The ClickHouse server at ${new URL(url).host} is version ${version}, which doubles sums when it is restarted. Update it to ${oldestServer} or newer.`,
  )

function notConnected(url: string, error: unknown): WarehouseError {
  const { code } = error as { code?: unknown }
  // 516 AUTHENTICATION_FAILED, 497 ACCESS_DENIED, 194 REQUIRED_PASSWORD
  return ['516', '497', '194'].includes(String(code))
    ? new WarehouseError(
        'WAREHOUSE_DENIED',
        `The ClickHouse server at ${new URL(url).host} refuses the user or password. Check both, and the user's rights.`,
        error,
      )
    : new WarehouseError(
        'WAREHOUSE_UNREACHABLE',
        `The ClickHouse server at ${new URL(url).host} does not answer as expected. Check the URL and the server.`,
        error,
      )
}
