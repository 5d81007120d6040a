/** What a case of the contract has at hand: one warehouse, empty at its start, and ways to do harm to it. */
import type { EnrichedEvent, Stage } from '@kanalblick/stream'
import { audit, connectWarehouse, createWarehouseStage, migrate, refreshRollups, type Warehouse, type WarehouseOptions } from '@kanalblick/warehouse'
import { eventBatch, fateBatch, recordingLogger, uuidsFrom } from './events.ts'

const tables = [
  'erased_events',
  'events',
  'fates',
  'restated_events',
  'rollup_channel_day',
  'rollup_product_day',
  'rollup_sku_day',
  'rollup_sku_week',
  'rollup_product_month',
  'stale_days',
  'stale_months',
]

/** Questions read what is derived of the months before it. */
const firstStale = "(select if(count() = 0, toDate('2149-01-01'), min(month)) from stale_months final where pending > 0)"

export type World = Omit<ReturnType<typeof createWorld>, 'open' | 'close'>

export function createWorld() {
  let warehouse: Warehouse | undefined
  const opened = () => {
    if (!warehouse) throw new Error('No warehouse is open.')
    return warehouse
  }
  const logger = recordingLogger()
  const newId = uuidsFrom('insert')

  const command = (query: string, query_params: Record<string, unknown> = {}) => opened().client.command({ query, query_params })
  const answerTo = (query: string) => opened().client.query({ query, format: 'JSONEachRow' })
  const rowsOf = async <Row>(query: string): Promise<Row[]> => (await answerTo(query)).json<Row>()
  const textOf = async (query: string): Promise<string> => (await answerTo(query)).text()
  const stage = (): Stage<'warehouse'> => createWarehouseStage({ warehouse: opened(), newId, logger })
  const store = (events: readonly EnrichedEvent[]) => stage().process(eventBatch(events))

  return {
    get warehouse() {
      return opened()
    },
    logger,
    newId,
    async open(options: WarehouseOptions) {
      warehouse = await connectWarehouse(options)
      await migrate(warehouse, { logger })
    },
    close: async () => warehouse?.close(),
    async empty() {
      logger.lines.length = 0
      for (const table of tables) await command(`truncate table ${table}`)
    },
    /** The statements to end before: each on the embedded engine while they are few, every third otherwise, for these are long cases. */
    endings: (statements: number) => {
      const stride = opened().engine === 'embedded' && statements < 30 ? 1 : 3
      return Array.from({ length: statements }, (_, n) => n).filter((n) => n % stride === 0)
    },
    command,
    rowsOf,
    textOf,
    stage,
    store,
    /** Stored and booked, as a pipeline at rest has it. */
    async run(events: readonly EnrichedEvent[]) {
      await store(events)
      await stage().process(fateBatch('consent', events))
      await refreshRollups(opened(), { logger })
    },
    revenue: () => rowsOf<object>('select day, orders, revenue_gross_minor as revenue from rollup_channel_day order by day'),
    rollupText: async () => [
      await textOf('select * from rollup_channel_day order by day, channel, channel_instance, country, currency'),
      await textOf('select * from rollup_product_day order by day, channel, channel_instance, country, currency, sku'),
      // Of months that wait, whatever it says.
      await textOf(`select * from rollup_sku_day where day < ${firstStale} order by all`),
      await textOf(`select * from rollup_sku_week where week < ${firstStale} order by all`),
      await textOf(`select * from rollup_product_month where month < ${firstStale} order by all`),
    ],
    checksFound: async () => [...new Set((await audit(opened())).findings.map(({ check }) => check))],
  }
}

type QueryParams = Record<string, unknown>

/** Runs something before each statement that is sent; what it throws is what the sender sees. */
export function withStatements(warehouse: Warehouse, before: (query: string, params: QueryParams, inBody: boolean) => Promise<void>): Warehouse {
  const intercept = (method: 'command' | 'query') => async (params: { query: string; query_params?: QueryParams; use_multipart_params?: boolean }) => {
    await before(params.query, params.query_params ?? {}, params.use_multipart_params ?? false)
    return warehouse.client[method](params as never)
  }
  const client = new Proxy(warehouse.client, {
    get: (target, name) => (name === 'command' || name === 'query' ? intercept(name) : Reflect.get(target, name)),
  })
  return { ...warehouse, client }
}

/** The connection is lost for good before the statement with this number, counted from 0. */
export function failingAt(warehouse: Warehouse, statement: number): Warehouse {
  let sent = 0
  return withStatements(warehouse, async () => {
    if (sent++ >= statement) throw new Error('connection lost')
  })
}
