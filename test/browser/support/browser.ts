import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from '@playwright/test'
import { z } from 'zod'

/** The two screens that the console is made for: an old office PC and a phone. */
export const sizes = { desktop: { width: 1366, height: 768 }, phone: { width: 390, height: 844 } } as const
export type Size = keyof typeof sizes

/** Trouble behind a visitor's screen never goes unseen: what no test asked about, `close` throws. */
export interface TestBrowser {
  readonly visitors: Visitor[]
  newContext(options: BrowserContextOptions): Promise<BrowserContext>
  close(): Promise<void>
}

/** Debian's chromium: tests never download a browser. `microphone: 'refused'`: whoever is asked for it says no. */
export async function launchBrowser(options: { microphone?: 'refused' } = {}): Promise<TestBrowser> {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--no-default-browser-check',
      '--autoplay-policy=no-user-gesture-required',
      // A microphone that beeps, and nobody who has to allow it.
      options.microphone === 'refused' ? '--use-fake-ui-for-media-stream=deny' : '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
    ],
  })
  const visitors: Visitor[] = []
  return {
    visitors,
    newContext: (context) => browser.newContext(context),
    async close() {
      try {
        for (const visitor of visitors) visitor.assertClean()
      } finally {
        await browser.close()
      }
    },
  }
}

/**
 * Somebody before a screen. What goes wrong behind it is kept: console errors and refused content (the policy says both
 * there), failed requests, and requests to any other host.
 */
export interface Visitor {
  readonly page: Page
  /** Throws when anything went wrong since the last time that was not foreseen with `expectTrouble`. */
  assertClean(): void
  /** From now on troubles that match are part of the test (a server that is down, a session that has ended). */
  expectTrouble(pattern: RegExp): void
  /** Throws like `assertClean`. */
  close(): Promise<void>
}

export async function visit(
  browser: TestBrowser,
  url: string,
  options: { size?: Size; language?: 'vi' | 'en' } = {},
): Promise<Visitor> {
  const { size = 'desktop', language = 'vi' } = options
  const context = await browser.newContext({
    baseURL: url,
    viewport: sizes[size],
    // Neither the PC's language nor its zone nor its format may show.
    locale: 'en-US',
    timezoneId: 'America/New_York',
    isMobile: size === 'phone',
    hasTouch: size === 'phone',
  })
  if (language === 'en') await context.addInitScript("localStorage.setItem('loaxa.language', 'en')")
  const page = await context.newPage()
  // Who is not signed in asks once whether a session is still there.
  const expected: RegExp[] = [/ 401 .*\/api\/session$/]
  const troubles: string[] = []
  const note = (trouble: string): void => {
    if (!expected.some((pattern) => pattern.test(trouble))) troubles.push(trouble)
  }
  page.on('pageerror', (error) => note(`exception: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    // A failed request is noted below, with its address and status.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) note(message.text())
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (/^(https?|wss?):$/.test(protocol) && host !== new URL(url).host) note(`asked another host: ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) note(`answered ${response.status()} ${response.url()}`)
  })
  page.on('requestfailed', (request) => {
    // Leaving a page ends its event stream and its downloads.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED') note(`failed ${request.url()}`)
  })
  const visitor: Visitor = {
    page,
    assertClean() {
      // Each trouble is told once: the test that follows has its own.
      const found = troubles.splice(0)
      if (found.length > 0) throw new Error(`The browser had trouble:\n${found.join('\n')}`)
    },
    expectTrouble(pattern) {
      expected.push(pattern)
    },
    async close() {
      await context.close()
      visitor.assertClean()
    },
  }
  browser.visitors.push(visitor)
  return visitor
}

const violations = z.array(
  z.object({ id: z.string(), nodes: z.array(z.object({ target: z.array(z.unknown()), failureSummary: z.string() })) }),
)

/** What axe-core finds, as one line each. Its source is evaluated, so the page's policy stays as strict as it is. */
export async function findAxeViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'))
  const found = violations.parse(
    await page.evaluate("axe.run(document, { resultTypes: ['violations'] }).then((result) => result.violations)"),
  )
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary.replaceAll('\n', ' ')}`),
  )
}

/** Things to press that are too small for a thumb (44 px), with their words. Links within a sentence are exempt. */
export async function findSmallTargets(page: Page): Promise<string[]> {
  const script = `[...document.querySelectorAll('a, button, select, textarea, input:not([type=radio], [type=file])')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches('.visually-hidden, .skip, p a'))
    .filter((one) => {
      const box = one.getBoundingClientRect()
      const after = getComputedStyle(one, '::after')
      const reach = after.content === 'none' ? 0 : box.height + 8
      return Math.max(box.height, reach) < 43.5 || box.width < 43.5
    })
    .map((one) => one.tagName + ' ' + (one.getAttribute('aria-label') ?? one.textContent.trim()).slice(0, 40))`
  return z.array(z.string()).parse(await page.evaluate(script))
}

/** How far the page can be scrolled sideways, in CSS pixels: 0 on a page that fits. */
export async function measureOverflow(page: Page, size: Size): Promise<number> {
  const width = z.number().parse(await page.evaluate('document.documentElement.scrollWidth'))
  return Math.max(0, width - sizes[size].width)
}
