import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFixture } from '../fixture.ts'
import { keysOf, openPlan, sealPlan } from './plan.ts'

let fixture: Awaited<ReturnType<typeof createFixture>>
beforeEach(async () => {
  fixture = await createFixture()
})
afterEach(() => fixture.close())

const dayMs = 86_400_000

describe('a plan', () => {
  const keys = { refs: ['v1:0123'], pseudonyms: ['v1:web:4567', 'v1:ads:89ab'], orderKeys: ['v1:cdef'], sessionKeys: ['v1:fedc'] }

  test('opens to what was sealed, for the request it was sealed for', () => {
    const sealed = sealPlan(keys, 'request-1', fixture.keyring)
    expect(openPlan(sealed, 'request-1', fixture.keyring)).toEqual(keys)
    expect(() => openPlan(sealed, 'request-2', fixture.keyring)).toThrow()
  })

  test('does not open when any byte of it was changed, or the end is missing', () => {
    const sealed = Buffer.from(sealPlan(keys, 'request-1', fixture.keyring), 'base64')
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed)
      changed[i] = (changed[i] as number) ^ 1
      expect(() => openPlan(changed.toString('base64'), 'request-1', fixture.keyring)).toThrow()
    }
    expect(() => openPlan(sealed.subarray(0, -1).toString('base64'), 'request-1', fixture.keyring)).toThrow()
    expect(() => openPlan('', 'request-1', fixture.keyring)).toThrow()
  })

  test('shows nothing of the keys, and differs each time', () => {
    const one = sealPlan(keys, 'request-1', fixture.keyring)
    const bytes = Buffer.from(one, 'base64').toString('latin1')
    for (const text of ['refs', 'pseudonyms', ...Object.values(keys).flat()]) expect(`${one} ${bytes}`).not.toContain(text)
    expect(sealPlan(keys, 'request-1', fixture.keyring)).not.toBe(one)
  })
})

describe('the names of a person in the stores', () => {
  const mac = (...parts: string[]) => parts.join('/')
  const customer = { ref: 'v1:c', kind: 'customer', named: true } as const
  const device = { ref: 'v1:d', kind: 'device', named: false } as const
  const find = (now: Date) => keysOf([customer, device], { ...fixture, keyring: { mac }, now: () => now })

  test('are the pseudonyms a customer was given, and their orders', async () => {
    const given = await fixture.vault.pseudonyms([
      { subjectRef: 'v1:c', purpose: 'web_analytics' },
      { subjectRef: 'v1:else', purpose: 'web_analytics' },
    ])
    await fixture.index.remember([
      { subjects: [customer], orderKey: 'v1:order-1', at: '2026-11-23T10:15:00.000Z' },
      { subjects: [device], orderKey: 'v1:order-2', at: '2026-11-23T10:15:00.000Z' },
      { subjects: [{ ref: 'v1:else', kind: 'customer' }], orderKey: 'v1:order-3', at: '2026-11-23T10:15:00.000Z' },
    ])
    const keys = await find(new Date('2026-11-23T10:15:30.000Z'))
    expect(keys.refs).toEqual(['v1:c', 'v1:d'])
    expect(keys.orderKeys).toEqual(['v1:order-1', 'v1:order-2'])
    expect(keys.pseudonyms.filter((pseudonym) => [...given.values()].includes(pseudonym))).toEqual([given.get('v1:c web_analytics')])
  })

  test('are those of a device in each epoch of 425 days and of the next day, for each purpose', async () => {
    // Epoch 690 of thirty days begins on day 20700.
    const { pseudonyms } = await find(new Date(20_700 * dayMs))
    expect(pseudonyms).toHaveLength(16 * 3)
    for (const epoch of [675, 690]) expect(pseudonyms).toContain(`v1:web:pseudonym/web_analytics/${epoch}/v1:d`)
    const atTheEnd = (await find(new Date(20_729.5 * dayMs))).pseudonyms
    expect(atTheEnd).toContain('v1:profile:pseudonym/personalisation/691/v1:d')
  })
})
