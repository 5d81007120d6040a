/** The value types that the catalogue is made of. */
import { z } from 'zod'
import { commerce, identifier, product, productText } from './annotation.ts'

/** ISO 4217, upper case. */
export const currency = z.string().regex(/^[A-Z]{3}$/)
/** ISO 3166-1 alpha-2, upper case. */
export const country = z.string().regex(/^[A-Z]{2}$/)
/** Bounded, so that no sum of amounts can overflow 64 bits. */
export const maxMinor = 1e13
/** Integer minor units (cents) of the currency beside it; negative for corrections. */
export const minor = z.int().min(-maxMinor).max(maxMinor)
export const count = z.int().nonnegative().max(1e13)
/** Calendar day, `yyyy-MM-dd`. */
export const day = z.iso.date()
/** IANA name of a time zone. */
export const timeZone = z.string().refine(isTimeZone, 'is not an IANA time zone such as Europe/Berlin')
export const instant = z.iso.datetime({ offset: true })
export const shortText = z.string().min(1).max(300)
/** Native ids of orders, refunds, sessions: identifiers, they end at the consent stage. */
export const nativeId = z.string().min(1).max(200)
/** A code from a short list of the source (a payment method, a reason); lower case, no free text. */
export const code = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/)

export const channels = ['shop', 'marketplace', 'social', 'ads', 'web', 'pos', 'file'] as const
export const channel = z.enum(channels)
export type Channel = z.infer<typeof channel>
/** `shopware:<shopId>:<salesChannelId>`, `amazon:A1PA6795UKMFR9`, `file:online-retail` */
export const channelInstance = z.string().regex(/^[a-z0-9][A-Za-z0-9._:-]{0,119}$/)

export const item = z.object({
  sku: productText(z.string().min(1).max(100)),
  name: productText(shortText.optional()),
  category: productText(shortText.optional()),
  brand: productText(shortText.optional()),
  variant: productText(shortText.optional()),
  quantity: product(z.int().min(-1e9).max(1e9)),
  /** What the line adds to the order's net total: quantity times price, less discount, without tax. */
  line_net_minor: commerce(minor),
})
export type Item = z.infer<typeof item>
export const items = commerce(z.array(item).max(5000))

export const orderId = identifier(nativeId)

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
