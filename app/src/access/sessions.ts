/** Who is signed in to the dashboard: sessions, and the one-time codes that open them. Both stored hashed; no address, no device. */
import { createHash, randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { createTables } from '../create-tables.ts'

interface Tables {
  sign_in_codes: {
    hash: string
    expires_at: string
  }
  sessions: {
    id: string
    hash: string
    created_at: string
    /** To the hour: whether a session is used, not when somebody works. */
    last_seen_at: string
    expires_at: string
    revoked_at: string | null
  }
}

export type Sessions = Awaited<ReturnType<typeof openSessions>>

const hourMs = 3_600_000
const codeLifetimeMs = hourMs
export const sessionLifetimeMs = 30 * 24 * hourMs

/** 32 random bytes need no slow hash. */
const newSecret = () => randomBytes(32).toString('base64url')
const isSecret = (text: string) => /^[\w-]{43}$/.test(text)
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** Nothing is cached: a session that was ended is refused by every process at its next request. */
export async function openSessions(ledgerDatabase: Kysely<never>, { now }: { now: () => Date }) {
  const db = ledgerDatabase as unknown as Kysely<Tables>
  await createTables(codesTable(db), sessionsTable(db))

  const timeIn = (milliseconds: number) => new Date(now().getTime() + milliseconds).toISOString()
  const thisHour = () => new Date(Math.floor(now().getTime() / hourMs) * hourMs).toISOString()

  async function insertSession(): Promise<string> {
    const token = newSecret()
    const times = { created_at: timeIn(0), last_seen_at: thisHour(), expires_at: timeIn(sessionLifetimeMs), revoked_at: null }
    await db.deleteFrom('sessions').where('expires_at', '<=', timeIn(0)).execute()
    await db
      .insertInto('sessions')
      .values({ id: randomBytes(6).toString('hex'), hash: hashOf(token), ...times })
      .execute()
    return token
  }

  return {
    /** A code that opens one session within the hour. It is returned once and never stored. */
    async createCode(): Promise<string> {
      const code = newSecret()
      await db.deleteFrom('sign_in_codes').where('expires_at', '<=', timeIn(0)).execute()
      await db
        .insertInto('sign_in_codes')
        .values({ hash: hashOf(code), expires_at: timeIn(codeLifetimeMs) })
        .execute()
      return code
    },
    /**
     * Uses the code up: deleting it lets in the one of several in the same moment that found it. No transaction holds the file's lock over
     * both statements: a process that dies in between costs a code, and the next is one command away.
     * @returns the session's token, `undefined` when the code is refused
     */
    async open(code: string): Promise<string | undefined> {
      if (!isSecret(code)) return undefined
      const { numDeletedRows } = await db.deleteFrom('sign_in_codes').where('hash', '=', hashOf(code)).where('expires_at', '>', timeIn(0)).executeTakeFirst()
      return numDeletedRows > 0n ? insertSession() : undefined
    },
    async isOpen(token: string): Promise<boolean> {
      if (!isSecret(token)) return false
      const session = await db
        .selectFrom('sessions')
        .select(['id', 'last_seen_at'])
        .where('hash', '=', hashOf(token))
        .where('expires_at', '>', timeIn(0))
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      if (session && session.last_seen_at < thisHour()) {
        const seen = db.updateTable('sessions').set({ last_seen_at: thisHour() }).where('id', '=', session.id).execute()
        // A full disk must not keep anybody from reading.
        await seen.catch(() => undefined)
      }
      return session !== undefined
    },
    async end(token: string): Promise<void> {
      await db
        .updateTable('sessions')
        .set({ revoked_at: timeIn(0) })
        .where('hash', '=', hashOf(token))
        .where('revoked_at', 'is', null)
        .execute()
    },
    /** @returns whether there was such a session still open */
    async revoke(id: string): Promise<boolean> {
      const open = db.updateTable('sessions').where('expires_at', '>', timeIn(0)).where('revoked_at', 'is', null)
      const { numUpdatedRows } = await open
        .set({ revoked_at: timeIn(0) })
        .where('id', '=', id)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    },
    /** Ends every session, and the codes that could still open one. @returns how many sessions were open */
    async revokeAll(): Promise<number> {
      await db.deleteFrom('sign_in_codes').execute()
      const open = db.updateTable('sessions').where('expires_at', '>', timeIn(0)).where('revoked_at', 'is', null)
      const { numUpdatedRows } = await open.set({ revoked_at: timeIn(0) }).executeTakeFirst()
      return Number(numUpdatedRows)
    },
    async list() {
      return db.selectFrom('sessions').select(['id', 'created_at', 'last_seen_at', 'expires_at', 'revoked_at']).orderBy('created_at').execute()
    },
    /** Past sessions are forgotten only when a new one opens, so one that is long over still counts. */
    async wasEverOpened(): Promise<boolean> {
      return (await db.selectFrom('sessions').select('id').limit(1).executeTakeFirst()) !== undefined
    },
  }
}

const codesTable = (db: Kysely<Tables>) =>
  db.schema
    .createTable('sign_in_codes')
    .ifNotExists()
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('expires_at', 'text', (column) => column.notNull())

const sessionsTable = (db: Kysely<Tables>) =>
  db.schema
    .createTable('sessions')
    .ifNotExists()
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('last_seen_at', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text', (column) => column.notNull())
    .addColumn('revoked_at', 'text')
