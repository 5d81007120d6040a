/** Order lines that always add up to the event's amount. */
import { keep, type Outcome, reject } from '@kanalblick/stream'
import type { Priced } from './currency.ts'
import type { Line } from './lifecycle.ts'
import { isMinor } from './money.ts'

export function closeItems(priced: Priced): Outcome<Priced> {
  const { event, day, time, money } = priced
  const lines = closed(priced.lines, money.amount)
  return lines ? keep({ event, day, time, money, lines }) : reject('event_invalid', `${event.type}: the lines' sum is too large`)
}

/**
 * The lines, and a line for the rest if there is one: what belongs to the event and not to a product (shipping, rounding, discounts
 * of the whole order). Undefined when a sum is not exact in a number, or the rest larger than an amount may be.
 */
function closed(lines: readonly Line[], amount: number): readonly Line[] | undefined {
  let sum = 0
  for (const { net } of lines) {
    sum += net
    if (!Number.isSafeInteger(sum)) return undefined
  }
  if (sum === amount) return lines
  const net = amount - sum
  return isMinor(net) ? [...lines, { sku: '', name: '', category: '', units: 0, net }] : undefined
}
