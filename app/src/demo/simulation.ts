/** The demo shop: what every source says on a day follows from the seed, the day of the first fill and the day itself. */
import { type Day, shiftDay, weekdayOf } from './calendar.ts'
import type { Message } from './message.ts'
import { cameBack, cancelled, placed } from './order-messages.ts'
import { latestReturn, type Order, ordersOf, type Shop, soonestReturn } from './orders.ts'
import { type Seller, sellers, socialPages } from './sources.ts'
import { isSilent } from './stories.ts'
import { assortment, fees, googleSpend, socialNumbers } from './total-messages.ts'
import { beforeOrder, shopVisits, socialVisits } from './visit-messages.ts'

/** Of the 425 that behaviour is kept, so that the first night takes nothing away. */
const historyDays = 424

export const firstDayOf = (anchor: Day): Day => shiftDay(anchor, -historyDays)

/** Tells the day's events, earliest first. Days told one after the other are told fastest: what comes back is remembered. */
export function createSimulation(demo: Shop): (day: Day) => Message[] {
  const first = firstDayOf(demo.anchor)
  const remembered = new Map<string, readonly Order[]>()
  function orders(seller: Seller, day: Day): readonly Order[] {
    if (day < first) return []
    const key = `${seller.instance} ${day}`
    const told = remembered.get(key) ?? ordersOf(demo, seller, day)
    remembered.set(key, told)
    // Older ones are asked for no more.
    remembered.delete(`${seller.instance} ${shiftDay(day, -latestReturn - 1)}`)
    return told
  }

  function sold(seller: Seller, day: Day): Message[] {
    const today = orders(seller, day)
    const back = Array.from({ length: latestReturn - soonestReturn + 1 }, (_, n) => n + soonestReturn).flatMap((afterDays) =>
      orders(seller, shiftDay(day, -afterDays)).flatMap((order) =>
        order.comesBack.filter((one) => one.afterDays === afterDays).flatMap((one) => cameBack(order, one, day)),
      ),
    )
    const withdrawn = orders(seller, shiftDay(day, -1)).filter((order) => order.cancelled)
    return [...today.flatMap(beforeOrder), ...today.map(placed), ...withdrawn.map((order) => cancelled(order, day)), ...back, ...fees(seller, today, day)]
  }

  return (day) =>
    [
      ...(day === first ? assortment(day) : []),
      ...sellers.flatMap((seller) => sold(seller, day)),
      ...shopVisits(demo, day),
      ...googleSpend(demo, day),
      ...socialPages.flatMap((page) => [...socialVisits(demo, page, day, weekdayOf(day)), ...socialNumbers(demo, page, day)]),
    ]
      .filter(({ instance, atMs }) => !isSilent(instance, demo.anchor, atMs))
      .toSorted((one, other) => one.atMs - other.atMs)
}
