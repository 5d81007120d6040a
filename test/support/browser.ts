/** A real Chromium: the system's, driven by Playwright. It asks nobody but the server under test. */
import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { missing } from './real-parts.ts'

const places = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const executablePath = places.find((path) => path !== undefined && existsSync(path))

/** Why there is no browser to test with. */
export const browserMissing = missing(executablePath === undefined ? 'Chromium (install it, or name it in CHROMIUM_PATH)' : undefined)

const quiet = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic', '--no-first-run']

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: [...quiet, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])] })

/** What went wrong on a page, and whom it asked. */
export interface Watched {
  readonly faults: string[]
  readonly hosts: Set<string>
}

export function watch(page: Page): Watched {
  const watched: Watched = { faults: [], hosts: new Set() }
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) watched.faults.push(message.text())
  })
  page.on('pageerror', (error) => watched.faults.push(error.message))
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (!['data:', 'blob:'].includes(protocol)) watched.hosts.add(host)
  })
  return watched
}

interface Checked {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[] }[]
}

/** Violations of WCAG 2.1 A and AA, as rule and place. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<Checked>("axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })")
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary}`))
}
