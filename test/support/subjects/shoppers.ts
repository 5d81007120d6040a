/** Shoppers whose every row can be told by construction: nothing but their own messages holds their word or their amounts. */
import { encoded, needlesOf, type Person, syntheticPeople } from '../../leak/people.ts'

export interface Shopper extends Person {
  /** Stands in every article number, path and notice of theirs. */
  readonly word: string
  readonly device: string
  readonly buyer: string
  /** Added to every amount of theirs. */
  readonly uniqueMinor: number
}

const words = ['amber', 'birch', 'cobalt', 'damson', 'ember', 'fennel', 'garnet', 'hazel', 'indigo', 'jasper', 'kelp', 'linden']

/** @param from which of the words is the first one's */
export function shoppers(count: number, from = 0): Shopper[] {
  return syntheticPeople(words.length)
    .slice(from, from + count)
    .map((person, i) => {
      const word = words[from + i]
      if (word === undefined) throw new Error(`There are words for ${words.length} shoppers.`)
      const local = person.email.slice(0, person.email.indexOf('@')).replaceAll('.', '-')
      return { ...person, word, device: `geraet-${local}`, buyer: `kaeufer-${local}`, uniqueMinor: 7_100_019 + 1009 * (from + i) }
    })
}

export const identifiersOf = ({ customer, email, phone, device, buyer }: Shopper) => [
  { kind: 'customer', value: customer },
  { kind: 'email', value: email },
  { kind: 'phone', value: phone },
  { kind: 'device', value: device },
  { kind: 'marketplace_buyer', value: buyer },
]

/** Whether a row, as text, is the shopper's. */
export const isOf = ({ word, uniqueMinor }: Shopper, row: string): boolean => row.includes(word) || row.includes(String(uniqueMinor))

/** Every byte sequence that betrays an identifier as it was sent. */
export const identifierNeedles = (shopper: Shopper): string[] => [...needlesOf([shopper]), ...encoded(shopper.device), ...encoded(shopper.buyer)]
