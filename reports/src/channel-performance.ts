import { z } from 'zod'
import { fraction, integer, minorUnits } from './columns.ts'
import { checkPeriod, periodFields } from './period.ts'
import { defineReport } from './report.ts'

export const channelPerformance = defineReport({
  name: 'channel_performance',
  title: 'Channel performance',
  params: checkPeriod(z.strictObject(periodFields)),
  row: z.strictObject({
    channel: z.string(),
    channel_instance: z.string(),
    currency: z.string(),
    orders: integer,
    units: integer,
    revenue_gross_minor: minorUnits,
    cancelled_minor: minorUnits,
    refunded_minor: minorUnits,
    revenue_net_minor: minorUnits,
    revenue_net_share: fraction,
    revenue_net_previous_minor: minorUnits.nullable(),
    revenue_net_change: fraction,
    revenue_net_last_year_minor: minorUnits.nullable(),
    revenue_net_change_last_year: fraction,
    average_order_value_minor: minorUnits.nullable(),
    return_rate: fraction,
    fees_minor: minorUnits,
    ad_spend_minor: minorUnits,
    consent_share: fraction,
  }),
})
