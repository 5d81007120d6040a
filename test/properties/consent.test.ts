/** Laws of the consent stage. */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fc, test } from '@fast-check/vitest'
import {
  connectLedger,
  consentConfig,
  createConsentStage,
  createLedger,
  createPseudonymOf,
  createRequestRegister,
  createSubjectIndex,
  createSubjectOf,
  createVault,
  type DecisionState,
  decisionStates,
  migrateLedger,
  openKeyring,
} from '@kanalblick/consent'
import { type CollectedEvent, eventTypes, type IdentifierKind, identifierKinds, type PurposeId, purposeIds, purposes } from '@kanalblick/stream'
import { afterAll, beforeAll, describe, expect } from 'vitest'

const now = () => new Date('2026-11-23T10:15:30.000Z')
const config = consentConfig.parse({})
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kanalblick-consent-laws-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const createKeyring = () => openKeyring({ directory: join(folder, randomUUID()), masterKey: randomBytes(32), now })

type Product = Awaited<ReturnType<typeof createProduct>>

/** A ledger of its own for each group of laws: what one group's persons decided must not reach another's. */
function useProduct(): () => Product {
  let product: Product
  beforeAll(async () => {
    product = await createProduct()
  })
  afterAll(() => product.db.destroy())
  return () => product
}

async function createProduct() {
  const db = await connectLedger({ path: ':memory:' })
  await migrateLedger(db)
  const ledger = createLedger(db, { now, newId: randomUUID })
  const keyring = createKeyring()
  const stage = createConsentStage({
    ledger,
    index: createSubjectIndex(db),
    register: createRequestRegister(db, { now }),
    vault: createVault(db, { now }),
    keyring,
    config,
    now,
    count: () => undefined,
    logger: silent,
  })
  const subjectOf = createSubjectOf(keyring, config)
  return {
    db,
    process: async (events: readonly CollectedEvent[]) => {
      const records = events.map((event, offset) => ({
        offset,
        key: event.id,
        appendedAtMs: now().getTime(),
        value: new TextEncoder().encode(JSON.stringify(keyring.seal([event])[0])),
      }))
      return [...(await stage.process({ topic: 'events.collected.v1', partition: 0, missed: 0, records }))]
    },
    decide: (identifier: Identifier, purpose: PurposeId, state: DecisionState) => {
      const { ref, kind } = subjectOf(identifier)
      const decisions = [{ purpose, state, basis: purposes[purpose].basis }]
      const facts = { notice: { version: '1' }, mechanism: 'toggle_save', origin: 'api', jurisdiction: 'DE', language: 'de' } as const
      return ledger.append([{ ...facts, subjectRef: ref, subjectRefKind: kind, decisions, eventTime: now().toISOString() }])
    },
  }
}

type Identifier = CollectedEvent['identifiers'][number]
type Outputs = Awaited<ReturnType<Product['process']>>

const consentedIn = (outputs: Outputs) => outputs.flatMap((output) => (output.topic === 'events.consented.v1' ? [output.value] : []))
const fatesIn = (outputs: Outputs) => outputs.flatMap((output) => (output.topic === 'fates.consent.v1' ? [output.value] : []))

const word = (letters: string, minLength: number, maxLength: number) => fc.string({ unit: fc.constantFrom(...Array.from(letters)), minLength, maxLength })
const values: Readonly<Record<IdentifierKind, fc.Arbitrary<string>>> = {
  email: fc
    .tuple(
      word('abcdefghijklmnopqrstuvwxyzäöüß', 3, 10),
      word('abcdefghijklmnopqrstuvwxyz0123456789', 3, 8),
      fc.constantFrom('example.com', 'müller.example', 'mail.example.org'),
    )
    .map(([first, last, host]) => `${first}.${last}@${host}`),
  phone: word('123456789', 8, 8).map((digits) => `+49171${digits}`),
  customer: word('0123456789', 6, 8).map((digits) => `Kd-${digits}`),
  device: fc.uuid(),
  marketplace_buyer: word('ABCDEFGHJKLMNPQRSTUVWXYZ23456789', 14, 14),
}
const identifier: fc.Arbitrary<Identifier> = fc.constantFrom(...identifierKinds).chain((kind) => values[kind].map((value) => ({ kind, value })))

const purposeChoices = fc.dictionary(fc.constantFrom<PurposeId>(...purposeIds), fc.boolean(), { maxKeys: 4 }) as fc.Arbitrary<
  Partial<Record<PurposeId, boolean>>
>

const eventOf = (given: Partial<CollectedEvent>): CollectedEvent => ({
  id: randomUUID(),
  version: 1,
  time: '2026-11-23T10:14:59.000Z',
  received_at: '2026-11-23T10:15:00.000Z',
  channel: 'web',
  channel_instance: 'web:shop',
  schema_version: 1,
  collector: 'segment',
  type: 'page_viewed',
  identifiers: [],
  context: {},
  data: { url_path: '/' },
  ...given,
})

describe('a pseudonym', () => {
  test.prop([identifier, fc.constantFrom('web_analytics', 'ad_measurement', 'personalisation' as const)], { numRuns: 60 })(
    'is the same for the same key and another one for another key',
    (given, purpose) => {
      const [one, other] = [createKeyring(), createKeyring()]
      const pseudonym = (keyring: typeof one) =>
        createPseudonymOf(keyring, config)(purpose, createSubjectOf(keyring, config)(given), '2026-11-23T10:00:00.000Z')
      expect(pseudonym(one)).toBe(pseudonym(one))
      expect(pseudonym(one)).not.toBe(pseudonym(other))
      expect(pseudonym(one)).toMatch(/^v1:(?:web|ads|profile):[0-9a-f]{32}$/)
    },
  )

  test.prop([values.email, fc.constantFrom(' ', '\u200b', '\t')], { numRuns: 60 })('does not change with the spelling of the identifier', (value, space) => {
    const subjectOf = createSubjectOf(createKeyring(), config)
    const spellings = [value, value.replace(/[a-z]/g, (letter) => letter.toUpperCase()), value.normalize('NFD'), `${space}${value}${space}`]
    expect(new Set(spellings.map((spelling) => subjectOf({ kind: 'email', value: spelling }).ref)).size).toBe(1)
  })
})

describe('consent', () => {
  const product = useProduct()
  const signalled = fc.record({ identifier, purposes: purposeChoices })

  test.prop([fc.array(signalled, { minLength: 1, maxLength: 8 }), fc.constantFrom<PurposeId>('web_analytics', 'ad_measurement', 'personalisation')], {
    numRuns: 80,
  })('that was withdrawn leaves nothing for its purpose when all is replayed', async (signals, purpose) => {
    const events = signals.map((signal) =>
      eventOf({ identifiers: [signal.identifier], consent: { purposes: { ...signal.purposes, [purpose]: true }, origin: 'segment_context' } }),
    )
    await product().process(events)
    for (const signal of signals) await product().decide(signal.identifier, purpose, 'withdrawn')
    const replayed = consentedIn(await product().process(events))
    const column = ({ web_analytics: 'subject_web', ad_measurement: 'subject_ads', personalisation: 'subject_profile' } as const)[purpose as 'web_analytics']
    expect(replayed.filter((event) => event[column] !== null || event.granted.includes(purpose))).toEqual([])
    if (purpose === 'web_analytics') expect(replayed).toEqual([])
  })

  test.prop([fc.array(fc.tuple(fc.constantFrom<PurposeId>(...purposeIds), fc.constantFrom(...decisionStates)), { maxLength: 12 })], {
    numRuns: 80,
  })('is what the latest decision on each purpose says', async (history) => {
    const given = { kind: 'device', value: randomUUID() } as const
    for (const [purpose, state] of history) await product().decide(given, purpose, state)
    const latest = new Map(history)
    const [event] = consentedIn(
      await product().process([eventOf({ type: 'consent_recorded', identifiers: [given], data: { purposes: {}, mechanism: 'click_accept' } })]),
    )
    expect(event?.granted).toEqual(purposeIds.filter((purpose) => purposes[purpose].basis === '6-1-a' && latest.get(purpose) === 'granted'))
  })
})

describe('books', () => {
  const product = useProduct()
  const anyEvent = fc
    .record({
      type: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...eventTypes) }, { weight: 1, arbitrary: fc.string({ maxLength: 40 }) }),
      identifiers: fc.array(identifier, { maxLength: 3 }),
      data: fc.oneof(
        fc.constant({ url_path: '/' }),
        fc.constant({ order_id: 'A-1', currency: 'EUR', total_net_minor: 1, items: [] }),
        fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<unknown>, { maxKeys: 4 }),
      ),
      consent: fc.option(fc.record({ purposes: purposeChoices, origin: fc.constantFrom('segment_context', 'gpc', 'event' as const) }), { nil: undefined }),
      malformed: fc.option(fc.constant('no type'), { nil: undefined, freq: 5 }),
    })
    .map((given) => eventOf(JSON.parse(JSON.stringify(given)) as Partial<CollectedEvent>))

  test.prop([fc.array(anyEvent, { minLength: 1, maxLength: 20 })], { numRuns: 100 })(
    'show exactly one outcome for every event, and the outputs agree',
    async (events) => {
      const outputs = await product().process(events)
      const [fates, ...more] = fatesIn(outputs)
      expect(more).toEqual([])
      expect(fates?.id).toEqual(events.map(({ id }) => id))
      const ended = (outcome: string) => (fates?.id ?? []).filter((_, i) => fates?.outcome[i] === outcome)
      expect(consentedIn(outputs).map(({ id }) => id)).toEqual(ended('kept'))
      expect(outputs.flatMap((output) => (output.topic === 'rejected.consent.v1' ? [output.key] : []))).toEqual(ended('rejected'))
      expect(fates?.reason.filter((reason) => reason === 'step_failed')).toEqual([])
      // The next stage may be handed either.
      for (const { value } of outputs) expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value)
    },
  )
})

describe('what goes out', () => {
  const product = useProduct()
  const encodings: Readonly<Record<string, (value: string) => string>> = {
    plain: (value) => value,
    'upper case': (value) => value.toUpperCase(),
    'lower case': (value) => value.toLowerCase(),
    NFD: (value) => value.normalize('NFD'),
    URL: encodeURIComponent,
    'double URL': (value) => encodeURIComponent(encodeURIComponent(value)),
    base64: (value) => Buffer.from(value).toString('base64'),
    base64url: (value) => Buffer.from(value).toString('base64url'),
    hex: (value) => Buffer.from(value).toString('hex'),
    '+tag': (value) => value.replace('@', '+newsletter@'),
    JSON: (value) => JSON.stringify({ who: value }),
    sentence: (value) => `Gravur für ${value}, bitte`,
  }
  const place = (text: string): Partial<CollectedEvent>[] => [
    { context: { utm_source: text, utm_medium: text, utm_campaign: text, referrer_host: text } },
    { data: { url_path: `/konto/${encodeURIComponent(text)}/bestellungen` } },
    { type: 'product_list_viewed', data: { list_id: text, items: [{ sku: '1', name: text, category: text, brand: text, variant: text }] } },
    {
      type: 'order_placed',
      data: {
        order_id: text,
        currency: 'EUR',
        total_net_minor: 1,
        comment: text,
        items: [{ sku: '1', name: text, quantity: 1, line_net_minor: 1, note: text }],
      },
    },
    { type: text.slice(0, 200) },
    { type: 'order_placed', data: { order_id: 'A-1', currency: text, [text]: text } },
    { type: 'consent_recorded', data: { purposes: { [text]: true }, mechanism: text } },
  ]
  const readable = (text: string) => text.normalize('NFKC').toLowerCase()

  test.prop([identifier, fc.boolean()], { numRuns: 150 })('names nobody, in whichever encoding they came, with and without consent', async (given, granted) => {
    const forms = Object.values(encodings).map((encode) => encode(given.value))
    const consent = granted
      ? {
          consent: {
            purposes: { web_analytics: true, ad_measurement: true, personalisation: true, direct_marketing: true },
            origin: 'segment_context' as const,
          },
        }
      : {}
    const events = forms.flatMap(place).map((placed) => eventOf({ identifiers: [given], ...consent, ...placed }))
    const outputs = await product().process(events)
    expect(consentedIn(outputs).length).toBeGreaterThanOrEqual(granted ? 4 * forms.length : forms.length)
    const sent = outputs.filter(({ topic }) => topic !== 'rejected.consent.v1').map(({ value }) => value)
    const causes = outputs.flatMap((output) => (output.topic === 'rejected.consent.v1' ? [output.value.cause] : []))
    const text = readable(JSON.stringify([sent, causes]))
    const survivors = Object.keys(encodings).filter((_, i) => text.includes(readable(JSON.stringify(forms[i]).slice(1, -1))))
    expect(survivors).toEqual([])
  })
})
