/** Where the roastery sells and shows itself: one write key each. */
import type { Channel } from '@kanalblick/stream'
import type { Country } from './calendar.ts'
import type { Category } from './products.ts'

interface Shape {
  readonly instance: string
  readonly channel: Channel
}

export interface Seller extends Shape {
  /** Orders on a usual day, before season and growth. */
  readonly ordersPerDay: number
  /** Monday to Sunday, one on average. */
  readonly weekdays: readonly number[]
  readonly countries: Readonly<Record<Country, number>>
  /** How well each category goes here; one where it goes as everywhere. */
  readonly affinity: Partial<Readonly<Record<Category, number>>>
  /** Further lines of an order, on average. */
  readonly furtherLines: number
  readonly growthPerYear: number
  readonly blackFriday: number
  readonly cancelled: number
  /** Of the net value. */
  readonly commission?: number
  /** Cents per order, where the marketplace ships. */
  readonly fulfilmentMinor?: number
}

const dach = { DE: 0.78, AT: 0.14, CH: 0.08 }

export const shop: Seller = {
  instance: 'shop:nordlicht',
  channel: 'shop',
  ordersPerDay: 18,
  weekdays: [1.15, 1.02, 0.95, 0.92, 0.88, 0.88, 1.2],
  countries: dach,
  affinity: { Espresso: 1.15, Geschenke: 1.2 },
  furtherLines: 0.7,
  growthPerYear: 0.1,
  blackFriday: 1.9,
  cancelled: 0.018,
}

export const amazon: Seller = {
  instance: 'amazon:A1PA6795UKMFR9',
  channel: 'marketplace',
  ordersPerDay: 13,
  weekdays: [1.08, 1.05, 1.02, 0.99, 0.94, 0.9, 1.02],
  countries: { DE: 0.8, AT: 0.16, CH: 0.04 },
  affinity: { 'Mühlen & Maschinen': 1.3, Geschenke: 0.8 },
  furtherLines: 0.15,
  growthPerYear: 0.14,
  blackFriday: 2.1,
  cancelled: 0.025,
  commission: 0.15,
  fulfilmentMinor: 329,
}

/** Until the story begins (`stories.ts`) no espresso is listed here. */
export const ebay: Seller = {
  instance: 'ebay:EBAY_DE',
  channel: 'marketplace',
  ordersPerDay: 4,
  weekdays: [1.0, 0.95, 0.93, 0.94, 0.92, 1.06, 1.2],
  countries: { DE: 0.8, AT: 0.13, CH: 0.07 },
  affinity: { Espresso: 0, 'Mühlen & Maschinen': 1.4 },
  furtherLines: 0.15,
  growthPerYear: 0.05,
  blackFriday: 1.9,
  cancelled: 0.03,
  commission: 0.11,
}

export const otto: Seller = {
  instance: 'otto:nordlicht',
  channel: 'marketplace',
  ordersPerDay: 3,
  weekdays: [1.05, 1.02, 1.0, 0.97, 0.93, 0.95, 1.08],
  countries: { DE: 1, AT: 0, CH: 0 },
  affinity: { Zubehör: 1.5, Espresso: 0.6 },
  furtherLines: 0.2,
  growthPerYear: 0.05,
  blackFriday: 1.5,
  cancelled: 0.03,
  commission: 0.15,
}

export interface SocialPage extends Shape {
  readonly platform: 'instagram' | 'linkedin'
  /** Visits of the page that its profile links to. */
  readonly visitsPerDay: number
  readonly page: string
  readonly weekdays: readonly number[]
  readonly reachPerDay: number
  readonly spendMinorPerDay: number
}

const instagram: SocialPage = {
  instance: 'instagram:nordlicht',
  channel: 'social',
  platform: 'instagram',
  visitsPerDay: 9,
  page: '/links',
  weekdays: [0.9, 0.92, 0.95, 1.0, 1.02, 1.08, 1.13],
  reachPerDay: 2400,
  spendMinorPerDay: 1800,
}

const linkedin: SocialPage = {
  instance: 'linkedin:nordlicht',
  channel: 'social',
  platform: 'linkedin',
  visitsPerDay: 9,
  page: '/buero-kaffee',
  weekdays: [1.2, 1.35, 1.3, 1.25, 1.0, 0.4, 0.5],
  reachPerDay: 620,
  spendMinorPerDay: 1200,
}

export const sellers: readonly Seller[] = [shop, amazon, ebay, otto]
export const socialPages: readonly SocialPage[] = [instagram, linkedin]
export const sources: readonly Shape[] = [...sellers, ...socialPages]

/** Which share of visitors accepts the banner. Marketplaces show none and pass no choice on. */
export const acceptance: Readonly<Record<string, number>> = { [shop.instance]: 0.64, [instagram.instance]: 0.45, [linkedin.instance]: 0.78 }
