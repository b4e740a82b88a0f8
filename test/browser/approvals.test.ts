import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { device } from '#server/devices/schemas.ts'
import { bulletin, clip, programme } from '#server/library/schemas.ts'
import { waitFor } from '../../tools/api-client.ts'
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
import { goTo, signInAs } from './support/people.ts'

/** A leader goes away: somebody approves in their place, and a daily programme is approved ahead. */
describe('approving for another, and ahead', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let leader: Visitor
  let deputy: Visitor
  let programmeTitle: string

  /** A bulletin with a sound, a draft of the administrator’s, who has no part in what follows. */
  async function writeDraft(title: string) {
    const { administrator, id: areaId } = commune
    const wav = makeToneWav([{ frequencyHz: 440, durationMs: 2_000 }])
    const uploaded = await administrator.upload(`/api/clips?areaId=${areaId}&name=x`, wav, clip)
    await waitFor(administrator, 'the clip', 60_000, async () => {
      const { state } = await administrator.get(`/api/clips/${uploaded.id}`, clip)
      return state === 'ready' ? state : undefined
    })
    const content = { areaId, title, topic: 'general', language: 'vi', clipId: uploaded.id }
    return administrator.post('/api/bulletins', content, bulletin)
  }
  async function expectUsable({ page }: Visitor, size: Size): Promise<void> {
    expect(await findAxeViolations(page)).toEqual([])
    expect(await findSmallTargets(page)).toEqual([])
    expect(await measureOverflow(page, size)).toBe(0)
  }

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    programmeTitle = 'Thời tiết'
    await makeProgramme(commune, programmeTitle, [makeToneWav([{ frequencyHz: 330, durationMs: 2_000 }])])
    leader = await visit(browser, server.url, { size: 'phone' })
    deputy = await visit(browser, server.url)
    await signInAs(leader, commune.administrator, 'lanhdao')
    await signInAs(deputy, commune.administrator, 'bientap')
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  test('the leader delegates on the phone: a day that cannot be is refused in words, and the list names both', async () => {
    const { page } = leader
    await goTo(leader, '#/cho-duyet')
    await expect(page.getByText('Hiện không có ai duyệt thay.')).toBeVisible()
    await expectUsable(leader, 'phone')
    await page.getByRole('button', { name: 'Ủy quyền' }).click()
    const dialog = page.getByRole('dialog', { name: 'Ủy quyền khi vắng mặt' })
    await dialog.getByLabel('Ai duyệt thay bạn?').selectOption({ label: 'bientap (bientap)' })
    await dialog.getByLabel('Lý do').fill('Đi họp tỉnh')
    const until = dialog.getByLabel('Đến hết ngày')
    const suggested = await until.inputValue()
    await until.fill('31/2')
    await expect(until).toHaveAttribute('aria-invalid', 'true')
    await dialog.getByRole('button', { name: 'Ủy quyền' }).click()
    await expect(dialog).toBeVisible()
    await expectUsable(leader, 'phone')
    await until.fill(suggested)
    await dialog.getByRole('button', { name: 'Ủy quyền' }).click()
    await expect(dialog).toBeHidden()
    const row = page.getByRole('listitem').filter({ hasText: 'bientap duyệt thay lanhdao' })
    await expect(row).toContainText('Đang hiệu lực')
    await expect(row).toContainText('Đi họp tỉnh')
    await expectUsable(leader, 'phone')
  })

  test('the deputy approves in the leader’s place, and the bulletin names both', async () => {
    const draft = await writeDraft('Lịch cúp nước')
    await commune.administrator.post(`/api/bulletins/${draft.id}/submit`, { revisionId: draft.current.id }, bulletin)
    const { page } = deputy
    await page.reload()
    await goTo(deputy, '#/cho-duyet')
    await expect(page.getByRole('link', { name: 'Chờ duyệt' }).first()).toBeVisible()
    // On a wide screen what waits first stands beside the list.
    const shown = page.getByRole('article')
    await expect(shown.getByRole('heading', { name: 'Lịch cúp nước' })).toBeVisible()
    await expect(shown.getByText('Bạn duyệt thay lanhdao.')).toBeVisible()
    await expect(shown.getByText(/^Bản tin chưa nằm trong lịch phát nào/)).toBeVisible()
    await expectUsable(deputy, 'desktop')
    await shown.getByRole('button', { name: 'Duyệt', exact: true }).click()
    await expect(page.getByText('Không có bản tin nào chờ duyệt')).toBeVisible()
    await goTo(deputy, `#/thu-vien/${draft.id}`)
    await expect(page.getByText(/^bientap duyệt thay lanhdao lúc /)).toBeVisible()
  })

  test('on the phone the next follows at once; who looks at the same is told; a decision is taken back; a reason is one tap', async () => {
    const { administrator, id: areaId } = commune
    const { deviceId } = await addSpeaker(commune, 'Đông')
    const submit = async (title: string): Promise<string> => {
      const { id, current } = await writeDraft(title)
      await administrator.post(`/api/bulletins/${id}/submit`, { revisionId: current.id }, bulletin)
      return id
    }
    await submit('Họp thôn')
    const id = await submit('Tiêm chủng')
    const made = await administrator.post(
      '/api/programmes',
      { areaId, title: 'Tin trưa', bulletinIds: [id] },
      programme,
    )
    await schedule({ ...commune, editor: administrator }, made.id, 3_600_000)

    await goTo(deputy, `#/cho-duyet/${id}`)
    const beside = deputy.page.getByRole('article')
    await expect(beside.getByRole('button', { name: 'Duyệt', exact: true })).toBeVisible()
    await expect(deputy.page.getByRole('link', { name: /Chờ duyệt.*2 bản tin chờ duyệt/ }).first()).toBeVisible()

    // Today says what asks for this person, follows what others do, and leads to where it is mended.
    const { page } = leader
    await goTo(leader, '#/hom-nay')
    const wrong = page.getByRole('region', { name: 'Cần để ý hôm nay' })
    await expect(wrong.getByRole('heading').nth(1)).toHaveText('1 bản tin sắp đến giờ phát mà chưa được duyệt')
    await administrator.patch(`/api/devices/${deviceId}`, { muted: true }, device)
    await expect(wrong.getByRole('link', { name: '1 cụm loa đang tắt tiếng' })).toBeVisible()
    await expect(wrong.getByRole('link', { name: /^Bật tiếng lại/ })).toHaveAttribute('href', `#/cum-loa/${deviceId}`)
    await expectUsable(leader, 'phone')
    await wrong.getByRole('link', { name: /^Duyệt ngay/ }).click()
    // What is heard soonest stands first, though it was sent last.
    const queue = page.getByRole('navigation', { name: 'Các bản tin chờ duyệt' }).getByRole('link')
    await expect(queue.first()).toHaveText(/Tiêm chủng.*Phát lúc \d\d:\d\d/s)
    await queue.first().click()
    const shown = page.getByRole('article')
    await expect(shown.getByText(/^1 cụm loa, 1 lần trong 7 ngày tới, tổng cộng 2 giây/)).toBeVisible()
    await expect(shown.getByRole('link', { name: /Tin trưa.*Xã Hòa Bình/ })).toBeVisible()
    await expectUsable(leader, 'phone')
    await shown.getByRole('button', { name: 'Duyệt', exact: true }).click()
    await expect(shown.getByRole('heading', { name: 'Họp thôn' })).toBeVisible()
    await expect(beside.getByText('lanhdao vừa duyệt bản tin này.')).toBeVisible()
    await expect(beside.getByRole('link', { name: 'Sang bản tin tiếp theo' })).toBeVisible()

    await page.getByRole('button', { name: 'Hoàn tác' }).last().click()
    await expect(page.getByText('Đã hoàn tác. “Tiêm chủng” lại chờ duyệt.')).toBeVisible()
    await beside.getByRole('button', { name: 'Duyệt', exact: true }).click()
    await expect(beside.getByRole('heading', { name: 'Họp thôn' })).toBeVisible()

    await shown.getByRole('button', { name: 'Trả lại' }).click()
    await expectUsable(leader, 'phone')
    await page.getByRole('button', { name: 'Âm thanh khó nghe, xin ghi lại.' }).click()
    await expect(page.getByText('Không có bản tin nào chờ duyệt')).toBeVisible()
    await expect(beside.getByText('lanhdao vừa trả lại bản tin này.')).toBeVisible()
  })

  test('the leader ends it from the list, in two steps', async () => {
    const { page } = leader
    const row = page.getByRole('listitem').filter({ hasText: 'bientap duyệt thay lanhdao' })
    await row.getByRole('button', { name: 'Kết thúc' }).click()
    await row.getByRole('button', { name: 'Kết thúc ủy quyền' }).click()
    await expect(page.getByText('Hiện không có ai duyệt thay.')).toBeVisible()
  })

  test('a programme is approved ahead: what is submitted for it is approved at once and says by whom and until when', async () => {
    const { page } = leader
    await page.getByRole('button', { name: 'Duyệt sẵn' }).click()
    const dialog = page.getByRole('dialog', { name: 'Duyệt sẵn' })
    await dialog.getByLabel('Chương trình').selectOption({ label: programmeTitle })
    await dialog.getByLabel('Lý do').fill('Bản tin hằng ngày')
    await expectUsable(leader, 'phone')
    await dialog.getByRole('button', { name: 'Duyệt sẵn' }).click()
    const row = page.getByRole('listitem').filter({ hasText: programmeTitle })
    await expect(row).toContainText('lanhdao duyệt sẵn đến hết')

    await goTo(deputy, '#/thu-vien')
    await deputy.page.getByRole('link', { name: /^Thời tiết 1/ }).click()
    await deputy.page.getByRole('link', { name: 'Sửa', exact: true }).click()
    await deputy.page.getByLabel('Tên bản tin').fill('Thời tiết ngày mai')
    await deputy.page.getByRole('button', { name: 'Lưu và trình duyệt' }).click()
    await expect(deputy.page.getByText(/^Duyệt sẵn bởi lanhdao, hiệu lực đến hết /)).toBeVisible()

    // What was done is said in the thumb's way for a while.
    await page.getByRole('button', { name: 'Bỏ qua' }).last().click()
    await row.getByRole('button', { name: 'Rút lại' }).click()
    await row.getByRole('button', { name: 'Rút lại duyệt sẵn' }).click()
    await expect(page.getByText('Chưa có chương trình nào được duyệt sẵn.')).toBeVisible()
    leader.assertClean()
    deputy.assertClean()
  })
})
