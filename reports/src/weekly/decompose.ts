/** Takes a change apart so that the parts add up to it exactly, in integer minor units. */

export interface Part {
  readonly key: string
  /** What people call it, where the key is not that. */
  readonly name?: string
  readonly currentMinor: number
  readonly beforeMinor: number
  readonly changeMinor: number
}

export interface Decomposition {
  readonly parts: readonly Part[]
  /** What the parts do not show. */
  readonly other: Omit<Part, 'key' | 'name'>
  readonly changeMinor: number
}

export interface Pair {
  readonly currentMinor: number
  readonly beforeMinor: number
}

/** @param parts the most important ones; what is missing to the total becomes `other` */
export function decompose(total: Pair, parts: readonly (Pair & { key: string; name?: string })[]): Decomposition {
  const currentMinor = total.currentMinor - sum(parts, 'currentMinor')
  const beforeMinor = total.beforeMinor - sum(parts, 'beforeMinor')
  return { parts: parts.map(changed), other: changed({ currentMinor, beforeMinor }), changeMinor: changed(total).changeMinor }
}

/** The parts that moved most, whichever way; what did not move is no part of a change. */
export const movedMost = <Moved extends Pair & { key: string }>(parts: readonly Moved[], most: number): Moved[] =>
  parts
    .filter((part) => part.currentMinor !== part.beforeMinor)
    .toSorted((a, b) => Math.abs(changed(b).changeMinor) - Math.abs(changed(a).changeMinor) || (a.key < b.key ? -1 : 1))
    .slice(0, most)
    .toSorted((a, b) => changed(b).changeMinor - changed(a).changeMinor || (a.key < b.key ? -1 : 1))

const changed = <Changed extends Pair>(pair: Changed): Changed & { changeMinor: number } => ({ ...pair, changeMinor: pair.currentMinor - pair.beforeMinor })
const sum = (parts: readonly Pair[], of: keyof Pair) => parts.reduce((total, part) => total + part[of], 0)

export interface Books {
  readonly revenueGrossMinor: number
  readonly orders: number
  readonly cancelledMinor: number
  readonly refundsMinor: number
}

const effectNames = ['orders', 'average_order_value', 'cancelled', 'refunds'] as const
export type EffectName = (typeof effectNames)[number]
export interface Effect {
  readonly key: EffectName
  /** How much the net revenue changed by it. */
  readonly changeMinor: number
}

/**
 * Net revenue = orders x value per order - cancelled - refunds. Orders and value per order share their joint effect equally
 * (Bennet's decomposition); the value per order takes the half unit of rounding, so that the effects add up exactly.
 */
export function effects(current: Books, before: Books): Effect[] {
  const grossChange = current.revenueGrossMinor - before.revenueGrossMinor
  const byOrders =
    current.orders > 0 && before.orders > 0
      ? Math.round(((current.orders - before.orders) * (current.revenueGrossMinor / current.orders + before.revenueGrossMinor / before.orders)) / 2)
      : grossChange
  const changes = [byOrders, grossChange - byOrders, before.cancelledMinor - current.cancelledMinor, before.refundsMinor - current.refundsMinor]
  return effectNames.map((key, index) => ({ key, changeMinor: (changes[index] ?? 0) + 0 }))
}
