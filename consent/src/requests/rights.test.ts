import type { SubjectKeys, SubjectStore } from '@kanalblick/stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { collected, order } from '../fixture.ts'
import { createRightsFixture } from './fixture.ts'

const customer = { kind: 'customer', value: 'C-1001' } as const

/** A store of somebody else's making: tells when it is asked, answers when it is let, and can be lost. */
function createLastStore() {
  const state = { wait: Promise.resolve(), lost: false, erased: [] as SubjectKeys[] }
  let asked = () => {}
  const whenAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const store: SubjectStore = {
    name: 'last',
    async holdings() {
      asked()
      await state.wait
      return []
    },
    async *rows() {},
    async erase(keys) {
      if (state.lost) throw new Error('The store is lost.')
      state.erased.push(keys)
    },
    remaining: async () => 0,
  }
  return { state, store, whenAsked }
}

function createGate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

let last: ReturnType<typeof createLastStore>
let fixture: Awaited<ReturnType<typeof createRightsFixture>>
beforeEach(async () => {
  last = createLastStore()
  fixture = await createRightsFixture([last.store])
})
afterEach(() => fixture.close())

const pseudonymOfCustomer = async () => {
  const given = await fixture.vault.pseudonyms([{ subjectRef: fixture.refOf(customer), purpose: 'web_analytics' }])
  return [...given.values()][0] as string
}

/** A process that has read the request, and stands before the stages until the gate opens. */
function startSlowly(id: string) {
  const [arrived, gate] = [createGate(), createGate()]
  const rights = fixture.openAgain({
    ...fixture.log,
    async hasPassed(...asked) {
      arrived.open()
      await gate.opened
      return fixture.log.hasPassed(...asked)
    },
  })
  return { ended: rights.carryOut(id), arrived: arrived.opened, goOn: gate.open }
}

test('an access request that is taken back while it is answered stays taken back, and names nobody', async () => {
  const gate = createGate()
  last.state.wait = gate.opened
  const { id } = await fixture.rights.open('access', [customer], 'operator')
  const answering = fixture.rights.carryOut(id)
  await last.whenAsked
  expect(await fixture.rights.end(id, 'revoked', null)).toMatchObject({ status: 'revoked', subject: null })
  gate.open()
  expect(await answering).toMatchObject({ status: 'revoked', subject: null, proof: null })
})

describe('an erasure', () => {
  test('that is cut off goes on by the names that were known when it began', async () => {
    const pseudonym = await pseudonymOfCustomer()
    const { id } = await fixture.rights.open('erasure', [customer], 'operator')
    last.state.lost = true
    await expect(fixture.rights.carryOut(id)).rejects.toThrow('lost')
    expect(await fixture.vault.known([fixture.refOf(customer)])).toEqual([])
    expect(JSON.stringify(await fixture.register.find(id))).not.toContain(pseudonym)
    last.state.lost = false
    await fixture.openAgain().resume()
    expect(await fixture.rights.find(id)).toMatchObject({ status: 'fulfilled', proof: { remaining: 0 } })
    expect(last.state.erased).toEqual([expect.objectContaining({ pseudonyms: [pseudonym] })])
  })

  test('by two processes at once goes by the names of whoever was first: the second finds them deleted', async () => {
    const pseudonym = await pseudonymOfCustomer()
    const { id } = await fixture.rights.open('erasure', [customer], 'operator')
    const slow = startSlowly(id)
    await slow.arrived
    last.state.lost = true
    await expect(fixture.rights.carryOut(id)).rejects.toThrow('lost')
    last.state.lost = false
    slow.goOn()
    expect(await slow.ended).toMatchObject({ status: 'fulfilled' })
    expect(last.state.erased).toEqual([expect.objectContaining({ pseudonyms: [pseudonym] })])
  })

  test('that another process has ended meanwhile stays as that one left it', async () => {
    await fixture.decide(customer, { web_analytics: 'granted' })
    const { id } = await fixture.rights.open('erasure', [customer], 'operator')
    const slow = startSlowly(id)
    await slow.arrived
    const first = await fixture.rights.carryOut(id)
    expect(first).toMatchObject({ status: 'fulfilled', subject: null, plan: null })
    fixture.clock.ms += 1000
    slow.goOn()
    expect(await slow.ended).toEqual(first)
  })

  test('takes along who came together with the person while it waited', async () => {
    const device = { kind: 'device', value: 'd-1' } as const
    const { id } = await fixture.rights.open('erasure', [customer], 'operator')
    const slow = startSlowly(id)
    await slow.arrived
    const subjects = [customer, device].map(({ kind, value }) => ({ kind, ref: fixture.refOf({ kind, value }) }))
    await fixture.index.remember([{ subjects, orderKey: 'v1:order', at: '2026-11-23T10:15:00.000Z' }])
    slow.goOn()
    expect(await slow.ended).toMatchObject({ status: 'fulfilled', proof: { identifiers: { customer: 1, device: 1 } } })
    expect(last.state.erased).toEqual([expect.objectContaining({ refs: subjects.map(({ ref }) => ref), orderKeys: ['v1:order'] })])
    expect(await fixture.ledger.suppressed([fixture.refOf(device)])).toEqual(new Map([[fixture.refOf(device), null]]))
  })

  test('that fails says so, and is tried again with the others', async () => {
    const [one, two] = [await fixture.rights.open('erasure', [customer], 'operator'), await fixture.rights.open('access', [customer], 'operator')]
    last.state.lost = true
    await fixture.rights.resume()
    expect([(await fixture.rights.find(one.id)).status, (await fixture.rights.find(two.id)).status]).toEqual(['in_progress', 'fulfilled'])
    last.state.lost = false
    await fixture.rights.resume()
    expect((await fixture.rights.find(one.id)).status).toBe('fulfilled')
  })
})

describe('an erasure that an event asked for', () => {
  const device = { kind: 'device', value: 'device-4711' } as const
  const asked = collected({ type: 'erasure_requested', identifiers: [customer, device], data: { request_id: 'r-1', origin: 'shop' } })
  const visit = () => collected({ identifiers: [device] })
  const bought = (orderId: string) => order({ identifiers: [customer], data: { order_id: orderId } })
  const refunded = (orderId: string) => order({ type: 'refund_issued', identifiers: [], data: { order_id: orderId, refund_id: `R-${orderId}` } })
  beforeEach(async () => {
    await fixture.decide(device, { web_analytics: 'granted' })
  })

  const orderKeyOf = async (...events: Parameters<typeof fixture.process>) => (await fixture.process(...events)).consented[0]?.order_key

  test.each([
    ['denied', 'suspected_fraud'],
    ['revoked', null],
  ] as const)('and that is %s lets the person be analysed again, though the event is read once more', async (status, reason) => {
    await fixture.process(asked)
    expect((await fixture.process(visit())).outcomes).toEqual(['erased'])
    expect(await orderKeyOf(bought('A-1'))).toBeNull()
    await fixture.rights.end(asked.id, status, reason)
    await fixture.process(asked)
    expect((await fixture.process(visit())).outcomes).toEqual(['kept'])
    expect(await orderKeyOf(refunded('A-1'))).toMatch(/^v1:/)
    expect(await fixture.db.selectFrom('suppressed_subjects').selectAll().execute()).toEqual([])
  })

  test('and that is denied lets alone whom another request has erased meanwhile', async () => {
    await fixture.process(asked)
    expect(await orderKeyOf(bought('A-1'))).toBeNull()
    const { id } = await fixture.rights.open('erasure', [customer, device], 'operator')
    await fixture.passAll('consent')
    expect(await fixture.rights.carryOut(id)).toMatchObject({ status: 'fulfilled' })
    await fixture.rights.end(asked.id, 'denied', 'other')
    expect((await fixture.process(visit())).outcomes).toEqual(['erased'])
    expect(await orderKeyOf(refunded('A-1'))).toBeNull()
  })

  test('and that is denied lets go whom it named beside somebody who was erased meanwhile', async () => {
    await fixture.process(asked)
    const { id } = await fixture.rights.open('erasure', [customer], 'operator')
    await fixture.passAll('consent')
    expect(await fixture.rights.carryOut(id)).toMatchObject({ status: 'fulfilled', proof: { identifiers: { customer: 1 } } })
    await fixture.rights.end(asked.id, 'denied', 'suspected_fraud')
    expect((await fixture.process(visit())).outcomes).toEqual(['kept'])
  })

  test('and that is verified reaches whom it named beside somebody who was erased meanwhile, and what came together with them while it waited', async () => {
    const email = { kind: 'email', value: 'erika@example.com' } as const
    await fixture.process(asked)
    await fixture.process(collected({ identifiers: [device, email] }), order({ identifiers: [device], data: { order_id: 'A-2' } }))
    const { id } = await fixture.rights.open('erasure', [customer], 'operator')
    await fixture.passAll('consent')
    await fixture.rights.carryOut(id)
    await fixture.rights.verify(asked.id, 'operator')
    expect(await fixture.rights.carryOut(asked.id)).toMatchObject({ status: 'fulfilled', proof: { identifiers: { device: 1, email: 1 } } })
    const refs = [customer, device, email].map(fixture.refOf)
    expect(await fixture.ledger.suppressed(refs)).toEqual(new Map(refs.map((ref) => [ref, null])))
    expect(await orderKeyOf(refunded('A-2'))).toBeNull()
    expect([await fixture.index.links(refs), await fixture.index.orderKeys(refs)]).toEqual([[], []])
  })

  test('suppresses nobody whom only another event with the same id names', async () => {
    const other = { kind: 'device', value: 'device-of-another' } as const
    await fixture.process(asked)
    await fixture.process({ ...asked, identifiers: [other] })
    expect(await fixture.ledger.suppressed([fixture.refOf(other)])).toEqual(new Map())
  })

  test('takes up what the person decides until it is carried out: a withdrawal outlives the denial', async () => {
    await fixture.process(asked)
    const refusing = { consent: { purposes: { web_analytics: false }, origin: 'segment_context' }, received_at: fixture.now().toISOString() } as const
    await fixture.process(collected({ identifiers: [device], ...refusing }))
    await fixture.rights.end(asked.id, 'denied', 'no_match')
    expect((await fixture.process(visit())).outcomes).toEqual(['no_consent'])
  })

  test('and that was denied in the moment in which it came is lifted by night', async () => {
    await fixture.process(asked)
    await fixture.register.change(asked.id, { status: 'denied' })
    expect((await fixture.process(visit())).outcomes).toEqual(['erased'])
    await fixture.rights.forgetEnded()
    expect((await fixture.process(visit())).outcomes).toEqual(['kept'])
  })

  test('is for good once it is verified, whatever is forgotten by night', async () => {
    await fixture.process(asked)
    await fixture.rights.verify(asked.id, 'operator')
    await fixture.passAll('consent')
    expect(await fixture.rights.carryOut(asked.id)).toMatchObject({ status: 'fulfilled' })
    await fixture.rights.forgetEnded()
    await fixture.process(asked)
    expect(
      (await fixture.process(visit(), collected({ identifiers: [device], consent: { purposes: { web_analytics: true }, origin: 'segment_context' } })))
        .outcomes,
    ).toEqual(['erased', 'erased'])
    expect(await fixture.ledger.current([fixture.refOf(device)])).toEqual(new Map())
  })
})
