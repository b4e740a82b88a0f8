import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { bulletin } from '#server/library/schemas.ts'
import { addSpeaker, type Commune, makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { startSpeaker, type TestSpeaker } from '../support/speaker.ts'
import { makeToneWav } from '../support/tones.ts'
import { launchBrowser, type Visitor, visit } from './support/browser.ts'
import { goTo, signInAs } from './support/people.ts'

/** An editor on an office PC and a leader on a phone, from a sound file to a broadcast that plays and is counted. */
describe('from a sound file to a broadcast', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let speaker: TestSpeaker
  let editor: Visitor
  let leader: Visitor
  const sound = (durationMs: number) => ({
    name: 'ban_tin_sang.wav',
    mimeType: 'audio/wav',
    buffer: Buffer.from(makeToneWav([{ frequencyHz: 440, durationMs }])),
  })

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    const { code } = await addSpeaker(commune, 'Đông')
    await addSpeaker(commune, 'Đoài')
    speaker = await startSpeaker({ name: 'console', serverUrl: server.url, code, env: { LOAXA_SINK: 'null' } })
    editor = await visit(browser, server.url)
    leader = await visit(browser, server.url, { size: 'phone' })
    await signInAs(editor, commune.administrator, 'bientap')
    await signInAs(leader, commune.administrator, 'lanhdao')
  })
  afterAll(async () => {
    await browser?.close()
    await speaker?.stop()
    await server?.stop()
  })

  test('the editor uploads a file, sees it become a clip, hears it, and submits the bulletin', async () => {
    const { page } = editor
    await goTo(editor, '#/thu-vien')
    await page.getByRole('link', { name: 'Thêm bản tin' }).first().click()
    await page.locator('input[type=file]').setInputFiles(sound(60_000))
    const play = page.getByRole('button', { name: /^Nghe:/ })
    await play.click({ timeout: 60_000 })
    await expect(page.getByRole('button', { name: /^Tạm dừng:/ })).toBeVisible()
    await expect(page.getByLabel('Vị trí nghe')).not.toHaveAttribute('aria-valuetext', '0:00')
    await page.getByRole('button', { name: /^Tạm dừng:/ }).click()
    // The file's name is a first guess at the title.
    await expect(page.getByLabel('Tên bản tin')).toHaveValue('ban tin sang')
    await page.getByLabel('Tên bản tin').fill('Bản tin sáng')
    await page.getByLabel('Lĩnh vực').selectOption({ index: 2 })
    await page.getByRole('button', { name: 'Lưu và trình duyệt' }).click()
    await expect(page.getByRole('heading', { name: 'Bản tin sáng' })).toBeVisible()
    await expect(page.getByText('Chờ duyệt', { exact: true }).first()).toBeVisible()
    // The author does not approve.
    await expect(page.getByText(/^Bạn đã tham gia soạn bản tin này/)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Duyệt', exact: true })).toBeHidden()
  })

  test('a text is read aloud; what was typed survives a reload; a changed text must be read again', async () => {
    const { page } = editor
    await goTo(editor, '#/thu-vien/moi')
    await page.getByRole('radio', { name: 'Viết để máy đọc' }).check()
    await page.getByLabel('Nội dung cần đọc').fill('Kính mời bà con họp lúc 7h30 ngày 27/11/2026.')
    await page.getByLabel('Tên bản tin').fill('Mời họp thôn')
    await page.reload()
    await expect(page.getByLabel('Nội dung cần đọc')).toHaveValue('Kính mời bà con họp lúc 7h30 ngày 27/11/2026.')
    await page.getByRole('button', { name: 'Đọc thành tiếng' }).click()
    await expect(page.getByRole('button', { name: /^Nghe:/ })).toBeVisible({ timeout: 60_000 })
    await page.getByLabel('Nội dung cần đọc').fill('Kính mời bà con họp lúc 8h ngày 27/11/2026.')
    await expect(page.getByRole('button', { name: 'Lưu và trình duyệt' })).toBeDisabled()
    await page.getByRole('button', { name: 'Đọc lại nội dung mới' }).click()
    await expect(page.getByRole('button', { name: /^Nghe:/ })).toBeVisible({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Lưu và trình duyệt' }).click()
    await expect(page.getByRole('heading', { name: 'Mời họp thôn' })).toBeVisible()
    await expect(page.getByText('họp lúc 8h')).toBeVisible()
  })

  test('what is not a sound is refused in words', async () => {
    const { page } = editor
    await goTo(editor, '#/thu-vien/moi')
    const text = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')
    await page.locator('input[type=file]').setInputFiles({ name: 'bai.mp3', mimeType: 'audio/mpeg', buffer: text })
    await expect(page.getByRole('alert').filter({ hasText: /âm thanh/ })).toBeVisible({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Dùng âm thanh khác' }).click()
    await expect(page.getByText('Chọn tệp')).toBeVisible()
  })

  test('what is exchanged while the leader looks at it is not approved before the leader has taken note of it', async () => {
    const { page } = leader
    const { administrator } = commune
    const pending = await administrator.get('/api/bulletins?state=pending', z.array(bulletin))
    const found = pending.find((one) => one.current.title === 'Mời họp thôn')
    if (found === undefined) throw new Error('not pending')
    await goTo(leader, '#/cho-duyet')
    await page.getByRole('link', { name: /^Mời họp thôn/ }).click()
    const card = page.getByRole('article')
    const approve = card.getByRole('button', { name: 'Duyệt', exact: true })
    await expect(approve).toBeVisible()
    // It is read anew only when both steps are done, as on a slow link.
    const reads = `**/api/bulletins/${found.id}`
    let exchanged: Promise<unknown> = Promise.resolve()
    await page.route(reads, async (route) => {
      await exchanged
      await route.continue()
    })
    const { topic, language, clipId } = found.current
    const url = `/api/bulletins/${found.id}`
    exchanged = administrator
      .put(url, { title: 'Mời họp thôn (sửa)', topic, language, clipId }, bulletin)
      .then(({ current }) => administrator.post(`${url}/submit`, { revisionId: current.id }, bulletin))
    await exchanged
    await expect(card.getByRole('alert')).toContainText('vừa được sửa')
    await expect(card).toContainText('Mời họp thôn (sửa)')
    await expect(approve).toBeHidden()
    await card.getByRole('button', { name: 'Xem bản mới' }).click()
    await expect(approve).toBeVisible()
    await page.unroute(reads)
  })

  test('the leader approves one on the phone and returns the other; the editor’s screen follows by itself', async () => {
    const { page } = leader
    await goTo(leader, '#/cho-duyet')
    await goTo(editor, '#/thu-vien')
    await page.getByRole('link', { name: /^Bản tin sáng/ }).click()
    const shown = page.getByRole('article')
    await shown.getByRole('button', { name: /^Nghe:/ }).click()
    await expect(shown.getByRole('button', { name: /^Tạm dừng:/ })).toBeVisible()
    await shown.getByRole('button', { name: 'Duyệt' }).click()
    await expect(editor.page.getByRole('link', { name: /Bản tin sáng.*Đã duyệt/ })).toBeVisible()
    await expect(shown.getByRole('heading', { name: /^Mời họp thôn/ })).toBeVisible()
    await shown.getByRole('button', { name: 'Trả lại' }).click()
    await page.getByLabel('Cần sửa gì?').fill('Ghi rõ địa điểm họp.')
    await page.getByRole('button', { name: 'Trả lại cho người soạn' }).click()
    await expect(page.getByText('Không có bản tin nào chờ duyệt')).toBeVisible()
    await editor.page.getByRole('link', { name: /Mời họp thôn.*Trả lại/ }).click()
    await expect(editor.page.getByText(/Ghi rõ địa điểm họp\./)).toBeVisible()
  })

  test('a daily broadcast is planned with a typed time; a clash is named and moved; cancelling is undone', async () => {
    const { page } = editor
    await goTo(editor, '#/lich-phat')
    await page.getByRole('link', { name: 'Thêm lịch phát' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog
      .getByRole('button', { name: /^Chọn Bản tin sáng / })
      .first()
      .click()
    await dialog.getByRole('radio', { name: 'Hằng ngày' }).check()
    await dialog.getByLabel('Ngày bắt đầu').fill('1/1')
    await dialog.getByLabel('Giờ bắt đầu').fill('25h')
    await expect(dialog.getByText('Chưa hiểu giờ này. Ví dụ: 17h30')).toBeVisible()
    await dialog.getByLabel('Giờ bắt đầu').fill('1730')
    await expect(dialog.getByText('Sẽ phát trên 2 cụm loa.')).toBeVisible()
    await expect(dialog.getByText(/1 cụm loa đang mất kết nối/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Lưu lịch phát' }).click()
    await expect(page.getByText('Đã thêm lịch phát “Bản tin sáng”.')).toBeVisible()

    const newYear = new Date().getFullYear() + 1
    await goTo(editor, `#/lich-phat?ngay=${newYear}-01-01`)
    await expect(page.getByRole('link', { name: /17:30.*Bản tin sáng/ }).first()).toBeVisible()
    await page.getByRole('link', { name: 'Thêm lịch phát' }).first().click()
    await expect(dialog.getByLabel('Ngày bắt đầu')).toHaveValue(`01/01/${newYear}`)
    await dialog
      .getByRole('button', { name: /^Chọn Bản tin sáng / })
      .first()
      .click()
    await dialog.getByLabel('Giờ bắt đầu').fill('17h30')
    await dialog.getByRole('radio', { name: /Thôn Đông/ }).check()
    await expect(dialog.getByText(/Trùng giờ với “Bản tin sáng” lúc 17:30/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Dùng giờ này' }).click()
    await expect(dialog.getByLabel('Giờ bắt đầu')).toHaveValue('17:31')
    await expect(dialog.getByText(/Không trùng giờ/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Lưu lịch phát' }).click()
    const moved = page.getByRole('link', { name: /17:31.*Bản tin sáng/ })
    await expect(moved).toBeVisible()

    await moved.click()
    await page.getByRole('button', { name: 'Hủy lịch phát này' }).click()
    await expect(page.getByText('Đã hủy lịch phát “Bản tin sáng”.')).toBeVisible()
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(page.getByText('Đã khôi phục lịch phát “Bản tin sáng”.')).toBeVisible()
    await expect(moved).not.toHaveAccessibleName(/Đã hủy/)
  })

  test('played at once: today shows it on every open screen, and stopping takes two steps', async () => {
    const { page } = editor
    await goTo(leader, '#/hom-nay')
    await goTo(editor, '#/lich-phat?them=1')
    const dialog = page.getByRole('dialog')
    await dialog
      .getByRole('button', { name: /^Chọn Bản tin sáng / })
      .first()
      .click()
    await dialog.getByRole('radio', { name: 'Phát ngay' }).check()
    await dialog.getByRole('radio', { name: /Thôn Đông/ }).check()
    await dialog.getByRole('button', { name: 'Phát ngay trên 1 cụm loa' }).click()
    await dialog.getByRole('button', { name: 'Bấm lần nữa để phát' }).click()
    await expect(dialog).toBeHidden()
    await expect(leader.page.getByText(/Tiếp theo · sau/)).toBeVisible()
    await expect(leader.page.getByText('1/1 cụm loa đang phát')).toBeVisible({ timeout: 60_000 })
    await expect(leader.page.getByRole('progressbar', { name: /Bản tin sáng/ })).toBeVisible()
    await leader.page.getByRole('button', { name: 'Dừng phát' }).click()
    await leader.page.getByRole('button', { name: 'Dừng ngay' }).click()
    await expect(leader.page.getByText('Hiện không phát gì')).toBeVisible({ timeout: 30_000 })
    await goTo(editor, '#/hom-nay')
    await expect(page.getByText('1 cụm loa phát dở dang')).toBeVisible({ timeout: 30_000 })
    await goTo(editor, '#/lich-phat')
    await page.getByRole('link', { name: /Bản tin sáng.*Phát 0\/1 cụm loa/ }).click()
    await expect(dialog.getByRole('heading', { name: 'Kết quả từng cụm loa' })).toBeVisible()
    await expect(dialog.getByRole('listitem').filter({ hasText: 'Đông' })).toContainText('Phát dở')
    await goTo(editor, '#/thoi-luong?ky=today&theo=device')
    await expect(page.getByRole('row', { name: /^Đông/ })).toBeVisible()
    editor.assertClean()
    leader.assertClean()
  })
})
