import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { bulletinRoutes } from '#server/library/routes.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createWorld, type TestArea, type World } from '../broadcasts/world.ts'

/** Before a bulletin is approved people see which languages are asked for, where it is planned to sound, in vain. */
let app: TestApp
let world: World
let commune: TestArea
let approver: TestUser
let bulletinId: string
let broadcastId: string

beforeAll(async () => {
  app = await createTestApp({ routes: (parts) => [bulletinRoutes({ bulletins: createBulletinsService(parts) })] })
  world = createWorld(app.db, app.clock)
  commune = await world.area('commune')
  const village = await world.area('village', commune)
  const editor = await world.account(commune, 'editor')
  approver = await app.signInAs({ areaId: commune.id, role: 'approver' })
  const { prisma } = app.db
  const now = new Date(app.clock.now())
  await prisma.areaRules.create({
    data: { areaId: village.id, languages: ['hmn', 'vi'], updatedAt: now, updatedById: editor.accountId },
  })
  const place = async (area: TestArea, languages: string[]) => {
    const { id } = await world.device(area)
    await prisma.device.update({ where: { id }, data: { languages } })
    return id
  }
  await place(commune, [])
  await place(village, [])
  await place(village, ['tyz', 'hmn'])
  const excluded = await place(village, ['nut'])
  bulletinId = (await world.bulletin(commune, editor, { state: 'draft' })).id
  const programme = await world.programme(commune, [{ id: bulletinId }])
  broadcastId = world.draw()
  await prisma.broadcast.create({
    data: {
      id: broadcastId,
      programmeId: programme.id,
      areaId: commune.id,
      priority: 'normal',
      rule: 'FREQ=DAILY',
      localTimes: ['05:30:00'],
      timeZone: 'Asia/Ho_Chi_Minh',
      firstDate: '2020-01-01',
      createdById: editor.accountId,
      createdAt: now,
      updatedAt: now,
      targets: { create: [{ kind: 'device', refId: excluded, isExcluded: true }] },
    },
  })
})
afterAll(() => app?.close())

const read = async () => (await approver.call('GET', `/api/bulletins/${bulletinId}`)).json().missingLanguages

test('by each speaker’s own languages, or its area’s, where the broadcast is aimed', async () => {
  expect(await read()).toEqual([
    { language: 'hmn', devices: 2 },
    { language: 'tyz', devices: 1 },
  ])
})

test('until there is a variant, or nothing is planned any more', async () => {
  const { prisma } = app.db
  const revision = await prisma.bulletinRevision.findFirstOrThrow({ where: { bulletinId } })
  await prisma.bulletinVariant.create({
    data: { revisionId: revision.id, language: 'hmn', clipId: revision.clipId, position: 0 },
  })
  expect(await read()).toEqual([{ language: 'tyz', devices: 1 }])
  await prisma.broadcast.update({ where: { id: broadcastId }, data: { cancelledAt: new Date(app.clock.now()) } })
  expect(await read()).toEqual([])
})
