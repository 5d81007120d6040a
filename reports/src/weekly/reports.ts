import { z } from 'zod'
import { integer, minorUnits } from '../columns.ts'
import { checkPeriod, periodFields } from '../period.ts'
import { defineReport } from '../report.ts'

export const weeklyProducts = defineReport({
  name: 'weekly_products',
  title: 'Products that rose and fell most',
  params: checkPeriod(z.strictObject({ ...periodFields, top: z.coerce.number().int().min(1).max(1000).default(10) })),
  row: z.strictObject({
    comparison: z.enum(['previous', 'last_year']),
    product: z.string(),
    product_name: z.string(),
    currency: z.string(),
    revenue_net_minor: minorUnits,
    revenue_net_before_minor: minorUnits,
  }),
})

export const weeklyDeliveries = defineReport({
  name: 'weekly_deliveries',
  title: 'What became of the events that came in',
  params: checkPeriod(z.strictObject(periodFields)),
  row: z.strictObject({ outcome: z.enum(['accepted', 'dropped', 'rejected']), reason: z.string(), events: integer }),
})
