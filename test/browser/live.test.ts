import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Cable, startCable } from '../support/cable.ts'
import { type Commune, makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { launchBrowser, type Visitor, visit } from './support/browser.ts'
import { goTo, signInAs, signInAsAdministrator } from './support/people.ts'

/** Screens follow what others do, and say so when they cannot. */
describe('live', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let cable: Cable
  let first: Visitor
  let second: Visitor

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    first = await visit(browser, server.url)
    cable = await startCable(server.url)
    second = await visit(browser, cable.url)
    await signInAsAdministrator(first)
    await signInAs(second, commune.administrator, 'bientap')
  })
  afterAll(async () => {
    await browser?.close()
    await cable?.close()
    await server?.stop()
  })

  const addSpeakerBy = async ({ page }: Visitor, name: string): Promise<void> => {
    await page.goto('/#/cum-loa?them=1')
    await page.getByLabel('Tên cụm loa').fill(name)
    await page.getByRole('button', { name: 'Tạo và lấy mã' }).click()
    await page.getByRole('dialog', { name: `Ghép nối ${name}` }).waitFor()
    await page.getByRole('button', { name: 'Đóng' }).first().click()
  }

  test('what one person adds shows on the other’s screen', async () => {
    await goTo(second, '#/cum-loa')
    await expect(second.page.getByText('Chưa có cụm loa nào')).toBeVisible()
    await addSpeakerBy(first, 'Cột loa đình')
    await expect(second.page.getByRole('link', { name: /Cột loa đình/ })).toBeVisible()
  })

  test('a line that is cut: said in words, also while a 503 is all that answers; then it goes on from where it was', async () => {
    const { page } = second
    second.expectTrouble(/^failed |answered 503|ERR_/)
    const asked: (string | undefined)[] = []
    page.on('request', (request) => {
      if (request.url().endsWith('/api/events')) asked.push(request.headers()['last-event-id'])
    })
    cable.cut()
    const lost = page.getByText(/Mất kết nối với máy chủ\. Số liệu trên màn hình là lúc \d\d:\d\d:\d\d\./)
    await expect(lost).toBeVisible({ timeout: 15_000 })
    await addSpeakerBy(first, 'Cột loa trường')
    const answered = page.waitForResponse((response) => response.url().endsWith('/api/events'))
    await page.getByRole('button', { name: 'Thử lại' }).click()
    expect((await answered).status()).toBe(503)
    await expect(lost).toBeVisible()
    cable.mend()
    await page.getByRole('button', { name: 'Thử lại' }).click()
    await expect(lost).toBeHidden({ timeout: 15_000 })
    await expect(page.getByRole('link', { name: /Cột loa trường/ })).toBeVisible()
    // The cursor: everything since the last event that was heard, and no more.
    expect(asked.length).toBeGreaterThanOrEqual(2)
    for (const cursor of asked) expect(cursor).toMatch(/^[0-9a-f]{12}-\d+$/)
    // A page that is opened hears what comes after what it reads, and reads nothing twice.
    const opening = page.waitForRequest((request) => request.url().endsWith('/api/events'))
    await page.reload()
    expect((await opening).headers()['last-event-id']).toMatch(/^[0-9a-f]{12}-\d+$/)
  })

  test('a server that dies: said in words with the time, nothing typed is lost, and the link mends itself', async () => {
    const { page } = first
    await page.goto('/#/cum-loa?them=1')
    await page.getByLabel('Tên cụm loa').fill('Cột loa chợ')
    await goTo(second, '#/cum-loa')
    await expect(second.page.getByRole('link', { name: /Cột loa đình/ })).toBeVisible()
    for (const visitor of [first, second]) visitor.expectTrouble(/^failed |answered 503|ERR_/)
    await server.kill()
    const lost = second.page.getByText(/Mất kết nối với máy chủ\. Số liệu trên màn hình là lúc \d\d:\d\d:\d\d\./)
    await expect(lost).toBeVisible({ timeout: 15_000 })
    // What was read stays on the screen.
    await expect(second.page.getByRole('link', { name: /Cột loa đình/ })).toBeVisible()
    await page.getByRole('button', { name: 'Tạo và lấy mã' }).click()
    // The page behind it may say the same.
    await expect(page.getByRole('dialog').getByRole('alert')).toContainText('Không kết nối được với máy chủ')
    await server.restart()
    await expect(lost).toBeHidden({ timeout: 45_000 })
    await expect(page.getByLabel('Tên cụm loa')).toHaveValue('Cột loa chợ')
    await page.getByRole('button', { name: 'Tạo và lấy mã' }).click()
    await page.getByRole('dialog', { name: 'Ghép nối Cột loa chợ' }).waitFor()
    await expect(second.page.getByRole('link', { name: /Cột loa chợ/ })).toBeVisible()
    first.assertClean()
    second.assertClean()
  })
})
