/** What happened to the shop, told relative to the day of the first fill. docs/demo-shop.md says where each shows. */
import { type Day, daysBetween, mondayOf, shiftDay, startOf } from './calendar.ts'
import type { Product } from './products.ts'
import { amazon, ebay, otto, type Seller, shop } from './sources.ts'

/** A product takes off on Amazon and four weeks later in the own shop. */
const takeOff = { sku: 'NL-TCB-01', daysAgo: { [amazon.instance]: 63, [shop.instance]: 35 }, rampDays: 21, times: 10 } as const

/** The bestseller category is listed on eBay, cheaper: most of what it gains there the own shop loses. */
export const eaten = { category: 'Espresso', daysAgo: 140, rampDays: 14, ordersPerDay: 5, price: 0.9, ofShop: 0.6 } as const

/** What was sold of one product within three weeks comes back. */
const returnWave = { sku: 'NL-MUM-01', fromDaysAgo: 35, toDaysAgo: 14, returned: 0.3, usually: 0.04 } as const

const age = (anchor: Day, day: Day) => daysBetween(day, anchor)
const ramp = (daysIn: number, rampDays: number) => Math.min(1, Math.max(0, daysIn / rampDays))

/** How many times its usual demand the product has. */
export function demandTimes(product: Product, seller: Seller, anchor: Day, day: Day): number {
  const daysAgo = (takeOff.daysAgo as Readonly<Record<string, number>>)[seller.instance]
  if (product.sku !== takeOff.sku || daysAgo === undefined) return 1
  return 1 + (takeOff.times - 1) * ramp(daysAgo - age(anchor, day), takeOff.rampDays)
}

/** Orders of the eaten category on a usual day that eBay has more and the shop has less. */
export function movedOrders(seller: Seller, anchor: Day, day: Day): number {
  const gained = eaten.ordersPerDay * ramp(eaten.daysAgo - age(anchor, day), eaten.rampDays)
  if (seller === ebay) return gained
  // In pieces: an order of the shop has more lines.
  return seller === shop ? (-gained * eaten.ofShop * (1 + ebay.furtherLines)) / (1 + shop.furtherLines) : 0
}

export const priceOf = (product: Product, seller: Seller): number =>
  seller === ebay && product.category === eaten.category ? Math.round(product.priceMinor * eaten.price) : product.priceMinor

/** The probability that the product comes back when the usual one is given. */
export function returnRate(product: Product, usual: number, anchor: Day, day: Day): number {
  if (product.sku !== returnWave.sku) return usual
  const daysAgo = age(anchor, day)
  return daysAgo <= returnWave.fromDaysAgo && daysAgo > returnWave.toDaysAgo ? returnWave.returned : returnWave.usually
}

/** From the Monday of the last complete week on this source delivers nothing. */
export const isSilent = (instance: string, anchor: Day, atMs: number): boolean => instance === otto.instance && atMs >= startOf(shiftDay(mondayOf(anchor), -7))
