import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { bulletin, clip, programme } from '#server/library/schemas.ts'
import { waitFor } from '../../tools/api-client.ts'
import { type Commune, makeCommune } from '../support/commune.ts'
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

/** An editor brings in sounds, cuts them, adds a language, and puts bulletins into a programme. */
describe('the library', () => {
  const lengthMs = 60_000
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let editor: Visitor
  let dir: string
  let wav: Uint8Array<ArrayBuffer>

  beforeAll(async () => {
    ;[server, browser, dir] = await Promise.all([
      startServer(),
      launchBrowser(),
      mkdtemp(path.join(os.tmpdir(), 'loaxa-library-')),
    ])
    commune = await makeCommune(server)
    wav = makeToneWav([
      { frequencyHz: 440, durationMs: lengthMs / 2 },
      { frequencyHz: 660, durationMs: lengthMs / 2 },
    ])
    await writeFile(path.join(dir, 'Lịch cắt điện thôn Đoài.wav'), wav)
    editor = await visit(browser, server.url)
    await signInAs(editor, commune.administrator, 'bientap')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await rm(dir, { recursive: true, force: true })
  })

  const clips = async () => commune.administrator.get('/api/clips', z.array(clip))
  const waitUntilReady = (id: string) =>
    waitFor(commune.administrator, 'the clip', 60_000, async () => {
      const found = await commune.administrator.get(`/api/clips/${id}`, clip)
      return found.state === 'ready' ? found : undefined
    })
  async function expectUsable(): Promise<void> {
    expect(await findAxeViolations(editor.page)).toEqual([])
    expect(await findSmallTargets(editor.page)).toEqual([])
    expect(await measureOverflow(editor.page, 'desktop')).toBe(0)
  }

  test('a file goes on where it was after the server was killed and the page reloaded, and becomes the same clip', async () => {
    const { page } = editor
    const network = await page.context().newCDPSession(page)
    const slow = { offline: false, latency: 20, downloadThroughput: -1, uploadThroughput: 700_000 }
    await network.send('Network.emulateNetworkConditions', slow)
    await goTo(editor, '#/thu-vien/moi')
    const file = path.join(dir, 'Lịch cắt điện thôn Đoài.wav')
    await page.locator('input[type=file]').setInputFiles(file)
    const sent = async () => Number(await page.getByRole('progressbar').getAttribute('aria-valuenow'))
    await expect.poll(sent).toBeGreaterThan(20)

    editor.expectTrouble(/failed|answered 5|net::ERR/)
    await server.kill()
    await expect(page.getByText(/^Mất kết nối\. Đã gửi \d+%/)).toBeVisible()
    await expectUsable()
    const before = await sent()
    await server.restart()
    await expect.poll(sent, { timeout: 30_000 }).toBeGreaterThan(Math.max(before, 35))

    await page.reload()
    await expect(page.getByText(/^“Lịch cắt điện thôn Đoài\.wav” mới gửi được \d+%/)).toBeVisible()
    await expectUsable()
    await page.locator('input[type=file]').setInputFiles(file)
    await expect(page.getByText(/^Gửi tiếp từ \d+% đã có trên máy chủ/)).toBeVisible()
    await network.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 })
    await expect(page.getByText('Dài 1:00')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByLabel('Tên bản tin')).toHaveValue('Lịch cắt điện thôn Đoài')
    await expectUsable()

    const [made] = await clips()
    const whole = await commune.administrator.upload(`/api/clips?areaId=${commune.id}&name=x`, wav, clip)
    const [inPieces, atOnce] = [made, await waitUntilReady(whole.id)]
    expect(inPieces).toMatchObject({ source: 'upload', sha256: atOnce.sha256, durationMs: atOnce.durationMs })
    expect(Math.abs((inPieces?.durationMs ?? 0) - lengthMs)).toBeLessThan(50)
  })

  test('start and end are cut by keys and by typing, and the cut can be taken back', async () => {
    const { page } = editor
    await page.getByRole('button', { name: 'Cắt đầu, cuối' }).first().click()
    const dialog = page.getByRole('dialog', { name: 'Cắt đầu và cuối' })
    const start = dialog.getByRole('slider', { name: 'Bắt đầu từ' })
    await start.press('PageUp')
    await start.press('ArrowRight')
    await expect(dialog.getByLabel('Bắt đầu từ').last()).toHaveValue('0:10,1')
    const end = dialog.getByLabel('Kết thúc ở').last()
    await end.fill('0:40,1')
    await end.blur()
    await expect(dialog.getByRole('slider', { name: 'Kết thúc ở' })).toHaveAttribute('aria-valuetext', '0:40,1')
    await expectUsable()
    await dialog.getByRole('button', { name: 'Nghe 3 giây cuối' }).click()
    await expect(dialog.getByRole('button', { name: 'Tạm dừng' })).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Nghe đoạn giữ lại' })).toBeVisible({ timeout: 15_000 })
    await dialog.getByRole('button', { name: 'Dùng đoạn này' }).click()
    await expect(page.getByText('Dài 0:30')).toBeVisible({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Dùng lại bản chưa cắt' }).click()
    await expect(page.getByText('Dài 1:00')).toBeVisible()
  })

  test('what is spoken into the microphone becomes the sound of another language', async () => {
    const { page } = editor
    await page.getByLabel('Chiến dịch (không bắt buộc)').fill('An toàn điện')
    await page.getByLabel('Thêm một thứ tiếng').selectOption({ label: 'Tiếng H’Mông' })
    await page.getByRole('button', { name: 'Thêm âm thanh' }).click()
    const dialog = page.getByRole('dialog', { name: 'Âm thanh Tiếng H’Mông' })
    await dialog.getByRole('radio', { name: 'Ghi âm' }).check()
    await dialog.getByRole('button', { name: 'Bắt đầu ghi' }).click()
    await expect(dialog.getByText('0:02', { exact: true })).toBeVisible({ timeout: 15_000 })
    await dialog.getByRole('button', { name: 'Tạm dừng' }).click()
    await expect(dialog.getByText('Tạm dừng', { exact: true })).toBeVisible()
    await dialog.getByRole('button', { name: 'Ghi tiếp' }).click()
    await expect(dialog.getByText('0:03', { exact: true })).toBeVisible({ timeout: 15_000 })
    await dialog.getByRole('button', { name: 'Dừng ghi' }).click()
    await expect(dialog.getByText(/^Đã ghi 0:0\d$/)).toBeVisible()
    await expectUsable()
    await dialog.getByRole('button', { name: 'Dùng bản ghi này' }).click()
    await expect(dialog).toBeHidden()
    const [recorded] = (await clips()).filter((one) => one.source === 'recording')
    const ready = await waitUntilReady(recorded?.id ?? '')
    expect(ready.durationMs ?? 0).toBeGreaterThan(2_500)
    await expect(page.getByRole('heading', { name: 'Tiếng H’Mông' })).toBeVisible()
    await page.getByRole('button', { name: 'Bỏ âm thanh Tiếng H’Mông' }).click()
    await expect(page.getByRole('heading', { name: 'Tiếng H’Mông' })).toBeHidden()
    await page.getByRole('button', { name: 'Hoàn tác' }).click()
    await expect(page.getByRole('heading', { name: 'Tiếng H’Mông' })).toBeVisible()
    await page.getByLabel('Thêm một thứ tiếng').selectOption({ label: 'Tiếng Tày' })
    await page.getByRole('button', { name: 'Thêm âm thanh' }).click()
    const other = page.getByRole('dialog', { name: 'Âm thanh Tiếng Tày' })
    await other.getByRole('radio', { name: 'Âm thanh đã có' }).check()
    await other.getByLabel('Tìm âm thanh theo tên').fill('cat dien')
    await expectUsable()
    await other
      .getByRole('button', { name: /^Dùng “Lịch cắt điện/ })
      .last()
      .click()
    await page.getByRole('button', { name: 'Lưu nháp' }).click()
    await expect(page.getByRole('heading', { name: 'Các thứ tiếng', exact: true })).toBeVisible()
    const [saved] = await commune.administrator.get('/api/bulletins?search=doai', z.array(bulletin))
    expect(saved?.current).toMatchObject({
      campaign: 'An toàn điện',
      variants: [{ language: 'hmn', clipId: recorded?.id }, { language: 'tyz' }],
    })
  })

  test('bulletins are found without diacritics and by campaign, and put into a programme in their order', async () => {
    const { page } = editor
    const [whole] = await clips()
    for (const title of ['Thời tiết', 'Giá nông sản']) {
      const content = { areaId: commune.id, title, topic: 'society', language: 'vi', clipId: whole?.id }
      await commune.administrator.post('/api/bulletins', content, bulletin)
    }
    await goTo(editor, '#/thu-vien')
    await page.getByLabel('Tìm theo tên, chiến dịch, người soạn').fill('cat dien')
    await expect(page.getByRole('link', { name: /^Lịch cắt điện thôn Đoài/ })).toBeVisible()
    await expect(page.getByRole('link', { name: /^Thời tiết/ })).toBeHidden()
    await page.getByRole('button', { name: 'Bỏ lọc' }).click()
    await page.getByLabel('Chiến dịch', { exact: true }).selectOption('An toàn điện')
    await expect(page.getByRole('link', { name: /^Giá nông sản/ })).toBeHidden()
    await expectUsable()

    await page.getByRole('link', { name: 'Chương trình', exact: true }).click()
    await page.getByRole('link', { name: 'Thêm chương trình' }).first().click()
    await page.getByLabel('Tên chương trình').fill('Bản tin sáng')
    for (const title of ['Thời tiết', 'Giá nông sản', 'Lịch cắt điện thôn Đoài']) {
      await page.getByRole('button', { name: `Thêm “${title}”` }).click()
    }
    const down = page.getByRole('button', { name: 'Đưa “Thời tiết” xuống' })
    await down.press('Enter')
    await expect(down).toBeFocused()
    await down.press('Enter')
    await expect(page.getByRole('button', { name: 'Đưa “Thời tiết” lên' })).toBeFocused()
    await page.getByRole('button', { name: 'Bỏ “Giá nông sản” khỏi chương trình' }).click()
    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    // By the pointer: the last one to the front.
    const grips = page.getByTitle('Kéo để đổi chỗ')
    const [from, to] = [await grips.nth(2).boundingBox(), await grips.nth(0).boundingBox()]
    if (from === null || to === null) throw new Error('no grips')
    await page.mouse.move(from.x + 18, from.y + 22)
    await page.mouse.down()
    await page.mouse.move(to.x + 18, to.y - 20, { steps: 8 })
    await page.mouse.up()
    await expect(page.getByRole('listitem').filter({ has: grips }).first()).toContainText('Thời tiết')
    await expectUsable()
    await page.reload()
    await page.getByRole('button', { name: 'Lưu chương trình' }).click()
    await expect(page.getByRole('link', { name: 'Thêm lịch phát' })).toBeVisible()
    await goTo(editor, '#/thu-vien/chuong-trinh')
    await page.getByLabel('Tìm chương trình').fill('tin sang')
    await expect(page).toHaveURL(/tim=tin%20sang/)
    await expect(page.getByRole('link', { name: /^Bản tin sáng/ })).toBeVisible()
    await page.getByLabel('Tìm chương trình').fill('chieu')
    await expect(page.getByText('Không có chương trình nào khớp.')).toBeVisible()
    const [made] = await commune.administrator.get('/api/programmes', z.array(programme))
    expect(made?.items.map((item) => item.title)).toEqual(['Thời tiết', 'Giá nông sản', 'Lịch cắt điện thôn Đoài'])
    editor.assertClean()
  })
})
