import { z } from 'zod'
import { onceValid } from '../invalid-request.ts'
import { checkPeriod, periodFields } from '../period.ts'
import { attributeNames, attributes, dimensionNames, isProductDimension, metric, metricNames } from './metrics.ts'

const distinct = <Item extends z.ZodType<string>>(items: z.ZodArray<Item>) =>
  items.refine((names) => new Set(names).size === names.length, { params: { code: 'named_twice' }, error: 'must not name anything twice' })

const fields = {
  metrics: distinct(z.array(z.enum(metricNames)).min(1)),
  by: distinct(z.array(z.enum(dimensionNames))).default([]),
  /** Said beside the dimension that they belong to, which `by` must name. */
  attributes: distinct(z.array(z.enum(attributeNames))).default([]),
  /** All of them must hold. Countries by their ISO code. */
  filters: z.array(z.strictObject({ dimension: z.enum(dimensionNames), in: z.array(z.string().max(200)).min(1).max(1000) })).default([]),
  ...periodFields,
  /** Adds the column `period`: the first day of the day, week (Monday), month, quarter or year. */
  grain: z.enum(['day', 'week', 'month', 'quarter', 'year']).optional(),
  /** Only amounts in this currency; what has no currency (visits, returned parcels) stays in. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  /** By default by period, then by the dimensions as named in `by`. */
  order: z.array(z.strictObject({ by: z.enum(['period', ...dimensionNames, ...metricNames]), direction: z.enum(['asc', 'desc']).default('asc') })).default([]),
  limit: z.int().min(1).max(1_000_000).optional(),
}

/** A question to the rollups. Rows about money always say their `currency`: amounts of different currencies are never added up. */
export const queryRequest = checkPeriod(z.strictObject(fields))
  .superRefine(
    ({ metrics, by, filters }, context) => {
      if (![...by, ...filters.map(({ dimension }) => dimension)].some(isProductDimension)) return
      for (const [index, name] of metrics.entries()) {
        if (metric(name).perProduct) continue
        const message = `${name} is not known per product: leave it out, or ask without product and category`
        context.addIssue({ code: 'custom', path: ['metrics', index], params: { code: 'metric_not_per_product' }, message, input: name })
      }
    },
    onceValid({ metrics: fields.metrics, by: fields.by, filters: fields.filters }),
  )
  .superRefine(
    ({ by, attributes: named }, context) => {
      for (const [index, name] of named.entries()) {
        if (by.includes(attributes[name].of)) continue
        const message = `${name} is said beside ${attributes[name].of}: name that in by`
        context.addIssue({ code: 'custom', path: ['attributes', index], params: { code: 'attribute_without_dimension' }, message, input: name })
      }
    },
    onceValid({ by: fields.by, attributes: fields.attributes }),
  )
  .superRefine(
    ({ metrics, by, order, grain }, context) => {
      const columns: readonly string[] = [...(grain ? ['period'] : []), ...by, ...metrics, ...(hasMoney(metrics) ? ['currency'] : [])]
      for (const [index, { by: name }] of order.entries()) {
        if (columns.includes(name)) continue
        const message = 'only columns of the result can order it'
        context.addIssue({ code: 'custom', path: ['order', index, 'by'], params: { code: 'order_not_in_result' }, message, input: name })
      }
    },
    onceValid({ metrics: fields.metrics, by: fields.by, order: fields.order, grain: fields.grain }),
  )

export type QueryRequest = z.output<typeof queryRequest>
/** As a caller writes it: what has a default may be left out. */
export type QueryRequestInput = z.input<typeof queryRequest>

export const hasMoney = (names: QueryRequest['metrics']): boolean => names.some((name) => metric(name).unit === 'money')
