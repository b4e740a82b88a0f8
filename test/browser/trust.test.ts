import { readFile } from 'node:fs/promises'
import { expect, type Page } from '@playwright/test'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startServer, type TestServer } from '../support/server.ts'
import {
  findAxeViolations,
  findSmallTargets,
  launchBrowser,
  measureOverflow,
  type Size,
  type Visitor,
  visit,
} from './support/browser.ts'
import { goTo } from './support/people.ts'

/** Who comes in, by what proof, from where; and that all of it is on record. The tests are one story, in this order. */
describe('trust', () => {
  const password = 'mưa thuận gió hòa'
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let lan: Visitor
  let secret: string
  let recoveryCodes: string[]

  beforeAll(async () => {
    const env = { SECOND_FACTOR_ROLES: 'administrator,approver' }
    ;[server, browser] = await Promise.all([startServer({ env }), launchBrowser()])
    lan = await visit(browser, server.url)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  /** What the app shows; each code works once, so the next sign-in takes that of the next half minute. */
  const codeOf = (shown: string, stepsAhead = 0): string =>
    new TOTP({ secret: Secret.fromBase32(shown.replaceAll(' ', '')) }).generate({
      timestamp: Date.now() + stepsAhead * 30_000,
    })
  async function expectUsable(page: Page, size: Size): Promise<void> {
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    expect(await measureOverflow(page, size)).toBe(0)
  }
  async function fillSignIn(page: Page, name: string, typed: string): Promise<void> {
    await page.getByLabel('Tên đăng nhập').fill(name)
    await page.getByLabel('Mật khẩu', { exact: true }).fill(typed)
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
  }
  /** From the QR code to the recovery codes; answers both. */
  async function pairPhone(page: Page, size: Size): Promise<{ secret: string; recoveryCodes: string[] }> {
    await expect(page.getByRole('img', { name: 'Mã QR cho ứng dụng xác thực' })).toBeVisible()
    const shown = (await page.locator('code').first().textContent()) ?? ''
    await expectUsable(page, size)
    await page.getByLabel('Mã 6 số trong ứng dụng xác thực').fill(codeOf(shown))
    await page.getByRole('button', { name: 'Bật xác thực hai lớp' }).click()
    await expect(page.getByRole('heading', { name: 'Cất giữ mã khôi phục' })).toBeVisible()
    await expectUsable(page, size)
    const codes = await page.locator('.recovery-sheet code').allTextContents()
    expect(new Set(codes).size).toBe(10)
    return { secret: shown, recoveryCodes: codes }
  }

  test('whose role asks for it sets up a second factor before anything else', async () => {
    const { page } = lan
    await page.goto('/')
    await page.getByLabel('Mã cài đặt').fill(server.setupCode)
    await page.getByLabel('Tên xã').fill('Xã Hòa Bình')
    await page.getByLabel('Họ và tên').fill('Nguyễn Thị Lan')
    await page.getByLabel('Tên đăng nhập').fill('lan.nguyen')
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill(password)
    await page.getByLabel('Nhập lại mật khẩu mới').fill(password)
    await page.getByRole('button', { name: 'Tạo tài khoản' }).click()
    await expect(page.getByRole('heading', { name: 'Ghép nối điện thoại' })).toBeVisible()
    await expectUsable(page, 'desktop')
    await page.getByLabel('Mật khẩu', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Tiếp tục' }).click()
    ;({ secret, recoveryCodes } = await pairPhone(page, 'desktop'))
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Tải về' }).click()
    expect(await readFile(await (await downloading).path(), 'utf8')).toContain(recoveryCodes.join('\n'))
    await page.getByRole('button', { name: 'Tôi đã cất giữ các mã này' }).click()
    await expect(page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible()
    await expect(page.getByText('Truyền thanh xã Hòa Bình')).toBeVisible()
    lan.assertClean()
  })

  test('the password alone lets nobody in; a wrong code is refused in words, the right one opens the console', async () => {
    const { page } = lan
    lan.expectTrouble(/answered 401 .*\/api\/session$/)
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await fillSignIn(page, 'lan.nguyen', password)
    const code = page.getByLabel('Mã 6 số trong ứng dụng xác thực')
    await expect(code).toBeFocused()
    await expect(code).toHaveAttribute('autocomplete', 'one-time-code')
    await expect(code).toHaveAttribute('inputmode', 'numeric')
    await expectUsable(page, 'desktop')
    await code.fill('000000')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('alert')).toContainText('Mã xác thực không đúng')
    await expect(code).toHaveValue('')
    await code.fill(codeOf(secret, 1))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible()
    lan.assertClean()
  })

  test('a recovery code stands in for the phone; the new session shows at home and can be ended from there', async () => {
    const elsewhere = await visit(browser, server.url, { size: 'phone' })
    elsewhere.expectTrouble(/answered 401 /)
    await elsewhere.page.goto('/')
    await fillSignIn(elsewhere.page, 'lan.nguyen', password)
    await elsewhere.page.getByRole('button', { name: /Dùng mã khôi phục/ }).click()
    await elsewhere.page.getByLabel('Mã khôi phục').fill(recoveryCodes[0] ?? '')
    await expectUsable(elsewhere.page, 'phone')
    await elsewhere.page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
    await expect(elsewhere.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible()

    const { page } = lan
    await goTo(lan, '#/tai-khoan')
    await expect(page.getByText('Còn 9 mã khôi phục chưa dùng.')).toBeVisible()
    await expect(page.getByText('Thiết bị này')).toHaveCount(1)
    await expectUsable(page, 'desktop')
    await page.getByRole('button', { name: /^Kết thúc phiên/ }).click()
    await expect(page.getByRole('button', { name: /^Kết thúc phiên/ })).toHaveCount(0)
    await elsewhere.page.reload()
    await expect(elsewhere.page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
    await elsewhere.close()
    lan.assertClean()
  })

  test('who guesses must wait, and sees for how long', async () => {
    const stranger = await visit(browser, server.url, { size: 'phone' })
    stranger.expectTrouble(/answered 4(01|29) .*\/api\/session$/)
    const { page } = stranger
    await page.goto('/')
    const [act, wait] = [
      page.getByRole('button', { name: 'Đăng nhập', exact: true }),
      page.getByRole('button', { name: /^Thử lại sau \d+:\d\d$/ }),
    ]
    await page.getByLabel('Tên đăng nhập').fill('minh.le')
    await page.getByLabel('Mật khẩu', { exact: true }).fill('đoán bừa một câu')
    // The first failures cost nothing; each further one doubles the wait, so that soon one try comes too early.
    await expect(async () => {
      if (await act.isVisible()) await act.click()
      await expect(wait).toBeVisible({ timeout: 1 })
    }).toPass()
    await expect(wait).toBeDisabled()
    await expect(page.getByRole('alert')).toContainText('Đã có quá nhiều lần đăng nhập không thành công')
    await expectUsable(page, 'phone')
    await expect(act).toBeEnabled({ timeout: 60_000 })
    stranger.assertClean()
    await stranger.close()
  })

  test('an invited leader comes in by the link, or by the code read out, and leaves with both proofs set', async () => {
    const { page } = lan
    await goTo(lan, '#/nguoi-dung')
    await page.getByRole('link', { name: 'Mời người dùng' }).click()
    await page.getByLabel('Họ và tên').fill('Lê Quang Minh')
    await page.getByLabel('Tên đăng nhập').fill('minh.le')
    await page.getByRole('combobox', { name: 'Vai trò', exact: true }).selectOption('Lãnh đạo (duyệt)')
    await expectUsable(page, 'desktop')
    await page.getByRole('button', { name: 'Tạo tài khoản' }).click()
    await expect(page.locator('dialog code')).toHaveCount(2)
    const [link = '', code = ''] = await page.locator('dialog code').allTextContents()
    expect(link).toContain(`/#/dang-nhap/${code}`)
    await expectUsable(page, 'desktop')
    await page.locator('footer').getByRole('button', { name: 'Đóng' }).click()

    const minh = await visit(browser, server.url, { size: 'phone' })
    await minh.page.goto('/')
    await minh.page.getByRole('button', { name: 'Tôi có mã đăng nhập một lần' }).click()
    await minh.page.getByLabel('Mã đăng nhập một lần').fill(code)
    await minh.page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
    await expect(minh.page.getByRole('heading', { name: 'Đặt mật khẩu' })).toBeVisible()
    expect(minh.page.url()).not.toContain(code)
    await expectUsable(minh.page, 'phone')
    await minh.page.getByLabel('Mật khẩu mới', { exact: true }).fill('trống đồng đêm trăng')
    await minh.page.getByLabel('Nhập lại mật khẩu mới').fill('trống đồng đêm trăng')
    await minh.page.getByRole('button', { name: 'Tiếp tục' }).click()
    await pairPhone(minh.page, 'phone')
    await minh.page.getByRole('button', { name: 'Tôi đã cất giữ các mã này' }).click()
    await expect(minh.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible()

    await goTo(minh, '#/tai-khoan')
    await expectUsable(minh.page, 'phone')
    await minh.page.getByRole('button', { name: 'Bỏ qua' }).click()
    await minh.page.getByRole('button', { name: 'Đăng xuất mọi nơi' }).click()
    await minh.page.getByRole('button', { name: 'Đăng xuất mọi nơi' }).click()
    await expect(minh.page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
    minh.assertClean()
    await minh.close()
  })

  test('nobody takes over an account alone: who made the link may not reset the second factor, and reads why', async () => {
    const { page } = lan
    await page.reload()
    await page.getByRole('link', { name: /Lê Quang Minh/ }).click()
    await expectUsable(page, 'desktop')
    lan.expectTrouble(/answered 409 .*second-factor\/reset$/)
    await page.getByRole('button', { name: 'Gỡ xác thực hai lớp' }).click()
    await page.getByRole('button', { name: 'Gỡ xác thực hai lớp' }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'phải do người quản trị khác làm' })).toBeVisible()
    await page.getByRole('button', { name: 'Thêm vai trò' }).click()
    await page.getByRole('combobox', { name: 'Vai trò', exact: true }).nth(1).selectOption('Kiểm toán')
    await page.getByRole('button', { name: 'Lưu vai trò' }).click()
    await expect(page.getByText('Đã lưu vai trò của Lê Quang Minh.')).toBeVisible()
    await page.getByRole('button', { name: 'Khóa tài khoản' }).click()
    await expect(page.getByRole('button', { name: 'Mở lại tài khoản' })).toBeVisible()
    lan.assertClean()
  })

  test('all of it is on record: who, when, from where, before and after; filtered, exported, and intact', async () => {
    const { page } = lan
    await page.getByRole('link', { name: 'Nhật ký', exact: true }).click()
    const entries = page.locator('details.entry')
    await expect(entries.filter({ hasText: 'Khóa tài khoản' })).toContainText('Nguyễn Thị Lan')
    await expect(entries.filter({ hasText: 'Bị từ chối' }).first()).toBeVisible()
    await expectUsable(page, 'desktop')

    const roles = entries.filter({ hasText: 'Thay đổi vai trò' })
    await roles.locator('summary').first().click()
    await expect(roles.getByRole('cell', { name: 'Lãnh đạo (duyệt) · Xã Hòa Bình', exact: true })).toBeVisible()
    await expect(roles.getByRole('cell', { name: /Lãnh đạo.*Kiểm toán · Xã Hòa Bình/ })).toBeVisible()
    await expectUsable(page, 'desktop')

    await page.getByLabel('Kết quả').selectOption('Bị từ chối')
    await expect(entries.filter({ hasText: 'Thay đổi vai trò' })).toHaveCount(0)
    expect(page.url()).toContain('kq=refused')
    await expect(entries.filter({ hasText: 'Đăng nhập' }).first()).toContainText('Bị từ chối')

    await page.getByLabel('Việc').selectOption('Đăng nhập')
    await page.getByLabel('Kết quả').selectOption('Tất cả')
    await expect(entries.first()).toContainText('Lê Quang Minh')
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Tải về' }).click()
    await page.getByRole('button', { name: 'Tệp CSV' }).click()
    const csv = await readFile(await (await downloading).path(), 'utf8')
    expect(csv).toContain('"Người thực hiện"')
    expect(csv).toContain('minh.le')
    expect(csv).not.toContain('account.disabled')

    await page.getByRole('button', { name: 'Kiểm tra ngay' }).click()
    await expect(page.getByText('Chuỗi nguyên vẹn')).toBeVisible()
    await page.setViewportSize({ width: 390, height: 844 })
    await expectUsable(page, 'phone')
    lan.assertClean()
  })

  test('who changes phones removes the old one by both proofs, and sets up the new one before going on', async () => {
    const { page } = lan
    await page.setViewportSize({ width: 1366, height: 768 })
    await goTo(lan, '#/tai-khoan')
    await page.getByRole('link', { name: 'Đổi mật khẩu' }).click()
    await page.getByLabel('Mật khẩu đang dùng').fill(password)
    await page.getByLabel('Mật khẩu mới', { exact: true }).fill('gió đưa cành trúc la đà')
    await page.getByLabel('Nhập lại mật khẩu mới').fill('gió đưa cành trúc la đà')
    await page.getByRole('button', { name: 'Đổi mật khẩu' }).click()
    await expect(page.getByRole('heading', { name: 'Tài khoản của tôi' })).toBeVisible()

    await page.getByRole('button', { name: 'Gỡ khỏi điện thoại này' }).click()
    const dialog = page.getByRole('dialog', { name: 'Gỡ xác thực hai lớp' })
    await dialog.getByLabel('Mật khẩu', { exact: true }).fill('gió đưa cành trúc la đà')
    await dialog.getByRole('button', { name: /Dùng mã khôi phục/ }).click()
    await dialog.getByLabel('Mã khôi phục').fill(recoveryCodes[1]?.toLowerCase().replaceAll('-', ' ') ?? '')
    await expectUsable(page, 'desktop')
    await dialog.getByRole('button', { name: 'Gỡ', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Ghép nối điện thoại' })).toBeVisible()
    await page.getByLabel('Mật khẩu', { exact: true }).fill('gió đưa cành trúc la đà')
    await page.getByRole('button', { name: 'Tiếp tục' }).click()
    const renewed = await pairPhone(page, 'desktop')
    expect(renewed.secret).not.toBe(secret)
    await page.getByRole('button', { name: 'Tôi đã cất giữ các mã này' }).click()
    await expect(page.getByText('Còn 10 mã khôi phục chưa dùng.')).toBeVisible()
    lan.assertClean()
  })
})
