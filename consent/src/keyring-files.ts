/**
 * Keys in files with mode 0600, each wrapped by the master key:
 *
 *   root.key                    the tenant's root key
 *   payload/2026-11-23T14.key   the payload key of one hour
 *   payload/destroyed-through   the last hour whose key was destroyed: earlier ones are never made again
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { createKeyring, hourName, hourOf, type Keyring, KeyringError, type PayloadKeys } from './keyring.ts'

/** What a key management service has to do for us. Both bind the wrapped key to its name. */
export interface MasterKey {
  wrap(key: Uint8Array, name: string): string
  /** @throws KeyringError KEYRING_WRONG_MASTER_KEY, KEYRING_DAMAGED */
  unwrap(wrapped: string, name: string): Buffer
}

export interface KeyringLocation {
  readonly directory: string
  /** 32 bytes, or a service that wraps. */
  readonly masterKey: Uint8Array | MasterKey
  readonly now: () => Date
}

/** @throws KeyringError when the directory cannot be used or the master key is not the one that wrapped the keys. */
export function openKeyring({ directory, masterKey, now }: KeyringLocation): Keyring {
  const master = masterKey instanceof Uint8Array ? masterKeyOf(masterKey) : masterKey
  return usable(directory, () => {
    const payload = join(directory, 'payload')
    mkdirSync(payload, { recursive: true, mode: 0o700 })
    const rootKey = readOrCreateKey(join(directory, 'root.key'), 'root', master)
    return createKeyring({ rootKey, payloadKeys: payloadKeyFiles(payload, master), now })
  })
}

/** AES-256-GCM with the key's name as associated data. */
export function masterKeyOf(bytes: Uint8Array): MasterKey {
  if (bytes.length !== 32) throw new KeyringError('KEYRING_WRONG_MASTER_KEY', `The master key must be 32 bytes long; it has ${bytes.length}.`)
  // Tells a wrong key from a damaged file. 64 bits of a hash of 256 random bits give nothing away.
  const fingerprint = createHash('sha256').update('kanalblick/1/master').update(bytes).digest('hex').slice(0, 16)
  return {
    wrap(key, name) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(name))
      const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()])
      return `1:${fingerprint}:${wrapped.toString('base64')}\n`
    },
    unwrap(text, name) {
      const [version, wrappedBy, base64] = text.trim().split(':')
      const damaged = (cause?: unknown) =>
        new KeyringError('KEYRING_DAMAGED', `The key "${name}" is damaged. Restore the key directory from your backup.`, { cause })
      if (version !== '1' || !wrappedBy || !base64) throw damaged()
      if (wrappedBy !== fingerprint)
        throw new KeyringError(
          'KEYRING_WRONG_MASTER_KEY',
          `The key "${name}" was wrapped by another master key. Give the master key that this directory was made with.`,
        )
      const wrapped = Buffer.from(base64, 'base64')
      try {
        const decipher = createDecipheriv('aes-256-gcm', bytes, wrapped.subarray(0, 12), { authTagLength: 16 }).setAAD(Buffer.from(name))
        decipher.setAuthTag(wrapped.subarray(-16))
        return Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()])
      } catch (error) {
        throw damaged(error)
      }
    },
  }
}

function payloadKeyFiles(directory: string, master: MasterKey): PayloadKeys {
  const fileOf = (hour: number) => join(directory, `${hourName(hour)}.key`)
  const horizonFile = join(directory, 'destroyed-through')
  const destroyedThrough = () => hourOf(readIfThere(horizonFile)?.trim() ?? '') ?? Number.NEGATIVE_INFINITY

  return {
    read: (hour) =>
      usable(directory, () => {
        const wrapped = readIfThere(fileOf(hour))
        return wrapped === undefined ? undefined : unwrapUnlessDamaged(master, wrapped, hourName(hour))
      }),
    readOrCreate: (hour) =>
      usable(directory, () => {
        if (hour <= destroyedThrough()) return undefined
        const key = readOrCreateKey(fileOf(hour), hourName(hour), master)
        // Another process may have destroyed the hour between the two lines above.
        if (hour > destroyedThrough()) return key
        shred(fileOf(hour))
        return undefined
      }),
    destroyThrough: (through) =>
      usable(directory, () => {
        if (through > destroyedThrough()) replaceFile(horizonFile, `${hourName(through)}\n`)
        // By the beginning of the name, so that drafts which a crash left behind go too.
        const expired = readdirSync(directory).filter((file) => (hourOf(file.slice(0, 13)) ?? Number.POSITIVE_INFINITY) <= through)
        return expired.filter((file) => shred(join(directory, file))).length
      }),
  }
}

/** A damaged payload key costs the events of its hour, which end as dead letters; it must not stop all others. */
function unwrapUnlessDamaged(master: MasterKey, wrapped: string, name: string): Buffer | undefined {
  try {
    return master.unwrap(wrapped, name)
  } catch (error) {
    if ((error as KeyringError).code === 'KEYRING_DAMAGED') return undefined
    throw error
  }
}

/** Of several processes that create the key at once, one wins and all read its key: `link` does not replace a file. */
function readOrCreateKey(file: string, name: string, master: MasterKey): Buffer {
  const there = readIfThere(file)
  if (there !== undefined) return master.unwrap(there, name)
  const draft = writeDraft(file, master.wrap(randomBytes(32), name))
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(draft)
  }
  syncDirectory(dirname(file))
  return master.unwrap(readFileSync(file, 'utf8'), name)
}

/** Overwrites, then removes. @returns false when another process was first */
function shred(file: string): boolean {
  try {
    const descriptor = openSync(file, 'r+')
    try {
      writeSync(descriptor, randomBytes(statSync(file).size), 0, undefined, 0)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    unlinkSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  syncDirectory(dirname(file))
  return true
}

function replaceFile(file: string, text: string): void {
  renameSync(writeDraft(file, text), file)
  syncDirectory(dirname(file))
}

function writeDraft(file: string, text: string): string {
  const draft = `${file}.${randomBytes(6).toString('hex')}.draft`
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true })
  return draft
}

function syncDirectory(directory: string): void {
  const descriptor = openSync(directory, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function usable<Result>(directory: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof KeyringError) throw error
    const { code } = error as NodeJS.ErrnoException
    const message = `The key directory ${directory} cannot be used (${code ?? 'unknown fault'}). It must be a folder that this user alone can read and write.`
    throw new KeyringError('KEYRING_UNUSABLE', message, { cause: error })
  }
}
