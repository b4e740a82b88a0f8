import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { broadcast } from '#server/broadcasts/schemas.ts'
import { programme } from '#server/library/schemas.ts'
import { areaOrder } from '#server/planning/preview-schemas.ts'
import { addSpeaker, type Commune, makeCommune, makeProgramme } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeToneWav } from '../support/tones.ts'
import {
  findAxeViolations,
  findSmallTargets,
  launchBrowser,
  measureOverflow,
  type Visitor,
  visit,
} from './support/browser.ts'
import { goTo, signInAs } from './support/people.ts'

/** An editor's week: planned without a clash, moved by keyboard and by dragging, edited from a day on, read on a phone. */
describe('the schedule', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let editor: Visitor
  let programmeId: string
  /** Two that begin together within the next days, but not within 24 hours. */
  const equals: string[] = []
  const soon = new Date(Date.now() + 79 * 3_600_000).toISOString().slice(0, 10)
  const year = new Date().getFullYear() + 1
  /** The Monday of the first whole week of March: no holiday, nothing planned by itself. */
  const monday = new Date(Date.UTC(year, 2, 1))
  monday.setUTCDate(monday.getUTCDate() + ((8 - monday.getUTCDay()) % 7))
  const day = (index: number): string => new Date(monday.getTime() + index * 86_400_000).toISOString().slice(0, 10)
  const typed = (index: number): string => day(index).split('-').reverse().join('/')

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    await addSpeaker(commune, 'Đông')
    const wav = makeToneWav([{ frequencyHz: 440, durationMs: 2_000 }])
    programmeId = (await makeProgramme(commune, 'Bản tin sáng', [wav])).programmeId
    const plan = { programmeId, areaId: commune.id, firstDate: day(0), localTimes: ['05:00', '17:30'] }
    const { editor: writer } = commune
    await writer.post('/api/broadcasts', { ...plan, rule: 'FREQ=DAILY' }, broadcast)
    const { items } = await writer.get(`/api/programmes/${programmeId}`, programme)
    const bulletinIds = items.map((item) => item.bulletinId)
    for (const [title, twice] of [
      ['Điểm báo', []],
      ['Tin trưa', bulletinIds],
    ] as const) {
      const order = { areaId: commune.id, title, bulletinIds: [...bulletinIds, ...twice] }
      const { id } = await writer.post('/api/programmes', order, programme)
      const noon = { programmeId: id, areaId: commune.id, firstDate: soon, localTimes: ['12:00'] }
      equals.push((await writer.post('/api/broadcasts', noon, broadcast)).id)
    }
    editor = await visit(browser, server.url)
    await signInAs(editor, commune.administrator, 'bientap')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })
  const card = (time: string, index: number) =>
    editor.page
      .locator(`ul[aria-labelledby="day-${day(index)}"]`)
      .getByRole('link', { name: new RegExp(`^${time}.*Bản tin sáng`) })

  test('a clash is told while typing, and the next free time taken; what was typed is kept', async () => {
    const { page } = editor
    await goTo(editor, `#/lich-phat?ngay=${day(0)}&them=1`)
    const dialog = page.getByRole('dialog')
    await expect(dialog.getByRole('button', { name: /^Chọn Bản tin sáng Chương trình/ })).toBeVisible()
    await dialog.getByLabel('Phát gì?').fill('ban tin sang 1')
    await expect(dialog.getByRole('button', { name: /^Chọn Bản tin sáng Chương trình/ })).toHaveCount(0)
    await dialog.getByLabel('Phát gì?').press('Enter')
    await expect(dialog.getByRole('group', { name: 'Phát gì?' })).toContainText('Bản tin sáng 1')
    await expect(dialog.getByRole('button', { name: 'Chọn lại' })).toBeFocused()
    await dialog.getByRole('radio', { name: 'Thứ Hai – thứ Sáu' }).check()
    await dialog.getByLabel('Giờ bắt đầu').fill('9h, 17h30')
    await expect(dialog.getByText(/Trùng giờ với “Bản tin sáng” lúc 17:30/)).toBeVisible()
    await dialog.getByText('Cài đặt thêm').click()
    await dialog.getByRole('radio', { name: 'Tất cả trừ…' }).check()
    await expect(dialog.getByRole('button', { name: /^Thêm Đông/ })).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    await dialog.getByRole('radio', { name: 'Tất cả cụm loa ở đây' }).check()
    await dialog.getByRole('radio', { name: 'Bỏ, không phát' }).check()
    await expect(dialog.getByText('Buổi này sẽ không phát trên 1 cụm loa.')).toBeVisible()
    await page.reload()
    await expect(dialog.getByLabel('Giờ bắt đầu')).toHaveValue('9h, 17h30')
    await expect(dialog.locator('summary', { hasText: 'Cài đặt thêm' })).toContainText('Bỏ, không phát')
    await dialog.getByRole('radio', { name: 'Phát nối tiếp' }).check()
    await dialog.getByRole('button', { name: 'Dùng giờ này' }).click()
    await expect(dialog.getByLabel('Giờ bắt đầu')).toHaveValue('09:00, 17:31')
    await expect(dialog.getByText(/Không trùng giờ/)).toBeVisible()
    await expect(dialog.getByText(/Sẽ phát trên 1 cụm loa/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Lưu lịch phát' }).click()
    await expect(page.getByText(/Đã thêm lịch phát/)).toBeVisible()
    await expect(card('09:00', 4)).toBeVisible()
    await expect(card('09:00', 5)).toHaveCount(0)
    const [newest] = await commune.administrator.get('/api/broadcasts', z.array(broadcast))
    expect(newest).toMatchObject({ title: 'Bản tin sáng 1', onConflict: 'follow', lateStart: 'join' })
  })

  test('one is moved with M and a typed time, and back by undo; another by dragging', async () => {
    const { page } = editor
    await card('05:00', 1).focus()
    await page.keyboard.press('m')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Giờ mới').fill('6h15')
    await expect(dialog.getByText(/Không trùng giờ/)).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(card('06:15', 1)).toBeVisible()
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(card('05:00', 1)).toBeVisible()
    await expect(card('06:15', 1)).toHaveCount(0)

    const [from, to] = [await card('05:00', 2).boundingBox(), await card('09:00', 3).boundingBox()]
    if (!from || !to) throw new Error('not on the screen')
    await page.mouse.move(from.x + 20, from.y + 10)
    await page.mouse.down()
    await page.mouse.move(to.x + 20, from.y + 30, { steps: 4 })
    await page.mouse.move(to.x + 20, to.y - 8, { steps: 4 })
    await page.mouse.up()
    await expect(page.getByText(new RegExp(`Đã dời “Bản tin sáng” sang .* ${typed(3)}`))).toBeVisible()
    await expect(card('05:00', 2)).toHaveCount(0)

    // A finger that rests on it drags it too.
    const last = await card('05:00', 6).boundingBox()
    if (!last) throw new Error('not on the screen')
    const at = (y: number) => ({ pointerType: 'touch', button: 0, clientX: last.x + 20, clientY: last.y + y })
    await card('05:00', 6).dispatchEvent('pointerdown', at(10))
    await expect(page.locator('li.moving')).toHaveCount(1)
    await card('05:00', 6).dispatchEvent('pointermove', at(60))
    await card('05:00', 6).dispatchEvent('pointerup', at(60))
    await expect(page.getByText(new RegExp(`Đã dời “Bản tin sáng” sang .* ${typed(6)}`))).toBeVisible()
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(card('05:00', 6)).toBeVisible()
  })

  test('this one and all that follow are edited; those before stay', async () => {
    const { page } = editor
    await card('17:30', 4).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Sửa lịch' }).click()
    await dialog.getByRole('button', { name: 'Buổi này và các buổi sau' }).click()
    await expect(dialog.getByLabel('Ngày bắt đầu')).toHaveValue(typed(4))
    await dialog.getByLabel('Giờ bắt đầu').fill('18h')
    await dialog.getByRole('button', { name: 'Lưu lịch phát' }).click()
    await expect(page.getByText('Đã sửa lịch phát “Bản tin sáng”.')).toBeVisible()
    await expect(card('18:00', 4)).toBeVisible()
    await expect(card('17:30', 3)).toBeVisible()
    await expect(card('17:30', 5)).toHaveCount(0)
    expect(await findAxeViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(card('17:30', 5)).toBeVisible()
    await expect(card('18:00', 4)).toHaveCount(0)
    editor.assertClean()
  })

  test('on the phone a day is a list; one is cancelled and restored; the next 24 hours are told', async () => {
    const phone = await visit(browser, server.url, { size: 'phone' })
    await signInAs(phone, commune.administrator, 'lanhdao')
    await goTo(phone, `#/lich-phat?ngay=${day(0)}`)
    const { page } = phone
    await expect(page.getByRole('link', { name: /^05:00.*Bản tin sáng/ })).toBeVisible()
    await page.getByRole('link', { name: '24 giờ tới' }).click()
    await expect(page.getByText('24 giờ tới không có gì phát ở đây.')).toBeVisible()
    expect(await findAxeViolations(page)).toEqual([])
    expect(await measureOverflow(page, 'phone')).toBe(0)
    phone.assertClean()
    await phone.close()
    await goTo(editor, `#/lich-phat?them=1&chuongTrinh=${programmeId}`)
    await expect(editor.page.getByRole('group', { name: 'Phát gì?' })).toContainText('Bản tin sáng')

    await goTo(editor, `#/lich-phat?ngay=${day(0)}`)
    await card('05:00', 0).click()
    const dialog = editor.page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Hủy…' }).click()
    await dialog.getByRole('button', { name: 'Chỉ buổi này' }).click()
    await expect(card('05:00', 0)).toHaveAccessibleName(/Đã hủy/)
    await editor.page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(card('05:00', 0)).not.toHaveAccessibleName(/Đã hủy/)
    editor.assertClean()
  })

  test('the commune puts equals that meet in its order, by keys and by dragging, and takes it back', async () => {
    const { page } = editor
    const readOrder = async () =>
      (await commune.administrator.get(`/api/areas/${commune.id}/order`, areaOrder)).broadcastIds.map((id) =>
        equals.indexOf(id),
      )
    await goTo(editor, `#/lich-phat?ngay=${soon}`)
    const waiting = page.getByRole('link', { name: /^12:00 Điểm báo/ })
    await expect(waiting).toHaveAccessibleName(/Trùng giờ với “Tin trưa” lúc 12:00/)
    await page.getByRole('link', { name: 'Thứ tự' }).click()
    const rows = page.getByRole('listitem').filter({ has: page.getByTitle('Kéo để đổi chỗ') })
    const named = (title: string) => rows.filter({ has: page.getByText(title, { exact: true }) })
    await expect(named('Điểm báo')).toContainText('Trùng giờ với “Tin trưa”')
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    const second = await rows
      .nth(1)
      .getByText(/^(Điểm báo|Tin trưa)$/)
      .innerText()
    const up = page.getByRole('button', { name: `Đưa “${second}” lên` })
    await up.press('Enter')
    await expect(rows.nth(0).getByText(second, { exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: `Đưa “${second}” xuống` })).toBeFocused()
    await expect(page.getByText(/^Đã xếp lại thứ tự ở/)).toBeVisible()
    expect(await readOrder()).toEqual([second === 'Tin trưa' ? 1 : 0])
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(page.getByText('Đã trả thứ tự về như trước.')).toBeVisible()
    await expect(rows.nth(1).getByText(second, { exact: true })).toBeVisible()
    expect(await readOrder()).toEqual([])

    const grips = page.getByTitle('Kéo để đổi chỗ')
    const [from, to] = [await grips.nth(1).boundingBox(), await grips.nth(0).boundingBox()]
    if (!from || !to) throw new Error('no grips')
    await page.mouse.move(from.x + 18, from.y + 22)
    await page.mouse.down()
    await page.mouse.move(to.x + 18, to.y - 30, { steps: 6 })
    await page.mouse.up()
    await expect(rows.nth(0).getByText(second, { exact: true })).toBeVisible()
    await expect.poll(readOrder).toEqual([second === 'Tin trưa' ? 1 : 0])
    editor.assertClean()
  })
})
