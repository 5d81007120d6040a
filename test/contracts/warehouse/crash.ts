/**
 * A process to be killed: stores batches of a season into an embedded warehouse and refreshes the rollups after every other one.
 * Prints a line before each step, for whoever kills it.  node crash.ts DIRECTORY
 */
import { connectWarehouse, createWarehouseStage, migrate, refreshRollups } from '@kanalblick/warehouse'
import { eventBatch, recordingLogger, season, uuid } from './events.ts'

const [path = ''] = process.argv.slice(2)
const events = season(4000)
const logger = recordingLogger()
const say = (step: string) => new Promise((resolve) => void process.stdout.write(`${step}\n`, resolve))

const warehouse = await connectWarehouse({ path })
await say('migrate')
await migrate(warehouse, { logger })
let made = 0
const stage = createWarehouseStage({ warehouse, newId: () => uuid(`${process.pid}:${made++}`), logger })
for (let start = 0; ; start = (start + 500) % events.length) {
  await say('insert')
  await stage.process(eventBatch(events.slice(start, start + 500)))
  if (start % 1000 === 0) continue
  await say('refresh')
  await refreshRollups(warehouse, { logger })
}
