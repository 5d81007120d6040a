/**
 * A real PostgreSQL for tests: the server that `DATABASE_URL` names (each start gets a database of its own there), or the one that the
 * system has installed, started on a free port in a temporary folder. It ends with `stop`, and also when the test process dies.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'

export interface Postgres {
  readonly url: string
  /** Ends the server in an orderly way if it runs, and starts it again on the same data and port. */
  restart(): Promise<void>
  /** SIGKILL: the server gets no chance to say goodbye. */
  kill(): Promise<void>
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

/** Why no PostgreSQL can be started here; `undefined` when one can. */
export function postgresMissing(): string | undefined {
  if (process.env['DATABASE_URL'] || programs()) return undefined
  return 'PostgreSQL is not installed: set DATABASE_URL or install the package "postgresql".'
}

export async function startPostgres(): Promise<Postgres> {
  const url = process.env['DATABASE_URL']
  return url ? borrow(url) : own()
}

/** A database of its own on a server. */
export async function createDatabase(server: string): Promise<{ readonly location: { readonly url: string }; remove(): Promise<void> }> {
  const name = `kanalblick_${randomBytes(6).toString('hex')}`
  const url = new URL(server)
  url.pathname = `/${name}`
  await query(server, `create database ${name}`)
  return { location: { url: url.href }, remove: () => query(server, `drop database ${name} with (force)`) }
}

async function borrow(server: string): Promise<Postgres> {
  const { location, remove } = await createDatabase(server)
  const notOurs = () => Promise.reject(new Error('DATABASE_URL names a server that these tests did not start, so they may not stop it.'))
  return { ...location, restart: notOurs, kill: notOurs, stop: remove }
}

async function own(): Promise<Postgres> {
  const bin = programs()
  if (!bin) throw new Error(postgresMissing())
  const owner = unprivileged()
  const folder = mkdtempSync(join(tmpdir(), 'kanalblick-postgres-'))
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'kanalblick', '-E', 'UTF8', '--locale=C', '--no-sync'], {
    ...owner,
    stdio: 'ignore',
    cwd: folder,
  })
  const port = await freePort()
  const url = `postgres://kanalblick@127.0.0.1:${port}/postgres`
  const start = () => launch({ bin, data, port, url, folder, owner })
  let server = await start()
  return {
    url,
    async restart() {
      await end(server)
      server = await start()
    },
    async kill() {
      process.kill(Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL')
      await end(server)
    },
    async stop() {
      await end(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Launch {
  readonly bin: string
  readonly data: string
  readonly port: number
  readonly url: string
  readonly folder: string
  readonly owner: Owner | undefined
}

async function launch({ bin, data, port, url, folder, owner }: Launch): Promise<ChildProcess> {
  // The shell reads its standard input until it closes, which happens when this process ends, however it ends; then it ends the server.
  const script = '"$0" "$@" </dev/null & server=$!; (cat >/dev/null; kill -INT $server 2>/dev/null) <&3 & wait $server'
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder]
  for (const deadlineMs = performance.now() + 30_000; ; ) {
    const child = spawn('/bin/bash', ['-c', `exec 3<&0; ${script}`, join(bin, 'postgres'), ...args], {
      ...owner,
      cwd: folder,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    if (await answers(child, url)) return child
    // After a kill the dead server's children may hold the shared memory for a moment: try again.
    if (performance.now() > deadlineMs) throw new Error(`PostgreSQL did not start in ${data}.`)
    await delay(100)
  }
}

async function answers(child: ChildProcess, url: string): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const ready = await query(url, 'select 1').then(
      () => true,
      () => false,
    )
    if (ready) return true
    await delay(50)
  }
  return false
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.stdin?.end()
  await ended
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query(text)
  } finally {
    await client.end().catch(() => undefined)
  }
}

function programs(): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').toSorted((a, b) => Number(b) - Number(a)) : []
  return versions.map((version) => `/usr/lib/postgresql/${version}/bin`).find((bin) => existsSync(join(bin, 'postgres')))
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
