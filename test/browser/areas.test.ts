import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { area } from '#server/areas/schemas.ts'
import { addSpeaker, type Commune, makeCommune, makeProgramme, schedule } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeToneWav } from '../support/tones.ts'
import {
  findAxeViolations,
  findSmallTargets,
  launchBrowser,
  measureOverflow,
  type Size,
  type Visitor,
  visit,
} from './support/browser.ts'
import { goTo, signInAs, signInAsAdministrator } from './support/people.ts'

/** A leader keeps the hours of the commune, and silences it for a day; the administrator merges two villages. */
describe('an area', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let leader: Visitor

  async function expectUsable({ page }: Visitor, size: Size): Promise<void> {
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    expect(await measureOverflow(page, size)).toBe(0)
  }

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    await addSpeaker(commune, 'Đông')
    await addSpeaker(commune, 'Tây')
    const wav = makeToneWav([{ frequencyHz: 440, durationMs: 2_000 }])
    const { programmeId } = await makeProgramme(commune, 'Thời tiết', [wav])
    await schedule(commune, programmeId, 26 * 3_600_000)
    leader = await visit(browser, server.url, { size: 'phone' })
    await signInAs(leader, commune.administrator, 'lanhdao')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('the leader sets the permitted hours on the phone, hears what no longer fits, and finds them after a reload', async () => {
    const { page } = leader
    await goTo(leader, '#/dia-ban')
    await page.getByRole('link', { name: /^Xã Hòa Bình/ }).click()
    const form = page.getByRole('form', { name: 'Quy định riêng của Xã Hòa Bình' })
    await form.getByRole('radio', { name: 'Chỉ trong những giờ sau' }).check()
    await form.getByRole('button', { name: 'Thêm khung giờ' }).click()
    await form.getByLabel('Từ', { exact: true }).fill('2h')
    await form.getByLabel('Đến', { exact: true }).fill('1h30')
    await expect(form.getByText('Giờ kết thúc phải sau giờ bắt đầu.')).toBeVisible()
    await form.getByLabel('Đến', { exact: true }).fill('2h05')
    await form.getByLabel('Số phút mỗi ngày').fill('90')

    // Half-filled, and the page is read again: nothing is lost.
    await page.reload()
    await expect(form.getByLabel('Từ', { exact: true })).toHaveValue('2h')
    await expectUsable(leader, 'phone')
    await form.getByRole('button', { name: 'Lưu quy định' }).click()
    await expect(page.getByText('Đã lưu quy định của Xã Hòa Bình.')).toBeVisible()
    await expect(form.getByRole('status')).toContainText(/Thời tiết.*ngoài giờ được phép/s)
    await expectUsable(leader, 'phone')

    await page.reload()
    const holds = page.getByRole('region', { name: 'Đang áp dụng tại đây' })
    await expect(holds.getByText('02:00–02:05')).toHaveCount(7)
    await expect(holds.getByText('Tối đa 90 phút')).toBeVisible()
  })

  test('one tap chooses the usual hours, late evenings are softer after a chime, and undo brings back all of it', async () => {
    const { page } = leader
    const form = page.getByRole('form', { name: 'Quy định riêng của Xã Hòa Bình' })
    const holds = page.getByRole('region', { name: 'Đang áp dụng tại đây' })
    await form.getByRole('button', { name: 'Sáng 5h–7h30' }).click()
    const volumes = form.getByRole('group', { name: 'Âm lượng theo giờ' })
    await volumes.getByRole('radio', { name: 'Theo bảng sau' }).check()
    await volumes.getByRole('button', { name: 'Thêm dòng' }).click()
    await volumes.getByLabel('Từ').fill('21h')
    await volumes.getByLabel('Đến').fill('24h')
    await volumes.getByLabel('Âm lượng (%)').fill('140')
    await expect(volumes.getByText('Hãy nhập âm lượng từ 0 đến 100.')).toBeVisible()
    await volumes.getByLabel('Âm lượng (%)').fill('40')
    await form.getByRole('radio', { name: 'Nhạc hiệu riêng' }).check()
    await expect(
      form.getByRole('option', { name: /^Thời tiết.* · 0:02 · Xã Hòa Bình$/, includeHidden: true }),
    ).toBeAttached()
    await expectUsable(leader, 'phone')
    await form.getByRole('radio', { name: 'Tiếng chuông' }).check()
    await form.getByRole('button', { name: 'Lưu quy định' }).click()
    await expect(holds.getByText('02:00–02:05 · 05:00–07:30')).toHaveCount(7)
    await expect(holds.getByText('21:00–24:00: 40%')).toBeVisible()
    await expect(holds.getByText('Tiếng chuông')).toBeVisible()
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(holds.getByText('02:00–02:05', { exact: true })).toHaveCount(7)
    await expect(form.getByRole('button', { name: 'Sáng 5h–7h30' })).toHaveAttribute('aria-pressed', 'false')
    await expect(holds.getByText('Tiếng chuông')).toBeHidden()
  })

  test('the leader silences the commune for today, is told so on every page of it, and lets it sound again', async () => {
    const { page } = leader
    await page.getByRole('button', { name: 'Tạm ngừng phát' }).click()
    const dialog = page.getByRole('dialog', { name: 'Tạm ngừng phát tại Xã Hòa Bình' })
    await dialog.getByRole('button', { name: 'Quốc tang' }).click()
    await expectUsable(leader, 'phone')
    await dialog.getByRole('button', { name: 'Tạm ngừng', exact: true }).click()
    const banner = page.getByText(/^Xã Hòa Bình đang tạm ngừng phát đến hết ngày /)
    await expect(banner).toBeVisible()
    await expect(page.getByText('Lý do: Quốc tang')).toBeVisible()
    await expectUsable(leader, 'phone')
    await goTo(leader, '#/dia-ban')
    await expect(banner).toBeVisible()
    // What each area says itself stands in the tree, and that a village is silent with its commune.
    await expect(page.getByText('Giờ riêng: 02:00–02:05 · 90 phút/ngày')).toBeVisible()
    await expect(page.getByRole('link', { name: /^Thôn Đông.*Tạm ngừng đến hết/ })).toBeVisible()
    await expectUsable(leader, 'phone')
    await page.getByRole('link', { name: 'Xem', exact: true }).click()
    await page.getByRole('button', { name: 'Cho phát lại' }).click()
    await page.getByRole('button', { name: 'Phát lại ngay' }).click()
    await expect(banner).toBeHidden()
  })

  test('a holiday of the commune’s own is added, removed and brought back', async () => {
    const { page } = leader
    // What was done before is said in the thumb's way for a while.
    await page.reload()
    await page.getByRole('button', { name: 'Thêm ngày nghỉ' }).click()
    const dialog = page.getByRole('dialog', { name: 'Thêm ngày nghỉ' })
    await dialog.getByLabel('Tên ngày nghỉ').fill('Hội làng')
    await dialog.getByLabel('Ngày đầu').fill('25/12/2026')
    await dialog.getByRole('button', { name: 'Thêm ngày nghỉ' }).click()
    const row = page.getByRole('listitem').filter({ hasText: 'Hội làng' }).filter({ hasText: '25/12/2026' })
    await expect(row).toBeVisible()
    await page.getByRole('button', { name: 'Bỏ qua' }).last().click()
    await row.getByRole('button', { name: 'Bỏ ngày nghỉ Hội làng' }).click()
    await expect(row).toBeHidden()
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(row).toBeVisible()
    leader.assertClean()
    await leader.close()
  })

  test('the administrator adds an area by mistake, looks at what a move changes, plans it, and cancels it', async () => {
    const visitor = await visit(browser, server.url)
    await signInAsAdministrator(visitor)
    const { page } = visitor
    const younger = { parentId: commune.id, kind: 'commune', name: 'Xã An Hòa' }
    await commune.administrator.post('/api/areas', younger, area)
    await goTo(visitor, '#/dia-ban')
    await page.getByRole('link', { name: 'Thêm địa bàn' }).click()
    await page.getByLabel('Tên địa bàn').fill('Thôn gõ nhầm')
    await page.getByRole('dialog').getByRole('button', { name: 'Thêm địa bàn' }).click()
    await expect(page.getByRole('link', { name: /^Thôn gõ nhầm/ })).toBeVisible()
    await page.getByRole('button', { name: 'Hoàn tác' }).click()
    await expect(page.getByRole('link', { name: /^Thôn gõ nhầm/ })).toBeHidden()

    await page.getByRole('link', { name: /^Xã Hòa Bình/ }).click()
    await page.getByRole('button', { name: 'Đổi múi giờ' }).click()
    const zones = page.getByRole('dialog', { name: 'Múi giờ của Xã Hòa Bình' })
    await zones.getByLabel('Múi giờ').selectOption('Asia/Tokyo')
    await expectUsable(visitor, 'desktop')
    await zones.getByRole('button', { name: 'Lưu' }).click()
    await expect(page.getByText('Giờ chuẩn Nhật Bản')).toBeVisible()
    await page
      .getByText('Đã đổi múi giờ của Xã Hòa Bình.')
      .locator('..')
      .getByRole('button', { name: 'Hoàn tác' })
      .click()
    await expect(page.getByText('Giờ Đông Dương')).toBeVisible()

    await goTo(visitor, '#/dia-ban/chuyen')
    await expect(page.getByText('Chưa có lần sáp nhập hay chuyển địa bàn nào')).toBeVisible()
    await page.getByRole('link', { name: 'Lập việc chuyển' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Lập việc chuyển' })
    await dialog.getByRole('checkbox', { name: /^Thôn Đông/ }).check()
    await dialog.getByLabel('Về đâu?').selectOption({ label: '\u2003Xã An Hòa' })
    await dialog.getByLabel('Lý do, số văn bản').fill('Nghị quyết 12')
    await dialog.getByRole('button', { name: 'Xem điều gì thay đổi' }).click()
    await expect(dialog.getByText('1 cụm loa sẽ chuyển theo.')).toBeVisible()
    await expectUsable(visitor, 'desktop')
    await dialog.getByRole('button', { name: 'Lưu việc chuyển' }).click()
    const row = page.getByRole('listitem').filter({ hasText: 'Thôn Đông → Xã An Hòa' })
    await expect(row).toContainText('Sắp thực hiện')
    await expectUsable(visitor, 'desktop')
    await row.getByRole('button', { name: 'Hủy việc chuyển' }).click()
    await expect(row).toContainText('Đã hủy')
    visitor.assertClean()
    await visitor.close()
  })
})
