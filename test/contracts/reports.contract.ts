/** What the reports promise, on whichever engine holds the rollups. Expected numbers are worked out here, by hand. */
import type { ClickHouseClient } from '@clickhouse/client'
import { channelPerformance, channelTrend, countryTrend, dataExtent, productTrend, reports, runReport } from '@kanalblick/reports'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { products } from './reports-products.ts'
import { queries } from './reports-queries.ts'
import { channelDay, clearRollups, productDay, seedChannelDays, seedProductDays } from './reports-seed.ts'

export function reportsContract(name: string, open: () => Promise<ClickHouseClient>): void {
  describe(name, () => {
    let client: ClickHouseClient
    beforeAll(async () => {
      client = await open()
    })
    beforeEach(() => clearRollups(client))
    comparisons(() => client)
    trends(() => client)
    queries(() => client)
    products(() => client)
  })
}

function comparisons(client: () => ClickHouseClient): void {
  const week = { from: '2021-01-04', to: '2021-01-10' }
  const performance = (period: { from: string; to: string }) => runReport(client(), channelPerformance, period)

  test('compares a week with the one before it and with the same weekdays last year', async () => {
    const shop = { channel: 'shop', channel_instance: 'shop:1', currency: 'EUR' }
    await seedChannelDays(client(), [
      channelDay({ ...shop, day: '2021-01-04', orders: 2, units: 5, revenue_gross_minor: 9_001, cancelled_minor: 1_000, refunded_minor: 501 }),
      channelDay({ ...shop, day: '2021-01-10', orders: 2, units: 3, revenue_gross_minor: 1_000, fees_minor: 70, ad_spend_minor: 30 }),
      channelDay({ ...shop, day: '2021-01-07', currency: '', events: 40, events_consented: 10 }),
      // The week before crosses the year's end.
      channelDay({ ...shop, day: '2020-12-28', revenue_gross_minor: 4_000 }),
      channelDay({ ...shop, day: '2021-01-03', revenue_gross_minor: 6_000, refunded_minor: 2_000 }),
      // 364 days earlier: from Monday, 6 January 2020; 2020 had a 29 February.
      channelDay({ ...shop, day: '2020-01-05', revenue_gross_minor: 111_111 }),
      channelDay({ ...shop, day: '2020-01-06', revenue_gross_minor: 5_000 }),
      channelDay({ ...shop, day: '2020-01-12', revenue_gross_minor: 5_000 }),
      channelDay({ ...shop, day: '2020-01-13', revenue_gross_minor: 222_222 }),
      channelDay({ channel: 'marketplace', channel_instance: 'amazon:de', currency: 'EUR', day: '2021-01-05', orders: 1, revenue_gross_minor: 1_500 }),
      channelDay({ channel: 'web', channel_instance: 'web:1', day: '2021-01-05', events: 3, events_consented: 1 }),
    ])

    const rows = await performance(week)

    expect(rows.map(({ channel_instance, currency }) => [channel_instance, currency])).toEqual([
      ['web:1', ''],
      ['shop:1', 'EUR'],
      ['amazon:de', 'EUR'],
    ])
    // Net: 10 001 - 1 000 - 501 = 8 500, of 8 500 + 1 500 in all. A quarter of 10 001 is 2 500.25.
    expect(rows[1]).toEqual({
      channel: 'shop',
      channel_instance: 'shop:1',
      currency: 'EUR',
      orders: 4,
      units: 8,
      revenue_gross_minor: 10_001,
      cancelled_minor: 1_000,
      refunded_minor: 501,
      revenue_net_minor: 8_500,
      revenue_net_share: 0.85,
      revenue_net_previous_minor: 8_000,
      revenue_net_change: 0.0625,
      revenue_net_last_year_minor: 10_000,
      revenue_net_change_last_year: -0.15,
      average_order_value_minor: 2_500,
      return_rate: 0.0501,
      fees_minor: 70,
      ad_spend_minor: 30,
      consent_share: 0.25,
    })
    expect(rows[2]).toMatchObject({ revenue_net_share: 0.15, revenue_net_previous_minor: null, revenue_net_change: null, return_rate: 0, consent_share: null })
    expect(rows[0]).toMatchObject({ orders: 0, revenue_net_minor: 0, revenue_net_share: null, average_order_value_minor: null, consent_share: 0.3333 })
  })

  test('compares ISO week 53 with the week that has the same weekdays a year before', async () => {
    const days = ['2019-12-30', '2020-01-05', '2020-12-21', '2020-12-27', '2020-12-28', '2021-01-03']
    await seedChannelDays(
      client(),
      days.map((day, index) => channelDay({ day, currency: 'EUR', orders: 1, revenue_gross_minor: 100 * (index + 1) })),
    )
    // 500 + 600 against 300 + 400 against 100 + 200.
    expect(await performance({ from: '2020-12-28', to: '2021-01-03' })).toMatchObject([
      {
        revenue_net_minor: 1_100,
        revenue_net_previous_minor: 700,
        revenue_net_change: 0.5714,
        revenue_net_last_year_minor: 300,
        revenue_net_change_last_year: 2.6667,
      },
    ])
  })

  test('compares a month that has 29 February with as many days before it', async () => {
    await seedChannelDays(client(), [
      channelDay({ day: '2024-01-02', currency: 'EUR', revenue_gross_minor: 1_000 }),
      channelDay({ day: '2024-01-03', currency: 'EUR', revenue_gross_minor: 200 }),
      channelDay({ day: '2024-01-31', currency: 'EUR', revenue_gross_minor: 200 }),
      channelDay({ day: '2024-02-29', currency: 'EUR', revenue_gross_minor: 600 }),
    ])
    expect(await performance({ from: '2024-02-01', to: '2024-02-29' })).toMatchObject([{ revenue_net_previous_minor: 400, revenue_net_change: 0.5 }])
  })

  test('gives no comparison with a period that a channel began in, had no data in, or lost money in', async () => {
    const instance = (id: string, day: string, amounts: object) => channelDay({ channel_instance: id, day, currency: 'EUR', ...amounts })
    await seedChannelDays(client(), [
      instance('began', '2020-12-29', { revenue_gross_minor: 100 }),
      instance('began', '2021-01-04', { revenue_gross_minor: 100 }),
      instance('known', '2020-11-23', { revenue_gross_minor: 100 }),
      instance('known', '2021-01-03', { revenue_gross_minor: 50 }),
      instance('known', '2021-01-04', { revenue_gross_minor: 100 }),
      instance('left', '2020-12-10', { revenue_gross_minor: 100 }),
      instance('paused', '2020-12-01', { revenue_gross_minor: 100 }),
      instance('paused', '2021-01-04', { revenue_gross_minor: 100 }),
      instance('lost', '2020-12-28', { revenue_gross_minor: 100, refunded_minor: 300 }),
      instance('lost', '2021-01-04', { revenue_gross_minor: 100 }),
    ])
    const compared = (await performance(week)).map((row) => [row.channel_instance, row.revenue_net_previous_minor, row.revenue_net_change])
    expect(compared).toEqual([
      ['began', null, null],
      ['known', 50, 1],
      ['lost', -200, null],
      ['paused', null, null],
    ])
  })

  test('keeps currencies apart, and shows a channel that sells no more', async () => {
    await seedChannelDays(client(), [
      channelDay({ day: '2020-12-28', currency: 'CHF', revenue_gross_minor: 700 }),
      channelDay({ day: '2021-01-04', currency: 'EUR', orders: 1, revenue_gross_minor: 300 }),
    ])
    expect(await performance(week)).toMatchObject([
      { currency: 'CHF', revenue_net_minor: 0, revenue_net_share: null, revenue_net_previous_minor: 700, revenue_net_change: -1 },
      { currency: 'EUR', revenue_net_minor: 300, revenue_net_share: 1, revenue_net_previous_minor: 0, revenue_net_change: null },
    ])
  })
}

function trends(client: () => ClickHouseClient): void {
  test('fills weeks without sales with zeros and says which weeks are cut', async () => {
    await seedChannelDays(client(), [
      channelDay({ day: '2020-12-26', currency: 'EUR', orders: 9, revenue_gross_minor: 9_000 }),
      channelDay({ day: '2020-12-27', currency: 'EUR', orders: 1, revenue_gross_minor: 100 }),
      channelDay({ day: '2021-01-11', currency: 'EUR', orders: 2, units: 3, revenue_gross_minor: 500, cancelled_minor: 50, refunded_minor: 25 }),
    ])
    const rows = await runReport(client(), channelTrend, { from: '2020-12-27', to: '2021-01-17', grain: 'week' })
    expect(rows.map(({ period, complete, orders, revenue_net_minor }) => [period, complete, orders, revenue_net_minor])).toEqual([
      ['2020-12-21', false, 1, 100],
      ['2020-12-28', true, 0, 0],
      ['2021-01-04', true, 0, 0],
      ['2021-01-11', true, 2, 425],
    ])
    expect(rows[3]).toEqual({
      period: '2021-01-11',
      complete: true,
      channel: 'shop',
      channel_instance: 'shop:1',
      currency: 'EUR',
      orders: 2,
      units: 3,
      revenue_gross_minor: 500,
      cancelled_minor: 50,
      refunded_minor: 25,
      revenue_net_minor: 425,
    })
  })

  test('fills days and months of a leap year', async () => {
    await seedChannelDays(client(), [channelDay({ day: '2024-02-29', country: 'AT', currency: 'EUR', orders: 1, units: 2, revenue_gross_minor: 300 })])
    const days = await runReport(client(), countryTrend, { from: '2024-02-28', to: '2024-03-01', grain: 'day' })
    expect(days.map(({ period, country, complete, units }) => [period, country, complete, units])).toEqual([
      ['2024-02-28', 'AT', true, 0],
      ['2024-02-29', 'AT', true, 2],
      ['2024-03-01', 'AT', true, 0],
    ])
    const months = await runReport(client(), countryTrend, { from: '2024-01-15', to: '2024-02-29', grain: 'month' })
    expect(months.map(({ period, complete, revenue_net_minor }) => [period, complete, revenue_net_minor])).toEqual([
      ['2024-01-01', false, 0],
      ['2024-02-01', true, 300],
    ])
  })

  test('follows the products that earn most in each currency, under their latest names', async () => {
    const day = '2021-01-05'
    await seedProductDays(client(), [
      productDay({ day: '2021-01-04', sku: 'A', name: 'Old cup', revenue_gross_minor: 500, refunded_minor: 450 }),
      productDay({ day, sku: 'A', name: 'Cup', units: 1, revenue_gross_minor: 300 }),
      productDay({ day, sku: 'B', name: 'Plate', units: 2, revenue_gross_minor: 340 }),
      productDay({ day, sku: 'C', name: 'Bowl', revenue_gross_minor: 349 }),
      productDay({ day, sku: 'A', name: 'Cup', currency: 'CHF', revenue_gross_minor: 1 }),
      productDay({ day, sku: '', revenue_gross_minor: 9_999 }),
    ])
    const rows = await runReport(client(), productTrend, { from: '2021-01-04', to: day, grain: 'day', top: 2 })
    expect(rows.map(({ product, product_name, currency, period, revenue_net_minor }) => [product, product_name, currency, period, revenue_net_minor])).toEqual([
      ['A', 'Cup', 'CHF', '2021-01-04', 0],
      ['A', 'Cup', 'CHF', day, 1],
      ['A', 'Cup', 'EUR', '2021-01-04', 50],
      ['A', 'Cup', 'EUR', day, 300],
      ['C', 'Bowl', 'EUR', '2021-01-04', 0],
      ['C', 'Bowl', 'EUR', day, 349],
    ])
  })

  test('says since when and until when there are data, however old they are', async () => {
    await seedChannelDays(client(), [channelDay({ day: '2001-12-31', events: 1 }), channelDay({ day: '2021-01-05', events: 1 })])
    expect(await runReport(client(), dataExtent, {})).toEqual([{ first_day: '2001-12-31', last_day: '2021-01-05' }])
  })

  test.each(reports.map((report) => [report.name, report] as const))('%s: is empty when there is no data', async (_name, report) => {
    const params = Object.entries({ from: '2021-01-04', to: '2021-01-10', grain: 'week' }).filter(([name]) => name in report.params.shape)
    expect(await runReport(client(), report, Object.fromEntries(params))).toEqual([])
  })
}
