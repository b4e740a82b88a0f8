import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { areaOverviewRoutes } from '#server/areas/overview-routes.ts'
import { createAreaOverviewService } from '#server/areas/overview-service.ts'
import { areaZoneRoutes } from '#server/areas/zone-routes.ts'
import { createAreaZoneService } from '#server/areas/zone-service.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createWorld } from '../broadcasts/world.ts'
import { addBroadcast, planOf, soundsOf } from './schedule.ts'

let test: TestApp
let province: string
let commune: string
let deviceId: string
let official: TestUser
let leader: TestUser

const everyDay = [1, 2, 3, 4, 5, 6, 7]
const nothing = {
  hours: null,
  maxSessionsPerDay: null,
  maxMinutesPerSession: null,
  maxMinutesPerDay: null,
  volumes: null,
  leadIn: null,
  languages: [],
}

beforeAll(async () => {
  test = await createTestApp({
    routes: (parts) => [
      areaOverviewRoutes({ overview: createAreaOverviewService(parts), clock: parts.clock }),
      areaZoneRoutes({ zones: createAreaZoneService(parts) }),
    ],
  })
  province = await test.makeArea('province', 'Hà Nội')
  commune = await test.makeArea('commune', 'Ba Vì', province)
  deviceId = await test.makeDevice(commune, 'Cụm loa chợ')
  official = await test.signInAs({ areaId: province, role: 'province_official' })
  leader = await test.signInAs({ areaId: commune, role: 'approver' })
  await addBroadcast(test, commune, { time: '05:30', minutes: 20 })
  await addBroadcast(test, commune, { time: '17:00', minutes: 20 })
})
afterAll(() => test.close())

const put = (user: TestUser, areaId: string, rules: object) =>
  user.call('PUT', `/api/areas/${areaId}/rules`, { ...nothing, ...rules })

describe('the rules of an area', () => {
  it('say nothing at first, and everything sounds', async () => {
    const answer = await leader.call('GET', `/api/areas/${commune}/rules`)
    expect(answer.json()).toMatchObject({
      area: { id: commune, name: 'Ba Vì' },
      own: nothing,
      effective: {
        hours: { windows: null, from: [] },
        maxSessionsPerDay: null,
        leadIn: { setting: { kind: 'none' }, from: [] },
        languages: { tags: ['vi'], from: [] },
      },
    })
    expect(soundsOf(await planOf(test, deviceId, 1))).toEqual(['17:00', '05:30'])
  })

  it('add up down the path, and tell what no longer fits', async () => {
    test.told.length = 0
    const hours = [{ days: everyDay, from: '05:00', to: '21:00' }]
    const ofProvince = await put(official, province, { hours, maxMinutesPerDay: 30, leadIn: { kind: 'chime' } })
    expect(ofProvince.statusCode, ofProvince.body).toBe(200)
    expect(ofProvince.json()).toMatchObject({
      noLongerFits: { count: 0, occurrences: [] },
      // Of today only the afternoon is still to come.
      capsBroken: { count: 13 },
    })
    expect(ofProvince.json().capsBroken.days[0]).toEqual({
      rule: 'maxMinutesPerDay',
      limit: 30,
      actual: 40,
      date: '2026-03-03',
      from: { id: province, name: 'Hà Nội' },
    })
    expect(test.told).toEqual([`area ${province}`])

    const mornings = [{ days: everyDay, from: '05:00', to: '07:00' }]
    const ofCommune = await put(leader, commune, { hours: mornings, languages: ['hmn', 'vi'] })
    expect(ofCommune.statusCode, ofCommune.body).toBe(200)
    expect(ofCommune.json()).toMatchObject({
      effective: {
        hours: { windows: mornings, from: [{ name: 'Hà Nội' }, { name: 'Ba Vì' }] },
        maxMinutesPerDay: { limit: 30, from: { id: province } },
        leadIn: { setting: { kind: 'chime' }, from: [{ id: province }] },
        languages: { tags: ['hmn', 'vi'], from: [{ id: commune }] },
      },
      above: { hours: { windows: hours }, languages: { tags: ['vi'], from: [] } },
      noLongerFits: { count: 14 },
      capsBroken: { count: 0 },
    })
    expect(ofCommune.json().noLongerFits.occurrences[0]).toMatchObject({
      startAt: '2026-03-02T10:00:00.000Z',
      reason: 'outside-hours',
      deviceCount: 1,
    })
    expect(soundsOf(await planOf(test, deviceId, 1))).toEqual(['17:00 outside-hours', '05:30'])
  })

  it('may only be tighter than what holds above, and a refusal names the rule and its area', async () => {
    const early = await put(leader, commune, { hours: [{ days: [1, 2, 6, 7], from: '04:30', to: '07:00' }] })
    expect([early.statusCode, early.json().code]).toEqual([422, 'area-hours-wider'])
    expect(early.json().title).toContain('T2, T3, T7, CN')
    expect(early.json().title).toMatch(/04:30–07:00 .*Hà Nội: hằng ngày 05:00–21:00/)
    const longer = await put(leader, commune, { maxMinutesPerDay: 31 })
    expect([longer.statusCode, longer.json().code]).toEqual([422, 'area-day-minutes-above'])
    expect(longer.json().title).toMatch(/Hà Nội .*30 .*31/)
    expect((await put(leader, commune, { maxMinutesPerDay: 30 })).statusCode).toBe(200)
  })

  it('may be tightened above an area whose own are wider: both hold', async () => {
    await put(leader, commune, { hours: [{ days: everyDay, from: '05:00', to: '07:00' }] })
    await put(official, province, { hours: [{ days: [1, 2, 3, 4, 5], from: '06:00', to: '20:00' }] })
    const { effective } = (await leader.call('GET', `/api/areas/${commune}/rules`)).json()
    expect(effective.hours.windows).toEqual([{ days: [1, 2, 3, 4, 5], from: '06:00', to: '07:00' }])
  })

  it('take a lead-in that was approved, of this area or above, and no other', async () => {
    const world = createWorld(test.db, test.clock)
    const area = { id: commune, path: [province, commune] }
    const author = await world.account(area, 'editor')
    const clipOf = async (state: 'draft' | 'approved', durationMs: number, where = area): Promise<string> => {
      const { id: bulletinId } = await world.bulletin(where, author, { state, durationMs })
      return (await test.db.prisma.bulletinRevision.findFirstOrThrow({ where: { bulletinId } })).clipId
    }
    const other = await test.makeArea('commune', 'Sóc Sơn', province)
    const judged = await Promise.all([
      clipOf('approved', 8_000),
      clipOf('draft', 8_000),
      clipOf('approved', 61_000),
      clipOf('approved', 8_000, { id: other, path: [province, other] }),
    ])
    const codes: string[] = []
    for (const clipId of judged) {
      const answer = await put(leader, commune, { leadIn: { kind: 'clip', clipId } })
      codes.push(answer.statusCode === 200 ? 'ok' : answer.json().code)
    }
    const refused = 'area-lead-in-unusable'
    expect(codes).toEqual(['ok', refused, refused, refused])
    const offered = await leader.call('GET', `/api/areas/${commune}/lead-ins`)
    expect(offered.json()).toMatchObject([
      { clipId: judged[0], durationMs: 8_000, area: { id: commune, name: 'Ba Vì' } },
    ])
    expect((await leader.call('GET', `/api/areas/${other}/lead-ins`)).statusCode).toBe(404)
    const auditor = await test.signInAs({ areaId: commune, role: 'auditor' })
    expect((await auditor.call('GET', `/api/areas/${commune}/lead-ins`)).statusCode).toBe(403)
    expect((await planOf(test, deviceId)).leadIn).toMatchObject({ kind: 'clip', durationMs: 8_000 })
  })

  it('stand in the audit trail, before and after; setting the same again is no change', async () => {
    await put(leader, commune, { ...nothing, maxSessionsPerDay: 2 })
    test.told.length = 0
    await put(leader, commune, { ...nothing, maxSessionsPerDay: 2 })
    expect(test.told).toEqual([])
    const auditor = await test.signInAs({ areaId: commune, role: 'auditor' })
    const { entries } = (await auditor.call('GET', `/api/audit?subjectId=${commune}`)).json()
    expect(entries[0]).toMatchObject({
      action: 'area.rules-changed',
      before: { maxSessionsPerDay: null },
      after: { maxSessionsPerDay: 2 },
    })
    expect(entries[1].after).not.toHaveProperty('maxSessionsPerDay')
  })

  it('are kept by the leader and the province, not by editors and not from outside', async () => {
    const editor = await test.signInAs({ areaId: commune, role: 'editor' })
    expect((await put(editor, commune, {})).json().code).toBe('not-allowed')
    expect((await put(leader, province, {})).json().code).toBe('not-found')
    expect((await editor.call('GET', `/api/areas/${province}/rules`)).json().code).toBe('not-found')
    expect((await put(leader, commune, { hours: [] })).statusCode).toBe(400)
    const nine = Array.from({ length: 9 }, (_, hour) => ({ days: [1], from: `0${hour}:00`, to: `0${hour}:30` }))
    expect((await put(leader, commune, { hours: nine })).statusCode).toBe(400)
    expect((await put(leader, commune, { languages: ['vi', 'vi'] })).statusCode).toBe(400)
  })

  it('say from when on what they only cut off is silent', async () => {
    await put(official, province, {})
    await put(leader, commune, {})
    const answer = await put(leader, commune, { hours: [{ days: everyDay, from: '05:00', to: '17:05' }] })
    expect(answer.json().noLongerFits.occurrences[0]).toMatchObject({
      startAt: '2026-03-02T10:00:00.000Z',
      reason: 'outside-hours',
      cutAt: '2026-03-02T10:05:00.000Z',
      deviceCount: 1,
    })
  })

  it('keep what has begun: it was expected before the change, and is expected after it', async () => {
    await put(official, province, {})
    await put(leader, commune, {})
    test.clock.advance(7 * 3_600_000 + 60_000) // 17:01
    const answer = await put(leader, commune, { hours: [{ days: everyDay, from: '05:00', to: '07:00' }] })
    expect(answer.json().noLongerFits.occurrences[0].startAt).toBe('2026-03-03T10:00:00.000Z')
    const expected = await test.db.prisma.expectedPlay.findMany({ where: { deviceId } })
    expect(expected.map(({ leftOut }) => leftOut)).toEqual([null])
  })
})

describe('the overview of areas', () => {
  it('tells what each area that one may read says itself, and which are suspended', async () => {
    await put(leader, commune, { maxSessionsPerDay: 2 })
    await put(official, province, {})
    const days = { firstDate: null, lastDate: '2026-03-04', reason: 'Mưa bão' }
    const suspended = await leader.call('POST', `/api/areas/${commune}/suspensions`, days)
    const seen = (await leader.call('GET', '/api/areas/overview')).json()
    expect(seen).toMatchObject({
      rules: [{ areaId: commune, own: { ...nothing, maxSessionsPerDay: 2 } }],
      suspensions: [{ area: { id: commune, name: 'Ba Vì' }, state: 'in-force', reason: 'Mưa bão' }],
    })
    expect((await official.call('GET', '/api/areas/overview')).json()).toEqual(seen)
    const areaId = await test.makeArea('commune', 'Đông Anh', province)
    const neighbour = await test.signInAs({ areaId, role: 'editor' })
    expect((await neighbour.call('GET', '/api/areas/overview')).json()).toEqual({ rules: [], suspensions: [] })
    await leader.call('POST', `/api/suspensions/${suspended.json().id}/lift`)
    expect((await leader.call('GET', '/api/areas/overview')).json().suspensions).toEqual([])
  })
})

describe('the time zone of an area', () => {
  const zoneOf = async (areaId: string): Promise<string> =>
    (await test.db.prisma.area.findUniqueOrThrow({ where: { id: areaId } })).timeZone

  it('holds below it too; what was planned keeps its instant, and what then lies outside the hours is told in full', async () => {
    const admin = await test.signInAs({ areaId: province, role: 'administrator' })
    await put(leader, commune, { hours: [{ days: everyDay, from: '05:00', to: '18:00' }] })
    test.told.length = 0
    const set = (timeZone: string, user = admin) => user.call('PUT', `/api/areas/${province}/time-zone`, { timeZone })
    const moved = await set('Asia/Tokyo')
    expect(moved.statusCode, moved.body).toBe(200)
    const { areas, noLongerFits } = moved.json()
    expect([areas, await zoneOf(commune)]).toEqual([4, 'Asia/Tokyo'])
    // 17:00 in Hà Nội is 19:00 in Tokyo; 05:30 is 07:30.
    expect(noLongerFits.count).toBeGreaterThanOrEqual(13)
    expect(noLongerFits.occurrences).toHaveLength(noLongerFits.count)
    expect(noLongerFits.occurrences[0]).toMatchObject({ startAt: '2026-03-03T10:00:00.000Z', reason: 'outside-hours' })
    expect(soundsOf(await planOf(test, deviceId, 1)).sort()).toEqual(['05:30', '17:00 outside-hours'])
    expect(test.told).toEqual([`area ${province}`])

    expect((await set('Asia/Tokyo')).json().areas).toBe(0)
    expect((await set('Asia/Hanoi')).statusCode).toBe(400)
    expect((await set('Asia/Ho_Chi_Minh', official)).statusCode).toBe(403)
    expect((await set('Asia/Ho_Chi_Minh')).json()).toMatchObject({ areas: 4, noLongerFits: { count: 0 } })
    const { entries } = (await admin.call('GET', `/api/audit?subjectId=${province}`)).json()
    expect(entries.filter(({ action }: { action: string }) => action === 'area.zone-changed')).toMatchObject([
      { before: { timeZone: 'Asia/Tokyo' }, after: { timeZone: 'Asia/Ho_Chi_Minh' } },
      { before: { timeZone: 'Asia/Ho_Chi_Minh' }, after: { timeZone: 'Asia/Tokyo', areas: 4 } },
    ])
  })
})
