/** The folder that holds a merchant's data: one process at a time, found by the command line while a server runs on it. */
import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { AppError } from './errors.ts'

export interface DataDirectory {
  readonly path: string
  readonly log: string
  readonly ledger: string
  readonly warehouse: string
  readonly keys: string
}

/** Creates what is missing, for this user only. @throws AppError DATA_DIRECTORY_UNUSABLE */
export function openDataDirectory(path: string): DataDirectory {
  const directory = { path, log: join(path, 'log.sqlite'), ledger: join(path, 'ledger.sqlite'), warehouse: join(path, 'warehouse'), keys: join(path, 'keys') }
  try {
    for (const folder of [path, directory.keys, join(path, 'run')]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new AppError(
      'DATA_DIRECTORY_UNUSABLE',
      `The data directory ${path} cannot be used (${code}). Make it readable and writable for this user, or choose another with --data.`,
      { cause: error },
    )
  }
  return directory
}

/** Whether nothing was ever kept there. Creates nothing. */
export const isNewDirectory = (path: string): boolean => !['log.sqlite', 'ledger.sqlite', 'warehouse'].some((name) => existsSync(join(path, name)))

/**
 * Takes the directory for this process until it ends, however it ends: the operating system gives a lock of SQLite back.
 * @throws AppError DATA_DIRECTORY_IN_USE
 */
export function lockDataDirectory({ path }: DataDirectory): { release(): void } {
  const lock = new Database(join(path, 'run', 'lock.sqlite'), { timeout: 0 })
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (error) {
    lock.close()
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) {
      const file = join(path, 'run', 'lock.sqlite')
      throw new AppError('DATA_DIRECTORY_UNUSABLE', `The lock ${file} is damaged or cannot be written to. It holds no data: delete it when no process runs.`, {
        cause: error,
      })
    }
    const server = readServer(path)
    throw new AppError(
      'DATA_DIRECTORY_IN_USE',
      `The data directory ${path} is in use by another Kanalblick process${server ? ` (pid ${server.pid}, ${server.url})` : ''}. Stop it, or choose another directory with --data.`,
      { cause: error },
    )
  }
  return { release: () => lock.close() }
}

const isLocked = (directory: DataDirectory): boolean => {
  try {
    lockDataDirectory(directory).release()
    return false
  } catch (error) {
    if ((error as { code?: string }).code === 'DATA_DIRECTORY_IN_USE') return true
    throw error
  }
}

/** How the command line reaches the server that holds the directory. The token is the operator's, for this run of the server only. */
export interface RunningServer {
  readonly pid: number
  readonly url: string
  readonly token: string
}

const serverFile = (path: string) => join(path, 'run', 'server.json')

export function announceServer({ path }: DataDirectory, server: RunningServer): void {
  writeFileSync(serverFile(path), JSON.stringify(server), { mode: 0o600 })
}

export function withdrawServer({ path }: DataDirectory): void {
  rmSync(serverFile(path), { force: true })
}

/** The server that holds the directory now. What a killed one left behind does not count. */
export const runningServer = (directory: DataDirectory): RunningServer | undefined => (isLocked(directory) ? readServer(directory.path) : undefined)

function readServer(path: string): RunningServer | undefined {
  try {
    return JSON.parse(readFileSync(serverFile(path), 'utf8')) as RunningServer
  } catch {
    return undefined
  }
}

/**
 * The configured master key. Where one process holds the directory (`ownDirectory`), it may be kept beside the keys: made on the first
 * start, and an error when it is lost later, not a new key.
 * @throws AppError MASTER_KEY_MISSING
 */
export function masterKey({ keys }: DataDirectory, configured: string | undefined, ownDirectory: boolean): Buffer {
  if (configured) return Buffer.from(configured, 'base64')
  if (!ownDirectory) {
    const message =
      'This process handles personal data and has no master key. Give it the one that all ingest and consent processes share, as KANALBLICK_MASTER_KEY.'
    throw new AppError('MASTER_KEY_MISSING', message)
  }
  const file = join(keys, 'master.key')
  const lost = (state: string) =>
    new AppError('MASTER_KEY_MISSING', `The master key ${file} ${state}. Restore it from your backup: without it no stored key can be opened.`)
  if (!existsSync(file)) {
    if (existsSync(join(keys, 'root.key'))) throw lost('is missing')
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' })
  }
  let key: Buffer
  try {
    key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  } catch (error) {
    throw lost(`cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  if (key.length !== 32) throw lost('is damaged')
  return key
}
