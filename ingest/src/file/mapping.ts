/** How a CSV file of order lines is read: written by whoever knows the file. */
import { channelInstance, country, currency } from '@kanalblick/stream'
import { z } from 'zod'
import { IngestError } from '../errors.ts'
import { compileDateFormat } from './dates.ts'

const column = z.string().min(1)
const holds = (check: (value: string) => unknown) => (value: string) => {
  try {
    check(value)
    return true
  } catch {
    return false
  }
}

const mappingSchema = z
  .strictObject({
    /** The channel instance that the orders belong to. */
    instance: channelInstance,
    currency,
    /** IANA name of the zone that the dates are in. */
    timeZone: z.string().refine(
      holds((timeZone) => new Intl.DateTimeFormat('en', { timeZone })),
      'is not a time zone such as Europe/Berlin',
    ),
    /** `iso`, or a pattern of yyyy, MM, M, dd, d, HH, H, mm, ss and the signs between them. */
    dateFormat: z.string().refine(holds(compileDateFormat), 'is not "iso" or a pattern such as dd.MM.yyyy HH:mm'),
    decimalSeparator: z.enum(['.', ',']).default('.'),
    delimiter: z
      .string()
      .regex(/^[^"\r\n]$/, 'is one sign such as "," or ";"')
      .default(','),
    encoding: z
      .string()
      .refine(
        holds((encoding) => new TextDecoder(encoding)),
        'is not an encoding such as utf-8 or windows-1252',
      )
      .default('utf-8'),
    /** The file's names of the columns. A line's amount is `unitPrice` times `quantity`, or stands in `lineNet`. */
    columns: z.strictObject({
      orderId: column,
      date: column,
      sku: column,
      quantity: column,
      unitPrice: column.optional(),
      lineNet: column.optional(),
      name: column.optional(),
      category: column.optional(),
      customer: column.optional(),
      email: column.optional(),
      country: column.optional(),
    }),
    /** Orders whose value in `column` (the order id unless given) starts with `prefix` are cancellations; they state negative quantities. */
    cancellation: z.strictObject({ column: column.optional(), prefix: z.string().min(1) }).optional(),
    /** Names of countries that are neither English nor German; null for what is no country. */
    countries: z.record(z.string(), country.nullable()).default({}),
  })
  .refine(({ columns }) => (columns.unitPrice === undefined) !== (columns.lineNet === undefined), {
    path: ['columns'],
    message: 'needs either unitPrice or lineNet',
  })

export type Mapping = Readonly<z.infer<typeof mappingSchema>>

/**
 * @param source the parsed mapping file
 * @throws IngestError MAPPING_INVALID with all faults
 */
export function readMapping(source: unknown): Mapping {
  const parsed = mappingSchema.safeParse(source)
  if (parsed.success) return parsed.data
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'mapping'}: ${message}`)
  throw new IngestError('MAPPING_INVALID', { detail: faults.join('; ') })
}
