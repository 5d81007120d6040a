import { type CollectedEvent, type PurposeId, purposes } from '@kanalblick/stream'
import { expect, test } from 'vitest'
import { collected } from '../fixture.ts'
import { signalOf } from './statements.ts'

type Consent = NonNullable<CollectedEvent['consent']>

const decided: readonly PurposeId[] = ['order_statistics', 'web_analytics', 'ad_measurement']
const said = [undefined, true, false] as const
/** Everything that can be said of three purposes, by every origin. */
const signals: readonly Consent[] = (['segment_context', 'gpc', 'event'] as const).flatMap((origin) =>
  said.flatMap((first) =>
    said.flatMap((second) =>
      said.map((third) => {
        const stated = decided.map((purpose, n) => [purpose, [first, second, third][n]] as const).filter(([, choice]) => choice !== undefined)
        return { purposes: Object.fromEntries(stated) as Consent['purposes'], origin }
      }),
    ),
  ),
)
const refusedByBrowser = { ad_measurement: false, personalisation: false, platform_sharing: false }

test('a signal says what was stated, and a browser refuses more and grants nothing', () => {
  for (const consent of signals) {
    const refused = Object.fromEntries(Object.entries(consent.purposes).filter(([, choice]) => !choice))
    const expected = consent.origin === 'gpc' ? { ...refused, ...refusedByBrowser } : consent.purposes
    const signal = signalOf(collected({ consent }))
    expect(Object.fromEntries(signal?.choices ?? [])).toEqual(expected)
    const decisions = Object.fromEntries(signal?.statements[0]?.decisions.map(({ purpose, state }) => [purpose, state]) ?? [])
    const stateOf = ([purpose, choice]: [string, boolean]) => (choice ? 'granted' : purposes[purpose as PurposeId].basis === '6-1-f' ? 'objected' : 'denied')
    expect(decisions).toEqual(Object.fromEntries(Object.entries(expected).map((entry) => [entry[0], stateOf(entry)])))
    expect(signal?.statements).toMatchObject([{ origin: consent.origin, mechanism: consent.origin === 'gpc' ? 'browser_signal' : 'api_import' }])
  }
})

test('signals are the same object exactly where they say the same', () => {
  const found = signals.map((consent) => signalOf(collected({ consent })))
  expect(new Set(found).size).toBe(signals.length)
  for (const [n, { purposes, origin }] of signals.entries()) {
    const reordered = Object.fromEntries(Object.entries(purposes).toReversed()) as Consent['purposes']
    expect(signalOf(collected({ consent: { purposes: reordered, origin } }))).toBe(found[n])
  }
})

test('an event without a signal says nothing', () => {
  expect(signalOf(collected())).toBeUndefined()
})
