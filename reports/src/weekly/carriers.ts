/** Which parts carried a change: those that moved most in its direction. Arithmetic, no cause. */
import type { Decomposition, Effect, Part } from './decompose.ts'

export interface Carrier {
  readonly dimension: 'effect' | 'channel' | 'country' | 'product'
  readonly key: string
  readonly name?: string
  readonly changeMinor: number
}

interface Changes {
  readonly changeMinor: number
  readonly effects: readonly Effect[]
  readonly channels: Decomposition
  readonly countries: Decomposition
  readonly products: Decomposition
}

/** @param several where there is only one channel or country, it carried everything, which says nothing */
export function carriersOf({ changeMinor, effects, channels, countries, products }: Changes, several: { channels: boolean; countries: boolean }): Carrier[] {
  const direction = Math.sign(changeMinor)
  if (direction === 0) return []
  const top = (dimension: Carrier['dimension'], parts: readonly (Pick<Part, 'key' | 'name' | 'changeMinor'> | Effect)[]): Carrier[] =>
    parts
      .filter((part) => Math.sign(part.changeMinor) === direction)
      .toSorted((a, b) => direction * (b.changeMinor - a.changeMinor))
      .slice(0, 1)
      .map((part) => ({
        dimension,
        key: part.key,
        ...('name' in part && part.name !== undefined ? { name: part.name } : {}),
        changeMinor: part.changeMinor,
      }))
  return [
    ...top('effect', effects),
    ...(several.channels ? top('channel', channels.parts) : []),
    ...(several.countries ? top('country', countries.parts) : []),
    ...top(
      'product',
      products.parts.filter(({ key }) => key !== ''),
    ),
  ]
}
