import type { IncomingHttpHeaders } from 'node:http'

/**
 * Whether a page of our own sent the request. Browsers say which page sends what changes something; what does not say it is refused.
 * @param publicUrl the configured address: behind a proxy that does not hand on the host, the page's origin is known by it
 */
export function isSameOrigin({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders, publicUrl: string | undefined): boolean {
  if (site !== undefined && site !== 'same-origin') return false
  if (origin === undefined || !URL.canParse(origin)) return false
  const page = new URL(origin)
  // The page's protocol, which a proxy may have ended, says which port goes without saying.
  const here = `${page.protocol}//${host}`
  return origin === publicUrl || (URL.canParse(here) && new URL(here).host === page.host)
}
