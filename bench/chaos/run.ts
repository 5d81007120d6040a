/**
 * The long chaos run: processes killed at random moments, or at every file-system call of a batch, and the oracle asked over and over.
 *
 *   node --conditions=source --import tsx bench/chaos/run.ts --profile embedded|scaled|calls|import [--kills 1000] [--minutes 60] [--seed 1]
 *     [--ask-every 25] [--with-servers] [--second-kill] [--json]
 *
 * Prints a table or, with --json, one JSON object; progress goes to standard error. Exit code 1 when anything was lost or doubled.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { compile } from '../../app/bin/compile.mjs'
import { killImports } from '../../test/chaos/import-kills.ts'
import { seeded } from '../../test/chaos/journal.ts'
import { type Course, killAtRandom } from '../../test/chaos/random-kills.ts'
import { embeddedScene, type OpenScene, scaledScene } from '../../test/chaos/stages.ts'
import { startClickHouse } from '../../test/support/clickhouse.ts'
import { startKafka } from '../../test/support/kafka.ts'
import { expectedNumbers } from '../../test/support/online-retail.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { killAtCalls } from './calls.ts'
import { type Figures, percentiles, print } from './figures.ts'

const { values } = parseArgs({
  options: {
    profile: { type: 'string', default: 'embedded' },
    kills: { type: 'string', default: '1000' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    'ask-every': { type: 'string', default: '25' },
    'with-servers': { type: 'boolean', default: false },
    'second-kill': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})

// The processes that are killed run compiled.
if (!compile('test')) process.exit(1)
let untilMs = Date.now() + Number(values.minutes) * 60_000
// Told to stop, it asks the oracle once more and says what it has.
process.once('SIGINT', () => {
  untilMs = 0
})
const random = seeded(Number(values.seed))
const told: Course['told'] = ({ kills, events, findings }) =>
  console.error(`${new Date().toISOString()} ${kills} kills, ${events} events, ${findings} findings`)
const course = { kills: Number(values.kills), askedEvery: Number(values['ask-every']), isOver: () => Date.now() > untilMs, told }

async function run(directory: string): Promise<Figures> {
  switch (values.profile) {
    case 'embedded':
      return play(await embeddedScene(directory, random))
    case 'scaled': {
      const [kafka, clickhouse, postgres] = await Promise.all([startKafka(), startClickHouse(), startPostgres()])
      try {
        return await play(await scaledScene(directory, { random, servers: { kafka, clickhouse, postgres }, withServers: values['with-servers'] }))
      } finally {
        await Promise.all([kafka.stop(), clickhouse.stop(), postgres.stop()])
      }
    }
    case 'calls':
      return killAtCalls({ directory, random, isOver: course.isOver, kills: course.kills, secondKill: values['second-kill'] })
    case 'import':
      return importAll(directory)
    default:
      throw new Error(`--profile is embedded, scaled, calls or import, not ${values.profile}.`)
  }
}

async function play(scene: OpenScene): Promise<Figures> {
  try {
    const { kills, events, deliveries, sent, findings } = await killAtRandom(scene, course)
    const total = Object.values(kills).reduce((sum, count) => sum + count, 0)
    const { readyMs, storedMs } = scene.recoveries
    const refusals = Object.fromEntries(sent.refusals)
    return { kills: total, killsOf: kills, events, deliveries, refusals, findings, readyMs: percentiles(readyMs), storedMs: percentiles(storedMs) }
  } finally {
    await scene.close()
  }
}

/** A year of real orders through the command line itself. */
async function importAll(folder: string): Promise<Figures> {
  const { endings, numbers, audit } = await killImports(folder, { kills: course.kills, random })
  const findings = [
    ...endings.filter((ending) => !['SIGKILL', 'done'].includes(ending)),
    ...(isDeepStrictEqual(numbers, expectedNumbers) ? [] : [JSON.stringify({ expected: expectedNumbers, found: numbers })]),
    ...(audit.clean ? [] : [JSON.stringify(audit.findings)]),
  ]
  const kills = endings.filter((ending) => ending === 'SIGKILL').length
  const events = numbers.invoices
  return { kills, killsOf: { import: kills }, events, deliveries: events, refusals: {}, findings, readyMs: undefined, storedMs: undefined }
}

const directory = await mkdtemp(join(tmpdir(), 'kanalblick-chaos-'))
const figures = await run(directory)
if (figures.findings.length === 0) await rm(directory, { recursive: true, force: true })
else console.error(`What was lost or doubled can be looked at in ${directory}`)
print({ profile: values.profile, seed: Number(values.seed), cores: availableParallelism(), ...figures }, values.json)
process.exitCode = figures.findings.length > 0 ? 1 : 0
