/** Who buys and who looks. All are made up; their addresses end in domains that nobody can own. */
import type { Country } from './calendar.ts'
import { type Random, randomFor } from './random.ts'
import { acceptance, shop } from './sources.ts'

export interface Visitor {
  readonly device: string
  readonly country: Country
  readonly userAgent: string
  /** What the banner was told: the same on every visit. */
  readonly choices: Choices
}

export interface Customer extends Visitor {
  readonly id: string
  readonly email: string
  readonly name: string
}

export interface Choices {
  readonly analytics: boolean
  readonly marketing: boolean
  readonly personalization: boolean
}

const customers = 5200
const passersBy: Readonly<Record<string, number>> = { [shop.instance]: 5200, 'instagram:nordlicht': 2600, 'linkedin:nordlicht': 1100 }

const firstNames = 'Anna Ben Clara David Emma Finn Greta Hannes Ida Jonas Katharina Lukas Marie Noah Paula Reto Sophie Theresa Urs Valentin'.split(' ')
const lastNames =
  'Albrecht Brandt Christiansen Dierks Egger Fuchs Gruber Hansen Iversen Jansen Keller Lindner Meier Novak Petersen Richter Steiner Thomsen Vogel Winkler'.split(
    ' ',
  )
const domains = ['example.org', 'example.com', 'example.net']
const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36',
]

/** Some come again and again, most once or twice. */
export function customerFor(seed: number, random: Random): Customer {
  const number = Math.floor(customers * random.next() ** 1.6)
  const own = randomFor(seed, 'customer', number)
  const [first, last] = [own.pick(firstNames), own.pick(lastNames)]
  const visitor = visitorFrom(own, `nl-k${number}`, shop.instance)
  const email = `${first}.${last}${number}@${own.pick(domains)}`.toLowerCase()
  return { ...visitor, id: `K-${100_000 + number}`, email, name: `${first} ${last}` }
}

export function visitorFor(seed: number, instance: string, random: Random): Visitor {
  const number = Math.floor((passersBy[instance] ?? 1) * random.next() ** 1.3)
  return visitorFrom(randomFor(seed, 'visitor', instance, number), `${instance.slice(0, 2)}-v${number}`, instance)
}

function visitorFrom(own: Random, device: string, instance: string): Visitor {
  const country = countryFrom(shop.countries, own)
  const userAgent = own.weighted(userAgents, (agent) => (agent.includes('Mobile') ? 3 : 2))
  const analytics = own.chance(acceptance[instance] ?? 0)
  return { device, country, userAgent, choices: { analytics, marketing: own.chance(0.7) && analytics, personalization: own.chance(0.4) && analytics } }
}

export const countryFrom = (shares: Readonly<Record<Country, number>>, random: Random): Country =>
  random.weighted(['DE', 'AT', 'CH'] as const, (country) => shares[country])
