import { describe, expect, test } from 'vitest'
import type { WeeklyFacts } from './facts.ts'
import { weeklyFiles } from './files.ts'
import { facts, lastYear, slice, sums, thisWeek, weekBefore } from './fixture.ts'
import { languages } from './languages/messages.ts'
import { weeklyReport } from './model.ts'

const files = (given: Partial<WeeklyFacts>) => weeklyFiles(weeklyReport(facts(given)), languages)
const file = (given: Partial<WeeklyFacts>, name: string): string => files(given)[name] ?? ''
/** Markdown without its escapes, and with plain spaces. */
const plain = (text: string) => text.replaceAll(/\\(.)/g, '$1').replaceAll(/[\u00a0\u202f\u2009]/g, ' ')
const read = (given: Partial<WeeklyFacts>, language: 'de' | 'en') => plain(file(given, `report.${language}.md`))

const usual: Partial<WeeklyFacts> = {
  weeks: [
    sums(thisWeek, { orders: 30, revenueGrossMinor: 1_234_567 }),
    sums(weekBefore, { orders: 20, revenueGrossMinor: 1_000_000 }),
    sums(lastYear, { orders: 30, revenueGrossMinor: 1_234_567 }),
  ],
  slices: [
    slice(thisWeek, { key: 'DE', revenueNetMinor: 1_034_567 }),
    slice(thisWeek, { key: 'AT', revenueNetMinor: 200_000 }),
    slice(weekBefore, { key: 'DE', revenueNetMinor: 1_000_000 }),
  ],
  products: [
    { comparison: 'previous', product: 'A', name: 'Lampe', currency: 'EUR', revenueNetMinor: 300_000, beforeMinor: 50_000 },
    { comparison: 'previous', product: 'B', name: 'Kabel', currency: 'EUR', revenueNetMinor: 100, beforeMinor: 15_533 },
  ],
  days: [{ day: thisWeek, channelInstance: 'shop:1', events: 200, eventsConsented: 50 }],
}

describe('the first sentences', () => {
  test('say in German what happened, what carried it and what to look at', () => {
    const [, , happened, carried, look] = read(usual, 'de').split('\n\n')
    expect(happened).toBe(
      'In KW 10/2021 betrug der Umsatz (netto) 12.345,67 €: 2.345,67 € (23,5 %) mehr als in der Vorwoche (KW 9/2021) und genauso viel wie in der Vorjahreswoche (KW 11/2020).',
    )
    expect(carried).toBe(
      'Rechnerisch am meisten zum Plus gegenüber der Vorwoche (KW 9/2021) trugen bei (jede Aufteilung für sich): Zahl der Bestellungen (+4.557,61 €); Land Österreich (+2.000,00 €); Artikel „Lampe“ (+2.500,00 €).',
    )
    expect(look).toBe('Ansehen lohnt sich beim Artikel „Kabel“: Er verlor gegenüber der Vorwoche (KW 9/2021) am meisten (-154,33 €).')
  })

  test('say the same in English', () => {
    const [, , happened, carried, look] = read(usual, 'en').split('\n\n')
    expect(happened).toBe(
      'In week 10/2021, net revenue was €12,345.67: €2,345.67 (23.5%) more than in the week before (week 9/2021) and the same as in the corresponding week last year (week 11/2020).',
    )
    expect(carried).toBe(
      'Arithmetically, the largest parts of the rise against the week before (week 9/2021) are (each view on its own): Number of orders (+€4,557.61); country Austria (+€2,000.00); product “Lampe” (+€2,500.00).',
    )
    expect(look).toBe('Worth a look is the product “Kabel”: against the week before (week 9/2021), it lost most (-€154.33).')
  })

  test('invent no year before', () => {
    const text = read({ ...usual, firstDay: '2021-02-01' }, 'de')
    expect(text).toContain('Ein Vergleich mit dem Vorjahr ist nicht möglich: Die Daten beginnen erst am 1. Februar 2021.')
    expect(text).not.toContain('2020)')
    expect(text).not.toContain('gegenüber Vorjahr')
  })

  test('invent no change in the first week', () => {
    const first = { ...usual, weeks: [sums(thisWeek, { orders: 30, revenueGrossMinor: 1_234_567 })], products: [], firstDay: '2021-03-10' }
    const text = read(first, 'de')
    expect(text.split('\n\n').slice(2, 8)).toEqual([
      'In KW 10/2021 betrug der Umsatz (netto) 12.345,67 €.',
      'Was dazu beitrug, lässt sich ohne Vergleichswoche nicht sagen.',
      'Ab der nächsten vollständigen Woche lassen sich Veränderungen zeigen.',
      'Die Woche ist nicht vollständig: Die Daten beginnen erst am 10. März 2021.',
      'Ein Vergleich mit der Vorwoche ist nicht möglich: Die Daten beginnen erst am 10. März 2021.',
      'Ein Vergleich mit dem Vorjahr ist nicht möglich: Die Daten beginnen erst am 10. März 2021.',
    ])
    expect(text).not.toContain('%)')
  })

  test('say that there are no data, or no sales', () => {
    expect(read({ firstDay: null }, 'de')).toContain('Bis zum Ende dieser Woche liegen keine Daten vor.')
    expect(read({ firstDay: null }, 'en')).toContain('There are no data up to the end of this week.')
    expect(read({}, 'en')).toContain('There are no sales in this week nor in the weeks to compare with.')
  })

  test('give no percentage of nothing', () => {
    const text = read({ weeks: [sums(thisWeek, { orders: 1, revenueGrossMinor: 100 })] }, 'de')
    expect(text).toContain('1,00 €: 1,00 € mehr als in der Vorwoche (KW 9/2021)')
  })
})

test('the basis says events, deliveries and consent, in the numbers of the model', () => {
  const text = read(
    {
      ...usual,
      deliveries: [
        { outcome: 'accepted', reason: '', events: 9 },
        { outcome: 'rejected', reason: 'event_invalid', events: 2 },
      ],
    },
    'de',
  )
  expect(text).toContain('200 Ereignisse in dieser Woche, aus: Shop 1 (200).')
  expect(text).toContain('Einwilligungsquote 25,0 %: 50 von 200 Ereignissen')
  expect(text).toContain('9 Ereignisse; verworfen: keine; zurückgewiesen: 2 (Feld ungültig).')
})

test('money has the decimal places of its currency, and one section per currency', () => {
  const text = read(
    { weeks: [sums(thisWeek, { currency: 'JPY', orders: 1, revenueGrossMinor: 1_234 }), sums(thisWeek, { orders: 1, revenueGrossMinor: 1_234 })] },
    'en',
  )
  expect(text).toContain('## Amounts in EUR\n\nIn week 10/2021, net revenue was €12.34')
  expect(text).toContain('## Amounts in JPY\n\nIn week 10/2021, net revenue was JP¥1,234')
})

test('JSON holds amounts in major units and the order of the report', () => {
  const json = JSON.parse(file(usual, 'report.json'))
  expect(Object.keys(json)).toEqual(['week', 'first_day', 'comparisons', 'sections', 'basis'])
  expect(json.sections[0].measures[0]).toEqual({ name: 'revenue_net', unit: 'money', current: 12_345.67, previous: 10_000, last_year: 12_345.67 })
  expect(json.sections[0].measures[1]).toEqual({ name: 'orders', unit: 'count', current: 30, previous: 20, last_year: 30 })
  expect(json.sections[0].comparisons[0].products.other).toEqual({ current: 9_344.67, before: 9_344.67, change: 0 })
})

describe('names from outside', () => {
  const hostile = '<img src=x onerror=alert(1)>"\'&[a](http://b.example)|`*\n# x'
  const all = files({
    ...usual,
    products: [{ comparison: 'previous', product: hostile, name: hostile, currency: 'EUR', revenueNetMinor: 9, beforeMinor: 1 }],
    slices: ['a', hostile].map((key) => slice(thisWeek, { dimension: 'channel_instance', key, revenueNetMinor: 5 })),
    days: [{ day: weekBefore, channelInstance: hostile, events: 1, eventsConsented: 0 }],
  })

  test.each(['report.de.html', 'mail.de.html', 'report.en.html', 'mail.en.html'])('enter %s as text', (name) => {
    expect(all[name]).toContain('&lt;img')
    expect(all[name]?.replaceAll('<img src="data:image/png;base64,', '')).not.toContain('<img')
    expect(all[name]?.replaceAll(/="[^"]*"/g, '')).not.toMatch(/<[^>]* onerror=/)
  })

  test('enter Markdown as text, on one line', () => {
    expect(all['report.de.md']).toContain('\\<img src=x onerror=alert(1)\\>"\'\\&\\[a\\](http://b.example)\\|\\`\\* \\# x')
    expect(all['report.de.md']).not.toMatch(/^# x/m)
  })
})

test('page and mail load nothing and run nothing', () => {
  for (const [name, text] of Object.entries(files(usual)).filter(([name]) => name.endsWith('.html'))) {
    const outside = text.replaceAll(/<img src="data:image\/png;base64,[\w+/=]+"/g, '')
    expect(outside, name).not.toMatch(/<(script|link|img|iframe|object|embed|form)\b|@import|url\(|\ssrc=|\shref=|\son\w+=/i)
    expect(outside.replaceAll(/xmlns(:xlink)?="http:\/\/www\.w3\.org\/[^"]+"/g, ''), name).not.toMatch(/https?:\/\//)
  }
})

test('every chart has a text in its place, and a table with the same numbers', () => {
  const page = file(usual, 'report.de.html')
  const charts = page.match(/<svg role="img" aria-label="[^"]+"/g) ?? []
  expect(charts.length).toBeGreaterThan(2)
  expect(page.match(/<details>/g)).toHaveLength(charts.length)
})

test('the mail shows the trend as a picture that says in words what it shows', () => {
  const pictures = file(usual, 'mail.de.html').match(/<img [^>]+>/g) ?? []
  expect(pictures).toHaveLength(1)
  expect(pictures[0]).toMatch(/ width="592" height="\d+" alt="Am höchsten/)
})

test('are the same bytes when made again', () => {
  expect(files(usual)).toEqual(files(usual))
})
