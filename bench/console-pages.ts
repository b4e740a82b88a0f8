import type { BrowserContext } from '@playwright/test'
import { sizes, type TestBrowser } from '../test/browser/support/browser.ts'

/** A page of the console, and what on it somebody came for. */
export interface MeasuredPage {
  readonly name: string
  readonly hash: string
  /** CSS selector: the first of it that is visible is the page's first useful content. */
  readonly useful: string
  readonly isSignedOut?: true
}

/** What came over the line until the page stood, as it was transferred (headers included), in KiB. */
export interface Transferred {
  readonly script: number
  readonly style: number
  readonly font: number
  readonly data: number
  readonly requests: number
}

export interface Visit extends Transferred {
  /** From the address to the first useful content on the screen. */
  readonly usefulMs: number
}

/** An old PC behind a village line: what the plan of the console is measured by. */
const LINE = { offline: false, latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 1_600_000 / 8 }
const CPU_SLOWDOWN = 6
const PATIENCE_MS = 60_000

export const pagesOf = (world: { deviceId: string; communeId: string; accountId: string }): MeasuredPage[] => [
  { name: 'sign-in', hash: '#/dang-nhap', useful: 'form input', isSignedOut: true },
  { name: 'today', hash: '#/hom-nay', useful: 'main .card h2' },
  { name: 'schedule', hash: '#/lich-phat', useful: 'main .week li, main .days li' },
  {
    name: 'add a broadcast',
    hash: '#/lich-phat?them=1',
    useful: 'dialog form input',
  },
  { name: 'library', hash: '#/thu-vien', useful: 'main .card li' },
  { name: 'new bulletin', hash: '#/thu-vien/moi', useful: 'main form .input' },
  { name: 'programmes', hash: '#/thu-vien/chuong-trinh', useful: 'main .card li' },
  { name: 'approvals', hash: '#/cho-duyet', useful: 'main .card' },
  { name: 'speakers', hash: '#/cum-loa', useful: 'main .list li, main .list .line:not(.head)' },
  { name: 'one speaker', hash: `#/cum-loa/${world.deviceId}`, useful: 'main .card' },
  { name: 'at the pole', hash: `#/cum-loa/${world.deviceId}/tai-cot`, useful: 'main .card' },
  { name: 'map of speakers', hash: '#/cum-loa/ban-do', useful: 'main .map canvas' },
  { name: 'groups of speakers', hash: '#/cum-loa/nhom', useful: 'main .card' },
  { name: 'areas', hash: '#/dia-ban', useful: 'main .card li' },
  { name: 'one area', hash: `#/dia-ban/${world.communeId}`, useful: 'main .card' },
  { name: 'airtime', hash: '#/thoi-luong', useful: 'main .total dd, main .card .empty' },
  { name: 'people', hash: '#/nguoi-dung', useful: 'main .card li' },
  { name: 'one person', hash: `#/nguoi-dung/${world.accountId}`, useful: 'main form select' },
  { name: 'audit trail', hash: '#/nhat-ky', useful: 'main ul.card li' },
  { name: 'own account', hash: '#/tai-khoan', useful: 'main .card' },
]

/** Resolves when the first thing that matches has been painted; counted from the start of the navigation. */
const watchFor = (selector: string): string => `globalThis.usefulAtMs = new Promise((resolve, reject) => {
  const look = () => {
    if (performance.now() > ${PATIENCE_MS}) return reject(new Error('nothing like ' + ${JSON.stringify(selector)}))
    const one = document.querySelector(${JSON.stringify(selector)})
    const isThere = one?.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    requestAnimationFrame(isThere ? () => resolve(performance.now()) : look)
  }
  look()
})`

const kindOf: Readonly<Record<string, keyof Transferred>> = {
  Script: 'script',
  Stylesheet: 'style',
  Font: 'font',
  Fetch: 'data',
  XHR: 'data',
}

type Cookies = Awaited<ReturnType<BrowserContext['storageState']>>

/**
 * Opens an address as somebody does who was never here, on a slow line and a slow processor. `cookies`: who is signed in;
 * answered are those that hold afterwards.
 */
export async function openSlowly(
  browser: TestBrowser,
  address: string,
  useful: string,
  cookies: Cookies | undefined,
): Promise<{ visit: Visit; cookies: Cookies }> {
  const context = await browser.newContext({
    viewport: sizes.desktop,
    locale: 'vi-VN',
    ...(cookies === undefined ? {} : { storageState: cookies }),
  })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    await page.addInitScript(watchFor(useful))
    const devtools = await context.newCDPSession(page)
    const transferred = { script: 0, style: 0, font: 0, data: 0, requests: 0 }
    const kinds = new Map<string, keyof Transferred | undefined>()
    devtools.on('Network.responseReceived', ({ requestId, type }) => void kinds.set(requestId, kindOf[type]))
    devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const kind = kinds.get(requestId)
      transferred.requests += 1
      if (kind !== undefined) transferred[kind] += encodedDataLength / 1_024
    })
    await devtools.send('Network.enable')
    await devtools.send('Network.emulateNetworkConditions', LINE)
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN })
    await page.goto(address, { waitUntil: 'commit' })
    const usefulMs = Number(await page.evaluate('usefulAtMs'))
    await page.waitForLoadState('load')
    await page.evaluate('document.fonts?.ready.then(() => undefined)')
    return { visit: { usefulMs, ...transferred }, cookies: await context.storageState() }
  } finally {
    await context.close()
  }
}
