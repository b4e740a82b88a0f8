import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { airtimeRoutes } from '#server/airtime/routes.ts'
import { airtimeReport } from '#server/airtime/schemas.ts'
import { createAirtimeService } from '#server/airtime/service.ts'
import { changesRoutes } from '#server/broadcasts/changes-routes.ts'
import { createChangesService } from '#server/broadcasts/changes-service.ts'
import { plannedBroadcast } from '#server/broadcasts/check-schemas.ts'
import { createCheckService } from '#server/broadcasts/check-service.ts'
import { occurrenceDetail } from '#server/broadcasts/explain-schemas.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { broadcastsRoutes } from '#server/broadcasts/routes.ts'
import { broadcast, occurrence, today } from '#server/broadcasts/schemas.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { createWorld, type TestArea } from './world.ts'

const ZONE = 'Asia/Ho_Chi_Minh'
let app: TestApp
let commune: TestArea
let editor: TestUser
let programmeId: string

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
      const [broadcasts, occurrences] = [createBroadcastsService(deps), createOccurrencesService(deps)]
      return [
        broadcastsRoutes({ broadcasts, occurrences }),
        changesRoutes({ changes: createChangesService({ ...deps, broadcasts }), checks: createCheckService(deps) }),
        airtimeRoutes({ airtime: createAirtimeService(deps), zone: 'Asia/Ho_Chi_Minh' }),
      ]
    },
  })
  const world = createWorld(app.db, app.clock)
  commune = await world.area('commune')
  const author = await world.account(commune, 'editor')
  await world.device(commune)
  programmeId = (await world.programme(commune, [await world.bulletin(commune, author)])).id
  editor = await app.signInAs({ areaId: commune.id, role: 'editor' })
})
afterAll(() => app.close())

/** Wall-clock time in Viet Nam, `aheadMs` from the test's clock. */
function localIn(aheadMs: number): { firstDate: string; localTimes: string[] } {
  const text = new Date(app.clock.now() + aheadMs + 7 * 3_600_000).toISOString()
  return { firstDate: text.slice(0, 10), localTimes: [text.slice(11, 19)] }
}

async function answer<T>(schema: z.ZodType<T>, request: ReturnType<TestUser['call']>, status = 200): Promise<T> {
  const response = await request
  expect([response.statusCode, response.statusCode === status ? '' : response.body]).toEqual([status, ''])
  return schema.parse(response.json())
}
const problem = z.object({ code: z.string(), title: z.string() })
const iso = (aheadMs: number): string => new Date(app.clock.now() + aheadMs).toISOString()
const HOUR_MS = 3_600_000

describe('the way of a broadcast over HTTP', () => {
  it('is planned, changed, cancelled, restored, aired, stopped and accounted for', async () => {
    const plan = { programmeId, areaId: commune.id, rule: 'FREQ=DAILY', ...localIn(HOUR_MS) }
    const made = await answer(broadcast, editor.call('POST', '/api/broadcasts', plan), 201)
    expect(made).toMatchObject({
      priority: 'normal',
      timeZone: ZONE,
      durationMs: 60_000,
      allApproved: true,
      lastDate: null,
    })
    const url = `/api/broadcasts/${made.id}`

    const some = (ids: string) => answer(z.array(broadcast), editor.call('GET', `/api/broadcasts?ids=${ids}`))
    expect((await some(`${made.id},${commune.id}`)).map(({ id }) => id)).toEqual([made.id])
    expect(await some(commune.id)).toEqual([])

    const timing = { rule: 'FREQ=DAILY', ...localIn(2 * HOUR_MS) }
    const moved = await answer(broadcast, editor.call('PATCH', url, { priority: 'priority', ...timing }))
    expect(moved.nextStartAt).toBe(iso(2 * HOUR_MS))
    expect((await answer(broadcast, editor.call('POST', `${url}/cancel`, {}))).nextStartAt).toBeNull()
    const refused = await editor.call('PATCH', url, { priority: 'normal', ...timing })
    expect(problem.parse(refused.json())).toMatchObject({ code: 'broadcast-cancelled', title: /khôi phục/ })
    expect((await answer(broadcast, editor.call('POST', `${url}/restore`, {}))).nextStartAt).toBe(iso(2 * HOUR_MS))
    const list = await answer(z.array(broadcast), editor.call('GET', `/api/broadcasts?areaId=${commune.id}`))
    expect(list.map((one) => one.id)).toEqual([made.id])

    const before = await answer(today, editor.call('GET', '/api/today'))
    expect(before).toMatchObject({ playing: [], next: [{ broadcastId: made.id, state: 'planned' }] })
    app.clock.advance(2 * HOUR_MS + 1_000)
    const range = `from=${iso(-HOUR_MS)}&to=${iso(24 * HOUR_MS)}`
    const found = await answer(z.array(occurrence), editor.call('GET', `/api/occurrences?${range}`))
    expect(found.map((one) => one.state)).toEqual(['playing', 'planned'])
    const occurrenceUrl = `/api/occurrences/${encodeURIComponent(found[0]?.id ?? '')}`

    const stopped = await answer(occurrence, editor.call('POST', `${occurrenceUrl}/stop`, {}))
    expect(stopped).toMatchObject({ state: 'ended', devices: { expected: 1, unknown: 1 } })
    const play = await app.db.prisma.expectedPlay.findFirstOrThrow({ where: { occurrenceId: stopped.id } })
    await app.db.prisma.play.create({
      data: {
        id: 'play-1',
        ledgerId: play.itemId,
        deviceId: play.deviceId,
        areaId: play.areaId,
        areaPath: play.areaPath,
        occurrenceId: stopped.id,
        itemId: play.itemId,
        clip: play.clip,
        plannedStartAt: play.startAt,
        startedAt: play.startAt,
        endedAt: new Date(play.startAt.getTime() + 1_000),
        heardMs: 1_000,
        outcome: 'partial',
        reason: 'stopped',
        clock: 'trusted',
        targetRevision: 1,
        startedSeq: 1,
      },
    })
    const inEnglish = { 'accept-language': 'en' }
    const detail = await answer(occurrenceDetail, editor.call('GET', occurrenceUrl, undefined, inEnglish))
    expect(detail.items).toMatchObject([
      {
        outcome: 'partial',
        reason: { code: 'stopped', text: expect.stringMatching(/^Stopped by an operator at .*, by Người/) },
        expectedMs: 60_000,
        heardMs: 1_000,
      },
    ])
    const report = await answer(airtimeReport, editor.call('GET', `/api/airtime?${range}&by=topic`))
    expect(report.rows).toMatchObject([{ key: 'policy', label: expect.stringContaining('Đường lối'), playedMs: 1_000 }])
    expect(report.total).toMatchObject({ expectedMs: 60_000, playedMs: 1_000, missedMs: 59_000, unknownMs: 0 })
  })

  it('is told in words what a recurrence may say, and what is amiss with a plan though it is saved', async () => {
    const sent = (change: object, language = 'vi') =>
      editor.call(
        'POST',
        '/api/broadcasts',
        { programmeId, areaId: commune.id, ...localIn(3 * HOUR_MS), ...change },
        { 'accept-language': language },
      )
    for (const rule of ['FREQ=SECONDLY', 'xx', '']) {
      const refused = await sent({ rule })
      expect(refused.statusCode).toBe(422)
      expect(problem.parse(refused.json())).toMatchObject({ code: 'broadcast-rule-frequency', title: /hằng tháng/ })
    }
    await app.db.prisma.device.updateMany({ data: { retiredAt: new Date(app.clock.now()) } })
    const { id, planWarnings } = await answer(plannedBroadcast, sent({}, 'en'), 201)
    expect(planWarnings).toMatchObject([{ rule: 'nobodyHears', broadcastId: id, text: /There is no speaker yet/ }])
    const again = await sent({}, 'en')
    expect([again.statusCode, again.json()]).toMatchObject([
      409,
      { code: 'broadcast-already', title: /planned already: “Chương trình sáng”, next at/, facts: { broadcastId: id } },
    ])
  })

  it.each<[string, string, number, string]>([
    ['GET', '/api/occurrences/nothing', 404, 'not-found'],
    ['GET', '/api/occurrences?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 422, 'occurrence-range'],
    ['GET', '/api/airtime?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 422, 'airtime-range'],
    ['GET', '/api/broadcasts/0193a5a0-0000-7000-8000-000000000000', 404, 'not-found'],
  ])('answers %s %s with %i %s', async (method, url, status, code) => {
    const response = await editor.call(z.enum(['GET']).parse(method), url)
    expect([response.statusCode, problem.parse(response.json()).code]).toEqual([status, code])
  })

  it('lets nobody see or stop what lies outside his areas', async () => {
    const elsewhere = await createWorld(app.db, app.clock).area('commune')
    const stranger = await app.signInAs({ areaId: elsewhere.id, role: 'editor' })
    const { id } = await app.db.prisma.occurrence.findFirstOrThrow()
    const url = `/api/occurrences/${encodeURIComponent(id)}`
    expect((await stranger.call('GET', url)).statusCode).toBe(404)
    expect((await stranger.call('POST', `${url}/stop`, {})).statusCode).toBe(404)
  })
})
