import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect, type Page } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { account, session } from '#server/auth/schemas.ts'
import { broadcast } from '#server/broadcasts/schemas.ts'
import { bulletin, clip } from '#server/library/schemas.ts'
import { addSpeaker, type Commune, makeCommune, makeProgramme } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeToneWav } from '../support/tones.ts'
import { launchBrowser, type Visitor, visit } from './support/browser.ts'
import { goTo, signInAs, signInAsAdministrator } from './support/people.ts'

/** What somebody typed, chose or sent half of is there again, whatever happens to the page, the session or the server. */
describe('never lost', () => {
  const [oldPassword, newPassword] = ['một mật khẩu rất dài', 'gió đưa cành trúc la đà']
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let deviceId: string
  let waitingId: string
  let administrator: Visitor
  let dir: string

  beforeAll(async () => {
    ;[server, browser, dir] = await Promise.all([
      startServer(),
      launchBrowser(),
      mkdtemp(path.join(os.tmpdir(), 'loaxa-never-lost-')),
    ])
    commune = await makeCommune(server)
    ;({ deviceId } = await addSpeaker(commune, 'Đông'))
    const wav = makeToneWav([{ frequencyHz: 440, durationMs: 2_000 }])
    await makeProgramme(commune, 'Thời tiết', [wav])
    const [clipId] = (await commune.editor.get('/api/clips', z.array(clip))).map(({ id }) => id)
    const content = { areaId: commune.id, title: 'Lịch cắt điện', topic: 'society', language: 'vi', clipId }
    const { id, current } = await commune.editor.post('/api/bulletins', content, bulletin)
    await commune.editor.post(`/api/bulletins/${id}/submit`, { revisionId: current.id }, bulletin)
    waitingId = id
    administrator = await visit(browser, server.url)
    await signInAsAdministrator(administrator)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  interface HalfFilled {
    readonly hash: string
    /** Where the form does not show by its address alone. */
    open?(page: Page): Promise<void>
    /** By their labels, and what is typed. */
    readonly fields: Readonly<Record<string, string>>
  }
  const press =
    (name: string) =>
    (page: Page): Promise<void> =>
      page.getByRole('button', { name, exact: true }).first().click()

  /** Types into each form, reads the page anew, and finds it as it was. */
  async function expectKept({ page }: Visitor, forms: readonly HalfFilled[], isOpenAgain = false): Promise<void> {
    for (const { hash, open, fields } of forms) {
      // Without what the one before left open.
      await page.goto('about:blank')
      await page.goto(`/${hash}`)
      await open?.(page)
      for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text)
      await page.reload()
      if (!isOpenAgain) await open?.(page)
      for (const [label, text] of Object.entries(fields))
        await expect(page.getByLabel(label, { exact: true }), hash).toHaveValue(text)
    }
  }
  /** Ends every session of the administrator but the one of the test's own client. */
  const changePassword = (from: string, to: string) =>
    commune.administrator.put('/api/account/password', { currentPassword: from, password: to }, session)

  async function signInAgain({ page }: Visitor, password: string, userName?: string): Promise<void> {
    const dialog = page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' })
    await expect(dialog.getByText('Những gì bạn đang soạn vẫn còn nguyên.')).toBeVisible()
    if (userName !== undefined) await dialog.getByLabel('Tên đăng nhập').fill(userName)
    await dialog.getByLabel('Mật khẩu', { exact: true }).fill(password)
    await dialog.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
    await expect(dialog).toBeHidden()
  }

  test('a half-filled form of each room is there again after a reload', async () => {
    await expectKept(administrator, [
      { hash: '#/lich-phat?them=1', fields: { 'Giờ bắt đầu': '17h30', 'Ngày bắt đầu': '25/12/2027' } },
      {
        hash: '#/thu-vien/moi',
        open: (page) => page.getByRole('radio', { name: 'Viết để máy đọc' }).check(),
        fields: { 'Nội dung cần đọc': 'Mai cắt điện từ 7 giờ.', 'Tên bản tin': 'Cắt điện thôn Đoài' },
      },
      { hash: '#/thu-vien/chuong-trinh/moi', fields: { 'Tên chương trình': 'Bản tin sáng' } },
      { hash: '#/cum-loa?them=1', fields: { 'Tên cụm loa': 'Cột loa chợ' } },
      { hash: '#/cum-loa/nhom?them=1', fields: { 'Tên nhóm': 'Loa chợ' } },
      { hash: `#/cum-loa/ban-do?loa=${deviceId}`, fields: { 'Vĩ độ, kinh độ': '22,4856' } },
      { hash: '#/dia-ban/chuyen?them=1', fields: { 'Lý do, số văn bản': 'Nghị quyết 12' } },
      { hash: `#/dia-ban/${commune.id}`, fields: { 'Số phút mỗi ngày': '90' } },
      { hash: `#/dia-ban/${commune.id}`, open: press('Đổi tên'), fields: { 'Tên địa bàn': 'Xã Hòa Bình mới' } },
      { hash: `#/dia-ban/${commune.id}`, open: press('Tạm ngừng phát'), fields: { 'Lý do': 'Mưa bão' } },
      { hash: `#/dia-ban/${commune.id}`, open: press('Thêm ngày nghỉ'), fields: { 'Tên ngày nghỉ': 'Hội làng' } },
      { hash: '#/nguoi-dung?them=1', fields: { 'Họ và tên': 'Trần Thị Mai', 'Tên đăng nhập': 'maitran' } },
    ])
    administrator.assertClean()
  })

  test('on the leader’s phone too: what is to be mended in a bulletin, and whom they lend their right to', async () => {
    const leader = await visit(browser, server.url, { size: 'phone' })
    await signInAs(leader, commune.administrator, 'lanhdao')
    const comment = {
      hash: `#/thu-vien/${waitingId}`,
      open: press('Trả lại'),
      fields: { 'Cần sửa gì?': 'Thiếu giờ cắt' },
    }
    await expectKept(leader, [comment], true)
    await leader.page.getByRole('dialog').getByRole('button', { name: 'Đóng' }).last().click()
    await expectKept(leader, [
      { hash: '#/cho-duyet', open: press('Ủy quyền'), fields: { 'Lý do': 'Đi họp tỉnh' } },
      { hash: '#/cho-duyet', open: press('Duyệt sẵn'), fields: { 'Lý do': 'Bản tin hằng ngày' } },
    ])
    await leader.close()
  })

  test('the server dies under a half-filled form: told in words, and once it is back the same form is saved', async () => {
    const { page } = administrator
    await goTo(administrator, '#/lich-phat?them=1')
    const dialog = page.getByRole('dialog', { name: 'Thêm lịch phát' })
    await dialog.getByRole('button', { name: /Thời tiết 1/ }).click()
    await expect(dialog.getByRole('group', { name: 'Phát gì?' })).toContainText('Dài 2 giây')
    await expect(dialog.getByLabel('Giờ bắt đầu')).toHaveValue('17h30')
    administrator.expectTrouble(/^failed |answered 503|ERR_/)
    await server.kill()
    await dialog.getByRole('button', { name: 'Lưu lịch phát' }).click()
    await expect(dialog.getByText('Không kết nối được với máy chủ').first()).toBeVisible()
    await server.restart()
    await dialog.getByRole('button', { name: 'Lưu lịch phát' }).click()
    await expect(page.getByText('Đã thêm lịch phát “Thời tiết 1”.')).toBeVisible({ timeout: 30_000 })
    const [made] = await commune.administrator.get('/api/broadcasts', z.array(broadcast))
    expect(made).toMatchObject({ firstDate: '2027-12-25', localTimes: ['17:30:00'] })
    // Saved: the next one begins empty.
    await goTo(administrator, '#/lich-phat')
    await goTo(administrator, '#/lich-phat?them=1')
    await expect(dialog.getByLabel('Giờ bắt đầu')).toHaveValue('')
  })

  test('a session that ends in the middle of a form: one signs in over it, goes on, and it is saved', async () => {
    const { page } = administrator
    await goTo(administrator, '#/nguoi-dung?them=1')
    const dialog = page.getByRole('dialog', { name: 'Mời người dùng' })
    await dialog.getByLabel('Họ và tên').fill('Trần Thị Mai Hoa')
    administrator.expectTrouble(/answered 401/)
    await changePassword(oldPassword, newPassword)
    await signInAgain(administrator, newPassword)
    await expect(dialog.getByLabel('Họ và tên')).toHaveValue('Trần Thị Mai Hoa')
    await dialog.getByRole('button', { name: 'Tạo tài khoản' }).click()
    await expect(dialog).toBeHidden()
    const people = await commune.administrator.get('/api/accounts', z.array(account))
    expect(people.find(({ userName }) => userName === 'maitran')?.displayName).toBe('Trần Thị Mai Hoa')
  })

  test('a session that ends in the middle of an upload: after signing in it goes on where it was', async () => {
    const { page } = administrator
    const wav = makeToneWav([{ frequencyHz: 440, durationMs: 40_000 }])
    const file = path.join(dir, 'Họp thôn.wav')
    await writeFile(file, wav)
    const network = await page.context().newCDPSession(page)
    const slow = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: 500_000 }
    await network.send('Network.emulateNetworkConditions', slow)
    await goTo(administrator, '#/thu-vien/moi')
    await page.getByRole('radio', { name: 'Tải tệp lên' }).check()
    await page.locator('input[type=file]').setInputFiles(file)
    const sent = async () => Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'))
    await expect.poll(sent).toBeGreaterThan(10)
    await changePassword(newPassword, oldPassword)
    await expect(page.getByText('Bạn đăng nhập lại là tệp được gửi tiếp.')).toBeVisible({ timeout: 20_000 })
    const before = await sent()
    expect(before).toBeLessThan(100)
    await signInAgain(administrator, oldPassword)
    await expect(page.getByText(/^Gửi tiếp từ \d+% đã có trên máy chủ/)).toBeVisible()
    await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 })
    await expect(page.getByText('Dài 0:40')).toBeVisible({ timeout: 60_000 })
    // The rest of the form was there all the time.
    await expect(page.getByLabel('Tên bản tin')).toHaveValue('Cắt điện thôn Đoài')
    administrator.assertClean()
  })

  test('another person in the same tab sees nothing of it, and whoever began it finds it again', async () => {
    const { page } = administrator
    await commune.editor.put('/api/account/password', { password: newPassword }, session)
    await changePassword(oldPassword, newPassword)
    await signInAgain(administrator, newPassword, 'bientap')
    await expect(page.getByText('bientap').first()).toBeVisible()
    await expect(page.getByLabel('Tên bản tin')).toHaveValue('')
    await page.getByRole('button', { name: 'Đăng xuất' }).click()
    await page.getByLabel('Tên đăng nhập').fill('quantri')
    await page.getByLabel('Mật khẩu', { exact: true }).fill(newPassword)
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
    await goTo(administrator, '#/thu-vien/moi')
    await expect(page.getByLabel('Tên bản tin')).toHaveValue('Cắt điện thôn Đoài')
    await expect(page.getByText('Dài 0:40')).toBeVisible()
    administrator.assertClean()
  })

  test('a microphone that is refused: what to do is told in words, and allowing it later is enough', async () => {
    const deaf = await launchBrowser({ microphone: 'refused' })
    try {
      const editor = await visit(deaf, server.url)
      await signInAs(editor, commune.administrator, 'bientap')
      await goTo(editor, '#/thu-vien/moi')
      const { page } = editor
      await page.getByRole('radio', { name: 'Ghi âm' }).check()
      await page.getByRole('button', { name: 'Bắt đầu ghi' }).click()
      await expect(page.getByRole('alert')).toContainText('cho phép micro, rồi bấm “Bắt đầu ghi” lại')
      await expect(page.getByRole('button', { name: 'Bắt đầu ghi' })).toBeEnabled()
    } finally {
      await deaf.close()
    }
  })
})
