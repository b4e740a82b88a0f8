import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { enrolmentAnswer } from '#protocol/enrolment.ts'
import { deviceId } from '#protocol/ids.ts'
import { invitedAccount } from '#server/auth/schemas.ts'
import { comeOnline, makeClaimant } from '../security/online-device.ts'
import { addSpeaker, type Commune, makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findAxeViolations, findSmallTargets, launchBrowser, type Visitor, visit } from './support/browser.ts'
import { goTo, signInAs, signInAsAdministrator } from './support/people.ts'

/** The room of those who look after speakers: at the pole with a phone, and at the desk for many at once. */
describe('the speakers', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let technician: Visitor
  let administrator: Visitor

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    const east = await addSpeaker(commune, 'Đông')
    await addSpeaker(commune, 'Đoài')
    await addSpeaker(commune, 'Hạ')
    await bringOnline(east)
    const grants = [{ areaId: commune.id, role: 'technician' }]
    const person = { userName: 'kythuat', displayName: 'Kỹ thuật', grants }
    await commune.administrator.post('/api/accounts', person, invitedAccount)
    technician = await visit(browser, server.url, { size: 'phone' })
    administrator = await visit(browser, server.url)
    await signInAs(technician, commune.administrator, 'kythuat')
    await signInAsAdministrator(administrator)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  /** A device that is connected, and answers nothing. */
  async function bringOnline({ deviceId: id, code }: { deviceId: string; code: string }): Promise<void> {
    const claimant = makeClaimant()
    await commune.administrator.post('/api/enrol', await claimant.claim(code), enrolmentAnswer)
    await comeOnline(server.mqttUrl ?? '', deviceId.parse(id), claimant)
  }

  test('at the pole, with a phone: found without diacritics, heard by its beep, made softer and put on the map', async () => {
    const { page } = technician
    await page.context().grantPermissions(['geolocation'])
    await page.context().setGeolocation({ latitude: 22.4856, longitude: 103.9707, accuracy: 8 })
    await goTo(technician, '#/cum-loa')
    await page.getByRole('searchbox').fill('thon dong')
    await expect(page.getByRole('link', { name: /Đoài/ })).toHaveCount(0)
    await page.getByRole('link', { name: /Đông.*Trực tuyến/ }).click()
    await page.getByRole('link', { name: 'Làm việc tại cột loa' }).click()
    await page.getByRole('button', { name: 'Kêu bíp để nhận biết' }).click()
    await expect(page.getByText(/Đã gửi, đang chờ cụm loa trả lời/)).toBeVisible()
    await page.getByLabel('Nghe thấy tiếng bíp').check()
    await page.getByRole('button', { name: 'Nhỏ hơn' }).click()
    await expect(page.getByText(/Âm lượng:\s*95%/)).toBeVisible()
    await page.getByRole('button', { name: 'Hoàn tác' }).click()
    await expect(page.getByText(/Âm lượng:\s*100%/)).toBeVisible()
    await page.getByRole('button', { name: 'Đặt vị trí' }).click()
    await page.getByRole('button', { name: 'Dùng vị trí của điện thoại này' }).click()
    await expect(page.getByLabel('Vĩ độ, kinh độ')).toHaveValue('22,4856; 103,9707')
    expect(await findAxeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Lưu' }).click()
    await expect(page.getByText('Đã có vị trí trên bản đồ: Được')).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    // What only ears can tell is still there after the page was closed.
    await page.reload()
    await expect(page.getByLabel('Nghe thấy tiếng bíp')).toBeChecked()
    technician.assertClean()
  })

  test('many at once: how many, what was skipped and why, and all of it taken back', async () => {
    const { page } = administrator
    await goTo(administrator, '#/cum-loa')
    await page.getByLabel('Chọn cả trang này').check()
    await expect(page.getByText('Đã chọn 3 cụm loa')).toBeVisible()
    await page.getByRole('button', { name: 'Âm lượng' }).click()
    await page.getByRole('slider').fill('60')
    await page.getByRole('button', { name: 'Đặt âm lượng' }).click()
    await expect(page.getByText('Đã đặt cho 3 cụm loa.')).toBeVisible()
    await expect(page.getByRole('link', { name: /60%/ })).toHaveCount(3)
    await page.getByRole('button', { name: 'Hoàn tác' }).click()
    await expect(page.getByRole('link', { name: /100%/ })).toHaveCount(3)
    await page.getByRole('button', { name: 'Tiếng bíp' }).click()
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByText('2 cụm loa không trực tuyến nên sẽ bị bỏ qua.')).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Làm ngay' }).click()
    await expect(dialog.getByText('1 đang chờ')).toBeVisible()
    await expect(dialog.getByText('Bỏ qua 2 cụm loa')).toBeVisible()
    await expect(dialog.getByText('Chưa lắp đặt thiết bị')).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    await page.keyboard.press('Escape')
    administrator.assertClean()
  })

  test('a group: made, named anew, removed, and back again', async () => {
    const { page } = administrator
    await goTo(administrator, '#/cum-loa/nhom?them=1')
    await page.getByLabel('Tên nhóm').fill('Loa chợ')
    await page.getByLabel(/^Đông/).check()
    await page.getByLabel(/^Hạ/).check()
    await page.getByRole('dialog').getByRole('button', { name: 'Tạo nhóm' }).click()
    await expect(page.getByRole('link', { name: /Loa chợ.*2 cụm loa/ })).toBeVisible()
    await page.getByRole('button', { name: 'Sửa nhóm: Loa chợ' }).click()
    await page.getByRole('button', { name: 'Đã chọn 2' }).click()
    await expect(page.getByRole('dialog').getByRole('checkbox')).toHaveCount(2)
    expect(await findAxeViolations(page)).toEqual([])
    await page.getByLabel('Tên nhóm').fill('Loa bến xe')
    await page.getByRole('button', { name: 'Lưu' }).click()
    await page.getByRole('button', { name: 'Xóa nhóm: Loa bến xe' }).click()
    await expect(page.getByText('Chưa có nhóm nào')).toBeVisible()
    await page.getByText('Đã xóa nhóm Loa bến xe.').locator('..').getByRole('button', { name: 'Hoàn tác' }).click()
    await page.getByRole('link', { name: /Loa bến xe.*2 cụm loa/ }).click()
    // The list of that group alone.
    await expect(page.getByText('1–2 trong 2 cụm loa')).toBeVisible()
    administrator.assertClean()
  })

  test('a speaker that stands in the wrong village: what the move changes, the move, and back again', async () => {
    const { page } = administrator
    await goTo(administrator, '#/cum-loa?tim=Hạ')
    await page.getByRole('link', { name: /^Hạ.*Thôn Hạ/ }).click()
    await page.getByRole('button', { name: 'Chuyển địa bàn' }).click()
    const dialog = page.getByRole('dialog', { name: 'Chuyển Hạ' })
    await dialog.getByLabel('Chuyển đến').selectOption({ label: '\u2003Thôn Đông' })
    await dialog.getByLabel('Lý do, số văn bản').fill('Đặt nhầm thôn')
    await dialog.getByRole('button', { name: 'Xem điều gì thay đổi' }).click()
    await expect(dialog.getByText('1 cụm loa sẽ chuyển theo.')).toBeVisible()
    await expect(dialog.getByText('Mọi buổi đã lên lịch vẫn phát được như cũ.')).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    await dialog.getByRole('button', { name: 'Chuyển ngay' }).click()
    await expect(page.getByRole('link', { name: 'Thôn Đông', exact: true })).toBeVisible()
    await page.getByText('Đã chuyển.').locator('..').getByRole('button', { name: 'Hoàn tác' }).click()
    await expect(page.getByRole('link', { name: 'Thôn Hạ', exact: true })).toBeVisible()
    administrator.assertClean()
  })

  test('on the map: whoever has no place is put where the map is pressed, and found again in the list beside it', async () => {
    const { page } = administrator
    await goTo(administrator, '#/cum-loa/ban-do')
    await expect(page.getByRole('button', { name: 'Đã có vị trí (1)' })).toBeVisible()
    await page.getByRole('button', { name: 'Chưa có vị trí (2)' }).click()
    await page.getByRole('link', { name: /Đoài/ }).click()
    await expect(page.getByRole('heading', { name: 'Đoài' })).toBeVisible()
    await page.getByRole('img', { name: /Bản đồ cụm loa/ }).click({ position: { x: 300, y: 300 } })
    await expect(page.getByLabel('Vĩ độ, kinh độ')).toHaveValue(/^\d+(,\d+)?; \d+(,\d+)?$/)
    await page.getByRole('button', { name: 'Lưu' }).click()
    await page.getByRole('button', { name: 'Đã có vị trí (2)' }).click()
    await expect(page.getByRole('link', { name: /Đoài/ })).toHaveCount(2)
    await page.getByText('Đã lưu vị trí của Đoài.').locator('..').getByRole('button', { name: 'Hoàn tác' }).click()
    await expect(page.getByRole('button', { name: 'Chưa có vị trí (2)' })).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    administrator.assertClean()
  })
})
