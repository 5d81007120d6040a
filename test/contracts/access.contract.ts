/** What signing in promises on every engine of the ledger's database. */
import { openSessions } from '@kanalblick/app/access'
import { connectLedger, type LedgerLocation } from '@kanalblick/consent'
import { type Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

export function accessContract(createDatabase: () => Promise<{ location: LedgerLocation; remove(): Promise<unknown> }>): void {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let db: Kysely<never>
  let sessions: Awaited<ReturnType<typeof openSessions>>
  let clock: Date
  const now = () => clock
  const pass = (ms: number) => {
    clock = new Date(clock.getTime() + ms)
  }

  beforeEach(async () => {
    clock = new Date('2026-11-23T10:20:30Z')
    database = await createDatabase()
    db = (await connectLedger(database.location)) as never
    sessions = await openSessions(db, { now })
  })
  afterEach(async () => {
    await db.destroy()
    await database.remove()
  })

  const signIn = async () => (await sessions.open(await sessions.createCode())) ?? expect.fail('a fresh code opens a session')

  describe('a code', () => {
    test('opens one session, once', async () => {
      const code = await sessions.createCode()
      const token = (await sessions.open(code)) ?? ''
      expect(await sessions.isOpen(token)).toBe(true)
      expect(await sessions.open(code)).toBeUndefined()
      expect(await sessions.isOpen(token)).toBe(true)
    })

    test('lets one in of many that use it in the same moment, over several connections', async () => {
      const others = await Promise.all([1, 2, 3].map(async () => (await connectLedger(database.location)) as unknown as Kysely<never>))
      const doors = [sessions, ...(await Promise.all(others.map((other) => openSessions(other, { now }))))]
      const code = await sessions.createCode()
      const tokens = await Promise.all([...doors, ...doors].map((door) => door.open(code)))
      expect(tokens.filter((token) => token !== undefined)).toHaveLength(1)
      expect(await sessions.list()).toHaveLength(1)
      for (const other of others) await other.destroy()
    })

    test('is refused after an hour', async () => {
      const [inTime, late] = [await sessions.createCode(), await sessions.createCode()]
      pass(59 * minuteMs)
      expect(await sessions.open(inTime)).toBeDefined()
      pass(1 * minuteMs)
      expect(await sessions.open(late)).toBeUndefined()
    })

    test('is none when it was made up', async () => {
      await sessions.createCode()
      for (const code of ['', 'wrong', 'A'.repeat(43), 'A'.repeat(10_000), "' or 1=1 --"]) expect(await sessions.open(code)).toBeUndefined()
    })
  })

  describe('a session', () => {
    test('lasts 30 days, however much it is used', async () => {
      const token = await signIn()
      for (let day = 1; day < 30; day++) {
        pass(dayMs)
        expect(await sessions.isOpen(token)).toBe(true)
      }
      pass(dayMs)
      expect(await sessions.isOpen(token)).toBe(false)
    })

    test('ends when its holder signs out, and no other does', async () => {
      const [leaving, staying] = [await signIn(), await signIn()]
      await sessions.end(leaving)
      expect([await sessions.isOpen(leaving), await sessions.isOpen(staying)]).toEqual([false, true])
    })

    test('ends when it is revoked by its id, once', async () => {
      const token = await signIn()
      const id = (await sessions.list())[0]?.id ?? ''
      expect(await sessions.revoke(id)).toBe(true)
      expect(await sessions.isOpen(token)).toBe(false)
      expect([await sessions.revoke(id), await sessions.revoke('nobody')]).toEqual([false, false])
    })

    test('ends with all others, and with the codes that nobody has used', async () => {
      const tokens = [await signIn(), await signIn()]
      const code = await sessions.createCode()
      expect(await sessions.revokeAll()).toBe(2)
      expect(await Promise.all(tokens.map((token) => sessions.isOpen(token)))).toEqual([false, false])
      expect(await sessions.open(code)).toBeUndefined()
      expect(await sessions.revokeAll()).toBe(0)
    })

    test('tells to the hour when it was last used', async () => {
      const token = await signIn()
      pass(35 * minuteMs)
      await sessions.isOpen(token)
      expect((await sessions.list())[0]?.last_seen_at).toBe('2026-11-23T10:00:00.000Z')
      pass(10 * minuteMs)
      await sessions.isOpen(token)
      expect((await sessions.list())[0]?.last_seen_at).toBe('2026-11-23T11:00:00.000Z')
    })

    test('is forgotten once it is over and another opens; that there was one is not', async () => {
      expect(await sessions.wasEverOpened()).toBe(false)
      await signIn()
      pass(31 * dayMs)
      expect(await sessions.wasEverOpened()).toBe(true)
      await signIn()
      expect(await sessions.list()).toHaveLength(1)
    })
  })

  test('neither a code nor a token is stored', async () => {
    const [used, unused] = [await sessions.createCode(), await sessions.createCode()]
    const token = (await sessions.open(used)) ?? expect.fail('opens')
    const stored = [await sql`select * from sign_in_codes`.execute(db), await sql`select * from sessions`.execute(db)].map(({ rows }) => JSON.stringify(rows))
    for (const secret of [used, unused, token]) expect(stored.join()).not.toContain(secret)
    expect(stored.every((rows) => /"hash":"[0-9a-f]{64}"/.test(rows))).toBe(true)
  })

  test('several processes may create the tables at once', async () => {
    const fresh = await createDatabase()
    const connections = await Promise.all([1, 2, 3].map(async () => (await connectLedger(fresh.location)) as unknown as Kysely<never>))
    await Promise.all(connections.map((connection) => openSessions(connection, { now })))
    for (const connection of connections) await connection.destroy()
    await fresh.remove()
  })
}
