/** The page as people use it: in a real browser, on the demo shop, signed in by the link. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserMissing, startBrowser, violations, watch } from '../support/browser.ts'
import { filledDemo } from '../support/demo.ts'
import { repository, runKanalblick, type Server, startKanalblick } from '../support/product.ts'

const languages = ['de', 'en'] as const
const themes = ['light', 'dark'] as const
const widths = [360, 1440] as const
const titles = { de: ['Überblick', 'Wochenberichte'], en: ['Overview', 'Weekly reports'] } as const

describe.skipIf(browserMissing)(`the dashboard${browserMissing ? ` (skipped: ${browserMissing})` : ''}`, () => {
  let demo: Awaited<ReturnType<typeof filledDemo>>
  let server: Server
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    demo = await filledDemo()
    server = await startKanalblick(['--data', demo.path])
    browser = await startBrowser()
    context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'de-DE' })
    const page = await context.newPage()
    await page.goto(await signInLink())
    await page.getByRole('heading', { level: 1, name: 'Überblick' }).waitFor({ state: 'attached' })
    await page.close()
  }, 300_000)
  afterAll(async () => {
    await browser.close()
    await server.stop()
    await demo.remove()
  })

  async function signInLink(): Promise<string> {
    const { stdout } = await runKanalblick(['sign-in', '--data', demo.path])
    const link = /http\S+#\S+/.exec(stdout)?.[0]
    if (link === undefined) throw new Error('No link was printed.')
    return link
  }

  async function open(address: string): Promise<Page> {
    const page = await context.newPage()
    await page.goto(server.url + address)
    await shown(page)
    return page
  }

  /** Until every part has its numbers. */
  async function shown(page: Page): Promise<void> {
    await page.locator('main').waitFor()
    await page.waitForLoadState('networkidle')
    await page.locator('.loading').waitFor({ state: 'detached' })
    await page.locator('main[aria-busy="false"]').waitFor()
  }

  const value = (page: Page, metric: string) => page.locator(`[data-metric="${metric}"]`).innerText()

  describe.each(languages)('in %s', (language) => {
    test.each(themes.flatMap((theme) => widths.map((width) => [theme, width] as const)))(
      'every page is sound in %s at %i px: no fault, no foreign request, no violation of WCAG 2.1 A or AA, nothing cut off',
      async (theme, width) => {
        const page = await context.newPage()
        const watched = watch(page)
        await page.emulateMedia({ colorScheme: theme })
        await page.setViewportSize({ width, height: 900 })
        for (const [index, address] of ['/', '/reports'].entries()) {
          await page.goto(`${server.url}${address}?lang=${language}`)
          await shown(page)
          expect(await page.title()).toContain(titles[language][index])
          expect(await page.locator('html').getAttribute('lang')).toBe(language)
          expect(await violations(page)).toEqual([])
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        }
        expect(watched.faults).toEqual([])
        expect([...watched.hosts]).toEqual([new URL(server.url).host])
        await page.close()
      },
    )
  })

  test('says in a ribbon that the data are invented', async () => {
    const page = await open('/?lang=de')
    await page.getByText('Demodaten').waitFor()
    await page.close()
  })

  test('is used by keyboard alone: skip link, period, explanation, trend, filter and chip', async () => {
    const page = await open('/?lang=en')
    await page.keyboard.press('Tab')
    await page.getByRole('link', { name: 'Skip to content' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('combobox', { name: 'Period' }))
    await page.keyboard.press('Home')
    await page.waitForURL(/period=last_week/)
    await tabTo(page, page.getByRole('button', { name: 'What is Net revenue?' }))
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Net revenue' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog', { name: 'Net revenue' }).waitFor({ state: 'hidden' })
    await tabTo(page, page.getByRole('button', { name: 'Orders', exact: true }).first())
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Orders over time' }).waitFor()
    await tabTo(page, page.getByRole('region', { name: 'Channels' }).getByRole('button', { name: 'Amazon.de' }))
    await page.keyboard.press('Space')
    await page.waitForURL(/channel=amazon/)
    await page.keyboard.press('Shift+Tab')
    await tabTo(page, page.getByRole('button', { name: 'Remove filter Channel: Amazon.de' }), 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL((url) => !url.search.includes('channel='))
    await page.close()
  })

  async function tabTo(page: Page, target: ReturnType<Page['locator']>, key = 'Tab'): Promise<void> {
    await target.waitFor()
    for (let presses = 0; presses < 120; presses++) {
      if ((await target.and(page.locator(':focus')).count()) > 0) return
      await page.keyboard.press(key)
    }
    throw new Error('The keyboard does not get there.')
  }

  test('filters by a click on a row, keeps the state in the address, and goes back', async () => {
    const page = await open('/?lang=en&period=last_13_weeks')
    const all = await value(page, 'revenue_net')
    await page.getByRole('region', { name: 'Products' }).getByRole('row').nth(1).click()
    await page.waitForURL(/product=/)
    await page.getByText('Not known per product').first().waitFor()
    await expect.poll(() => value(page, 'revenue_net')).not.toBe(all)
    const one = await value(page, 'revenue_net')
    await page.reload()
    await shown(page)
    await expect.poll(() => value(page, 'revenue_net')).toBe(one)
    await page.goBack()
    await shown(page)
    await expect.poll(() => value(page, 'revenue_net')).toBe(all)
    await page.close()
  })

  test('shows one week after a click on its point', async () => {
    const page = await open('/?lang=en&period=last_13_weeks')
    const chart = page.locator('.chart').first()
    const box = await chart.boundingBox()
    await chart.locator('svg').waitFor()
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + 100)
    await page.waitForURL(/from=\d{4}-\d{2}-\d{2}/)
    const { searchParams } = new URL(page.url())
    expect(Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')).toBe(6 * 86_400_000)
    await page.close()
  })

  test('names the source that broke', async () => {
    const page = await open('/?lang=de')
    await page
      .getByRole('region', { name: 'Zustand der Daten' })
      .getByRole('row')
      .filter({ hasText: 'OTTO' })
      .getByText(/seit \d+ Tagen nichts/)
      .waitFor()
    await page.close()
  })

  test('shows the archived report of the last complete week as it was made, and nothing of it runs', async () => {
    const page = await context.newPage()
    const watched = watch(page)
    await page.goto(`${server.url}/reports?lang=en`)
    await expect.poll(async () => (await page.reload(), await shown(page), page.locator('.reports a').count()), { timeout: 60_000 }).toBe(4)
    await page.locator('.reports a').first().click()
    const report = page.frameLocator('iframe')
    await report.getByRole('heading', { level: 1, name: /^Weekly report, week/ }).waitFor()
    await report.getByText(/OTTO nordlicht delivered nothing this week/).waitFor()
    expect(await report.locator('script').count()).toBe(0)
    expect(watched.faults).toEqual([])
    await page.close()
  })

  test('asks for the link when nobody is signed in, and refuses a link that was used', async () => {
    const stranger = await browser.newContext({ locale: 'en-GB' })
    const page = await stranger.newPage()
    await page.goto(server.url)
    await page.waitForURL(/\/sign-in$/)
    await page.getByText('npx kanalblick sign-in').waitFor()
    const link = await signInLink()
    await page.goto(link)
    await page.getByRole('heading', { name: 'Overview' }).waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(/\/sign-in$/)
    await page.goto('about:blank')
    await page.goto(link)
    await page.getByRole('alert').waitFor()
    expect(await violations(page)).toEqual([])
    await stranger.close()
  })
})

test('the page is a small shell, the charts come later, and no script stands in the document', async () => {
  const built = join(repository, 'reports/dashboard/dist')
  const index = await readFile(join(built, 'index.html'), 'utf8')
  const named = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '')
  const bytes = await Promise.all(named.map(async (file) => gzipSync(await readFile(join(built, file)), { level: 9 }).length))
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThan(265_000)
  const chart = (await readdir(join(built, 'assets'))).filter((file) => file.startsWith('draw-'))
  expect(chart).toHaveLength(1)
  expect(index).not.toContain(chart[0])
  expect(index).not.toMatch(/<script(?![^>]* src=)|<style| on\w+=/)
})
