import type { IdentifierKind } from '@kanalblick/stream'
import { describe, expect, test } from 'vitest'
import type { Link } from '../subject-index.ts'
import { identify, ordersOf } from './person.ts'

const kinds: Readonly<Record<string, IdentifierKind>> = { C: 'customer', E: 'email', B: 'marketplace_buyer', P: 'phone', D: 'device' }
const kindOf = (ref: string) => kinds[ref[0] ?? ''] as IdentifierKind

/** Sightings: identifiers that came together. `E1` is an e-mail address of person 1. */
function indexOf(...sightings: readonly string[][]) {
  const all = sightings.flatMap((refs) => refs.flatMap((ref) => refs.filter((other) => other !== ref).map((other) => `${ref} ${other}`)))
  const links = [...new Set(all)].map((pair): Link => {
    const [ref = '', linkedRef = ''] = pair.split(' ')
    return { ref, kind: kindOf(ref), linkedRef, linkedKind: kindOf(linkedRef) }
  })
  return { links: async (refs: readonly string[]) => links.filter(({ ref }) => refs.includes(ref)) }
}

async function found(named: readonly string[], ...sightings: readonly string[][]) {
  const { identifiers, ambiguous } = await identify(
    named.map((ref) => ({ ref, kind: kindOf(ref) })),
    indexOf(...sightings),
  )
  return {
    person: identifiers
      .map(({ ref }) => ref)
      .toSorted()
      .join(' '),
    ambiguous,
  }
}

describe('whoever asks by one identifier', () => {
  test.each([
    ['nothing is known', ['E1'], [], 'E1'],
    ['two came together', ['E1'], [['E1', 'C1']], 'C1 E1'],
    [
      'one leads to the next',
      ['C1'],
      [
        ['C1', 'E1'],
        ['E1', 'D1'],
      ],
      'C1 D1 E1',
    ],
    ['all came together', ['E1'], [['E1', 'C1', 'B1', 'P1', 'D1']], 'B1 C1 D1 E1 P1'],
    [
      'three came together in pairs',
      ['E1'],
      [
        ['E1', 'C1'],
        ['C1', 'B1'],
        ['B1', 'E1'],
      ],
      'B1 C1 E1',
    ],
    ['a device is theirs alone', ['D1'], [['D1', 'E1', 'C1']], 'C1 D1 E1'],
  ] as const)('is all of them when %s', async (_, named, sightings, person) => {
    expect(await found(named, ...sightings.map((refs) => [...refs]))).toEqual({ person, ambiguous: [] })
  })
})

describe('what somebody else uses too', () => {
  const family = [
    ['E1', 'C1', 'P9', 'D9'],
    ['E2', 'C2', 'P9', 'D9'],
  ]

  test('is left out, and told', async () => {
    expect(await found(['E1'], ...family)).toEqual({ person: 'C1 E1', ambiguous: ['device', 'phone'] })
  })

  test('is included when it is named, and does not lead to the other', async () => {
    expect(await found(['E1', 'P9', 'D9'], ...family)).toEqual({ person: 'C1 D9 E1 P9', ambiguous: ['customer', 'email'] })
  })

  test('does not lead to a guest who gave nothing else', async () => {
    expect(await found(['E1', 'P9'], ['E1', 'P9'], ['E2', 'P9'])).toEqual({ person: 'E1 P9', ambiguous: ['email'] })
  })

  test('leads to nobody when it is all that is named', async () => {
    expect(await found(['P9'], ...family)).toEqual({ person: 'P9', ambiguous: ['customer', 'device', 'email'] })
  })

  test('is an address that somebody else mistyped', async () => {
    expect(await found(['E1'], ['E1', 'C1'], ['E1', 'C2'], ['E2', 'C2'])).toEqual({ person: 'C1 E1', ambiguous: ['customer'] })
  })
})

describe('the orders of whoever asks', () => {
  const orders: Readonly<Record<string, readonly string[]>> = { mine: ['E1', 'P9'], theirs: ['E2', 'C2', 'P9'], ours: ['P9'] }
  const index = {
    ...indexOf(['E1', 'P9'], ['E2', 'C2', 'P9']),
    orderKeys: async (refs: readonly string[]) => Object.keys(orders).filter((order) => orders[order]?.some((ref) => refs.includes(ref))),
    holders: async (keys: readonly string[]) => new Map(keys.map((key) => [key, orders[key] ?? []])),
  }
  const found = (...refs: string[]) =>
    ordersOf(
      refs.map((ref) => ({ ref, kind: kindOf(ref) })),
      index,
    )

  test('are those that came together with what is personal', async () => {
    expect(await found('E1')).toEqual(['mine'])
  })

  test('are not those of somebody else on the same telephone', async () => {
    expect(await found('E1', 'P9')).toEqual(['mine', 'ours'])
  })
})
