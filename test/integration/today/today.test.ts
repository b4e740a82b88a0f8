import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { broadcastsRoutes } from '#server/broadcasts/routes.ts'
import { broadcast, today } from '#server/broadcasts/schemas.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { toDate } from '#server/clock.ts'
import { devicesSummary } from '#server/devices/directory/schemas.ts'
import { bulletinAirings } from '#server/library/airings-schemas.ts'
import { createAiringsService } from '#server/library/airings-service.ts'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { reviewRoutes } from '#server/library/review-routes.ts'
import { bulletinRoutes } from '#server/library/routes.ts'
import { bulletin, bulletinDetail } from '#server/library/schemas.ts'
import { createUndoService } from '#server/library/undo-service.ts'
import { todayRoutes } from '#server/today/routes.ts'
import { troubles } from '#server/today/schemas.ts'
import { createTodayService } from '#server/today/service.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createWorld, type TestArea } from '../broadcasts/world.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
const HOUR_MS = 3_600_000
let app: TestApp
let world: ReturnType<typeof createWorld>
let commune: TestArea
let village: TestArea
let editor: TestUser
let leader: TestUser
let technician: TestUser
let auditor: TestUser
let bulletinId: string
let speakers: { id: string }[]

beforeAll(async () => {
  app = await createTestApp({
    routes: (parts) => {
      const deps = {
        ...parts,
        log: pino({ level: 'silent' }),
        zone: ZONE,
        horizonDays: 14,
        commands: { stopOccurrence: async () => {} },
      }
      return [
        broadcastsRoutes({ broadcasts: createBroadcastsService(deps), occurrences: createOccurrencesService(deps) }),
        todayRoutes({ today: createTodayService(deps) }),
        bulletinRoutes({ bulletins: createBulletinsService(deps) }),
        reviewRoutes({ airings: createAiringsService(deps), undo: createUndoService(deps) }),
      ]
    },
  })
  world = createWorld(app.db, app.clock)
  commune = await world.area('commune')
  village = await world.area('village', commune)
  ;[editor, leader, technician, auditor] = [
    await app.signInAs({ areaId: commune.id, role: 'editor' }),
    await app.signInAs({ areaId: commune.id, role: 'approver' }),
    await app.signInAs({ areaId: commune.id, role: 'technician' }),
    await app.signInAs({ areaId: commune.id, role: 'auditor' }),
  ]
})
afterAll(() => app.close())

async function answer<T>(schema: z.ZodType<T>, request: ReturnType<TestUser['call']>, status = 200): Promise<T> {
  const response = await request
  expect([response.statusCode, response.statusCode === status ? '' : response.body]).toEqual([status, ''])
  return schema.parse(response.json())
}
const troublesOf = (user: TestUser) => answer(troubles, user.call('GET', '/api/today/troubles'))
/** Wall-clock time in Viet Nam, `aheadMs` from the test's clock. */
function localIn(aheadMs: number): { firstDate: string; localTimes: string[] } {
  const text = new Date(app.clock.now() + aheadMs + 7 * HOUR_MS).toISOString()
  return { firstDate: text.slice(0, 10), localTimes: [text.slice(11, 19)] }
}

describe('today', () => {
  it('of an empty installation says which of the three steps are done', async () => {
    const empty = await answer(today, editor.call('GET', '/api/today'))
    expect(empty).toMatchObject({
      totals: { playing: 0, next: 0, ended: 0 },
      firstSteps: { speaker: false, bulletin: false, broadcast: false },
    })
    expect(await troublesOf(editor)).toMatchObject({ notHeard: [], awaiting: [], awaitingTotal: 0, returned: 0 })
    await world.device(village, { enrolled: false })
    expect((await answer(today, editor.call('GET', '/api/today'))).firstSteps.speaker).toBe(false)
  })

  it('tells what of the next day is not approved or lacks a language, to whom it concerns', async () => {
    speakers = [await world.device(village), await world.device(village), await world.device(commune)]
    await app.db.prisma.device.update({ where: { id: speakers[0]?.id ?? '' }, data: { languages: ['hmn', 'vi'] } })
    const author = await world.account(commune, 'editor')
    const pending = await world.bulletin(commune, author, { state: 'draft' })
    bulletinId = pending.id
    await app.db.prisma.bulletinRevision.updateMany({
      where: { bulletinId },
      data: { state: 'pending', submittedAt: toDate(app.clock.now()) },
    })
    const { id: programmeId } = await world.programme(commune, [pending])
    const plan = { programmeId, areaId: commune.id, rule: 'FREQ=DAILY', ...localIn(2 * HOUR_MS) }
    const made = await answer(broadcast, editor.call('POST', '/api/broadcasts', plan), 201)
    const startAt = new Date(app.clock.now() + 2 * HOUR_MS).toISOString()
    expect(await troublesOf(leader)).toMatchObject({
      awaiting: [{ bulletinId, state: 'pending', startAt, occurrences: 1, isReadable: true }],
      awaitingTotal: 1,
      missingLanguages: [{ bulletinId, language: 'hmn', devices: 1, startAt }],
    })
    const airings = await answer(bulletinAirings, leader.call('GET', `/api/bulletins/${bulletinId}/airings`))
    expect(airings).toMatchObject({
      devices: 4,
      areaCount: 2,
      weekCount: 7,
      weekMs: 7 * 60_000,
      conflicts: [],
    })
    expect(airings.next).toHaveLength(5)
    expect(airings.next[0]).toMatchObject({ broadcastId: made.id, startAt, devices: 4 })
    const elsewhere = await app.signInAs({ areaId: (await world.area('commune')).id, role: 'approver' })
    expect((await elsewhere.call('GET', `/api/bulletins/${bulletinId}/airings`)).statusCode).toBe(404)
    expect(await troublesOf(elsewhere)).toMatchObject({ awaiting: [], missingLanguages: [] })
  })

  it('counts speakers as their list does, also those that were revoked, and names alarms', async () => {
    const [first, second, third] = speakers.map(({ id }) => id)
    const now = toDate(app.clock.now())
    const presence = { connectionId: world.draw(), since: now, lastSeenAt: now }
    await app.db.prisma.devicePresence.createMany({
      data: [
        { deviceId: first ?? '', online: true, ...presence },
        { deviceId: third ?? '', online: true, ...presence },
      ],
    })
    // Still connected for the moment, and in service no more.
    await app.db.prisma.installation.updateMany({ where: { deviceId: third ?? '' }, data: { revokedAt: now } })
    await app.db.prisma.device.update({ where: { id: first ?? '' }, data: { muted: true } })
    const alarm = { deviceId: second ?? '', detail: '', raisedAt: now, state: 'raised' as const }
    await app.db.prisma.deviceAlarm.createMany({
      data: [
        { ...alarm, id: world.draw(), code: 'disk-full', subject: '' },
        { ...alarm, id: world.draw(), code: 'unscheduled-sound', subject: 'a' },
        { ...alarm, id: world.draw(), code: 'unscheduled-sound', subject: 'b' },
      ],
    })
    const { areas } = await answer(devicesSummary, technician.call('GET', '/api/devices/summary'))
    const sum = (what: 'online' | 'offline' | 'neverEnrolled' | 'muted' | 'alarms'): number =>
      areas.reduce((all, one) => all + one[what], 0)
    const { devices } = await answer(today, technician.call('GET', '/api/today'))
    expect(devices).toMatchObject({
      online: sum('online'),
      offline: sum('offline'),
      neverEnrolled: sum('neverEnrolled'),
    })
    const found = await troublesOf(technician)
    expect(found.offline).toMatchObject({ devices: sum('offline'), speakers: [{ id: second }] })
    expect(found.muted).toMatchObject({ devices: sum('muted'), speakers: [{ id: first }] })
    expect(found.alarms).toMatchObject({
      devices: sum('alarms'),
      byCode: [
        { code: 'disk-full', devices: 1, speakers: [{ id: second }] },
        { code: 'unscheduled-sound', devices: 1 },
      ],
    })
    expect([found.offline.devices, found.muted.devices, found.alarms.devices]).toEqual([1, 1, 1])
  })

  it('names suspensions above, here and below, and what an editor has to mend', async () => {
    const suspend = (areaId: string, reason: string, fromMs: number, untilMs: number) =>
      app.db.prisma.suspension.create({
        data: {
          id: world.draw(),
          areaId,
          reason,
          createdById: editor.accountId,
          createdAt: toDate(app.clock.now()),
          startsAt: new Date(app.clock.now() + fromMs),
          endsAt: new Date(app.clock.now() + untilMs),
        },
      })
    await suspend(commune.id, 'Quốc tang', -HOUR_MS, HOUR_MS)
    await suspend(village.id, 'Kỳ thi', 20 * HOUR_MS, 30 * HOUR_MS)
    await suspend(village.id, 'Đã qua', -3 * HOUR_MS, -2 * HOUR_MS)
    const villager = await app.signInAs({ areaId: village.id, role: 'editor' })
    expect((await troublesOf(villager)).suspensions.map(({ areaId, reason }) => [areaId, reason])).toEqual([
      [commune.id, 'Quốc tang'],
      [village.id, 'Kỳ thi'],
    ])
    await app.db.prisma.suspension.deleteMany()
  })

  it('takes a decision back: only one’s own, and within minutes', async () => {
    const read = () => answer(bulletinDetail, leader.call('GET', `/api/bulletins/${bulletinId}`))
    const { id: revisionId, contentHash } = (await read()).current
    const judged = { revisionId, contentHash }
    const url = `/api/bulletins/${bulletinId}`
    const undo = (user: TestUser) => user.call('POST', `${url}/undo-decision`, judged)
    const refusal = async (request: ReturnType<TestUser['call']>) =>
      z.object({ status: z.number(), code: z.string() }).parse((await request).json())
    expect(await refusal(undo(leader))).toMatchObject({ status: 409, code: 'decision-not-undoable' })

    await answer(bulletinDetail, leader.call('POST', `${url}/approve`, judged))
    expect((await troublesOf(leader)).awaitingTotal).toBe(0)
    const other = await app.signInAs({ areaId: commune.id, role: 'approver' })
    expect(await refusal(undo(other))).toMatchObject({ code: 'decision-not-undoable' })
    expect((await undo(auditor)).statusCode).toBe(403)
    const again = await answer(bulletin, undo(leader))
    expect(again.current).toMatchObject({ id: revisionId, state: 'pending', deciderName: null, decidedAt: null })
    expect((await troublesOf(leader)).awaitingTotal).toBe(1)

    const comment = 'Âm thanh khó nghe, xin ghi lại.'
    await answer(bulletin, leader.call('POST', `${url}/return`, { ...judged, comment }))
    expect([(await troublesOf(editor)).returned, (await troublesOf(auditor)).returned]).toEqual([1, 0])
    expect((await answer(bulletin, undo(leader))).current).toMatchObject({ state: 'pending', comment: null })
    const trail = await app.db.prisma.auditEntry.findMany({
      where: { subjectId: bulletinId, action: 'bulletin.decision-undone' },
    })
    expect(trail).toHaveLength(2)

    await answer(bulletinDetail, leader.call('POST', `${url}/approve`, judged))
    app.clock.advance(10 * 60_000)
    expect(await refusal(undo(leader))).toMatchObject({ code: 'decision-not-undoable' })
  })
})
