/** The orders of a day, and what becomes of each: decided when it is placed, so that later days can be told alone. */
import { type Country, type Day, instantAt } from './calendar.ts'
import { demandOf } from './demand.ts'
import { type Customer, countryFrom, customerFor } from './people.ts'
import { categoryFacts, type Product } from './products.ts'
import { type Random, randomFor } from './random.ts'
import { type Seller, shop } from './sources.ts'
import { priceOf, returnRate } from './stories.ts'

export interface Line {
  readonly product: Product
  readonly quantity: number
  readonly priceMinor: number
}

export interface Order {
  readonly id: string
  readonly seller: Seller
  readonly day: Day
  readonly atMs: number
  readonly country: Country
  /** Known to the own shop only. */
  readonly customer: Customer | undefined
  readonly lines: readonly Line[]
  readonly shippingMinor: number
  /** Withdrawn on the next day. */
  readonly cancelled: boolean
  readonly comesBack: readonly ComingBack[]
}

export interface ComingBack {
  readonly line: Line
  readonly afterDays: number
}

export interface Shop {
  readonly seed: number
  /** The day that the stories are told from. */
  readonly anchor: Day
}

export const soonestReturn = 3
export const latestReturn = 20

export function ordersOf({ seed, anchor }: Shop, seller: Seller, day: Day): Order[] {
  const random = randomFor(seed, 'orders', seller.instance, day)
  const demand = demandOf(seller, anchor, day)
  const expected = demand.reduce((sum, { orders }) => sum + orders, 0)
  return Array.from({ length: random.poisson(expected) }, (_, n): Order => {
    const product = () => random.weighted(demand, ({ orders }) => orders).product
    const chosen = new Map(Array.from({ length: 1 + random.poisson(seller.furtherLines) }, product).map((one) => [one.sku, one]))
    const lines = [...chosen.values()].map((one) => ({ product: one, quantity: quantityOf(one, random), priceMinor: priceOf(one, seller) }))
    const customer = seller === shop ? customerFor(seed, random) : undefined
    const cancelled = random.chance(seller.cancelled)
    return {
      id: `NL-${day.replaceAll('-', '')}-${seller.instance.slice(0, 1).toUpperCase()}${1000 + n}`,
      seller,
      day,
      atMs: instantAt(day, minuteOfDay(random)),
      country: customer?.country ?? countryFrom(seller.countries, random),
      customer,
      lines,
      shippingMinor: lines.reduce((sum, line) => sum + valueOf(line), 0) < 4500 ? 412 : 0,
      cancelled,
      comesBack: lines.filter((line) => random.chance(rateOf(line, anchor, day)) && !cancelled).map((line) => ({ line, afterDays: daysUntilBack(random) })),
    }
  })
}

const rateOf = ({ product }: Line, anchor: Day, day: Day) => returnRate(product, categoryFacts[product.category].returned / 100, anchor, day)
const quantityOf = ({ category }: Product, random: Random) => (categoryFacts[category].food && random.chance(0.22) ? 2 : 1)
const daysUntilBack = (random: Random) => random.between(soonestReturn, random.between(soonestReturn + 3, latestReturn))

/** From half past six to eleven, most in the evening. */
export const minuteOfDay = (random: Random) => 390 + Math.floor(990 * Math.max(random.next(), random.next()))

export const valueOf = ({ quantity, priceMinor }: Pick<Line, 'quantity' | 'priceMinor'>) => quantity * priceMinor
export const netOf = ({ lines, shippingMinor }: Pick<Order, 'lines' | 'shippingMinor'>) => lines.reduce((sum, line) => sum + valueOf(line), shippingMinor)

const rates: Readonly<Record<Country, { readonly food: number; readonly goods: number }>> = {
  DE: { food: 0.07, goods: 0.19 },
  AT: { food: 0.1, goods: 0.2 },
  // Exported: taxed at the border.
  CH: { food: 0, goods: 0 },
}

export function taxOf(lines: readonly Line[], shippingMinor: number, country: Country): number {
  const { food, goods } = rates[country]
  const ofLines = lines.reduce((sum, line) => sum + Math.round(valueOf(line) * (categoryFacts[line.product.category].food ? food : goods)), 0)
  return ofLines + Math.round(shippingMinor * goods)
}
