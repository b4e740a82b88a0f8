import { readFile, writeFile } from 'node:fs/promises'
import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { invitedAccount } from '#server/auth/schemas.ts'
import { makeReported, openBeside } from '../support/airtime.ts'
import { addSpeaker, type Commune, makeCommune, makeProgramme, schedule } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeToneWav } from '../support/tones.ts'
import { readXlsx } from '../support/xlsx.ts'
import {
  findAxeViolations,
  findSmallTargets,
  launchBrowser,
  measureOverflow,
  type Visitor,
  visit,
} from './support/browser.ts'
import { goTo, signInAs } from './support/people.ts'

/** An auditor proves the figures: from the commune's sum down to the single play, and takes them away as a file and on paper. */
describe('airtime', () => {
  const hour = 3_600_000
  const title = 'Lịch tiêm chủng mở rộng'
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let auditor: Visitor

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    const east = await addSpeaker(commune, 'Đông')
    const west = await addSpeaker(commune, 'Tây')
    const grants = [{ areaId: commune.id, role: 'auditor' }]
    await commune.administrator.post(
      '/api/accounts',
      { userName: 'kiemtoan', displayName: 'Lê Kiểm Toán', grants },
      invitedAccount,
    )
    const tone = makeToneWav([{ frequencyHz: 440, durationMs: 1_000 }])
    const { programmeId } = await makeProgramme(commune, title, [tone])
    const { broadcastId } = await schedule(commune, programmeId, 48 * hour)
    const db = await openBeside(server)
    try {
      const startAtMs = Date.now() - (Date.now() % hour) - hour
      const durationMs = 300_000
      const vaccination = { title, topic: 'society', campaign: 'Tiêm chủng mở rộng', durationMs }
      const policy = { title: '=SUM(1) & chính sách', topic: 'policy', durationMs }
      await makeReported(db, broadcastId, [
        { ...vaccination, deviceId: east.deviceId, startAtMs, heardMs: durationMs },
        { ...policy, deviceId: east.deviceId, startAtMs: startAtMs + durationMs, heardMs: 60_000 },
        { ...vaccination, deviceId: west.deviceId, startAtMs, heardMs: 0 },
        ...Array.from({ length: 60 }, (_, index) => ({
          ...policy,
          deviceId: west.deviceId,
          startAtMs: startAtMs - (index + 1) * 12 * hour,
          heardMs: durationMs,
        })),
      ])
    } finally {
      await db.close()
    }
    auditor = await visit(browser, server.url)
    await signInAs(auditor, commune.administrator, 'kiemtoan')
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  async function expectUsable({ page }: Visitor): Promise<void> {
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    expect(await measureOverflow(page, 'desktop')).toBe(0)
  }

  test('goes from the commune down to one play and its proof, by an address that can be sent on', async () => {
    const { page } = auditor
    await goTo(auditor, '#/thoi-luong?ky=week')
    await expect(page.getByRole('rowheader', { name: 'Thôn Đông' })).toBeVisible()
    await page.getByRole('link', { name: 'Lĩnh vực' }).click()
    await expect(page.getByRole('rowheader', { name: /xã hội/ })).toBeVisible()
    await page.getByRole('link', { name: 'Ngày', exact: true }).click()
    await expect(page.getByRole('img', { name: /Biểu đồ/ })).toBeVisible()
    await expectUsable(auditor)
    await page.getByRole('navigation', { name: 'Xem theo' }).getByRole('link', { name: 'Địa bàn' }).click()
    await page.getByRole('rowheader', { name: 'Thôn Đông' }).getByRole('link').click()
    await page.getByRole('rowheader', { name: 'Đông', exact: true }).getByRole('link').click()
    await page.getByRole('link', { name: title }).click()
    const proof = page.getByRole('dialog', { name: 'Bằng chứng của lượt phát' })
    await expect(proof.getByText(`Cụm loa Đông đã phát đủ “${title}”: 5:00.`)).toBeVisible()
    await expect(proof.getByText(/vừa kiểm tra lại 2 mục nhật ký: không mục nào bị sửa/)).toBeVisible()
    await expect(proof.getByText(/đồng hồ của cụm loa chính xác/)).toBeVisible()
    await expect(proof.getByText('Mục số 1')).toBeVisible()
    await expectUsable(auditor)
    const link = page.url()
    await page.goto('about:blank')
    await page.goto(link)
    await expect(proof.getByText('Mục số 2')).toBeVisible()
    await proof.getByRole('link', { name: 'Mở buổi phát này trong lịch' }).click()
    await expect(page.getByRole('dialog').getByText(title).first()).toBeVisible()
    auditor.assertClean()
  })

  test('an entry that was altered says so', async () => {
    const db = await openBeside(server)
    try {
      await db.prisma
        .$executeRaw`UPDATE ledger_entry SET bytes = convert_to(replace(convert_from(bytes, 'UTF8'), '"volumePercent":80', '"volumePercent":81'), 'UTF8') WHERE seq = 4`
    } finally {
      await db.close()
    }
    const { page } = auditor
    await goTo(auditor, '#/thoi-luong?ky=week&theo=below')
    await page.getByRole('rowheader', { name: 'Thôn Đông' }).getByRole('link').click()
    await page.getByRole('rowheader', { name: 'Đông', exact: true }).getByRole('link').click()
    await page.getByRole('link', { name: 'Phát một phần' }).click()
    await page.getByRole('link', { name: /chính sách/ }).click()
    await expect(page.getByText(/Có mục nhật ký không khớp mã kiểm tra/)).toBeVisible()
    await expect(page.getByText('Lý do: Cụm loa bị mất điện.')).toBeVisible()
    auditor.assertClean()
  })

  test('a typed period, and what is no day', async () => {
    const { page } = auditor
    await goTo(auditor, '#/thoi-luong?ky=today')
    await page.getByLabel('Từ ngày').fill('31/02/2026')
    await page.getByLabel('Từ ngày').press('Enter')
    await expect(page.getByText('Chưa hiểu ngày này. Ví dụ: 25/11/2026')).toBeVisible()
    await page.getByLabel('Từ ngày').fill('1/1/2026')
    await page.getByLabel('Từ ngày').press('Enter')
    await expect(page).toHaveURL(/tu=2026-01-01/)
    await page.getByRole('link', { name: 'Quý này' }).click()
    await expect(page).toHaveURL(/ky=quarter/)
    auditor.assertClean()
  })

  test('takes the figures away as CSV and Excel, and the trail says so', async () => {
    const { page } = auditor
    await goTo(auditor, '#/thoi-luong?ky=quarter&theo=below')
    const save = async (name: string): Promise<Buffer> => {
      const downloading = page.waitForEvent('download')
      await page.getByRole('button', { name, exact: true }).click()
      return readFile(await (await downloading).path())
    }
    /** What stands in the menu, by keyboard: the first of it has the focus, Escape leads back. */
    const menu = page.getByRole('button', { name: 'Tải về' })
    const take = async (name: string): Promise<Buffer> => {
      await menu.click()
      return save(name)
    }
    await menu.press('Enter')
    await expect(page.getByRole('button', { name: 'Bảng tổng hợp (Excel)' })).toBeFocused()
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('button', { name: 'Bảng tổng hợp (CSV)' })).toBeFocused()
    await expectUsable(auditor)
    await page.keyboard.press('Escape')
    await expect(menu).toBeFocused()
    const csv = (await take('Bảng tổng hợp (CSV)')).toString()
    expect(csv.startsWith('\uFEFF"Địa bàn";"Theo kế hoạch";"Đã phát"')).toBe(true)
    expect(csv).toContain('"Thôn Đông";0:10:00;0:06:00;0:04:00;0:00:00;60,0%')
    const sums = readXlsx(await take('Bảng tổng hợp (Excel)'))
    const [sheet] = sums.sheets
    expect(sheet?.name).toBe('Thời lượng phát sóng')
    expect(sheet?.rows[0]).toEqual(['Thời lượng phát sóng'])
    const east = sheet?.rows.find((row) => row[0] === 'Thôn Đông')
    expect(east?.[1]).toBeCloseTo(10 / 1_440, 9)
    const plays = readXlsx(await take('Từng lượt phát (Excel)'))
    expect(plays.sheets.map(({ name }) => name)).toEqual(['Từng lượt phát', 'Ngoài kế hoạch'])
    expect(plays.sheets[0]?.rows.some((row) => row.includes('=SUM(1) & chính sách'))).toBe(true)
    expect(plays.sheets[0]?.xml).not.toContain('<f>')
    await goTo(auditor, '#/nhat-ky?viec=airtime.exported')
    await expect(page.getByText('Lê Kiểm Toán').first()).toBeVisible()
    await expect(page.locator('summary')).toHaveCount(3)
    const trail = readXlsx(await take('Tệp Excel'))
    expect(trail.sheets[0]?.rows.length).toBe(4)
    auditor.assertClean()
  })

  test('prints a report on A4', async () => {
    const { page } = auditor
    await goTo(auditor, '#/thoi-luong?ky=quarter&theo=day&lv=policy&ut=normal')
    await expect(page.getByRole('rowheader').first()).toBeVisible()
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
    if (process.env.LOAXA_KEEP_PDF !== undefined) await writeFile(process.env.LOAXA_KEEP_PDF, pdf)
    const text = pdf.toString('latin1')
    // A4 in points, more than one page of it.
    expect(text).toMatch(/\/MediaBox \[0 0 59[45]\S* 84[12]\S*\]/)
    expect(z.coerce.number().parse(/\/Count (\d+)/.exec(text)?.[1])).toBeGreaterThan(0)
    await page.emulateMedia({ media: 'print' })
    for (const words of ['Xã Hòa Bình', 'BÁO CÁO THỜI LƯỢNG PHÁT SÓNG', 'Thủ trưởng đơn vị', 'Tổng cộng'])
      await expect(page.locator('main').getByText(words, { exact: true }).locator('visible=true').first()).toBeVisible()
    // What was left out stands on the paper.
    await expect(page.getByText(/^Chỉ tính: .+; Thông thường$/)).toBeVisible()
    await expect(page.getByText(/Lập lúc .*người lập: Lê Kiểm Toán/)).toBeVisible()
    await expect(page.getByRole('navigation')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'In báo cáo' })).toBeHidden()
    await page.emulateMedia({ media: null })
    auditor.assertClean()
  })
})
