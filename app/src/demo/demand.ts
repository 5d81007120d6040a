/** How many orders of a product a channel can expect on a day. */
import { blackFridayOf, type Country, type Day, daysBetween, isHoliday, weekdayOf, yearShare } from './calendar.ts'
import { type Category, categoryFacts, type Product, products } from './products.ts'
import { type Seller, shop } from './sources.ts'
import { demandTimes, eaten, movedOrders } from './stories.ts'

export interface Demand {
  readonly product: Product
  readonly orders: number
}

export function demandOf(seller: Seller, anchor: Day, day: Day): readonly Demand[] {
  const general = patternOf(seller, anchor, day)
  const usual = products.map((product) => ({ product, weight: product.weight * (seller.affinity[product.category] ?? 1) }))
  const ofAll = sum(usual.map(({ weight }) => weight))
  const ofEaten = sum(products.filter(({ category }) => category === eaten.category).map(({ weight }) => weight))
  const moved = movedOrders(seller, anchor, day)
  return usual.map(({ product, weight }) => {
    const own = (seller.ordersPerDay * weight * demandTimes(product, seller, anchor, day)) / ofAll
    const shifted = product.category === eaten.category ? (moved * product.weight) / ofEaten : 0
    return { product, orders: Math.max(0, own + shifted) * general * season(product.category, day) }
  })
}

/** Weekday, holidays, growth and the days that everybody advertises. */
function patternOf(seller: Seller, anchor: Day, day: Day): number {
  const years = daysBetween(anchor, day) / 365
  const countries = Object.entries(seller.countries) as [Country, number][]
  const open = sum(countries.map(([country, share]) => share * (isHoliday(day, country) ? onHoliday(day) : 1)))
  return (seller.weekdays[weekdayOf(day)] ?? 1) * open * (1 + seller.growthPerYear * years) * blackFriday(seller, day)
}

const onHoliday = (day: Day) => (day.slice(5, 7) === '12' ? 0.4 : 0.72)

/** From the Monday before Black Friday to the Monday behind it, most on the day itself. */
function blackFriday(seller: Seller, day: Day): number {
  const away = daysBetween(blackFridayOf(day.slice(0, 4)), day)
  if (away < -4 || away > 3) return 1
  return away === 0 ? seller.blackFriday : 1 + (seller.blackFriday - 1) * 0.45
}

/** One in January; the summer's dip is deepest in the middle of July, Advent's peak on 12 December. */
function season(category: Category, day: Day): number {
  const { summerDip, advent } = categoryFacts[category]
  const summer = 1 - summerDip * Math.max(0, Math.cos((yearShare(day) - 0.54) * Math.PI * 2.6) * Number(Math.abs(yearShare(day) - 0.54) < 0.19))
  const toPeak = Math.abs(daysBetween(`${day.slice(0, 4)}-12-12`, day))
  const christmas = day.slice(5) > '12-20' ? 0 : Math.max(0, 1 - toPeak / 24)
  return summer * (1 + (advent - 1) * christmas)
}

/** How lively the day is, beside a usual one: what advertisements and posts follow. */
export const moodOf = (anchor: Day, day: Day): number => {
  const expected = sum(demandOf(shop, anchor, day).map(({ orders }) => orders))
  return expected / shop.ordersPerDay / (shop.weekdays[weekdayOf(day)] ?? 1)
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
