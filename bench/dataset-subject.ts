/** One person of the data set of whom everything is known: a customer with a few hundred events over eight months, and ten orders. */
import { createHash } from 'node:crypto'

export interface KnownSubject {
  /** What the warehouse calls the person, by purpose. */
  readonly pseudonyms: { readonly web: string; readonly ads: string; readonly profile: string }
  readonly sessionKeys: readonly string[]
  readonly orderKeys: readonly string[]
  /** Of all events: followed visits, and orders with what came of them. */
  readonly eventIds: readonly string[]
  /** `yyyy-MM-dd` */
  readonly firstDay: string
  readonly lastDay: string
}

const visits = 48
const viewsPerVisit = 6
const orders = 10
const spanDays = 240

/** The same for the same last day of the data set. */
export function knownSubject(lastDay: string): KnownSubject {
  const rows = rowsOf(lastDay)
  const days = rows.map(({ day }) => day).toSorted()
  const distinct = (values: readonly string[]) => [...new Set(values)].filter((value) => value !== '')
  return {
    pseudonyms,
    sessionKeys: distinct(rows.map(({ session_key }) => session_key)),
    orderKeys: distinct(rows.map(({ order_key }) => order_key)),
    eventIds: rows.map(({ event_id }) => event_id),
    firstDay: days[0] ?? '',
    lastDay: days.at(-1) ?? '',
  }
}

/** As the warehouse's tables take them. */
export function subjectRows(lastDay: string) {
  const events = rowsOf(lastDay)
  const fates = events.map(({ event_id, time, channel }) => {
    return { hour: `${time.slice(0, 13)}:00:00`, channel, event_id, version: 1, stage: 'consent', outcome: 'kept', reason: '' }
  })
  return { events, fates }
}

const hex = (name: string) => createHash('sha256').update(`known subject ${name}`).digest('hex').slice(0, 32)
const pseudonyms = { web: `v1:web:${hex('web')}`, ads: `v1:ads:${hex('ads')}`, profile: `v1:profile:${hex('profile')}` }
const uuid = (name: string) => hex(name).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

function rowsOf(lastDay: string) {
  const views = Array.from({ length: visits * viewsPerVisit }, (_, n) => {
    const visit = Math.floor(n / viewsPerVisit)
    const at = momentOf(lastDay, { place: visit / visits, minutes: n % viewsPerVisit })
    return eventOf(`view-${n}`, { ...at, type: 'product_viewed', url_path: `/produkte/sku-${n % 700}`, session_key: `v1:${hex(`session-${visit}`)}` })
  })
  const bought = Array.from({ length: orders }, (_, n) => {
    const visit = Math.floor(((n + 0.5) / orders) * visits)
    const at = momentOf(lastDay, { place: visit / visits, minutes: viewsPerVisit })
    const keys = { session_key: `v1:${hex(`session-${visit}`)}`, order_key: `v1:${hex(`order-${n}`)}` }
    const items = { item_sku: [`sku-${n}`], item_name: [`Becher Modell ${n}`], item_category: ['Becher'], item_units: [1], item_net_minor: [2500] }
    return eventOf(`order-${n}`, { ...at, ...keys, ...items, type: 'order_placed', currency: 'EUR', amount_minor: 2500, tax_minor: 475 })
  })
  return [...views, ...bought]
}

/** @param place how far through the person's time, 0 to 1 */
function momentOf(lastDay: string, { place, minutes }: { readonly place: number; readonly minutes: number }) {
  const first = Date.parse(lastDay) - (spanDays - 1) * 86_400_000
  const at = new Date(first + Math.floor(place * spanDays) * 86_400_000 + (14 * 60 + minutes) * 60_000)
  const time = at.toISOString().slice(0, 19).replace('T', ' ')
  return { day: time.slice(0, 10), time, received_at: time }
}

interface Said {
  readonly day: string
  readonly time: string
  readonly received_at: string
  readonly type: string
  readonly session_key: string
  readonly order_key?: string
  readonly [column: string]: unknown
}

const eventOf = (name: string, said: Said) => ({
  event_id: uuid(name),
  version: 1,
  channel: 'shop',
  channel_instance: 'shop:nordlicht',
  subject_web: pseudonyms.web,
  subject_ads: pseudonyms.ads,
  subject_profile: pseudonyms.profile,
  order_key: '',
  granted: ['web_analytics', 'ad_measurement', 'personalisation'],
  country: 'DE',
  device_class: 'mobile',
  insert_id: uuid('insert'),
  ...said,
})
