import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { changesRoutes } from '#server/broadcasts/changes-routes.ts'
import { createChangesService } from '#server/broadcasts/changes-service.ts'
import { broadcastCheck } from '#server/broadcasts/check-schemas.ts'
import { createCheckService } from '#server/broadcasts/check-service.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { broadcastsRoutes } from '#server/broadcasts/routes.ts'
import { broadcast, changedOccurrence } from '#server/broadcasts/schemas.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { areaOrder, preview } from '#server/planning/preview-schemas.ts'
import { planningRoutes } from '#server/planning/routes.ts'
import { createPlanningService } from '#server/planning/service.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createWorld, type TestArea, type World } from './world.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
let app: TestApp
let world: World
let commune: TestArea
let village: TestArea
let editor: TestUser
let programmeId: string
/** From which hours are counted: the clock moves on a little with each broadcast, so that one was planned first. */
let baseMs: number

beforeAll(async () => {
  app = await createTestApp({
    routes: (parts) => {
      const deps = { ...parts, zone: ZONE, horizonDays: 14, commands: { stopOccurrence: async () => {} } }
      const broadcasts = createBroadcastsService(deps)
      return [
        broadcastsRoutes({ broadcasts, occurrences: createOccurrencesService(deps) }),
        changesRoutes({ changes: createChangesService({ ...deps, broadcasts }), checks: createCheckService(deps) }),
        planningRoutes({ planning: createPlanningService(deps) }),
      ]
    },
  })
})
afterAll(() => app.close())

beforeEach(async () => {
  baseMs = app.clock.now()
  world = createWorld(app.db, app.clock)
  commune = await world.area('commune')
  village = await world.area('village', commune)
  const author = await world.account(commune, 'editor')
  await world.device(commune)
  await world.device(village)
  await app.db.prisma.device.updateMany({
    where: { areaId: village.id },
    data: { volumePercent: 50, languages: ['hmn'] },
  })
  programmeId = (await world.programme(commune, [await world.bulletin(commune, author, { durationMs: 120_000 })])).id
  editor = await app.signInAs({ areaId: commune.id, role: 'editor' })
})

const HOUR_MS = 3_600_000
const iso = (aheadMs: number): string => new Date(baseMs + aheadMs).toISOString()
function localIn(aheadMs: number): { firstDate: string; localTimes: string[] } {
  const text = new Date(baseMs + aheadMs + 7 * HOUR_MS).toISOString()
  return { firstDate: text.slice(0, 10), localTimes: [text.slice(11, 19)] }
}
async function answer<T>(schema: z.ZodType<T>, request: ReturnType<TestUser['call']>, status = 200): Promise<T> {
  const response = await request
  expect([response.statusCode, response.statusCode === status ? '' : response.body]).toEqual([status, ''])
  return schema.parse(response.json())
}
const planOf = (aheadMs: number, change: object = {}) => ({
  programmeId,
  areaId: commune.id,
  ...localIn(aheadMs),
  ...change,
})
function make(aheadMs: number, change: object = {}) {
  app.clock.advance(1)
  return answer(broadcast, editor.call('POST', '/api/broadcasts', planOf(aheadMs, change)), 201)
}
const readPreview = (query = '') => answer(preview, editor.call('GET', `/api/areas/${commune.id}/preview${query}`))

describe('what will sound in an area', () => {
  it('is told with devices, loudness, whose broadcast and which rule; what follows on or is left out, with the reason', async () => {
    const daily = await make(HOUR_MS, { rule: 'FREQ=DAILY' })
    const second = await make(HOUR_MS, { targets: [{ kind: 'area', id: village.id }] })
    const dropped = await make(HOUR_MS, {
      onConflict: 'drop',
      targets: [{ kind: 'area', id: village.id, isExcluded: true }],
    })
    const told = await readPreview()
    expect(told).toMatchObject({ timeZone: ZONE, devices: 2 })
    expect(Date.parse(told.to) - Date.parse(told.from)).toBe(24 * HOUR_MS)
    const shown = told.entries.map(({ broadcastId, startAt, devices, volume, rule, leftOut, movedBy, behind }) => ({
      ...{ broadcastId, startAt, devices, volume, rule, leftOut, movedBy, behind: behind?.occurrenceId.slice(0, 36) },
    }))
    expect(shown).toEqual([
      {
        broadcastId: daily.id,
        startAt: iso(HOUR_MS),
        devices: 2,
        volume: { from: 50, to: 80 },
        rule: 'FREQ=DAILY',
        leftOut: null,
        movedBy: null,
        behind: undefined,
      },
      {
        broadcastId: dropped.id,
        startAt: iso(HOUR_MS),
        devices: 1,
        volume: { from: 80, to: 80 },
        rule: null,
        leftOut: 'gave-way',
        movedBy: null,
        behind: daily.id,
      },
      {
        broadcastId: second.id,
        startAt: iso(HOUR_MS + 120_000),
        devices: 1,
        volume: { from: 50, to: 50 },
        rule: null,
        leftOut: null,
        movedBy: 'follow',
        behind: daily.id,
      },
    ])
    expect(told.entries[0]?.items).toEqual([{ title: 'Bản tin 1', languages: ['vi'] }])
    const inVillage = await app.db.prisma.device.findMany({ where: { areaId: village.id }, select: { id: true } })
    expect(told.entries[0]?.deviceIds).toHaveLength(2)
    expect(told.entries[2]?.deviceIds).toEqual(inVillage.map(({ id }) => id))
    const days = (await readPreview(`?from=${iso(0)}&to=${iso(31 * 24 * HOUR_MS)}`)).entries
    expect(days.filter(({ broadcastId }) => broadcastId === daily.id)).toHaveLength(31)
    const tooLong = await editor.call(
      'GET',
      `/api/areas/${commune.id}/preview?from=${iso(0)}&to=${iso(32 * 24 * HOUR_MS)}`,
    )
    expect([tooLong.statusCode, tooLong.json()]).toMatchObject([422, { code: 'occurrence-range' }])
  })

  it('follows the order among equals that the area chose, on record', async () => {
    const [first, second] = [await make(HOUR_MS), await make(HOUR_MS, { lateStart: 'skip' })]
    const url = `/api/areas/${commune.id}/order`
    expect(await answer(areaOrder, editor.call('GET', url))).toEqual({ broadcastIds: [] })
    const order = { broadcastIds: [second.id, first.id] }
    expect(await answer(areaOrder, editor.call('PUT', url, order))).toEqual(order)
    expect((await readPreview()).entries.map(({ broadcastId }) => broadcastId)).toEqual([second.id, first.id])
    const entry = await app.db.prisma.auditEntry.findFirstOrThrow({ orderBy: { seq: 'desc' } })
    expect(entry.action).toBe('broadcast.order-set')
    const elsewhere = await world.area('commune')
    const stranger = await app.signInAs({ areaId: elsewhere.id, role: 'editor' })
    const foreign = await stranger.call('PUT', `/api/areas/${elsewhere.id}/order`, order)
    expect(foreign.json()).toMatchObject({ code: 'order-broadcast-unknown' })
    for (const path of ['preview', 'order', 'schedule.ics']) {
      expect((await stranger.call('GET', `/api/areas/${commune.id}/${path}`)).statusCode).toBe(404)
    }
  })
})

describe('over HTTP', () => {
  it('a plan is checked, one occurrence is moved, and both calendars say so', async () => {
    const { id } = await make(HOUR_MS, { rule: 'FREQ=DAILY' })
    app.clock.advance(1) // What is only asked for comes after it, as a second one would.
    const check = await answer(broadcastCheck, editor.call('POST', '/api/broadcasts/check', planOf(HOUR_MS)))
    expect(check).toMatchObject({
      devices: 2,
      conflicts: [{ broadcastId: id, outcomes: [{ first: 'other', second: 'follows' }] }],
    })
    const mine = { ...planOf(HOUR_MS, { rule: 'FREQ=DAILY' }), broadcastId: id }
    expect(await answer(broadcastCheck, editor.call('POST', '/api/broadcasts/check', mine))).toMatchObject({
      conflicts: [],
    })
    const { occurrenceId } = (await readPreview()).entries[0] ?? { occurrenceId: '' }
    const change = { scope: 'this', action: 'move', startAt: iso(2 * HOUR_MS) }
    const url = `/api/occurrences/${encodeURIComponent(occurrenceId)}/change`
    const moved = await answer(changedOccurrence, editor.call('POST', url, change))
    expect(moved).toMatchObject({ occurrenceId, broadcast: { id, nextStartAt: iso(2 * HOUR_MS) } })
    for (const path of [`/api/broadcasts/${id}.ics`, `/api/areas/${commune.id}/schedule.ics`]) {
      const response = await editor.call('GET', path)
      expect(response.headers['content-type']).toBe('text/calendar; charset=utf-8')
      expect(response.body.match(/BEGIN:VEVENT/g)).toHaveLength(2)
      expect(response.body).toContain('RECURRENCE-ID;TZID=Asia/Ho_Chi_Minh:')
    }
    const nobody = await editor.call('GET', `/api/broadcasts/${world.draw()}.ics`)
    expect(nobody.statusCode).toBe(404)
    const refused = await editor.call('POST', '/api/broadcasts', planOf(HOUR_MS, { rule: 'FREQ=DAILY;BYHOUR=5' }))
    expect(z.object({ title: z.string() }).parse(refused.json()).title).toMatch(/BYHOUR/)
  })

  it('a plan outside the hours is refused with facts that a program can use', async () => {
    const data = { areaId: commune.id, updatedAt: new Date(app.clock.now()), updatedById: world.draw() }
    const free = localIn(2 * HOUR_MS).localTimes[0]?.slice(0, 5) ?? ''
    const hours = [{ days: [1, 2, 3, 4, 5, 6, 7], from: free, to: '24:00' }]
    await app.db.prisma.areaRules.create({ data: { ...data, hours } })
    const response = await editor.call('POST', '/api/broadcasts', planOf(HOUR_MS))
    const facts = { nextFreeAt: expect.any(String), violations: [{ rule: 'hours', areaId: commune.id, devices: 2 }] }
    expect(response.json()).toMatchObject({ status: 422, code: 'broadcast-outside-hours', facts })
  })
})
