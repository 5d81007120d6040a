/** Where a browser signs in. The code stands behind the #: browsers keep that to themselves, so no log on the way can hold it. */
import { isIPv6 } from 'node:net'
import type { Config } from '../config.ts'

/** @param url where the server listens; browsers go to the configured public address when there is one */
export const signInLink = ({ publicUrl }: Config['http'], url: string, code: string): string => `${new URL('/sign-in', publicUrl ?? url).href}#${code}`

/** Where the server listens if it is started like this. */
export function addressOf({ host, port }: Config['http']): string {
  if (host === '0.0.0.0' || host === '::') return `http://127.0.0.1:${port}`
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}
