import { type PurposeId, purposeIds, purposes } from '@kanalblick/stream'
import { describe, expect, test } from 'vitest'
import { type CurrentDecision, type DecisionState, decisionStates } from '../record.ts'
import { createPolicy } from './policy.ts'

const now = new Date('2026-11-23T10:00:00.000Z')
const policy = createPolicy({ deviceConsentMonths: 12 }, now)
const recent = '2026-11-01T00:00:00.000Z'
const longAgo = '2025-11-23T10:00:00.000Z'

const decided = (purpose: PurposeId, state: DecisionState | undefined, receivedAt = recent) =>
  new Map<PurposeId, CurrentDecision>(state ? [[purpose, { state, sequence: 1, receivedAt }]] : [])

const states = [undefined, ...decisionStates]
const refusals: readonly (DecisionState | undefined)[] = ['denied', 'withdrawn', 'objected']

/** The rule in other words than the code's. */
function expected(purpose: PurposeId, first: DecisionState | undefined, second: DecisionState | undefined, own: boolean | undefined): boolean {
  const { basis } = purposes[purpose]
  if (basis === '6-1-b' || basis === '6-1-c') return true
  const refused = own === false || refusals.includes(first) || refusals.includes(second)
  if (basis === '6-1-f') return !refused
  return !refused && (first === 'granted' || second === 'granted')
}

describe('every purpose, in every state of two identifiers, with and without a choice in the event', () => {
  const cases = purposeIds.flatMap((purpose) =>
    states.flatMap((first) => states.flatMap((second) => ([undefined, true, false] as const).map((own) => ({ purpose, first, second, own })))),
  )
  test(`${cases.length} cases`, () => {
    const wrong = cases.filter(({ purpose, first, second, own }) => {
      const choices = own === undefined ? undefined : new Map([[purpose, own]])
      const permissions = policy.permissions([decided(purpose, first), decided(purpose, second)], choices)
      const granted = permissions.granted.includes(purpose)
      return (
        permissions.allows(purpose) !== expected(purpose, first, second, own) ||
        granted !== (permissions.allows(purpose) && purposes[purpose].basis === '6-1-a')
      )
    })
    expect(cases).toHaveLength(1080)
    expect(wrong).toEqual([])
  })
})

test('allows nothing that needs consent when nothing is known', () => {
  expect(purposeIds.filter(policy.permissions([]).allows)).toEqual(['necessary', 'consent_mgmt', 'order_statistics', 'legal_retention'])
})

test('takes the event at its word only where there is nobody to ask the ledger about', () => {
  const own = new Map<PurposeId, boolean>([['web_analytics', true]])
  expect(policy.permissions([], own).granted).toEqual(['web_analytics'])
  expect(policy.permissions([new Map()], own).granted).toEqual([])
})

test.each(purposeIds.filter((purpose) => purposes[purpose].basis === '6-1-a'))('lets a year-old consent to %s lapse if it reads a device', (purpose) => {
  expect(policy.permissions([decided(purpose, 'granted', longAgo)]).allows(purpose)).toBe(!purposes[purpose].deviceAccess)
})

test('gives equal permissions as the same object', () => {
  expect(policy.permissions([decided('web_analytics', 'granted')])).toBe(policy.permissions([decided('web_analytics', 'granted'), new Map()]))
})

describe('what a statement means on top of the latest decision', () => {
  const statement = (state: DecisionState) => ({ purpose: 'web_analytics', state, basis: '6-1-a' }) as const
  const effect = (current: DecisionState | undefined, state: DecisionState, receivedTime: string, receivedAt = recent) =>
    policy.effectOf(decided('web_analytics', current, receivedAt).get('web_analytics'), statement(state), receivedTime)?.state
  const before = '2026-10-31T23:59:59.999Z'
  const after = '2026-11-01T00:00:00.001Z'

  test.each([
    [undefined, 'granted', before, 'granted'],
    [undefined, 'denied', before, 'denied'],
    ['granted', 'granted', after, undefined],
    ['denied', 'denied', after, undefined],
    ['withdrawn', 'denied', after, undefined],
    ['granted', 'denied', after, 'withdrawn'],
    ['granted', 'denied', recent, 'withdrawn'],
    ['granted', 'denied', before, undefined],
    ['withdrawn', 'granted', after, 'granted'],
    ['withdrawn', 'granted', recent, undefined],
    ['withdrawn', 'granted', before, undefined],
    ['objected', 'granted', before, undefined],
    ['expired', 'granted', after, 'granted'],
  ] as const)('%s, then %s received at %s: %s', (current, state, receivedTime, expected) => {
    expect(effect(current, state, receivedTime)).toBe(expected)
  })

  test('a lapsed consent can be given anew', () => {
    expect(effect('granted', 'granted', recent, longAgo)).toBe('granted')
  })
})
