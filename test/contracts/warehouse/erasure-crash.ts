/**
 * A process to be killed: stores a person among others into an embedded warehouse and erases the person.
 * Prints a line before each step, for whoever kills it.  node erasure-crash.ts DIRECTORY
 */
import { connectWarehouse, createSubjectStore, createWarehouseStage, migrate, refreshRollups } from '@kanalblick/warehouse'
import { eventBatch, fateBatch, recordingLogger, uuidsFrom } from './events.ts'
import { keys, others, person } from './person.ts'
import { withStatements } from './world.ts'

const [path = ''] = process.argv.slice(2)
const logger = recordingLogger()
const steps: readonly (readonly [step: string, words: string])[] = [
  ['list', 'insert into erased_events'],
  ['book', 'insert into fates'],
  ['mark', 'insert into stale_days'],
  ['rewrite', 'alter table events'],
  ['wait', 'from system.mutations'],
  ['remove', 'from system.parts'],
  ['refresh', 'rollup_channel_day_staging'],
]

const warehouse = await connectWarehouse({ path })
await migrate(warehouse, { logger })
const stage = createWarehouseStage({ warehouse, newId: uuidsFrom('crash'), logger })
const events = [...others, ...person]
await stage.process(eventBatch(events))
await stage.process(fateBatch('consent', events))
await refreshRollups(warehouse, { logger })
const telling = withStatements(warehouse, async (query) => {
  // The text of a later step may hold the words of an earlier one.
  const step = steps.findLast(([, words]) => query.includes(words))?.[0] ?? 'other'
  await new Promise((resolve) => void process.stdout.write(`${step}\n`, resolve))
})
await createSubjectStore(telling, { now: () => new Date(), logger }).erase(keys)
