/** What platforms charge and count per day, and what the merchant says of its goods. No person is in them. */
import { type Day, instantAt, weekdayOf } from './calendar.ts'
import { moodOf } from './demand.ts'
import { cloudEvent, type Message } from './message.ts'
import { netOf, type Order, type Shop } from './orders.ts'
import { categoryFacts, products } from './products.ts'
import { randomFor } from './random.ts'
import { type Seller, type SocialPage, shop } from './sources.ts'

/** Platforms count at the end of the day. */
const closingMinute = 1425

export function fees(seller: Seller, orders: readonly Order[], day: Day): Message[] {
  const charge = (type: 'commission' | 'fulfilment', amount: number) => {
    const id = `${day}-${type}`
    return cloudEvent({ instance: seller.instance, id, atMs: instantAt(day, closingMinute) }, 'marketplace_fee_charged', {
      fee_id: id,
      fee_type: type,
      currency: 'EUR',
      amount_minor: amount,
    })
  }
  if (orders.length === 0) return []
  const sold = orders.reduce((sum, order) => sum + netOf(order), 0)
  return [
    ...(seller.commission === undefined ? [] : [charge('commission', Math.round(sold * seller.commission))]),
    ...(seller.fulfilmentMinor === undefined ? [] : [charge('fulfilment', orders.length * seller.fulfilmentMinor)]),
  ]
}

interface Spend {
  readonly instance: string
  readonly platform: string
  readonly campaign: string
  readonly minorPerDay: number
}

const googleAds: Spend = { instance: shop.instance, platform: 'google_ads', campaign: 'Espresso Bohnen', minorPerDay: 3400 }

export const googleSpend = (demo: Shop, day: Day): Message[] => [spend(demo, googleAds, day)]

function spend({ seed, anchor }: Shop, { instance, platform, campaign, minorPerDay }: Spend, day: Day): Message {
  const random = randomFor(seed, 'spend', instance, day)
  const cost = Math.round(minorPerDay * moodOf(anchor, day) * (0.85 + 0.3 * random.next()))
  const clicks = random.poisson(cost / 62)
  return cloudEvent({ instance, id: `${day}-spend`, atMs: instantAt(day, closingMinute) }, 'ad_spend_recorded', {
    date: day,
    platform,
    account_key: 'nordlicht',
    campaign_id: campaign.toLowerCase().replaceAll(' ', '-'),
    campaign_name: campaign,
    currency: 'EUR',
    cost_minor: cost,
    impressions: clicks * random.between(38, 64),
    clicks,
  })
}

export function socialNumbers(demo: Shop, page: SocialPage, day: Day): Message[] {
  const { instance, platform, reachPerDay, weekdays, spendMinorPerDay } = page
  const random = randomFor(demo.seed, 'social', instance, day)
  const posted = random.chance(platform === 'instagram' ? 0.4 : 0.25)
  const reach = Math.round(reachPerDay * (weekdays[weekdayOf(day)] ?? 1) * moodOf(demo.anchor, day) * (0.75 + 0.5 * random.next()) * (posted ? 1.5 : 0.9))
  const views = Math.round(reach * (1.2 + 0.4 * random.next()))
  const numbers = {
    reach,
    views,
    engagements: random.poisson(reach * 0.02),
    followers_delta: random.between(-1, 5),
    clicks: random.poisson(reach * 0.008),
  }
  const counted = { instance, id: `${day}-metrics`, atMs: instantAt(day, closingMinute) }
  const post = { instance, id: `${day}-post`, atMs: instantAt(day, 1080) }
  const account = { platform, account_key: 'nordlicht' }
  return [
    ...(posted ? [cloudEvent(post, 'content_published', { ...account, content_id: `nl-${day}`, format: 'post', title: random.pick(titles) })] : []),
    cloudEvent(counted, 'social_metrics_recorded', { date: day, ...account, ...numbers }),
    spend(demo, { instance, platform, campaign: platform === 'instagram' ? 'Nordlicht Momente' : 'Kaffee im Büro', minorPerDay: spendMinorPerDay }, day),
  ]
}

const titles = ['Frisch geröstet', 'Ein Morgen am Hafen', 'So mahlt man richtig', 'Blick in die Rösterei', 'Unser Lieblingsrezept']

/** What the goods cost, said once. */
export const assortment = (day: Day): Message[] =>
  products.map(({ sku, name, category, priceMinor }) =>
    cloudEvent({ instance: shop.instance, id: `product-${sku}`, atMs: instantAt(day, 360) }, 'product_recorded', {
      sku,
      name,
      category,
      currency: 'EUR',
      cost_minor: Math.round(priceMinor * categoryFacts[category].cost),
    }),
  )
