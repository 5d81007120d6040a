/** What visitors do on pages. Every one of these needs consent for `web_analytics`. */
import { z } from 'zod'
import { behaviour, behaviourText, identifier, product } from './annotation.ts'
import { code, count, currency, item, minor, nativeId, shortText } from './values.ts'

/** Path only: the collector removes the query and the fragment, the consent stage replaces segments that look like ids. */
const urlPath = behaviourText(z.string().startsWith('/').max(500))
const viewedItem = behaviour(item.pick({ sku: true, name: true, category: true, brand: true, variant: true }))
const listedItem = behaviour(item.partial({ quantity: true, line_net_minor: true }))

export const web = {
  page_viewed: z.object({ url_path: urlPath }),
  product_viewed: z.object({ url_path: urlPath.optional(), item: viewedItem }),
  product_list_viewed: z.object({ list_id: behaviourText(shortText.optional()), items: behaviour(z.array(viewedItem).max(500)) }),
  search_performed: z.object({ results_count: behaviour(count.optional()) }),
  cart_item_added: z.object({ cart_id: identifier(nativeId.optional()), item: listedItem }),
  cart_item_removed: z.object({ cart_id: identifier(nativeId.optional()), item: listedItem }),
  checkout_started: z.object({
    cart_id: identifier(nativeId.optional()),
    currency: behaviour(currency.optional()),
    value_minor: behaviour(minor.optional()),
    items: behaviour(z.array(listedItem).max(500).optional()),
  }),
  checkout_step_completed: z.object({ step: product(z.int().positive()), option: behaviourText(code.optional()) }),
}
