/** What every column of every table says of a person, for the data map. */
import { type Annotation, annotations, enrichedEvent } from '@kanalblick/stream'

export interface DeclaredTable {
  readonly table: string
  readonly columns: Readonly<Record<string, Annotation>>
}

const technical: Annotation = { category: 'technical', purpose: 'necessary', retention: 'books', erasure: 'keep' }
/** Sums over many events, derived anew when one of them is erased. */
const sums: Annotation = { category: 'aggregate', purpose: 'order_statistics', retention: 'books', erasure: 'keep' }

const all = (names: string, annotation: Annotation): Record<string, Annotation> => Object.fromEntries(names.split(' ').map((name) => [name, annotation]))

const eventColumns = Object.entries(enrichedEvent.shape).map(([field, schema]): [string, Annotation] => {
  const annotation = annotations.get(schema)
  if (!annotation) throw new Error(`The field ${field} declares nothing about itself.`)
  return [field === 'id' ? 'event_id' : field, annotation]
})

export const dataMap: readonly DeclaredTable[] = [
  { table: 'events', columns: { ...Object.fromEntries(eventColumns), ...all('insert_id is_deleted', technical) } },
  { table: 'fates', columns: all('hour channel event_id version stage outcome reason', technical) },
  { table: 'restated_events', columns: all('event_id day', technical) },
  { table: 'erased_events', columns: all('event_id day action erased_at done', technical) },
  { table: 'stale_days', columns: all('day mark pending', technical) },
  { table: 'stale_months', columns: all('month mark pending', technical) },
  { table: 'migrations', columns: all('name checksum', technical) },
  {
    table: 'rollup_channel_day',
    columns: all(
      'day channel channel_instance country currency orders cancellations refunds units units_cancelled units_refunded units_returned ' +
        'revenue_gross_minor cancelled_minor refunded_minor tax_minor fees_minor ad_spend_minor events events_consented reach clicks',
      sums,
    ),
  },
  {
    table: 'rollup_product_day',
    columns: all(
      'day channel channel_instance country currency sku name category units units_cancelled units_refunded revenue_gross_minor cancelled_minor refunded_minor',
      sums,
    ),
  },
  {
    table: 'rollup_sku_day',
    columns: all('day currency sku name category units units_cancelled units_refunded revenue_gross_minor cancelled_minor refunded_minor', sums),
  },
  {
    table: 'rollup_sku_week',
    columns: all('week currency sku name category last_day units units_cancelled units_refunded revenue_gross_minor cancelled_minor refunded_minor', sums),
  },
  {
    table: 'rollup_product_month',
    columns: all(
      'month channel channel_instance country currency sku name category last_day units units_cancelled units_refunded ' +
        'revenue_gross_minor cancelled_minor refunded_minor',
      sums,
    ),
  },
]
