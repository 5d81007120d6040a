/** What is kept of a page's address and of where the visit came from. Queries, fragments and click ids end here. */
import type { Context } from '../ports.ts'

type ClickIdKind = NonNullable<Context['click_id_kind']>

const clickIds: ReadonlyMap<string, ClickIdKind> = new Map([
  ['gclid', 'gclid'],
  ['gbraid', 'gclid'],
  ['wbraid', 'gclid'],
  ['fbclid', 'fbclid'],
  ['msclkid', 'msclkid'],
  ['li_fat_id', 'li_fat_id'],
  ['ttclid', 'ttclid'],
])

export type Visit = Pick<Context, 'referrer_host' | 'utm_source' | 'utm_medium' | 'utm_campaign' | 'click_id_kind'>

export function toVisit({ url, referrer }: { url?: string | undefined; referrer?: string | undefined }): Visit {
  const page = url === undefined ? undefined : parseUrl(url)
  const from = referrer === undefined ? undefined : parseUrl(referrer)
  const visit: Visit = {}
  // A referrer on the same host is a step within the visit, not where it came from.
  if (from?.host && from.host !== page?.host) visit.referrer_host = from.hostname.slice(0, 200)
  for (const name of ['utm_source', 'utm_medium', 'utm_campaign'] as const) {
    const value = page?.searchParams.get(name)
    if (value) visit[name] = value.slice(0, 200)
  }
  for (const name of page?.searchParams.keys() ?? []) {
    const kind = clickIds.get(name)
    if (kind) visit.click_id_kind = kind
  }
  return visit
}

/** The path of an address or of a path with query; undefined when there is none. */
export function toPath(address: string): string | undefined {
  const path = parseUrl(address)?.pathname.slice(0, 500)
  return path?.startsWith('/') ? path : undefined
}

function parseUrl(address: string): URL | undefined {
  try {
    return new URL(address, 'http://host.invalid')
  } catch {
    return undefined
  }
}
