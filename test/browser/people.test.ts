import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import {
  findAxeViolations,
  findSmallTargets,
  launchBrowser,
  measureOverflow,
  type Visitor,
  visit,
} from './support/browser.ts'
import { goTo, signInAsAdministrator } from './support/people.ts'

/** An administrator looks after people, and finds help and settings on the way. The tests are one story, in this order. */
describe('people, help and settings', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let admin: Visitor
  let newcomer: Visitor

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    await makeCommune(server)
    admin = await visit(browser, server.url)
    await signInAsAdministrator(admin)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function expectUsable(): Promise<void> {
    expect(await findAxeViolations(admin.page)).toEqual([])
    expect(await findSmallTargets(admin.page)).toEqual([])
    expect(await measureOverflow(admin.page, 'desktop')).toBe(0)
  }

  test('keys lead to the room and to a new person; typing in a field is typing', async () => {
    const { page } = admin
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await expect(page.getByRole('heading', { name: 'Người dùng' })).toBeVisible()
    await page.keyboard.press('n')
    await page.getByLabel('Họ và tên').fill('')
    await page.getByLabel('Họ và tên').pressSequentially('Giàng Thị nhung?')
    await expect(page.getByLabel('Họ và tên')).toHaveValue('Giàng Thị nhung?')
    await page.getByLabel('Họ và tên').fill('Giàng Thị Nhung')
    await page.getByLabel('Tên đăng nhập').fill('nhung.giang')
    await page.getByText('Mỗi vai trò được làm gì?').click()
    await expect(page.getByText('Không được: duyệt bản tin, phát khẩn cấp.')).toBeVisible()
    await page.getByRole('button', { name: 'Tạo tài khoản' }).click()
    await expect(page.getByRole('img', { name: 'Mã QR đăng nhập cho Giàng Thị Nhung' })).toBeVisible()
    await expectUsable()
    const link = (await page.locator('dialog code').first().textContent()) ?? ''
    await page.locator('footer').getByRole('button', { name: 'Đóng' }).click()

    await page.keyboard.press('/')
    await page.keyboard.type('giang nhung')
    await expect(page.getByRole('link', { name: /Giàng Thị Nhung/ })).toBeVisible()
    await expect(page.getByRole('link', { name: /lanhdao/ })).toHaveCount(0)
    await expect(page.getByText('Chưa đặt mật khẩu').last()).toBeVisible()
    await page.getByRole('combobox', { name: 'Lọc theo vai trò' }).selectOption('Lãnh đạo (duyệt)')
    await expect(page.getByText('Không có ai như vậy.')).toBeVisible()
    await page.getByRole('combobox', { name: 'Lọc theo vai trò' }).selectOption('Mọi vai trò')
    await page.getByRole('link', { name: /Giàng Thị Nhung/ }).click()
    await expect(page.getByText(/Có một liên kết chưa dùng/)).toBeVisible()
    await expect(page.getByText('Hiện không đăng nhập ở đâu.')).toBeVisible()
    await expectUsable()

    newcomer = await visit(browser, server.url, { size: 'phone' })
    await newcomer.page.goto(`/${new URL(link).hash}`)
    await newcomer.page.getByLabel('Mật khẩu mới', { exact: true }).fill('trống đồng đêm trăng')
    await newcomer.page.getByLabel('Nhập lại mật khẩu mới').fill('trống đồng đêm trăng')
    await newcomer.page
      .getByRole('button', { name: /mật khẩu/i })
      .last()
      .click()
    await expect(newcomer.page.getByRole('heading', { name: 'Hôm nay' })).toBeVisible()
    // What the newcomer did shows at the administrator's by itself.
    await expect(page.getByText(/Có một liên kết chưa dùng/)).toHaveCount(0)
    await expect(page.getByRole('button', { name: /^Kết thúc phiên/ })).toHaveCount(1)
    admin.assertClean()
  })

  test('a session is ended and its holder is asked to sign in again', async () => {
    const { page } = admin
    newcomer.expectTrouble(/answered 401 |failed .*\/api\/events/)
    await page.reload()
    await page.getByRole('button', { name: /^Kết thúc phiên/ }).click()
    await expect(page.getByText('Hiện không đăng nhập ở đâu.')).toBeVisible()
    await expect(newcomer.page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' })).toBeVisible()
    await newcomer.close()
    admin.assertClean()
  })

  test('roles, the name and a lock are taken back by the toast; a link is withdrawn', async () => {
    const { page } = admin
    const undo = page.getByRole('button', { name: 'Hoàn tác' })
    await page.getByRole('button', { name: 'Thêm vai trò' }).click()
    await page.getByRole('combobox', { name: 'Vai trò', exact: true }).nth(1).selectOption('Kỹ thuật viên')
    await page.getByRole('button', { name: 'Lưu vai trò' }).click()
    await undo.click()
    await expect(page.getByText('Đã trả vai trò của Giàng Thị Nhung về như trước.')).toBeVisible()
    await expect(page.getByRole('combobox', { name: 'Vai trò', exact: true })).toHaveCount(1)

    await page.getByRole('button', { name: 'Sửa họ tên' }).click()
    await page.getByRole('dialog').getByLabel('Họ và tên').fill('Giàng Thị Hoa')
    await page.getByRole('button', { name: 'Lưu', exact: true }).click()
    await expect(page.getByRole('heading', { name: 'Giàng Thị Hoa', level: 1 })).toBeVisible()
    await undo.last().click()
    await expect(page.getByRole('heading', { name: 'Giàng Thị Nhung', level: 1 })).toBeVisible()

    await page.getByRole('button', { name: 'Khóa tài khoản' }).click()
    await expect(page.getByText('Đã khóa', { exact: true })).toBeVisible()
    await undo.last().click()
    await expect(page.getByText('Đã khóa', { exact: true })).toHaveCount(0)

    await page.getByRole('button', { name: 'Tạo liên kết đăng nhập' }).click()
    await page.locator('footer').getByRole('button', { name: 'Đóng' }).click()
    await page.getByRole('button', { name: 'Hủy liên kết' }).click()
    await expect(page.getByText(/Có một liên kết chưa dùng/)).toHaveCount(0)
    admin.assertClean()
  })

  test('all of it is in the trail of this account, in words, with ways to what was changed', async () => {
    const { page } = admin
    await page.getByRole('link', { name: 'Lịch sử tài khoản' }).click()
    const entries = page.locator('details.entry')
    await expect(entries.filter({ hasText: 'Hủy liên kết đăng nhập chưa dùng' })).toHaveCount(1)
    await expect(entries.filter({ hasText: 'Kết thúc phiên của người khác' })).toHaveCount(1)
    const roles = entries.filter({ hasText: 'Thay đổi vai trò' }).first()
    await roles.locator('summary').first().click()
    await expect(roles.getByRole('cell', { name: /Biên tập · Xã Hòa Bình/ }).first()).toBeVisible()
    await expect(page.getByText(/[0-9a-f]{8}-[0-9a-f]{4}-/).filter({ visible: true })).toHaveCount(0)
    await expectUsable()
    await expect(roles.getByRole('link', { name: 'Giàng Thị Nhung' })).toHaveAttribute('href', /#\/nguoi-dung\//)
    await page.getByRole('button', { name: /Chỉ liên quan đến/ }).click()
    await page.getByRole('combobox', { name: 'Người thực hiện' }).pressSequentially('giang')
    await page.getByRole('option', { name: /Giàng Thị Nhung/ }).click()
    await expect(entries.first()).toContainText('Giàng Thị Nhung')
    await expect(entries.filter({ hasText: 'Đặt mật khẩu' })).toHaveCount(1)
    await page.getByRole('button', { name: 'Hôm nay' }).click()
    await expect(entries.filter({ hasText: 'Đặt mật khẩu' })).toHaveCount(1)
    admin.assertClean()
  })

  test('help stands beside every page, explains its words, and is left by Escape', async () => {
    const { page } = admin
    await page.keyboard.press('h')
    const panel = page.getByRole('dialog', { name: 'Trợ giúp: Nhật ký hệ thống' })
    await expect(panel.getByText('Chuỗi nguyên vẹn')).toBeVisible()
    await expectUsable()
    await page.keyboard.press('Escape')
    await expect(panel).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Trợ giúp' })).toBeFocused()
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Phím tắt' }).getByText('Mở trang Lịch phát')).toBeVisible()
    await page.keyboard.press('Escape')
    await goTo(admin, '#/tro-giup/tu-ngu')
    await page.getByLabel('Tìm trong trợ giúp').fill('khung gio')
    await expect(page.getByText('Giờ được phép phát (khung giờ)')).toBeVisible()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByLabel('Search help').fill('permitted')
    await expect(page.getByText('Permitted hours', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Tiếng Việt' }).click()
    admin.assertClean()
  })

  test('settings hold at once and stay on this computer: larger text still fits, keys are off, another page comes first', async () => {
    const { page } = admin
    await goTo(admin, '#/cai-dat')
    await page.getByRole('radio', { name: 'Rất to' }).check()
    await page.getByLabel('Trang hiện ra sau khi đăng nhập').selectOption('Cụm loa')
    await page.getByRole('radio', { name: 'Tắt', exact: true }).check()
    await page.goto('about:blank')
    await page.goto('/')
    await expect(page.getByRole('heading', { name: 'Cụm loa' })).toBeVisible()
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(page.getByRole('heading', { name: 'Cụm loa' })).toBeVisible()
    for (const hash of ['#/hom-nay', '#/lich-phat', '#/nguoi-dung', '#/nhat-ky', '#/cai-dat']) {
      await goTo(admin, hash)
      expect(await measureOverflow(page, 'desktop'), hash).toBe(0)
    }
    admin.assertClean()
  })
})
