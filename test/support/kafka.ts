/** A real Kafka broker for the tests: the one `KAFKA_BROKERS` names, or Apache Kafka in KRaft mode from jars that Maven resolves. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Kafka, logLevel, Partitioners } from 'kafkajs'

const version = '4.4.0'
const resources = fileURLToPath(new URL('kafka/', import.meta.url))
const cache = fileURLToPath(new URL('../../node_modules/.cache/kafka/', import.meta.url))
const run = promisify(execFile)

export interface KafkaBroker {
  /** `host:port`, several separated by commas. */
  readonly brokers: string
  /** Why `kill`, `start` and `restart` cannot be used: the broker is not ours. */
  readonly foreign?: string
  /** Ends the broker as a power cut would. Its data stay. */
  kill(): Promise<void>
  /** Starts the broker again on the same data and port. */
  start(): Promise<void>
  /** Stops the broker in good order and starts it again. */
  restart(): Promise<void>
  /** Stops the broker and removes its data. */
  stop(): Promise<void>
}

/** Why no broker can be started here; `undefined` when one can. */
export function kafkaMissing(): string | undefined {
  if (process.env['KAFKA_BROKERS']) return undefined
  if (spawnSync('java', ['-version']).status !== 0) return 'Kafka needs Java 17 or later: install it or set KAFKA_BROKERS'
  if (!existsSync(libraries) && spawnSync('mvn', ['-version']).status !== 0) return 'Kafka is fetched by Maven: install it or set KAFKA_BROKERS'
  return undefined
}

/** Resolves once the broker takes records and keeps consumer groups. The broker ends with the test process, whatever ends that. */
export async function startKafka(): Promise<KafkaBroker> {
  const named = process.env['KAFKA_BROKERS']
  if (named) return foreignBroker(named)
  await resolveLibraries()
  const directory = await mkdtemp(join(tmpdir(), 'kanalblick-kafka-'))
  const [port, controllerPort] = await freePorts()
  const properties = join(directory, 'server.properties')
  await writeFile(properties, await settings({ port, controllerPort, directory }))
  await format(properties)
  const brokers = `127.0.0.1:${port}`
  let broker: ChildProcess | undefined
  const start = async () => {
    broker ??= await launch(properties, join(directory, 'broker.log'))
    await ready(brokers, broker, join(directory, 'broker.log'))
  }
  const end = async (signal: 'TERM' | 'KILL') => {
    const ending = broker
    broker = undefined
    if (!ending || ending.exitCode !== null) return
    const ended = once(ending, 'exit')
    ending.stdin?.end(`${signal}\n`)
    await ended
  }
  const stop = async () => {
    await end('KILL')
    await rm(directory, { recursive: true, force: true })
  }
  await start().catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const restart = async () => {
    await end('TERM')
    await start()
  }
  return { brokers, start, restart, stop, kill: () => end('KILL') }
}

async function foreignBroker(brokers: string): Promise<KafkaBroker> {
  const foreign = 'KAFKA_BROKERS names a broker that these tests must not stop'
  const refuse = () => Promise.reject(new Error(foreign))
  return { brokers, foreign, kill: refuse, start: refuse, restart: refuse, stop: () => Promise.resolve() }
}

const libraries = join(cache, version)

/** Several test processes may do this at once: each fetches into a folder of its own, the first to finish gives its folder the final name. */
async function resolveLibraries(): Promise<void> {
  if (existsSync(libraries)) return
  await mkdir(cache, { recursive: true })
  const fetched = await mkdtemp(join(cache, 'fetching-'))
  const pom = join(resources, 'pom.xml')
  await run('mvn', ['-q', '-B', '-f', pom, `-Dkafka.version=${version}`, 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`])
  await rename(fetched, libraries).catch(async (error: unknown) => {
    if (!existsSync(libraries)) throw error
    await rm(fetched, { recursive: true })
  })
}

const settings = async (values: Record<string, string | number>) =>
  Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`{${name}}`, String(value)),
    await readFile(join(resources, 'server.properties'), 'utf8'),
  )

const java = ['-Xms128m', '-Xmx512m', '-XX:TieredStopAtLevel=1', '-cp', join(libraries, '*')]

async function format(properties: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'k')
  await run('java', [...java, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', properties])
}

/**
 * The shell between us and Java reads one line: the signal to send. When this process dies, however it dies, the pipe ends instead
 * and the broker is killed: nothing is left over.
 */
const untilTold = `
  exec 3<&0
  java "$@" </dev/null & broker=$!
  ( read -r signal <&3; kill -s "\${signal:-KILL}" $broker ) & teller=$!
  wait $broker
  kill $teller 2>/dev/null
`

async function launch(properties: string, logFile: string): Promise<ChildProcess> {
  const output = await open(logFile, 'a')
  const broker = spawn('sh', ['-c', untilTold, 'sh', ...java, 'kafka.Kafka', properties], { stdio: ['pipe', output.fd, output.fd] })
  await once(broker, 'spawn')
  await output.close()
  return broker
}

async function ready(brokers: string, broker: ChildProcess, logFile: string): Promise<void> {
  const retry = { initialRetryTime: 100, maxRetryTime: 500, retries: 5 }
  const kafka = new Kafka({ clientId: 'ready', brokers: brokers.split(','), logLevel: logLevel.NOTHING, retry })
  const giveUpMs = performance.now() + 60_000
  while (!(await takesRecords(kafka).catch(() => false))) {
    if (broker.exitCode === null && performance.now() < giveUpMs) continue
    throw new Error(`Kafka did not start. Its last words:\n${(await readFile(logFile, 'utf8')).slice(-2000)}`)
  }
}

/** A fresh broker refuses until it leads its topics and has loaded its groups. */
async function takesRecords(kafka: Kafka): Promise<true> {
  const admin = kafka.admin()
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  try {
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'ready', numPartitions: 1 }], waitForLeaders: true })
    await producer.connect()
    await producer.send({ topic: 'ready', messages: [{ value: 'ready' }] })
    await admin.fetchOffsets({ groupId: 'ready', topics: ['ready'] })
    return true
  } finally {
    await Promise.all([producer.disconnect(), admin.disconnect()])
  }
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const
  const ports = await Promise.all(
    servers.map(async (server) => {
      await once(server.listen(0, '127.0.0.1'), 'listening')
      return (server.address() as { port: number }).port
    }),
  )
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports as [number, number]
}
