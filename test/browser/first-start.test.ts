import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import { findAxeViolations, findSmallTargets, launchBrowser, type Visitor, visit } from './support/browser.ts'

/** The first minutes: nobody has an account, and a newcomer must find the way to the first broadcast. */
describe('first start and signing in', () => {
  const password = 'mưa thuận gió hòa'
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let visitor: Visitor

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    visitor = await visit(browser, server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('a wrong set-up code is refused in words, and what was typed is kept through a reload', async () => {
    const { page } = visitor
    visitor.expectTrouble(/answered 4\d\d .*\/api\/setup$/)
    await page.goto('/')
    await expect(page.getByRole('heading', { name: 'Bắt đầu sử dụng Loa Xã' })).toBeVisible()
    await page.getByLabel('Mã cài đặt').fill('AAAA-BBBB-CCCC-DDDD')
    await page.getByLabel('Tên xã').fill('Xã Hòa Bình')
    await page.getByLabel('Họ và tên').fill('Nguyễn Thị Lan')
    await page.getByLabel('Tên đăng nhập').fill('lan.nguyen')
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(password)
    await page.getByLabel('Nhập lại mật khẩu mới').fill(password)
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    await page.getByRole('button', { name: 'Tạo tài khoản' }).click()
    await expect(page.getByRole('alert').filter({ hasText: /\p{L}+/u })).toBeVisible()
    await page.reload()
    await expect(page.getByLabel('Họ và tên')).toHaveValue('Nguyễn Thị Lan')
    await expect(page.getByLabel('Mật khẩu mới', { exact: true })).toHaveValue('')
  })

  test('the code from the server’s screen makes the first account and shows the three steps', async () => {
    const { page } = visitor
    await page.getByLabel('Mã cài đặt').fill(server.setupCode)
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill('ngắn')
    await page.getByLabel('Nhập lại mật khẩu mới').fill(password)
    await page.getByRole('button', { name: 'Tạo tài khoản' }).click()
    await expect(page.getByText('Mật khẩu còn thiếu 8 ký tự.')).toBeVisible()
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Tạo tài khoản' }).click()
    await expect(page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible()
    await expect(page.getByText('Truyền thanh xã Hòa Bình')).toBeVisible()
    const steps = page.getByRole('region', { name: 'Ba bước đến buổi phát đầu tiên' })
    await expect(steps.getByRole('link')).toHaveText([
      /Lắp một cụm loa.*Làm bước này/s,
      /Soạn một bản tin/,
      /Thêm lịch phát/,
    ])
    expect(await findAxeViolations(page)).toEqual([])
  })

  test('signing out and in again, in English too, leads to the room that was asked for', async () => {
    const { page } = visitor
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await expect(page.getByRole('button', { name: 'Đăng nhập', exact: true })).toBeVisible()
    await page.goto('/#/cum-loa')
    await page.getByRole('button', { name: 'English' }).click()
    visitor.expectTrouble(/answered 401 .*\/api\/session$/)
    await page.getByLabel('User name').fill('lan.nguyen')
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByText('The user name or the password is wrong.')).toBeVisible()
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('heading', { name: 'Speakers', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Tiếng Việt' }).click()
    await expect(page.getByRole('heading', { name: 'Cụm loa', exact: true })).toBeVisible()
  })

  test('an ended session asks to sign in again over the page, and the half-filled form goes on', async () => {
    const { page } = visitor
    visitor.expectTrouble(/answered 401 /)
    await page.getByRole('link', { name: 'Thêm cụm loa' }).first().click()
    await page.getByLabel('Tên cụm loa').fill('Cột loa đình Đoài')
    await page.context().clearCookies()
    await page.getByRole('button', { name: 'Tạo và lấy mã' }).click()
    const again = page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' })
    await expect(again).toBeVisible()
    await expect(again.getByLabel('Tên đăng nhập')).toHaveValue('lan.nguyen')
    await again.getByLabel('Mật khẩu', { exact: true }).fill(password)
    await again.getByRole('button', { name: 'Đăng nhập' }).click()
    await expect(again).toBeHidden()
    await expect(page.getByLabel('Tên cụm loa')).toHaveValue('Cột loa đình Đoài')
    await page.getByRole('button', { name: 'Tạo và lấy mã' }).click()
    await expect(page.getByRole('dialog', { name: /Ghép nối Cột loa đình Đoài/ })).toBeVisible()
    await expect(page.getByText('loaxa-agent enrol')).toBeVisible()
    await expect(page.getByRole('img', { name: 'Mã QR ghép nối' })).toBeVisible()
    visitor.assertClean()
  })

  test('a one-time link signs in once, leaves no trace in the address, and suggests a password', async () => {
    const { page } = visitor
    await page.getByRole('button', { name: 'Đóng' }).first().click()
    await page.goto('/#/nguoi-dung')
    await page.getByRole('link', { name: 'Mời người dùng' }).click()
    await page.getByLabel('Họ và tên').fill('Lê Quang Minh')
    await page.getByLabel('Tên đăng nhập').fill('minh.le')
    await page.getByRole('combobox', { name: 'Vai trò', exact: true }).selectOption('Lãnh đạo (duyệt)')
    await page.getByRole('button', { name: 'Tạo tài khoản' }).click()
    const link = (await page.locator('dialog code').first().textContent()) ?? ''
    const leader = await visit(browser, server.url, { size: 'phone' })
    await leader.page.goto(`/${new URL(link).hash}`)
    await expect(leader.page.getByRole('heading', { name: 'Đặt mật khẩu' })).toBeVisible()
    expect(leader.page.url()).not.toContain('dang-nhap')
    expect(await findAxeViolations(leader.page)).toEqual([])
    leader.expectTrouble(/answered 40\d .*one-time$/)
    await leader.page.goto('/#/hom-nay')
    await leader.page.goto(`/${new URL(link).hash}`)
    await expect(leader.page.getByRole('alert')).toContainText(/\p{L}/u)
    leader.assertClean()
    await leader.close()
  })
})
