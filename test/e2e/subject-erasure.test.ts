/** One shopper of several is erased: nothing of them is left anywhere, nothing of the others is touched, and nothing brings them back. */
import type { ShownRequest } from '@kanalblick/consent'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askKanalblick, temporaryFolder } from '../support/product.ts'
import { type Dump, dumpOf, rewindGroups } from '../support/subjects/dump.ts'
import { lateVisitOf, messagesOf, newsOf } from '../support/subjects/messages.ts'
import { find, namingEvents, othersRows, type Traces, tracesOf } from '../support/subjects/oracle.ts'
import { openShop, type Shop } from '../support/subjects/shop.ts'
import { type Shopper, shoppers } from '../support/subjects/shoppers.ts'

const all = shoppers(4)
const subject = all[0] as Shopper

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let shop: Shop
let before: Dump
let traces: Traces
let books: unknown
let answers: string

beforeAll(async () => {
  folder = await temporaryFolder()
  shop = await openShop(folder.path)
  await shop.start()
  for (const shopper of all) await shop.send(messagesOf(shopper))
  expect(await shop.post('/v1/events', lateVisitOf(subject), 'application/cloudevents-batch+json')).toBe(202)
  await shop.importFile(all)
  const { request_id } = await shop.ask<ShownRequest>('POST', '/v1/requests', {
    type: 'access',
    identifiers: [{ kind: 'email', value: subject.email }],
    verification: 'operator',
  })
  await shop.fulfilled(request_id)
  // Another one, that nobody has verified yet.
  await shop.ask('POST', '/v1/requests', { type: 'access', identifiers: [{ kind: 'email', value: subject.email }] })
  await shop.drained()
  books = await shop.books()
  await shop.stop()
  before = await dumpOf(shop.folder)
  traces = tracesOf(subject, before)
})
afterAll(async () => {
  await shop.stop()
  await folder.remove()
})

test('before, the shopper is in every store that holds persons in the clear, and their identifiers are nowhere', () => {
  expect(Object.keys(traces.rows).toSorted()).toEqual([
    'consent_current',
    'consent_records',
    'events',
    'events.consented.v1',
    'events.enriched.v1',
    'rejected.transform.v1',
    'subject_links',
    'subject_orders',
    'subject_pseudonyms',
    'subject_requests',
  ])
  const found = Object.keys(find(subject, traces, before))
  expect(found).toEqual(expect.arrayContaining(Object.keys(traces.rows)))
  expect(found.some((place) => place.startsWith('warehouse/store/'))).toBe(true)
  expect(Object.keys(namingEvents(traces, before))).toEqual(['events.consented.v1', 'events.enriched.v1', 'rejected.transform.v1'])
})

test('`subject erase` leaves no row and no byte of them, every row of the others, and the books as they were', { timeout: 240_000 }, async ({ annotate }) => {
  await shop.start()
  const { status, received_at, proof } = await askKanalblick<ShownRequest>(['subject', 'erase', '--email', subject.email, ...shop.data])
  expect({ status, remaining: proof?.remaining }).toEqual({ status: 'fulfilled', remaining: 0 })
  await annotate(`erased, and searched in vain, after ${Date.parse(proof?.verifiedAt ?? '') - Date.parse(received_at)} ms`)
  expect(await shop.audit()).toMatchObject({ clean: true, findings: [] })
  expect(await shop.books()).toEqual(books)
  const told = [await shop.ask('GET', '/v1/requests'), await shop.preview([{ kind: 'email', value: subject.email }]), await shop.metrics()]
  await shop.stop()
  const after = await dumpOf(shop.folder)
  expect(find(subject, traces, after)).toEqual({})
  expect(tracesOf(subject, after)).toMatchObject({ refs: new Set(), keys: new Set() })
  expect(namingEvents(traces, after)).toEqual({})
  expect(othersRows(subject, traces, after)).toEqual(othersRows(subject, traces, before))
  answers = JSON.stringify(told)
})

test('no line of the log, no answer about requests and no metric names them, by an identifier, a reference or a key', () => {
  const texts = new Map([
    ['log', shop.output()],
    ['answers', answers],
  ])
  expect(shop.output()).toContain('erasure step')
  expect(answers).toContain('fulfilled')
  expect(find(subject, traces, { rows: new Map(), newest: new Map(), files: texts })).toEqual({})
  // The search is worth something: it finds what is there.
  const [ref = ''] = traces.refs
  expect(find(subject, traces, { rows: new Map(), newest: new Map(), files: new Map([['log', `at v1:${ref} ${subject.email}`]]) })).toEqual({ log: 2 })
})

test('nothing brings them back: the log read from its start, the same file and messages again, news of their orders', { timeout: 240_000 }, async () => {
  await rewindGroups(shop.folder)
  await shop.start()
  await shop.drained()
  await shop.importFile(all, '--again')
  const { consent, cloudEvents, segment } = messagesOf(subject)
  expect(await shop.post('/v1/consents', consent)).toBe(409)
  expect(await shop.post('/v1/events', cloudEvents, 'application/cloudevents-batch+json')).toBe(202)
  expect(await shop.post('/v1/batch', { batch: segment })).toBe(200)
  await shop.drained()
  expect(await shop.audit()).toMatchObject({ clean: true, findings: [] })
  expect(await shop.books()).toEqual(books)

  expect(await shop.post('/v1/events', newsOf(subject), 'application/cloudevents-batch+json')).toBe(202)
  await shop.drained()
  expect(await shop.audit()).toMatchObject({ clean: true, findings: [] })
  await shop.stop()
  const after = await dumpOf(shop.folder)
  expect(find(subject, traces, after)).toEqual({})
  expect(tracesOf(subject, after)).toMatchObject({ refs: new Set(), keys: new Set() })
  expect(othersRows(subject, traces, after)['consent_records']).toEqual(othersRows(subject, traces, before)['consent_records'])
})
