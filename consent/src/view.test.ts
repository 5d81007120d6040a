/** What the stage remembers of persons, and what it lets be of those who were erased. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected, createFixture, order } from './fixture.ts'
import { createTokens } from './suppression.ts'

const device = { kind: 'device', value: 'device-4711' } as const
const email = { kind: 'email', value: 'erika@example.com' } as const
const customer = { kind: 'customer', value: 'C-1001' } as const

let fixture: Awaited<ReturnType<typeof createFixture>>
beforeEach(async () => {
  fixture = await createFixture()
})
afterEach(() => fixture.close())

const granting = { consent: { purposes: { web_analytics: true }, origin: 'segment_context' } } as const

describe('erasure', () => {
  const request = collected({ type: 'erasure_requested', identifiers: [email, device], data: { request_id: 'r-1', origin: 'shop' } })

  test('leaves later orders without pseudonym, order key and time of day, and drops what the person does', async () => {
    await fixture.decide(device, { web_analytics: 'granted' })
    await fixture.process(request)
    const { outcomes, consented } = await fixture.process(order({ identifiers: [email, customer], time: '2026-11-23T23:30:00.000Z' }), collected(granting))
    expect(outcomes).toEqual(['kept', 'erased'])
    expect(consented[0]).toMatchObject({
      subject_web: null,
      session_key: null,
      order_key: null,
      granted: [],
      // Half past midnight of the next day in Berlin.
      time: '2026-11-24T12:00:00.000Z',
      received_at: '2026-11-23T10:00:00.000Z',
    })
    expect(consented[0]?.data).toMatchObject({ total_net_minor: 4200 })
  })

  test('holds for the batch that brings the request, before and after it', async () => {
    await fixture.decide(device, { web_analytics: 'granted' })
    expect((await fixture.process(collected(), request, collected())).outcomes).toEqual(['erased', 'kept', 'erased'])
  })

  test('opens a request that waits for verification and names whom the event named, once', async () => {
    await fixture.process(request)
    await fixture.process(request)
    expect(await fixture.register.list()).toEqual([
      expect.objectContaining({
        id: request.id,
        type: 'erasure',
        status: 'in_progress',
        reason: 'need_user_verification',
        verification: null,
        subject: [
          { ref: fixture.refOf(email), kind: 'email', named: true },
          { ref: fixture.refOf(device), kind: 'device', named: true },
        ],
      }),
    ])
    expect(await fixture.register.unfinished()).toEqual([])
  })

  test('is asked for by nothing that the catalogue refuses', async () => {
    const { outcomes } = await fixture.process({ ...request, data: { origin: 'shop' } }, { ...request, malformed: 'time: too old' })
    expect(outcomes).toEqual(['event_invalid', 'event_malformed'])
    expect([await fixture.register.list(), await fixture.ledger.suppressed([fixture.refOf(email)])]).toEqual([[], new Map()])
  })

  test('remembers nothing of somebody who was erased, nor of who came with them', async () => {
    await fixture.ledger.suppress([email, device].map(fixture.refOf))
    await fixture.process(order({ identifiers: [email, customer] }), collected({ identifiers: [device, { kind: 'phone', value: '030 1234567' }] }))
    for (const table of ['subject_links', 'subject_orders'] as const) expect(await fixture.db.selectFrom(table).selectAll().execute()).toEqual([])
  })

  const refund = (orderId: string) => order({ type: 'refund_issued', identifiers: [], data: { order_id: orderId, refund_id: `R-${orderId}` } })

  test('leaves a refund that names nobody without order key when its order was erased', async () => {
    const orderKey = (await fixture.process(order())).consented[0]?.order_key ?? expect.fail('an order has a key')
    await fixture.ledger.suppress([createTokens(fixture.keyring).orderToken(orderKey)])
    const { outcomes, consented } = await fixture.process(refund('A-10023'), refund('A-10024'))
    expect(outcomes).toEqual(['kept', 'kept'])
    expect(consented[0]).toMatchObject({ order_key: null, subject_web: null, granted: [], time: '2026-11-23T12:00:00.000Z' })
    expect(consented[1]?.order_key).toMatch(/^v1:/)
  })

  test('leaves a refund that names nobody without order key when its order came after the erasure', async () => {
    await fixture.process(request)
    const together = await fixture.process(refund('A-10023'), order())
    const later = await fixture.process(refund('A-10023'), refund('A-10024'))
    expect([...together.consented, ...later.consented].map(({ order_key }) => order_key)).toEqual([null, null, null, expect.any(String)])
  })

  test('takes up no new choice of somebody who was erased', async () => {
    await fixture.ledger.suppress([fixture.refOf(device)])
    await fixture.process(collected(granting))
    expect(await fixture.ledger.verify()).toMatchObject({ records: 0 })
  })
})

describe('what belongs together', () => {
  const monthsOf = (table: 'subject_links' | 'subject_orders') => fixture.db.selectFrom(table).select('month').execute()

  test('is remembered of identifiers that came with one event, and of an order, consent or not', async () => {
    const { outcomes, consented } = await fixture.process(order({ identifiers: [email, customer] }), collected({ identifiers: [email, device] }))
    expect(outcomes).toEqual(['kept', 'no_consent'])
    const links = await fixture.index.links([fixture.refOf(email)])
    expect(links.map(({ linkedRef, linkedKind }) => `${linkedKind} ${linkedRef}`).toSorted()).toEqual([
      `customer ${fixture.refOf(customer)}`,
      `device ${fixture.refOf(device)}`,
    ])
    expect(await fixture.index.orderKeys([fixture.refOf(customer)])).toEqual([consented[0]?.order_key])
  })

  const months = async () => [await monthsOf('subject_links'), await monthsOf('subject_orders')]
  const both = (month: string) => [
    [{ month }, { month }],
    [{ month }, { month }],
  ]
  const bought = order({ identifiers: [email, customer] })
  const boughtInDecember = { ...bought, received_at: '2026-12-01T00:00:00.000Z' }

  test('is remembered once a month, however often it comes', async () => {
    await fixture.process(bought, bought)
    await fixture.process(bought, { ...bought, id: randomUUID() })
    expect(await months()).toEqual(both('2026-11'))
    fixture.clock.ms = Date.parse('2026-12-01T00:00:01.000Z')
    await fixture.process(boughtInDecember)
    expect(await months()).toEqual(both('2026-12'))
  })

  test('keeps the latest month when older events are read again', async () => {
    fixture.clock.ms = Date.parse('2026-11-30T23:59:59.000Z')
    const november = fixture.sealAlone({ ...bought, received_at: '2026-11-30T23:59:58.000Z' })
    fixture.clock.ms = Date.parse('2026-12-01T00:00:01.000Z')
    await fixture.process(boughtInDecember)
    await fixture.processValues(november)
    expect(await months()).toEqual(both('2026-12'))
  })

  test('is nothing where an event names one identifier and no order, or is a total', async () => {
    await fixture.process(collected(), order({ identifiers: [], data: { order_id: 'A-2' } }))
    expect([await monthsOf('subject_links'), await monthsOf('subject_orders')]).toEqual([[], []])
  })
})
