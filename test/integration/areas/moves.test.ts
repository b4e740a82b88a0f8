import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dayPlan } from '#protocol/target.ts'
import { instantMs } from '#protocol/time.ts'
import { createAirtimeService } from '#server/airtime/service.ts'
import { movesRoutes } from '#server/areas/moves/routes.ts'
import { createMovesService, type MovesService } from '#server/areas/moves/service.ts'
import type { Actor } from '#server/auth/rules.ts'
import { compileScope } from '#server/delivery/compile.ts'
import { makePlan } from '#server/planning/rules.ts'
import { createPlanningService } from '#server/planning/service.ts'
import { readPlanDevices, readPlanInput } from '#server/planning/store.ts'
import { createTestApp, type TestApp, type TestUser } from '../../support/app.ts'
import { readKeptTarget } from '../../support/kept-target.ts'
import { createWorld, type TestArea, type World } from '../broadcasts/world.ts'

/** Two old communes, each with a village that has a speaker, and the new commune that they are to become. */
let app: TestApp
let world: World
let moves: MovesService
let province: TestArea
let [first, second, merged]: TestArea[] = []
let official: TestUser
const DAY_MS = 86_400_000

beforeEach(async () => {
  app = await createTestApp({
    routes: (parts) => {
      moves = createMovesService(parts)
      return [movesRoutes({ moves })]
    },
  })
  world = createWorld(app.db, app.clock)
  province = await world.area('province')
  first = await world.area('commune', province)
  second = await world.area('commune', province)
  merged = await world.area('commune', province)
  official = await app.signInAs({ areaId: province.id, role: 'province_official' })
})
afterEach(() => app?.close())

function placed(area: TestArea | undefined): TestArea {
  if (area === undefined) throw new Error('not made')
  return area
}
const merger = (over: object = {}) => ({
  areaIds: [placed(first).id, placed(second).id],
  intoId: placed(merged).id,
  from: 'now',
  reason: 'Nghị quyết sáp nhập',
  ...over,
})
const pathOf = async (id: string): Promise<string[]> =>
  (await app.db.prisma.area.findUniqueOrThrow({ where: { id } })).path

/** A broadcast of a whole commune, every day at the time that it is now. */
async function broadcastIn(area: TestArea, editor: Actor): Promise<string> {
  const bulletin = await world.bulletin(area, editor, { durationMs: 600_000 })
  const programme = await world.programme(area, [bulletin])
  const id = world.draw()
  const now = new Date(app.clock.now())
  await app.db.prisma.broadcast.create({
    data: {
      id,
      programmeId: programme.id,
      areaId: area.id,
      priority: 'normal',
      rule: 'FREQ=DAILY',
      localTimes: ['10:00:00'],
      timeZone: 'Asia/Ho_Chi_Minh',
      firstDate: '2026-03-02',
      createdById: editor.accountId,
      createdAt: new Date(now.getTime() - 60_000),
      updatedAt: new Date(now.getTime() - 60_000),
    },
  })
  return id
}

/** Expected of the speaker an hour ago, and heard whole. */
async function addHistory(area: TestArea, device: { id: string; ledgerId: string }, broadcastId: string) {
  const startAt = new Date(app.clock.now() - 3_600_000)
  const occurrenceId = `${broadcastId}@history`
  const place = { areaId: area.id, areaPath: area.path }
  const shared = { ...place, occurrenceId, deviceId: device.id, itemId: world.draw(), clip: 'x', language: 'vi' }
  const endAt = new Date(startAt.getTime() + 60_000)
  const occurrence = { ...place, id: occurrenceId, broadcastId, title: 'x', priority: 'normal' as const }
  await app.db.prisma.occurrence.create({ data: { ...occurrence, startAt, endAt, frozenAt: startAt } })
  const content = { bulletinId: world.draw(), revisionId: world.draw(), title: 'x', topic: 'policy' }
  await app.db.prisma.expectedPlay.create({
    data: { ...shared, ...content, startAt, durationMs: 60_000, settledAt: endAt },
  })
  await app.db.prisma.play.create({
    data: {
      ...shared,
      id: world.draw(),
      ledgerId: device.ledgerId,
      plannedStartAt: startAt,
      startedAt: startAt,
      endedAt: endAt,
      heardMs: 60_000,
      outcome: 'played',
      clock: 'trusted',
      targetRevision: 1,
      startedSeq: 1,
    },
  })
}

async function airtime(actor: Actor, areaId?: string) {
  const now = app.clock.now()
  const range = { from: instantMs.parse(now - 2 * 3_600_000), to: instantMs.parse(now - 60_000) }
  const { db, clock, audit } = app
  return (await createAirtimeService({ db, clock, audit }).report(actor, { ...range, areaId, by: 'area' })).total
}

describe('a merger', () => {
  it('puts the old communes below the new one with their history, and rewrites nothing that was recorded', async () => {
    const [one, two, into] = [placed(first), placed(second), placed(merged)]
    for (const area of [one, two]) {
      const village = await world.area('village', area)
      const editor = await world.account(area, 'editor')
      await addHistory(village, await world.device(village), await broadcastIn(area, editor))
    }
    const reader = await world.account(province, 'province_official')
    const newcomer = await world.account(into, 'editor')
    const recorded = async () => ({
      expected: await app.db.prisma.expectedPlay.findMany({ where: { occurrenceId: { endsWith: 'history' } } }),
      plays: await app.db.prisma.play.findMany(),
    })
    const before = {
      rows: await recorded(),
      one: await airtime(reader, one.id),
      two: await airtime(reader, two.id),
      all: await airtime(reader),
    }
    expect(before.one).toMatchObject({ expectedMs: 60_000, playedMs: 60_000 })
    expect(await airtime(newcomer)).toMatchObject({ expectedMs: 0 })

    const answer = await official.call('POST', '/api/moves', merger())
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.json()).toMatchObject({ state: 'done', into: { id: into.id } })
    const moved: { id: string }[] = answer.json().areas
    expect(moved.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort())

    expect(await pathOf(one.id)).toEqual([province.id, into.id, one.id])
    for (const device of await readPlanDevices(app.db.prisma, { within: [into.id] })) {
      expect(device.areaPath.slice(0, 2)).toEqual([province.id, into.id])
      expect(device.areaPath).toHaveLength(4)
    }
    expect(await recorded()).toEqual(before.rows)
    expect([await airtime(reader, one.id), await airtime(reader, two.id)]).toEqual([before.one, before.two])
    expect(await airtime(reader)).toEqual(before.all)
    expect(await airtime(reader, into.id)).toEqual(before.all)
    // Who works in the new commune has the history of all that stands in it.
    expect(await airtime(newcomer)).toEqual(before.all)
    expect(app.told).toContain(`area ${into.id}`)
    const trail = await app.db.prisma.auditEntry.findMany({ where: { action: 'area.moved' } })
    expect(trail.map((entry) => entry.subjectId).sort()).toEqual([one.id, two.id].sort())
  })

  it('lets what is on the air play on, expected where it began', async () => {
    const one = placed(first)
    const village = await world.area('village', one)
    const { id: deviceId } = await world.device(village)
    await broadcastIn(one, await world.account(one, 'editor'))
    app.clock.advance(60_000)
    expect((await official.call('POST', '/api/moves', merger())).statusCode).toBe(201)

    const [expected] = await app.db.prisma.expectedPlay.findMany({ where: { deviceId } })
    expect(expected?.areaPath).toEqual(village.path)
    const now = app.clock.now()
    const range = { from: instantMs.parse(now - 3_600_000), to: instantMs.parse(now + DAY_MS) }
    const plan = makePlan(await readPlanInput(app.db.prisma, { range }))
    const [device] = await readPlanDevices(app.db.prisma, { within: [placed(merged).id] })
    if (device === undefined) throw new Error('the speaker is lost')
    const { arranged } = plan.planOf(plan.classOf(device))
    const begun = arranged.find((each) => each.occurrenceId === expected?.occurrenceId)
    expect(begun).toMatchObject({ leftOut: null, airing: { endedEarlyAt: null } })
  })

  it('of the morning after happens at the beginning of that day, where the new commune is', async () => {
    const one = placed(first)
    expect((await official.call('POST', '/api/moves', merger({ from: '2026-03-02' }))).json().code).toBe(
      'move-too-early',
    )
    const planned = await official.call('POST', '/api/moves', merger({ from: '2026-03-03' }))
    expect(planned.json()).toMatchObject({ state: 'planned', effectiveAt: '2026-03-02T17:00:00.000Z', doneAt: null })
    expect(await moves.nextAt()).toBe(Date.parse('2026-03-02T17:00:00Z'))
    app.clock.advance(14 * 3_600_000 - 1)
    await moves.runDue()
    expect(await pathOf(one.id)).toEqual(one.path)
    app.clock.advance(1)
    await moves.runDue()
    expect(await pathOf(one.id)).toEqual([province.id, placed(merged).id, one.id])
    expect(await moves.nextAt()).toBeUndefined()
    official = await app.signInAs({ areaId: province.id, role: 'province_official' })
    const [shown] = (await official.call('GET', '/api/moves')).json()
    expect(shown).toMatchObject({ state: 'done', doneAt: '2026-03-02T17:00:00.000Z' })
    expect((await official.call('POST', `/api/moves/${shown.id}/cancel`)).json().code).toBe('move-over')
  })

  it('is cancelled before it happens, and may be planned anew', async () => {
    const { id } = (await official.call('POST', '/api/moves', merger({ from: '2026-03-03' }))).json()
    const again = await official.call('POST', '/api/moves', merger({ from: '2026-03-04' }))
    expect([again.statusCode, again.json().code]).toEqual([409, 'move-planned-already'])
    expect((await official.call('POST', `/api/moves/${id}/cancel`)).json()).toMatchObject({ state: 'cancelled' })
    app.clock.advance(DAY_MS)
    await moves.runDue()
    expect(await pathOf(placed(first).id)).toEqual(placed(first).path)
  })

  it('is refused where another plan would bring its destination below what moves', async () => {
    await official.call('POST', '/api/moves', merger({ from: '2026-03-03' }))
    const back = {
      areaIds: [placed(merged).id],
      deviceIds: [],
      intoId: placed(first).id,
      reason: 'Nhầm',
      from: '2026-03-04',
    }
    const answer = await official.call('POST', '/api/moves', back)
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'move-into-itself'])
    expect((await official.call('GET', '/api/moves')).json()).toHaveLength(1)
  })

  it('waits for a name that was given meanwhile, says so, and happens once it is free', async () => {
    const village = async (parent: TestArea, name: string) => {
      const { id } = await world.area('village', parent)
      await app.db.prisma.area.update({ where: { id }, data: { name } })
      return id
    }
    const into = placed(merged)
    const moving = await village(placed(first), 'Thôn Đông')
    const planned = await official.call('POST', '/api/moves', merger({ areaIds: [moving], from: '2026-03-03' }))
    expect(planned.statusCode).toBe(201)
    const other = await village(placed(second), 'Thôn Đông')
    const clash = await official.call('POST', '/api/moves', merger({ areaIds: [other], from: '2026-03-04' }))
    expect([clash.statusCode, clash.json().code]).toEqual([409, 'move-name-taken'])
    const taken = await village(into, 'Thôn Đông')
    app.clock.advance(15 * 3_600_000)
    await moves.runDue()
    official = await app.signInAs({ areaId: province.id, role: 'province_official' })
    const [shown] = (await official.call('GET', '/api/moves')).json()
    expect(shown.state).toBe('in-the-way')
    expect(shown.obstacle).toContain('Thôn Đông')
    await app.db.prisma.area.update({ where: { id: taken }, data: { name: 'Thôn Đông cũ' } })
    await moves.runDue()
    expect(await pathOf(moving)).toEqual([...into.path, moving])
  })
})

describe('a merger that is coming', () => {
  it('stands in preview, check and target of the days after it, is told what no longer fits, and comes true', async () => {
    const [one, into] = [placed(first), placed(merged)]
    const village = await world.area('village', one)
    const { id: deviceId } = await world.device(village)
    const { id: neighbourId } = await world.device(into)
    const broadcastId = await broadcastIn(one, await world.account(one, 'editor'))
    const theirs = await broadcastIn(into, await world.account(into, 'editor'))
    await app.db.prisma.broadcast.update({ where: { id: theirs }, data: { localTimes: ['05:30:00'] } })
    await app.db.prisma.areaRules.create({
      data: {
        areaId: into.id,
        hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:00', to: '06:00' }],
        updatedAt: new Date(app.clock.now()),
        updatedById: official.accountId,
      },
    })
    // The neighbour hears it too, once both stand in one commune.
    const body = merger({ from: '2026-03-05' })
    const told = (await official.call('POST', '/api/moves/check', body)).json()
    expect(told).toMatchObject({ devices: 1, noLongerFits: { count: 14 }, capsBroken: { count: 0 } })
    expect(told.noLongerFits.occurrences[0]).toMatchObject({
      occurrenceId: expect.stringContaining(broadcastId),
      startAt: '2026-03-05T03:00:00.000Z',
      reason: 'outside-hours',
      deviceCount: 1,
    })
    expect(await app.db.prisma.plannedMove.count()).toBe(0)
    const saved = await official.call('POST', '/api/moves', body)
    expect(saved.json()).toMatchObject({ state: 'planned', impact: { noLongerFits: { count: 14 } } })
    expect(app.told).toEqual(expect.arrayContaining([`area ${into.id}`, `area ${one.id}`]))

    // What the device holds now carries the plays of the days after, though nobody ever reaches it again.
    const { db, clock, log } = app
    const deps = { db, log, horizonDays: 14, clips: { transport: 'auto', baseUrl: null } } as const
    const compile = (areaIds: readonly string[]) =>
      compileScope(deps, { kind: 'some', areaIds, deviceIds: [] }, clock.now(), () => undefined)
    const startsOf = async (id: string): Promise<string[]> => {
      const { days } = (await readKeptTarget(app.db, id)).content
      const plans = await app.db.prisma.dayPlan.findMany({
        where: { sha256: { in: days.map((day) => day.plan.sha256) } },
      })
      const starts = plans.flatMap(({ bytes }) => dayPlan.parse(JSON.parse(Buffer.from(bytes).toString())).occurrences)
      return starts.map(({ startAt }) => new Date(startAt).toISOString()).sort()
    }
    // Told of a change at the destination, those that are to come there are concerned too.
    await compile([into.id])
    const sent = await startsOf(deviceId)
    expect(sent.slice(1, 5)).toEqual([
      '2026-03-03T03:00:00.000Z',
      '2026-03-04T03:00:00.000Z',
      '2026-03-04T22:30:00.000Z',
      '2026-03-05T22:30:00.000Z',
    ])
    const { content: kept } = await readKeptTarget(app.db, deviceId)
    const inHours = kept.permitted.filter(({ fromAt }) => fromAt > Date.parse('2026-03-04T17:00Z'))
    expect(inHours[0]).toEqual({ fromAt: Date.parse('2026-03-04T22:00Z'), toAt: Date.parse('2026-03-04T23:00Z') })

    const planning = createPlanningService({ ...app, plan: app.plan, events: app.events, audit: app.audit })
    const reader = await world.account(province, 'province_official')
    const preview = async (areaId: string, from: string) => {
      const to = new Date(Date.parse(from) + DAY_MS).toISOString()
      const { entries, devices } = await planning.preview(reader, areaId, { from, to })
      return { devices, entries: entries.map((one) => `${one.startAt} ${one.leftOut} ${one.devices}`) }
    }
    const [before, after] = ['2026-03-03T17:00:00.000Z', '2026-03-04T17:00:00.000Z']
    expect(await preview(into.id, before)).toEqual({ devices: 1, entries: ['2026-03-03T22:30:00.000Z null 1'] })
    const together = {
      devices: 2,
      entries: ['2026-03-04T22:30:00.000Z null 2', '2026-03-05T03:00:00.000Z outside-hours 1'],
    }
    expect(await preview(into.id, after)).toEqual(together)

    app.clock.advance(Date.parse(after) - app.clock.now())
    await moves.runDue()
    expect(await preview(into.id, after)).toEqual(together)
    await compile([province.id])
    const later = sent.filter((start) => start > after)
    expect((await startsOf(deviceId)).filter((start) => start > after).slice(0, later.length)).toEqual(later)
    expect((await startsOf(neighbourId)).filter((start) => start > after).slice(0, 2)).toEqual(later.slice(0, 2))
  })

  it('decides what is expected of a device although it happens late', async () => {
    const [one, into] = [placed(first), placed(merged)]
    const { id: deviceId } = await world.device(await world.area('village', one))
    const theirs = await broadcastIn(into, await world.account(into, 'editor'))
    expect((await official.call('POST', '/api/moves', merger({ from: '2026-03-03' }))).statusCode).toBe(201)
    // The server was down at midnight, and is back when the new commune has begun to broadcast.
    app.clock.advance(Date.parse('2026-03-03T03:01:00Z') - app.clock.now())
    await moves.runDue()
    const [expected] = await app.db.prisma.expectedPlay.findMany({ where: { deviceId } })
    expect(expected).toMatchObject({ occurrenceId: expect.stringContaining(theirs), leftOut: null })
    expect(expected?.areaPath.slice(0, 3)).toEqual([province.id, into.id, one.id])
  })
})

describe('moving', () => {
  it('takes single speakers along, and tells delivery of each', async () => {
    const device = await world.device(placed(first))
    const answer = await official.call('POST', '/api/moves', merger({ areaIds: [], deviceIds: [device.id] }))
    expect(answer.statusCode, answer.body).toBe(201)
    expect((await readPlanDevices(app.db.prisma, { within: [placed(merged).id] })).map((one) => one.id)).toEqual([
      device.id,
    ])
    expect(app.told).toContain(`device ${device.id}`)
  })

  it('needs the right over what an area leaves, and over where it goes', async () => {
    const own = await app.signInAs({ areaId: placed(first).id, role: 'administrator' })
    const both = await app.signInAs(
      { areaId: placed(first).id, role: 'administrator' },
      { areaId: placed(merged).id, role: 'administrator' },
    )
    const editor = await app.signInAs({ areaId: province.id, role: 'editor' })
    const areaIds = [placed(first).id]
    const codeOf = async (who: TestUser) => (await who.call('POST', '/api/moves', merger({ areaIds }))).json().code
    expect(await codeOf(own)).toBe('not-found')
    // Nobody takes a commune out of its province who has no say there.
    expect(await codeOf(both)).toBe('not-found')
    expect(await codeOf(editor)).toBe('not-allowed')
    expect(await pathOf(placed(first).id)).toEqual(placed(first).path)
  })

  it('is shown to whom it concerns, without the names of places that they may not know of', async () => {
    expect((await official.call('POST', '/api/moves', merger({ from: '2026-03-03' }))).statusCode).toBe(201)
    const read = async (areaId: string) => {
      const who = await app.signInAs({ areaId, role: 'editor' })
      return (await who.call('GET', '/api/moves')).json()
    }
    expect(await read(placed(first).id)).toMatchObject([{ areas: [{ id: placed(first).id }], into: null }])
    expect(await read(placed(merged).id)).toMatchObject([{ areas: [], into: { id: placed(merged).id } }])
    expect(await read((await world.area('commune', province)).id)).toEqual([])
  })
})
