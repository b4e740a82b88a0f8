import { expect } from '@playwright/test'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { area } from '#server/areas/schemas.ts'
import { invitedAccount } from '#server/auth/schemas.ts'
import { device } from '#server/devices/schemas.ts'
import { type Commune, makeCommune } from '../support/commune.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { findAxeViolations, findSmallTargets, launchBrowser, type Visitor, visit } from './support/browser.ts'
import { goTo, signInAs, signInAsAdministrator } from './support/people.ts'

/** Two people at the same speaker: each sees what the other does, and neither goes over it without knowing. */
describe('two people', () => {
  let server: TestServer
  let browser: Awaited<ReturnType<typeof launchBrowser>>
  let commune: Commune
  let deviceId: string
  /** The administrator, who may know who did what. */
  let first: Visitor
  /** A technician, who may not. */
  let second: Visitor

  beforeAll(async () => {
    ;[server, browser] = await Promise.all([startServer(), launchBrowser()])
    commune = await makeCommune(server)
    const { administrator, id: parentId } = commune
    const village = await administrator.post('/api/areas', { parentId, kind: 'village', name: 'Thôn Đông' }, area)
    const made = { areaId: village.id, name: 'Cột loa đình' }
    deviceId = (await administrator.post('/api/devices', made, device)).id
    const grants = [{ areaId: commune.id, role: 'technician' }]
    const invited = { userName: 'kythuat', displayName: 'Lò Văn Kỹ', grants }
    await administrator.post('/api/accounts', invited, invitedAccount)
    first = await visit(browser, server.url)
    second = await visit(browser, server.url)
    await signInAsAdministrator(first)
    await signInAs(second, administrator, 'kythuat')
    for (const visitor of [first, second]) {
      visitor.expectTrouble(/^answered 412 /)
      await goTo(visitor, `#/cum-loa/${deviceId}`)
    }
  })
  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  const formOf = async ({ page }: Visitor) => {
    await page.getByRole('button', { name: 'Sửa', exact: true }).click()
    return page.getByRole('dialog', { name: 'Sửa cụm loa' })
  }
  const titleOf = ({ page }: Visitor) => page.getByRole('heading', { level: 1 })

  test('who is slower is told while typing and when saving, loses nothing, and chooses', async () => {
    const slow = await formOf(second)
    const name = slow.getByLabel('Tên cụm loa')
    await name.fill('Cột loa nhà văn hóa')

    const quick = await formOf(first)
    await quick.getByLabel('Tên cụm loa').fill('Cột loa chợ')
    await quick.getByRole('button', { name: 'Lưu', exact: true }).click()
    await expect(titleOf(first)).toHaveText('Cột loa chợ')

    // Told before saving, since the page follows what the other does.
    await expect(slow.getByRole('alert')).toContainText('Có người vừa thay đổi nội dung này trong lúc bạn đang sửa.')
    await expect(name).toHaveValue('Cột loa nhà văn hóa')
    expect(await findAxeViolations(second.page)).toEqual([])
    expect(await findSmallTargets(second.page)).toEqual([])

    // Saved all the same: refused, with the time, and nothing is lost.
    await slow.getByRole('button', { name: 'Lưu', exact: true }).click()
    await expect(slow.getByRole('alert')).toContainText(/Người khác đã thay đổi nội dung này lúc \d\d:\d\d/)
    await expect(name).toHaveValue('Cột loa nhà văn hóa')
    await expect(titleOf(first)).toHaveText('Cột loa chợ')

    // A look at the other's state, and back.
    await slow.getByRole('button', { name: 'Xem bản mới' }).click()
    await expect(name).toHaveValue('Cột loa chợ')
    await slow.getByRole('button', { name: 'Lấy lại phần tôi nhập' }).click()
    await expect(name).toHaveValue('Cột loa nhà văn hóa')

    // Changed once more by somebody else, and over it on purpose: the first sees it where they are.
    await commune.administrator.patch(`/api/devices/${deviceId}`, { name: 'Cột loa trường học' }, device)
    await slow.getByRole('button', { name: 'Vẫn lưu bản của tôi' }).click()
    await expect(slow).toBeHidden()
    await expect(titleOf(first)).toHaveText('Cột loa nhà văn hóa')
  })

  test('who may read the trail is told who it was; taking back goes over nobody’s change', async () => {
    const form = await formOf(first)
    await form.getByLabel('Tên cụm loa').fill('Cột loa bến xe')
    const other = await formOf(second)
    await other.getByLabel('Tên cụm loa').fill('Cột loa bản Mới')
    await other.getByRole('button', { name: 'Lưu', exact: true }).click()
    await expect(form.getByRole('alert')).toContainText('Có người vừa thay đổi')
    await form.getByRole('button', { name: 'Lưu', exact: true }).click()
    await expect(form.getByRole('alert')).toContainText('Lò Văn Kỹ đã thay đổi nội dung này lúc')
    await form.getByRole('button', { name: 'Vẫn lưu bản của tôi' }).click()
    await expect(titleOf(second)).toHaveText('Cột loa bến xe')

    // The second one's toast still offers to take back what has been changed again since.
    await second.page.getByRole('button', { name: 'Hoàn tác' }).first().click()
    await expect(second.page.getByText(/Người khác đã thay đổi .* Việc bạn vừa làm chưa được lưu/)).toBeVisible()
    await expect(titleOf(second)).toHaveText('Cột loa bến xe')
  })

  test('what is done at once on an old screen is undone, and says why', async () => {
    const { page } = second
    const mute = page.getByRole('button', { name: 'Tắt tiếng', exact: true })
    // The screen is kept old: what it reads of the speaker does not arrive.
    const held: (() => void)[] = []
    let isOld = true
    await page.route(`**/api/devices/${deviceId}`, async (route) => {
      if (isOld && route.request().method() === 'GET') await new Promise<void>((resolve) => held.push(resolve))
      await route.continue()
    })
    await commune.administrator.patch(`/api/devices/${deviceId}`, { volumePercent: 35 }, device)
    await mute.click()
    await expect(page.getByText(/Người khác đã thay đổi .* Việc bạn vừa làm chưa được lưu/).last()).toBeVisible()
    await expect(mute).toHaveAttribute('aria-pressed', 'false')
    isOld = false
    for (const release of held) release()
    await expect(page.getByText('35%').first()).toBeVisible()
    await mute.click()
    await expect(page.getByRole('button', { name: 'Bật tiếng lại' })).toHaveAttribute('aria-pressed', 'true')
    first.assertClean()
    second.assertClean()
  })
})
