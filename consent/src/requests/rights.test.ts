import type { SubjectKeys, SubjectStore } from '@kanalblick/stream'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
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
    expect(await fixture.ledger.suppressed([fixture.refOf(device)])).toEqual(new Set([fixture.refOf(device)]))
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
