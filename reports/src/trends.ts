import { z } from 'zod'
import { day, integer, minorUnits } from './columns.ts'
import { checkPeriod, grain, periodFields } from './period.ts'
import { defineReport } from './report.ts'

const params = checkPeriod(z.strictObject({ ...periodFields, grain }))

const period = {
  /** The first day of the day, week (Monday) or month. */
  period: day,
  /** Whether `from` and `to` cover all of it. */
  complete: z.boolean(),
}
const revenue = {
  revenue_gross_minor: minorUnits,
  cancelled_minor: minorUnits,
  refunded_minor: minorUnits,
  revenue_net_minor: minorUnits,
}

export const channelTrend = defineReport({
  name: 'channel_trend',
  title: 'Sales by channel over time',
  params,
  row: z.strictObject({ ...period, channel: z.string(), channel_instance: z.string(), currency: z.string(), orders: integer, units: integer, ...revenue }),
})

export const countryTrend = defineReport({
  name: 'country_trend',
  title: 'Sales by country over time',
  params,
  row: z.strictObject({ ...period, country: z.string(), currency: z.string(), orders: integer, units: integer, ...revenue }),
})

export const productTrend = defineReport({
  name: 'product_trend',
  title: 'Best-selling products over time',
  params: checkPeriod(z.strictObject({ ...periodFields, grain, top: z.coerce.number().int().min(1).max(1000).default(10) })),
  row: z.strictObject({ ...period, product: z.string(), product_name: z.string(), currency: z.string(), units: integer, ...revenue }),
})
