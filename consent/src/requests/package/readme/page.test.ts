import { identifierKinds, type PurposeId, purposeIds } from '@kanalblick/stream'
import { describe, expect, test } from 'vitest'
import { decided, given, holding, ledgerOf, nobody, order, partOf, readmeOf, storeOf } from '../fixture.ts'
import { de } from '../languages/de.ts'
import { en } from '../languages/en.ts'
import { type Language, languages } from '../languages/messages.ts'

const textOf = (page: string) =>
  page
    .replaceAll(/<\/?(?:strong|span|code)[^>]*>/g, '')
    .replaceAll(/<style>.*?<\/style>|<[^>]+>/gs, ' ')
    .replaceAll(/\s+/g, ' ')
const told = async (input = given(), language: Language = 'de') => textOf(partOf(await readmeOf(input), language))

describe('the short answer', () => {
  test.each([
    ['de', 'Ja, zu Ihnen sind 3 Einträge gespeichert.'],
    ['en', 'Yes, 3 entries about you are stored.'],
  ] as const)('in %s says that there are data, how many and where', async (language, answer) => {
    const text = await told(given(), language)
    expect(text).toContain(answer)
    expect(text.indexOf(answer)).toBeLessThan(300)
  })

  test('for one entry is in the singular', async () => {
    const input = given({ stores: [storeOf('events', [order])] })
    expect(await told(input)).toContain('Ja, zu Ihnen ist ein Eintrag gespeichert.')
    expect(await told(input, 'en')).toContain('Yes, one entry about you is stored.')
  })

  test('is no where nothing is stored, and then tells of rights but not of data', async () => {
    const text = await told(nobody())
    expect(text).toContain('Nein, zu den Angaben, mit denen wir gesucht haben, ist nichts gespeichert.')
    expect(text).toContain('Ihre Rechte')
    expect(text).toContain('durchsucht; zu Ihnen liegt dort nichts')
    expect(text).not.toContain('Welche Daten das sind')
    expect(await told(nobody(), 'en')).toContain('No, nothing is stored under the identifiers that we searched for.')
  })

  test('is no where only the request itself is stored', async () => {
    const requests = storeOf('subject_requests', [{ id: 'req-2026-0007' }], { zone: 'identity', holdings: [holding('requests', 1, { onErasure: 'keep' })] })
    expect(await told(given({ stores: [requests] }))).toContain('Nein: Außer dem Vermerk über Ihre Anfrage ist nichts zu Ihnen gespeichert.')
  })

  test('names the kinds of identifiers that it covers, no values', async () => {
    expect(await told()).toContain('Gesucht mit E-Mail-Adresse (von Ihnen genannt); Kundennummer (dazu gefunden)')
  })

  test('warns of shared devices where a device was searched for', async () => {
    expect(await told(given({ identifiers: [{ kind: 'device', named: true }] }))).toContain('mehrere Personen dasselbe Gerät')
    expect(await told()).not.toContain('mehrere Personen dasselbe Gerät')
  })
})

describe('the explanation', () => {
  test.each([
    ['(a) purposes', 'Verkaufsstatistik: was auf welchem Kanal verkauft wurde. Grundlage: das berechtigte Interesse des Händlers'],
    ['(b) categories', 'Bestelldaten: Beträge, Mengen und Stand von Bestellungen'],
    ['(c) recipients by name', 'Rechenzentrum Nord Betrieb Deutschland'],
    ['(d) periods', 'Bestellungen und Beträge: höchstens 10 Jahre (3.653 Tage)'],
    ['(e) rights', 'Berichtigung'],
    ['(f) complaint', 'bei einer Aufsichtsbehörde'],
    ['(g) sources', 'Onlineshop shopware:nordlicht:1 2'],
    ['(h) automated decisions', 'Es gibt keine.'],
    ['pseudonyms', 'eine lange Zeichenfolge, die eine Kennung ersetzt'],
    ['where nothing lies', 'Tagessummen nach Kanal rollup_channel_day enthält nur Summen'],
    ['what to do if something is missing', 'die Auskunft wird ergänzt'],
    ['whom to write to', 'Schreiben Sie an datenschutz@nordlicht.example, und nennen Sie die Nummer req-2026-0007.'],
  ])('tells of %s', async (_, text) => {
    expect(await told()).toContain(text)
  })

  test('lists only categories that occur in a row of the person', async () => {
    expect(await told()).not.toContain('was auf den Seiten des Shops geschah')
    expect(await told(given({ stores: [storeOf('events', [{ ...order, url_path: '/' }])] }))).toContain('was auf den Seiten des Shops geschah')
  })

  test('tells of a topic how long it keeps everything', async () => {
    const text = await told(given({ stores: [storeOf('events.enriched.v1', [order]), storeOf('events.collected.v1', [order])] }))
    expect(text).toContain('Aufbewahrt: höchstens 7 Tage.')
    expect(text).toContain('Aufbewahrt: höchstens 72 Stunden.')
  })

  test('adds up a source that stands in several stores', async () => {
    const text = await told(given({ stores: [storeOf('events', [order, order]), storeOf('events.enriched.v1', [order])] }))
    expect(text.match(/Onlineshop shopware:nordlicht:1 (\d+)/g)).toEqual(['Onlineshop shopware:nordlicht:1 3'])
  })

  test.each([
    [{ onErasure: 'delete' }, 'wird gelöscht'],
    [{ onErasure: 'mask' }, 'bleibt ohne jede Angabe, die zu Ihnen führt'],
    [{ onErasure: 'expire', until: '2026-11-26T00:00:00.000Z' }, 'verschwindet bis 26. November 2026'],
    [{ onErasure: 'keep', reason: '§ 147 AO' }, 'bleibt (§ 147 AO)'],
  ] as const)('tells what an erasure would do: %o', async (rest, text) => {
    expect(await told(given({ stores: [storeOf('events', [order], { holdings: [holding('books', 1, rest)] })] }))).toContain(text)
  })

  test('shows words that no language knows as they are', async () => {
    const store = storeOf('new_table', [{ ...order, channel: 'carrier_pigeon' }], { holdings: [holding('feathers', 1)] })
    const text = await told(given({ stores: [store], otherStores: [{ store: 'nest', reason: 'holds eggs' }] }))
    for (const word of ['new_table', 'carrier_pigeon', 'feathers', 'nest', 'holds eggs']) expect(text).toContain(word)
  })

  test('names third countries and what protects the data there', async () => {
    const recipient = { name: 'Ads Inc.', purpose: 'platform_sharing' }
    const controllerWith = (country: string, safeguard?: string) =>
      given({ controller: { name: 'N', contact: 'n', recipients: [{ ...recipient, country, ...(safeguard !== undefined && { safeguard }) }] } })
    expect(await told(controllerWith('US', 'Standardvertragsklauseln'))).toContain(
      'Vereinigte Staaten (außerhalb des Europäischen Wirtschaftsraums). Schutz der Daten dort: Standardvertragsklauseln',
    )
    expect(await told(controllerWith('US'))).toContain('ist nicht angegeben; bitte fragen Sie den Händler')
    expect(await told(controllerWith('AT'))).not.toContain('außerhalb')
  })

  test('says where to ask when the operator has not said who is responsible', async () => {
    const text = await told(given({ controller: undefined }))
    expect(text).toContain('Fragen Sie die Stelle, von der Sie dieses Paket bekommen haben')
    expect(text).toContain('Schreiben Sie an die Stelle, von der Sie dieses Paket bekommen haben, und nennen Sie die Nummer')
  })
})

describe('the consent history', () => {
  const history = [
    decided('2025-01-05T12:00:00.000Z', 'web_analytics', 'granted'),
    decided('2026-03-01T12:00:00.000Z', 'web_analytics', 'withdrawn', 'toggle_save'),
    decided('2025-06-01T12:00:00.000Z', 'direct_marketing', 'denied', 'click_reject'),
  ]

  test('tells in words what was decided when, for what and how, latest first', async () => {
    expect(await told(given({ stores: [ledgerOf(history)] }))).toMatch(
      /1\. März 2026 um 12:00 UTC Webanalyse Einwilligung widerrufen, in den Einstellungen.*1\. Juni 2025.*Werbung per E-Mail abgelehnt.*5\. Januar 2025.*Webanalyse erlaubt/,
    )
  })

  test('tells times in the zone of the shop', async () => {
    expect(await told(given({ stores: [ledgerOf(history)], timeZone: 'Europe/Berlin' }))).toContain('1. März 2026 um 13:00 MEZ')
  })

  test('reads facts that the store has parsed already', async () => {
    const [row] = history
    expect(await told(given({ stores: [ledgerOf([{ ...row, facts: JSON.parse(String(row?.['facts'])) }])] }))).toContain('Webanalyse erlaubt')
  })

  test('lists the latest of many and says how many there are', async () => {
    const many = Array.from({ length: 1_250 }, (_, i) =>
      decided(new Date(Date.UTC(2020, 0, 1 + i)).toISOString(), 'web_analytics', i % 2 ? 'denied' : 'granted'),
    )
    const text = await told(given({ stores: [ledgerOf(many)] }))
    expect(text).toContain('Gezeigt sind die letzten 100 von 1.250 Entscheidungen.')
    expect(text).toContain(new Intl.DateTimeFormat('de-DE', { dateStyle: 'long', timeZone: 'UTC' }).format(Date.UTC(2020, 0, 1_250)))
    expect(text).not.toContain('1. Januar 2020')
  })

  test('says so when nothing was decided', async () => {
    expect(await told(given({ stores: [storeOf('events', [order])] }))).toContain('Es ist keine Entscheidung von Ihnen verzeichnet.')
  })
})

/** Every sentence that takes no values, by its place. */
const wordsIn = (value: unknown, path = ''): [string, string][] => {
  if (typeof value === 'string') return [[path, value]]
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => wordsIn(inner, path === '' ? key : `${path}.${key}`))
    : []
}

describe('both languages', () => {
  test('have the same sections, each with an address of its own', async () => {
    const page = await readmeOf(given())
    const ids = (language: Language) => [...partOf(page, language).matchAll(/ id="([a-z-]+)"/g)].map(([, id]) => id?.slice(3))
    expect(ids('de').length).toBe(13)
    expect(ids('de')).toEqual(ids('en'))
    for (const [, target] of page.matchAll(/href="#([a-z-]+)"/g)) expect(page).toContain(`id="${target}"`)
  })

  test('have words for the same things, and their own', () => {
    const german = new Map(wordsIn(de))
    const english = new Map(wordsIn(en))
    expect([...german.keys()]).toEqual([...english.keys()])
    expect(german.size).toBeGreaterThan(150)
    const same = [...german].filter(([path, text]) => english.get(path) === text).map(([path]) => path)
    expect(same).toEqual([
      'channel.web',
      ...['README.html', 'data/….csv', 'data/….json', 'schema/….json', 'manifest.json'].map((_, i) => `files.list.${i}.name`),
    ])
  })

  test('name every purpose and every identifier', async () => {
    const annotation = (purpose: PurposeId) => ({ category: 'behaviour', purpose, retention: 'behaviour', erasure: 'delete' }) as const
    const fields = purposeIds.map((purpose) => ({ name: purpose, annotation: annotation(purpose) }))
    const row = Object.fromEntries(purposeIds.map((purpose) => [purpose, 1]))
    const input = given({ stores: [storeOf('events', [row], { fields })], identifiers: identifierKinds.map((kind) => ({ kind, named: true })) })
    for (const language of languages) {
      const text = await told(input, language)
      expect([...purposeIds, 'marketplace_buyer'].filter((word) => word !== 'necessary' && text.includes(word))).toEqual([])
      expect(text).not.toContain('undefined')
    }
  })
})

describe('whatever the values are', () => {
  const hostile = `<script>alert("1")</script><img src=x onerror='alert(2)'>&`
  const page = () =>
    readmeOf(
      given({
        request: { id: hostile, receivedAt: hostile, generatedAt: '2026-11-23T10:15:30.000Z' },
        controller: {
          name: hostile,
          address: hostile,
          contact: hostile,
          supervisoryAuthority: hostile,
          recipients: [{ name: hostile, country: hostile, purpose: hostile, safeguard: hostile }],
        },
        stores: [
          storeOf(hostile, [{ ...order, channel: hostile, channel_instance: hostile, collector: hostile }], {
            holdings: [holding(hostile, 1, { onErasure: 'keep', reason: hostile }), holding('books', 1, { onErasure: 'expire', until: hostile })],
          }),
          ledgerOf([decided(hostile, 'web_analytics', 'granted', hostile), decided('', hostile, hostile), { facts: '{"decisions":' }]),
        ],
        otherStores: [{ store: `${hostile}2`, reason: hostile }],
      }),
    )

  test('the page stays text: no script, no image, no style and nothing to load', async () => {
    const text = await page()
    expect(text.match(/<(script|img|iframe|link|object)/g)).toBeNull()
    expect(text.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt;/g)?.length).toBeGreaterThan(20)
    expect([...text.matchAll(/\s(?:src|href|style|on\w+)="([^"]*)"/g)].filter(([, target]) => !/^#[a-z-]+$/.test(target ?? ''))).toEqual([])
    expect(text).toContain("default-src 'none'")
  })

  test('a prototype’s property is no word', async () => {
    expect(await told(given({ stores: [storeOf('constructor', [order], { holdings: [holding('toString', 1)] })] }))).toContain('toString')
  })
})
