import { annotations, type EnrichedEvent, enrichedEvent } from '@kanalblick/stream'
import { audit, createSubjectStore, enforceRetention, refreshRollups, type Warehouse } from '@kanalblick/warehouse'
import { describe, expect, test } from 'vitest'
import { enriched, fateBatch, uuid } from './events.ts'
import { firstVisit, keys, needle, order, others, person } from './person.ts'
import { type World, withStatements } from './world.ts'

type Row = Record<string, unknown>

export function erasure(world: World): void {
  const { logger, command, rowsOf, textOf, run, store, stage, empty } = world
  const subjectOn = (warehouse: Warehouse) => createSubjectStore(warehouse, { now: () => new Date('2026-03-25T12:00:00Z'), logger })
  const subject = () => subjectOn(world.warehouse)
  const erase = () => subject().erase(keys)
  const books = () =>
    textOf('select day, channel, orders, refunds, units, revenue_gross_minor, refunded_minor from rollup_channel_day where orders + refunds > 0 order by all')
  const storedOthers = () => textOf(`select * from events where event_id in ('${others.map(({ id }) => id).join("','")}') order by all`)
  const everything = async () => [
    await textOf('select * except (insert_id) from events final order by event_id'),
    await textOf('select * from fates final order by all'),
    ...(await world.rollupText()),
  ]
  const stored = async (event: EnrichedEvent) => (await rowsOf<Row>(`select * except (insert_id) from events final where event_id = '${event.id}'`))[0]
  const fieldsWith = (erasure: string) =>
    Object.entries(enrichedEvent.shape)
      .filter(([, schema]) => annotations.get(schema)?.erasure === erasure)
      .map(([name]) => name)

  async function erased() {
    await run([...others, ...person])
    await erase()
  }

  describe('erasure', () => {
    test('takes the person out, and leaves everybody else and the books as they were', async () => {
      await run([...others, ...person])
      const before = [await storedOthers(), await books()]
      const { totals } = await audit(world.warehouse)
      await erase()
      expect(await subject().remaining(keys)).toBe(0)
      expect([await storedOthers(), await books()]).toEqual(before)
      // What is left of the person's are the books; a key that somebody else shares with the person stays with them.
      expect(
        await rowsOf(`select type, count() as rows from events where event_id in ('${person.map(({ id }) => id).join("','")}') group by type order by type`),
      ).toEqual([
        { type: 'order_placed', rows: 2 },
        { type: 'refund_issued', rows: 2 },
      ])
      expect((await textOf('select * from events')).split('\n').filter((row) => row.includes(needle) && !row.includes('somebody else'))).toEqual([])
      expect(await audit(world.warehouse)).toMatchObject({ clean: true, totals: { accepted: totals.accepted, stored: totals.stored - 4, deleted: 4 } })
    })

    test('masks exactly the fields that are annotated so, and coarsens the times', async () => {
      await store([order])
      const before = await stored(order)
      await erase()
      const after = await stored(order)
      const changed = Object.keys(before ?? {}).filter((column) => JSON.stringify(before?.[column]) !== JSON.stringify(after?.[column]))
      expect(changed.toSorted()).toEqual([...fieldsWith('mask'), ...fieldsWith('coarsen')].toSorted())
      for (const column of fieldsWith('mask')) expect(['', []], column).toContainEqual(after?.[column])
      expect(after).toMatchObject({ time: '2026-03-11 12:00:00', received_at: '2026-03-11 10:00:00.000' })
    })

    test('is found incomplete for every event that kept any one of those fields', async () => {
      const fields = [...fieldsWith('mask'), ...fieldsWith('coarsen')]
      const values: Record<string, string> = { granted: "['web_analytics']", time: "'2026-03-10 10:17:00'", received_at: "'2026-03-10 10:17:00'" }
      await store(fields.map((field) => enriched({ name: `kept ${field}`, order_key: 'needle-order' })))
      await erase()
      expect(await subject().remaining(keys)).toBe(0)
      const keeping = fields.map((field) => `update ${field} = ${values[field] ?? "'x'"} where event_id = '${uuid(`kept ${field}`)}'`)
      await command(`alter table events ${keeping.join(', ')} settings mutations_sync = 2`)
      expect(await subject().remaining(keys)).toBe(fields.length)
      await erase()
      expect(await subject().remaining(keys)).toBe(0)
    })

    test('is found incomplete when an event came back, and wrong when it was not booked', async () => {
      await erased()
      await command(`insert into events (event_id, version, type, day, channel) values ('${firstVisit.id}', 1, 'page_viewed', '2026-03-11', 'shop')`)
      expect(await subject().remaining(keys)).toBe(1)
      await erase()
      expect(await subject().remaining(keys)).toBe(0)
      await command("delete from fates where reason = 'erasure'")
      expect((await audit(world.warehouse)).findings).toMatchObject([{ check: 'lost' }, { check: 'lost' }, { check: 'lost' }])
    })

    test('holds against a replay of the log', async () => {
      await erased()
      const before = await everything()
      for (const batch of [others, person, person.toReversed()]) await store(batch)
      await refreshRollups(world.warehouse, { logger })
      expect(await everything()).toEqual(before)
      expect(await subject().remaining(keys)).toBe(0)
    })

    test('holds against later versions: an order is corrected without its person, a visit stays away', async () => {
      await erased()
      const corrected = [order, firstVisit].map((event) => ({ ...event, version: 2, amount_minor: event.amount_minor && 650, day: '2026-03-12' }))
      await run(corrected)
      expect(await subject().remaining(keys)).toBe(0)
      expect(await stored(order)).toMatchObject({
        version: 2,
        amount_minor: 650,
        day: '2026-03-12',
        time: '2026-03-12 12:00:00',
        order_key: '',
        subject_web: '',
      })
      expect(await stored(firstVisit)).toBeUndefined()
      expect((await audit(world.warehouse)).findings).toEqual([])
    })

    test('stores an order that is replayed as it masks one that is stored', async () => {
      await erased()
      const inPlace = await stored(order)
      await command(`alter table events delete where event_id = '${order.id}' settings mutations_sync = 2`)
      await store([order])
      expect(await stored(order)).toEqual(inPlace)
    })

    test('reaches versions of an event that are stored elsewhere and say nothing of the person', async () => {
      await run([order, { ...firstVisit, order_key: 'needle-order' }])
      await run([{ ...firstVisit, version: 2, subject_web: null, subject_ads: null, session_key: null, day: '2026-04-20' }])
      await erase()
      expect(await rowsOf('select event_id from events')).toEqual([{ event_id: order.id }])
      expect(await audit(world.warehouse)).toMatchObject({ clean: true, totals: { accepted: 3, stored: 1, deleted: 2 } })
    })

    test('changes nothing when it is done again', async () => {
      await erased()
      const before = await everything()
      const mutations = 'select count() as mutations from system.mutations where database = currentDatabase()'
      const [first] = await rowsOf(mutations)
      await erase()
      expect(await everything()).toEqual(before)
      expect(await rowsOf(mutations)).toEqual([first])
    })

    test('finds what arrives while it runs', async () => {
      await run([...others, ...person])
      const late = enriched({ name: 'late', type: 'page_viewed', subject_web: 'needle-web', day: '2026-03-11' })
      let arrived = false
      const busy = withStatements(world.warehouse, async (query) => {
        if (!query.includes('alter table events') || arrived) return
        arrived = true
        await store([late, ...person])
        await stage().process(fateBatch('consent', [late]))
      })
      await subjectOn(busy).erase(keys)
      expect(await subject().remaining(keys)).toBe(0)
      expect(await stored(late)).toBeUndefined()
      expect(await audit(world.warehouse)).toMatchObject({ clean: true })
    })

    test('sends keys in the body of requests, as parameters of statements that are not logged, and leaves none in a text that stays', async () => {
      await run([...others, ...person])
      const sent: { query: string; inBody: boolean; named: boolean }[] = []
      const watched = withStatements(
        world.warehouse,
        async (query, params, inBody) => void sent.push({ query, inBody, named: JSON.stringify(params).includes(needle) }),
      )
      await subjectOn(watched).holdings(keys)
      for await (const _ of subjectOn(watched).rows(keys));
      await subjectOn(watched).erase(keys)
      await subjectOn(watched).remaining(keys)
      expect(sent.filter(({ named }) => named).length).toBeGreaterThan(4)
      for (const { query, inBody, named } of sent) {
        expect(query).not.toContain(needle)
        if (!named) continue
        expect(query).toContain('log_queries = 0')
        expect(inBody, query).toBe(true)
      }
      expect(await textOf('select command from system.mutations')).not.toMatch(new RegExp(`${needle}|${order.id}`))
    })

    test('says that something failed, and not what', async () => {
      await run(person)
      const failing = withStatements(world.warehouse, async (_, params) => {
        throw Object.assign(new Error(`Cannot parse ${JSON.stringify(params)}`), { code: '27' })
      })
      const asked = [
        subjectOn(failing).holdings(keys),
        subjectOn(failing).erase(keys),
        subjectOn(failing).remaining(keys),
        subjectOn(failing).rows(keys)[Symbol.asyncIterator]().next(),
      ]
      for (const answer of asked) {
        const error: unknown = await answer.then(
          () => undefined,
          (reason: unknown) => reason,
        )
        expect(error).toMatchObject({ code: 'SUBJECT_REQUEST_FAILED', message: expect.stringContaining('error 27') })
        expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(needle)
      }
      expect(JSON.stringify(logger.lines)).not.toContain(needle)
    })

    test('says why the engine could not rewrite the events, and is completed once it can', async () => {
      await run([...others, ...person])
      await command(
        `alter table events update utm_source = toString(throwIf(length(utm_campaign) > 0, 'needle-text')) where event_id = '${order.id}' or event_id in (select event_id from erased_events) settings mutations_sync = 0`,
      )
      await expect(erase()).rejects.toMatchObject({ code: 'ERASURE_UNFINISHED', message: expect.stringMatching(/FUNCTION_THROW_IF_VALUE_IS_NON_ZERO/) })
      expect(await subject().remaining(keys)).toBeGreaterThan(0)
      await command("kill mutation where database = currentDatabase() and command like '%throwIf%' sync")
      await erase()
      expect(await subject().remaining(keys)).toBe(0)
      expect(await audit(world.warehouse)).toMatchObject({ clean: true })
    })

    test('is completed by the next, wherever it ended', async () => {
      await run([...others, ...person])
      const before = await books()
      let kinds = 0
      await subjectOn(endingAt(world.warehouse, Number.POSITIVE_INFINITY, (count) => (kinds = count))).erase(keys)
      expect(kinds).toBeGreaterThan(11)
      for (const last of world.endings(kinds)) {
        await empty()
        await run([...others, ...person])
        await subjectOn(endingAt(world.warehouse, last))
          .erase(keys)
          .catch(() => undefined)
        // What a process does when it starts again: it recomputes what is marked, and reads the log where it left off.
        await refreshRollups(world.warehouse, { logger })
        await store(person)
        await erase()
        expect(await subject().remaining(keys), `after statement ${last}`).toBe(0)
        expect(await audit(world.warehouse), `after statement ${last}`).toMatchObject({ clean: true, totals: { deleted: 4 } })
        expect(await books(), `after statement ${last}`).toBe(before)
      }
    }, 300_000)

    test('is remembered until the log has forgotten the events', async () => {
      await erased()
      await enforceRetention(world.warehouse, { now: new Date('2026-04-30T00:00:00Z') })
      expect(await rowsOf('select count() as events from erased_events final where done')).toEqual([{ events: person.length }])
      await enforceRetention(world.warehouse, { now: new Date('2026-05-10T00:00:00Z') })
      expect(await rowsOf('select count() as events from erased_events')).toEqual([{ events: 0 }])
    })
  })
}

/**
 * The connection is lost before the statement with this number. Repetitions of one that waits for the engine count as one; those of a
 * refresh of the rollups do not count.
 */
function endingAt(warehouse: Warehouse, statement: number, count: (statements: number) => void = () => undefined): Warehouse {
  let sent = 0
  let last = ''
  return withStatements(warehouse, async (query) => {
    if (query !== last && !/rollup|groupArray\(mark\)/.test(query)) sent++
    last = query
    count(sent)
    if (sent > statement) throw new Error('connection lost')
  })
}
