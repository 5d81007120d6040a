/** A real ClickHouse server for the tests: the one at `CLICKHOUSE_URL`, or one started for the test in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export interface ClickHouseServer {
  readonly url: string
  readonly username: string
  readonly password: string
  /** A database of the test's own. */
  readonly database: string
  /** Ends the server as a power cut would (SIGKILL). @throws when the server is not ours: `CLICKHOUSE_URL` is set */
  kill(): Promise<void>
  /** Starts the server again on the same port and data. @throws when the server is not ours */
  restart(): Promise<void>
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('clickhouse-server.mjs', import.meta.url))

/** `CLICKHOUSE_URL` may carry the user and password: `http://user:password@host:8123`. */
export async function startClickHouse(): Promise<ClickHouseServer> {
  const database = `test_${randomUUID().slice(0, 8)}`
  const given = process.env['CLICKHOUSE_URL']
  return given ? givenServer(given, database) : ownServer(database)
}

function givenServer(given: string, database: string): ClickHouseServer {
  const url = new URL(given)
  const username = decodeURIComponent(url.username || 'default')
  const password = decodeURIComponent(url.password)
  const notOurs = () => Promise.reject(new Error('The server at CLICKHOUSE_URL is not ours to kill or restart.'))
  const stop = async () => {
    await fetch(`${url.origin}/`, { method: 'POST', body: `drop database if exists ${database}`, headers: { authorization: basic(username, password) } })
  }
  return { url: url.origin, username, password, database, kill: notOurs, restart: notOurs, stop }
}

async function ownServer(database: string): Promise<ClickHouseServer> {
  const username = 'kanalblick'
  const password = randomUUID()
  const directory = await mkdtemp(join(tmpdir(), 'clickhouse-'))
  const configFile = await writeConfig(directory, username, password)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const start = () => startProcess({ path: join(directory, 'data'), port, configFile })
  let server: ChildProcess | undefined = await start()
  const kill = async () => {
    const ending = server
    server = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = once(ending, 'exit')
    ending.kill('SIGKILL')
    await ended
  }
  const restart = async () => {
    await kill()
    server = await start()
  }
  const stop = async () => {
    await kill()
    await rm(directory, { recursive: true, force: true })
  }
  return { url, username, password, database, kill, restart, stop }
}

async function startProcess({ path, port, configFile }: { path: string; port: number; configFile: string }): Promise<ChildProcess> {
  await mkdir(path, { recursive: true })
  // Its standard input is our end of a pipe: it closes when this process dies in whatever way, and the server ends.
  const server = spawn(process.execPath, [program, path, String(port), configFile], { stdio: ['pipe', 'ignore', 'pipe'] })
  let trouble = ''
  server.stderr?.on('data', (chunk: Buffer) => {
    trouble = `${trouble}${chunk.toString()}`.slice(-4000)
  })
  for (let attempt = 0; attempt < 600; attempt++) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`The ClickHouse server did not start: ${trouble}`)
    const answered = await fetch(`http://127.0.0.1:${port}/ping`).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return server
    await delay(50)
  }
  server.kill('SIGKILL')
  throw new Error(`The ClickHouse server did not answer: ${trouble}`)
}

async function writeConfig(directory: string, username: string, password: string): Promise<string> {
  const usersFile = join(directory, 'users.xml')
  const configFile = join(directory, 'config.xml')
  await writeFile(configFile, `<clickhouse><users_config>${usersFile}</users_config></clickhouse>`)
  const common = '<networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota>'
  const user = `<${username}><password>${password}</password>${common}</${username}>`
  // The server's own console runs as `default` without a password: it may start the listener and wait, and read no table.
  const rights = ['system listen on *.*', 'create temporary table on *.*', 'file on *.*']
  const grants = rights.map((right) => `<query>grant ${right}</query>`).join('')
  const own = `<default><password></password>${common}<grants>${grants}</grants></default>`
  await writeFile(usersFile, `<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users>${own}${user}</users></clickhouse>`)
  return configFile
}

async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

const basic = (username: string, password: string) => `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
