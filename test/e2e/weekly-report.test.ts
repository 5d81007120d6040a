import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importOnlineRetail, onlineRetailMissing } from '../support/online-retail.ts'
import { askKanalblick, runKanalblick, startKanalblick, temporaryFolder } from '../support/product.ts'

type Folder = Awaited<ReturnType<typeof temporaryFolder>>
type Row = Record<string, string | number>
interface Measured {
  name: string
  current: number
  previous: number | null
  last_year: number | null
}
interface Contribution {
  key?: string
  current: number
  before: number
  change: number
}
interface Json {
  week: { name: string; from: string; to: string }
  comparisons: { name: string; status: string; week: { from: string; to: string } }[]
  sections: {
    currency: string
    measures: Measured[]
    comparisons: ({ name: string; change: number; effects: { change: number }[] } & Record<
      'countries' | 'products',
      { parts: Contribution[]; other: Contribution; change: number }
    >)[]
    trend: { week: { from: string }; revenue_net: number | null; orders: number | null }[]
  }[]
}

const pence = (pounds: number) => Math.round(pounds * 100)
const sumOfPence = (parts: readonly { change: number }[]) => parts.reduce((sum, { change }) => sum + pence(change), 0)
const inWords = (amount: number, language: string) =>
  new Intl.NumberFormat(language === 'de' ? 'de-DE' : 'en-GB', { style: 'currency', currency: 'GBP' }).format(amount)

describe.skipIf(onlineRetailMissing)(`the weekly report on a year of real orders${onlineRetailMissing ? ` (skipped: ${onlineRetailMissing})` : ''}`, () => {
  let folder: Folder
  let out: Folder
  let data: string[]
  let server: Awaited<ReturnType<typeof startKanalblick>>
  const report = (week: string, into: string, more: string[] = []) =>
    askKanalblick<Json>(['report', 'weekly', '--week', week, '--out', join(out.path, into), ...data, ...more])
  const query = async (args: readonly string[], { from, to }: { from: string; to: string }) =>
    (await askKanalblick<{ rows: Row[] }>(['query', ...data, ...args, '--from', from, '--to', to])).rows
  const file = (into: string, name: string) => readFile(join(out.path, into, name), 'utf8')

  beforeAll(async () => {
    folder = await temporaryFolder()
    out = await temporaryFolder()
    data = ['--data', folder.path]
    await askKanalblick([...importOnlineRetail, ...data])
    server = await startKanalblick(data)
  }, 300_000)
  afterAll(async () => {
    await server.stop()
    await folder.remove()
    await out.remove()
  })

  test.each([
    ['2011-W45', { previous: 'available', last_year: 'before_first_day' }],
    ['2010-W50', { previous: 'available', last_year: 'before_first_day' }],
    ['2010-W49', { previous: 'began_within', last_year: 'before_first_day' }],
    ['2011-W49', { previous: 'available', last_year: 'available' }],
  ])('%s holds the numbers of the query, in JSON, page, mail and Markdown', { timeout: 120_000 }, async (week, statuses) => {
    const json = await report(week, week)
    expect(Object.fromEntries(json.comparisons.map(({ name, status }) => [name, status]))).toEqual(statuses)
    expect(json).toEqual(JSON.parse(await file(week, 'report.json')))
    const [section] = json.sections
    const names = ['revenue_net', 'orders', 'average_order_value', 'cancelled', 'refunds']
    const asked = async (period: { from: string; to: string }) => (await query(['--metrics', names.join(',')], period))[0]
    const columns = [
      ['current', json.week],
      ...json.comparisons.filter(({ status }) => status === 'available').map((comparison) => [comparison.name, comparison.week] as const),
    ] as const
    for (const [column, period] of columns) {
      const said = section?.measures.map((measure) => [measure.name, measure[column as 'current']]) ?? []
      expect({ currency: 'GBP', ...Object.fromEntries(said) }).toEqual(await asked(period))
    }
    for (const language of ['de', 'en']) {
      for (const name of [`report.${language}.html`, `mail.${language}.html`, `report.${language}.md`]) {
        const text = await file(week, name)
        for (const { name: measure, current } of section?.measures ?? []) {
          expect(text, `${measure} in ${name}`).toContain(measure === 'orders' ? new Intl.NumberFormat(language).format(current) : inWords(current, language))
        }
        for (const { change } of section?.comparisons ?? []) expect(text, name).toContain(inWords(Math.abs(change), language))
      }
    }
  })

  test('contributions are those of the query and add up to the change, to the penny', { timeout: 120_000 }, async () => {
    const json = await report('2011-W49', 'closing')
    for (const { name, change, effects, countries, products } of json.sections[0]?.comparisons ?? []) {
      expect(sumOfPence(effects)).toBe(pence(change))
      expect(sumOfPence([...countries.parts, countries.other])).toBe(pence(change))
      expect(sumOfPence([...products.parts, products.other])).toBe(pence(change))
      const before = json.comparisons.find((comparison) => comparison.name === name)?.week ?? json.week
      for (const [dimension, parts] of [
        ['country', countries.parts],
        ['product', products.parts],
      ] as const) {
        const amounts = async (period: { from: string; to: string }) =>
          new Map((await query(['--metrics', 'revenue_net', '--by', dimension], period)).map((row) => [row[dimension], row['revenue_net']]))
        const [now, then] = [await amounts(json.week), await amounts(before)]
        expect(parts.length).toBeGreaterThan(1)
        for (const part of parts) expect([part.key, part.current, part.before]).toEqual([part.key, now.get(part.key ?? '') ?? 0, then.get(part.key ?? '') ?? 0])
      }
    }
  })

  test('the trend is the query by week', { timeout: 120_000 }, async () => {
    const json = await report('2011-W45', 'trend')
    const rows = await query(['--metrics', 'revenue_net,orders', '--grain', 'week'], { from: '2011-08-15', to: json.week.to })
    expect(json.sections[0]?.trend.map(({ week, revenue_net, orders }) => ({ period: week.from, revenue_net, orders }))).toEqual(
      rows.map(({ period, revenue_net, orders }) => ({ period, revenue_net, orders })),
    )
  })

  test('says that there is no year before, in both languages', { timeout: 120_000 }, async () => {
    await report('2010-W50', 'first-year')
    expect(await file('first-year', 'report.de.html')).toContain(
      'Ein Vergleich mit dem Vorjahr ist nicht möglich: Die Daten beginnen erst am 1. Dezember 2010.',
    )
    expect(await file('first-year', 'mail.en.html')).toContain('A comparison with last year is not possible: the data begin on 1 December 2010 only.')
  })

  test('writes one language when asked for one', { timeout: 120_000 }, async () => {
    await report('2011-W45', 'german', ['--lang', 'de'])
    expect((await readdir(join(out.path, 'german'))).toSorted()).toEqual(['mail.de.html', 'report.de.html', 'report.de.md', 'report.json'])
  })

  test('is the same bytes again, made by a server and by a process of its own', { timeout: 120_000 }, async () => {
    await report('2011-W45', 'served')
    await server.stop()
    await report('2011-W45', 'alone')
    const names = (await readdir(join(out.path, 'alone'))).toSorted()
    expect(names).toEqual(['mail.de.html', 'mail.en.html', 'report.de.html', 'report.de.md', 'report.en.html', 'report.en.md', 'report.json'])
    for (const name of names) expect(await file('served', name), name).toBe(await file('alone', name))
  })
})

describe('the weekly report without data', () => {
  let folder: Folder
  beforeAll(async () => {
    folder = await temporaryFolder()
  })
  afterAll(() => folder.remove())

  test('is of the last complete week when no week is named, and says that there are no data', { timeout: 60_000 }, async () => {
    const out = join(folder.path, 'out')
    const { code, stdout } = await runKanalblick(['report', 'weekly', '--out', out, '--data', join(folder.path, 'data')])
    expect(stdout).toContain('mail.en.html')
    expect(code).toBe(0)
    const { week } = JSON.parse(await readFile(join(out, 'report.json'), 'utf8')) as Json
    const endedDaysAgo = (Date.now() - Date.parse(`${week.to}T23:59:59Z`)) / 86_400_000
    expect(endedDaysAgo).toBeGreaterThan(-1)
    expect(endedDaysAgo).toBeLessThan(8)
    expect(await readFile(join(out, 'report.de.md'), 'utf8')).toContain('liegen keine Daten vor')
  })

  test.each([
    [['weekly', '--week', '2011-45'], 'there is no ISO week like this'],
    [['weekly', '--week', '2098-W10'], 'The week 2098-W10 is not over'],
    [['weekly', '--lang', 'fr'], '--lang must be one of de, en.'],
    [['monthly'], 'There is one report to write: weekly.'],
  ])('%j is refused with what to do', { timeout: 60_000 }, async (args, message) => {
    const { code, stderr } = await runKanalblick(['report', ...args, '--out', join(folder.path, 'out'), '--data', folder.path])
    expect(stderr).toContain(message)
    expect(code).toBeGreaterThan(0)
  })
})
