import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFixture } from '../fixture.ts'
import { identify, ordersOf } from './person.ts'

const customer = { ref: 'v1:customer', kind: 'customer' } as const
const email = { ref: 'v1:email', kind: 'email' } as const
const buyer = { ref: 'v1:buyer', kind: 'marketplace_buyer' } as const
const phone = { ref: 'v1:phone', kind: 'phone' } as const
const device = { ref: 'v1:device', kind: 'device' } as const
const otherCustomer = { ref: 'v1:other-customer', kind: 'customer' } as const
const otherEmail = { ref: 'v1:other-email', kind: 'email' } as const
type Named = { readonly ref: string; readonly kind: 'customer' | 'email' | 'marketplace_buyer' | 'phone' | 'device' }

let fixture: Awaited<ReturnType<typeof createFixture>>
beforeEach(async () => {
  fixture = await createFixture()
})
afterEach(() => fixture.close())

/** Each list of identifiers came with one event. */
const together = (...events: (readonly Named[])[]) =>
  fixture.index.remember(events.map((subjects) => ({ subjects, orderKey: null, at: '2026-11-23T10:15:00.000Z' })))

async function found(...named: Named[]) {
  const { identifiers, ambiguous } = await identify(named, fixture.index)
  return { refs: identifiers.map(({ ref }) => ref.slice('v1:'.length)).toSorted(), ambiguous }
}

describe('one person', () => {
  test('is who they say they are when nothing of them is known', async () => {
    expect(await identify([email, phone], fixture.index)).toEqual({
      identifiers: [
        { ...email, named: true },
        { ...phone, named: true },
      ],
      ambiguous: [],
    })
  })

  test('is found by whatever came together with what they name, over several steps', async () => {
    await together([email, device], [device, phone])
    expect(await found(email)).toEqual({ refs: ['device', 'email', 'phone'], ambiguous: [] })
  })

  test('who changed their e-mail address is found by the customer number', async () => {
    await together([customer, email], [customer, otherEmail])
    expect(await found(customer)).toEqual({ refs: ['customer', 'email', 'other-email'], ambiguous: [] })
  })

  test('with two customer accounts of one address is found by the address', async () => {
    await together([customer, email], [otherCustomer, email])
    expect(await found(email)).toEqual({ refs: ['customer', 'email', 'other-customer'], ambiguous: [] })
  })

  test('whose order named everything at once is found by each of it', async () => {
    const all = [customer, email, buyer, phone, device]
    await together(all)
    for (const named of all) expect(await found(named)).toEqual({ refs: ['buyer', 'customer', 'device', 'email', 'phone'], ambiguous: [] })
  })
})

describe('somebody else', () => {
  test('at the same device is left out with the device', async () => {
    await together([customer, device], [otherCustomer, device])
    expect(await found(customer)).toEqual({ refs: ['customer'], ambiguous: ['device'] })
  })

  test('with the same telephone is left out with the telephone', async () => {
    await together([customer, email, phone], [otherEmail, phone])
    expect(await found(email)).toEqual({ refs: ['customer', 'email'], ambiguous: ['phone'] })
  })

  test('stays left out when the shared telephone or device is named: it is not told whose of the two', async () => {
    await together([customer, email, phone, device], [otherCustomer, otherEmail, phone, device])
    expect(await found(phone)).toEqual({ refs: ['phone'], ambiguous: ['customer', 'device', 'email'] })
    expect(await found(device)).toEqual({ refs: ['device'], ambiguous: ['customer', 'email', 'phone'] })
    expect(await found(customer, phone)).toEqual({ refs: ['customer', 'email', 'phone'], ambiguous: ['customer', 'device', 'email'] })
  })

  test('is not handed out for a telephone that two customers gave', async () => {
    await together([customer, phone], [otherCustomer, phone])
    expect(await found(phone)).toEqual({ refs: ['phone'], ambiguous: ['customer'] })
    expect(await found(customer, phone)).toEqual({ refs: ['customer', 'phone'], ambiguous: ['customer'] })
  })

  test('whose address was mistyped once is left out with the address', async () => {
    await together([customer, email], [customer, otherEmail], [otherCustomer, otherEmail])
    expect(await found(customer)).toEqual({ refs: ['customer', 'email'], ambiguous: ['email'] })
  })

  test('is taken along when the request names them', async () => {
    await together([customer, device], [otherCustomer, device])
    expect(await found(customer, otherCustomer)).toEqual({ refs: ['customer', 'device', 'other-customer'], ambiguous: [] })
  })
})

test('an account with two addresses is not found by one of them: the other may be somebody else', async () => {
  await together([customer, email], [customer, otherEmail])
  expect(await found(email)).toEqual({ refs: ['email'], ambiguous: ['customer'] })
  expect(await found(email, otherEmail)).toEqual({ refs: ['customer', 'email', 'other-email'], ambiguous: [] })
})

test('whose telephone it is too keeps the orders that came with their own address', async () => {
  await fixture.index.remember([
    { subjects: [email, phone], orderKey: 'mine', at: '2026-01-02T00:00:00.000Z' },
    { subjects: [otherEmail, phone], orderKey: 'theirs', at: '2026-01-02T00:00:00.000Z' },
    { subjects: [phone], orderKey: 'by telephone alone', at: '2026-01-02T00:00:00.000Z' },
  ])
  expect(await ordersOf([email], fixture.index)).toEqual(['mine'])
  expect(await ordersOf([email, phone], fixture.index)).toEqual(['by telephone alone', 'mine'])
})
