import { expect, type Request, type Route } from '@playwright/test'
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest'
import { addSpeaker, type Commune, makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, type Visitor, visit } from './support/browser.ts'
import { goTo, signInAsAdministrator } from './support/people.ts'

/** Nothing is read for somebody who leaves: the answer would come from after the session. */
describe('leaving', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let visitor: Visitor

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
  })
  beforeEach(async () => {
    visitor = await visit(browser, server.url)
    await signInAsAdministrator(visitor)
    return () => visitor.close()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  /** Shows the page anew while the tree of areas is slow to come. `letGo` sends the question on, and tells its end. */
  async function openWithSlowRead(hash: string): Promise<{ letGo(): Promise<string> }> {
    const { page } = visitor
    // What the page before still asks for is none of this.
    await page.goto('about:blank')
    let release: () => void = () => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const asked = new Promise<Request>((resolve) => {
      const hold = async (route: Route): Promise<void> => {
        resolve(route.request())
        await released
        // Nobody answers what was given up.
        if (route.request().failure() === null) await route.continue()
      }
      void page.route('**/api/areas', hold, { times: 1 })
    })
    await goTo(visitor, hash)
    const held = await asked
    const end = Promise.race([
      page.waitForEvent('requestfailed', (request) => request === held).then(() => held.failure()?.errorText ?? ''),
      page
        .waitForEvent('response', (response) => response.request() === held)
        .then((one) => `answered ${one.status()}`),
    ])
    return {
      letGo() {
        release()
        return end
      },
    }
  }

  test('what is still being read is given up before the session ends, and nothing is asked for afterwards', async () => {
    const { page } = visitor
    const slow = await openWithSlowRead('#/cum-loa')
    const leave = 'DELETE /api/session'
    const streaming = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/api/events'))
    const askedLater: string[] = []
    page.on('request', (request) => {
      const { pathname } = new URL(request.url())
      const asked = `${request.method()} ${pathname}`
      // The icon and the parts of the page are for everybody.
      if (pathname.startsWith('/api/') && (askedLater.length > 0 || asked === leave)) askedLater.push(asked)
    })
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await expect(page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
    expect(await slow.letGo()).toBe('net::ERR_ABORTED')
    expect((await streaming).failure()?.errorText).toBe('net::ERR_ABORTED')
    expect(askedLater).toEqual([leave])
    visitor.assertClean()
  })

  test('who cannot leave is told so, and everything goes on: what was given up is read, and the screen is live', async () => {
    const { page } = visitor
    const slow = await openWithSlowRead('#/cum-loa')
    visitor.expectTrouble(/^failed .*\/api\/session$/)
    await page.route('**/api/session', (route) => route.abort('connectionfailed'), { times: 1 })
    const streaming = page.waitForResponse((response) => response.url().endsWith('/api/events'))
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await expect(page.getByText('Không kết nối được với máy chủ')).toBeVisible()
    expect(await slow.letGo()).toBe('net::ERR_ABORTED')
    await expect(page.getByText('Truyền thanh xã Hòa Bình')).toBeVisible()
    await streaming
    await addSpeaker(commune, 'Cột loa đình')
    await expect(page.getByRole('link', { name: /^Cột loa đình/ })).toBeVisible()
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await expect(page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
    visitor.assertClean()
  })

  test('a new password brings a new session: what was being read for the old one is read for the new', async () => {
    const { page } = visitor
    const slow = await openWithSlowRead('#/mat-khau')
    await page.getByLabel('Mật khẩu đang dùng').fill('một mật khẩu rất dài')
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill('gió đưa cành trúc la đà')
    await page.getByLabel('Nhập lại mật khẩu mới').fill('gió đưa cành trúc la đà')
    await page.getByRole('button', { name: 'Đổi mật khẩu' }).click()
    await expect(page.getByRole('heading', { name: 'Tài khoản của tôi' })).toBeVisible()
    expect(await slow.letGo()).toBe('net::ERR_ABORTED')
    await expect(page.getByText('Truyền thanh xã Hòa Bình')).toBeVisible()
    visitor.assertClean()
  })
})
