import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { z } from 'zod'
import { account } from '#server/auth/schemas.ts'
import { bulletin } from '#server/library/schemas.ts'
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
import { countScripts } from './support/scripts.ts'

/** Every page, on both screens, in both languages: usable by everybody, and nothing goes wrong behind it. */
describe('every page', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let pages: Record<string, string>

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    const { deviceId } = await addSpeaker(commune, 'Đông')
    const wav = makeToneWav([{ frequencyHz: 440, durationMs: 2_000 }])
    const { programmeId } = await makeProgramme(commune, 'Lịch tiêm chủng mở rộng cho trẻ dưới 24 tháng tuổi', [wav])
    await schedule(commune, programmeId, 3_600_000)
    const [bulletinId] = (await commune.editor.get('/api/bulletins', z.array(bulletin))).map((one) => one.id)
    const people = await commune.administrator.get('/api/accounts', z.array(account))
    const [administrator, editor] = ['quantri', 'bientap'].map((name) => people.find((one) => one.userName === name))
    pages = {
      today: '#/hom-nay',
      schedule: '#/lich-phat',
      'add a broadcast': '#/lich-phat?them=1',
      'next 24 hours': '#/lich-phat?xemTruoc=1',
      'order among equals': '#/lich-phat/thu-tu',
      library: '#/thu-vien',
      'library, filtered': '#/thu-vien?loc=draft&tim=khong',
      'new bulletin': '#/thu-vien/moi',
      bulletin: `#/thu-vien/${bulletinId}`,
      'edit a bulletin': `#/thu-vien/${bulletinId}/sua`,
      programmes: '#/thu-vien/chuong-trinh',
      programme: `#/thu-vien/chuong-trinh/${programmeId}`,
      'new programme': '#/thu-vien/chuong-trinh/moi',
      approvals: '#/cho-duyet',
      speakers: '#/cum-loa',
      speaker: `#/cum-loa/${deviceId}`,
      'what a speaker will play': `#/cum-loa/${deviceId}?phan=sap-phat`,
      'what a speaker played': `#/cum-loa/${deviceId}?phan=da-phat`,
      'a speaker’s health': `#/cum-loa/${deviceId}?phan=suc-khoe`,
      'at the pole': `#/cum-loa/${deviceId}/tai-cot`,
      'speakers on the map': `#/cum-loa/ban-do?loa=${deviceId}`,
      'groups of speakers': '#/cum-loa/nhom',
      'make a group': '#/cum-loa/nhom?them=1',
      'add a speaker': '#/cum-loa?them=1',
      areas: '#/dia-ban',
      'add an area': '#/dia-ban?them=1',
      area: `#/dia-ban/${commune.id}`,
      moves: '#/dia-ban/chuyen',
      'plan a move': '#/dia-ban/chuyen?them=1',
      airtime: '#/thoi-luong',
      'airtime by day': '#/thoi-luong?ky=quarter&theo=day',
      'airtime of a speaker': `#/thoi-luong?ky=month&loa=${deviceId}`,
      people: '#/nguoi-dung',
      person: `#/nguoi-dung/${editor?.id}`,
      oneself: `#/nguoi-dung/${administrator?.id}`,
      'audit trail': '#/nhat-ky',
      'audit trail, filtered': '#/nhat-ky?kq=refused&tu=2026-11-01',
      'people, filtered': '#/nguoi-dung?loc=waiting&vai=editor&tim=khong',
      'invite a person': '#/nguoi-dung?them=1',
      'nobody there': '#/nguoi-dung/khong-co',
      'own account': '#/tai-khoan',
      settings: '#/cai-dat',
      help: '#/tro-giup',
      glossary: '#/tro-giup/tu-ngu',
      shortcuts: '#/tro-giup/phim-tat',
      password: '#/mat-khau',
      'no such page': '#/khong-co',
    }
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  /** With the dialogs' questions answered by nobody yet, and each list read. */
  async function settle({ page }: Visitor): Promise<void> {
    await page.waitForLoadState('load')
    await expect(page.getByText(/^(Đang tải|Loading)…$/), page.url()).toHaveCount(0)
  }

  /** For whoever comes by a link from elsewhere: the whole page with all that it needs. */
  const mostScriptKib = 100

  for (const size of ['desktop', 'phone'] as const satisfies readonly Size[]) {
    for (const language of ['vi', 'en'] as const) {
      const isWeighed = size === 'desktop' && language === 'vi'
      const weight = isWeighed ? `, no page takes over ${mostScriptKib} KiB of script` : ''
      test(`${size}, ${language}: axe finds nothing, all fits, every target is large enough${weight}`, async () => {
        const visitor = await visit(browser, server.url, { size, language })
        await signInAsAdministrator(visitor, language)
        const scripts = countScripts(visitor.page)
        for (const [name, hash] of Object.entries(pages)) {
          if (isWeighed) await visitor.page.goto('about:blank')
          await goTo(visitor, hash)
          await settle(visitor)
          if (isWeighed) expect(await scripts.take(), name).toBeLessThan(mostScriptKib)
          expect(await findAxeViolations(visitor.page), name).toEqual([])
          expect(await measureOverflow(visitor.page, size), name).toBe(0)
          expect(await findSmallTargets(visitor.page), name).toEqual([])
        }
        visitor.assertClean()
        await visitor.close()
      })
    }
  }

  test('all of it by keyboard: from the skip link into the page, through a dialog, and back to where one was', async () => {
    const visitor = await visit(browser, server.url)
    await signInAsAdministrator(visitor)
    const { page } = visitor
    await goTo(visitor, '#/cum-loa')
    await settle(visitor)
    await page.reload()
    await page.getByRole('heading', { name: 'Cụm loa' }).waitFor()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Đến nội dung chính' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.locator('#page-title')).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('link', { name: 'Thêm cụm loa' })).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(page.getByLabel('Tên cụm loa')).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toBeHidden()
    await expect(page.getByRole('link', { name: 'Thêm cụm loa' })).toBeFocused()
    await visitor.close()
  })

  test('a person sees only what they may do', async () => {
    const visitor = await visit(browser, server.url)
    await signInAs(visitor, commune.administrator, 'lanhdao')
    const { page } = visitor
    await goTo(visitor, '#/lich-phat')
    await settle(visitor)
    await expect(page.getByRole('link', { name: 'Thêm lịch phát' })).toHaveCount(0)
    await expect(page.getByRole('link', { name: 'Chờ duyệt' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Người dùng' })).toHaveCount(0)
    visitor.assertClean()
    await visitor.close()
  })
})
