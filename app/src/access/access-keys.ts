/** Keys that let a program in: write keys for one channel instance, read keys for queries, privacy keys for requests of persons. Stored hashed, shown once, revocable. */
import { createHash, randomBytes } from 'node:crypto'
import type { Channel } from '@kanalblick/stream'
import type { Kysely } from 'kysely'
import { createTables } from '../create-tables.ts'

interface AccessKeyRow {
  id: string
  kind: 'write' | 'read' | 'privacy'
  hash: string
  channel: string
  channel_instance: string
  /** JSON array of allowed browser origins. */
  origins: string
  created_at: string
  revoked_at: string | null
}
interface Tables {
  access_keys: AccessKeyRow
}

export type NewAccessKey = { kind: 'read' | 'privacy' } | { kind: 'write'; channel: Channel; channelInstance: string; origins: readonly string[] }

export interface WriteKey {
  readonly id: string
  readonly channel: Channel
  readonly channelInstance: string
  readonly origins: readonly string[]
}

export type AccessKeys = Awaited<ReturnType<typeof openAccessKeys>>

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex')
const cacheMs = 5_000

/** 32 random bytes need no slow hash. Lookups are cached for five seconds: as long as a revocation may take. */
export async function openAccessKeys(ledgerDatabase: Kysely<never>, { now }: { now: () => Date }) {
  const db = ledgerDatabase as unknown as Kysely<Tables>
  await createTables(
    db.schema
      .createTable('access_keys')
      .ifNotExists()
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('kind', 'text', (column) => column.notNull())
      .addColumn('hash', 'text', (column) => column.notNull().unique())
      .addColumn('channel', 'text', (column) => column.notNull())
      .addColumn('channel_instance', 'text', (column) => column.notNull())
      .addColumn('origins', 'text', (column) => column.notNull())
      .addColumn('created_at', 'text', (column) => column.notNull())
      .addColumn('revoked_at', 'text'),
  )

  const cache = new Map<string, { row: AccessKeyRow | undefined; untilMs: number }>()
  async function find(key: string, kind: AccessKeyRow['kind']): Promise<AccessKeyRow | undefined> {
    const hash = hashOf(key)
    const nowMs = now().getTime()
    const cached = cache.get(hash)
    if (cached && cached.untilMs > nowMs) return cached.row?.kind === kind ? cached.row : undefined
    const row = await db.selectFrom('access_keys').selectAll().where('hash', '=', hash).where('revoked_at', 'is', null).executeTakeFirst()
    if (cache.size > 10_000) cache.clear()
    cache.set(hash, { row, untilMs: nowMs + cacheMs })
    return row?.kind === kind ? row : undefined
  }

  return {
    /** The key itself is returned once and never stored. */
    async create(key: NewAccessKey): Promise<{ id: string; key: string }> {
      const secret = `kb_${key.kind}_${randomBytes(32).toString('base64url')}`
      const id = randomBytes(6).toString('hex')
      const scope =
        key.kind === 'write'
          ? { channel: key.channel, channel_instance: key.channelInstance, origins: JSON.stringify(key.origins) }
          : { channel: '', channel_instance: '', origins: '[]' }
      await db
        .insertInto('access_keys')
        .values({ id, kind: key.kind, hash: hashOf(secret), ...scope, created_at: now().toISOString(), revoked_at: null })
        .execute()
      return { id, key: secret }
    },
    async list() {
      return db
        .selectFrom('access_keys')
        .select(['id', 'kind', 'channel', 'channel_instance', 'origins', 'created_at', 'revoked_at'])
        .orderBy('created_at')
        .execute()
    },
    /** @returns whether there was such a key still in force */
    async revoke(id: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('access_keys')
        .set({ revoked_at: now().toISOString() })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    async findWriteKey(key: string): Promise<WriteKey | undefined> {
      const row = await find(key, 'write')
      return row && { id: row.id, channel: row.channel as Channel, channelInstance: row.channel_instance, origins: JSON.parse(row.origins) as string[] }
    },
    /** Whether any write key in force allows the origin: browsers ask before they show the key. */
    async isKnownOrigin(origin: string): Promise<boolean> {
      const rows = await db.selectFrom('access_keys').select('origins').where('kind', '=', 'write').where('revoked_at', 'is', null).execute()
      return rows.some((row) => (JSON.parse(row.origins) as string[]).includes(origin))
    },
    async isPrivacyKey(key: string): Promise<boolean> {
      return (await find(key, 'privacy')) !== undefined
    },
    async isReadKey(key: string): Promise<boolean> {
      return (await find(key, 'read')) !== undefined
    },
  }
}
