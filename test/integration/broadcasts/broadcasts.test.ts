import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeOccurrenceId } from '#protocol/ids.ts'
import { createAudit } from '#server/audit/audit.ts'
import type { Actor } from '#server/auth/rules.ts'
import { createCheckService } from '#server/broadcasts/check-service.ts'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import { createOccurrencesService } from '#server/broadcasts/occurrences-service.ts'
import { createBroadcastsService } from '#server/broadcasts/service.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { at, createTestClock, createWorld, type TestArea, type World } from './world.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

const clock = createTestClock('2026-11-24T00:00:00Z')
const changedAreas: string[] = []
const stops: { occurrenceId: string; deviceIds: readonly string[] }[] = []
const ZONE = 'Asia/Ho_Chi_Minh'
const everything = { limit: 100 }

function services() {
  const deps = {
    db,
    clock,
    log: pino({ level: 'silent' }),
    events: createConsoleEvents(),
    zone: ZONE,
    horizonDays: 14,
    audit: createAudit({ db, clock }),
    plan: { areaChanged: (id: string) => void changedAreas.push(id), deviceChanged: () => {} },
    commands: {
      stopOccurrence: async (occurrenceId: string, deviceIds: readonly string[]) => {
        stops.push({ occurrenceId, deviceIds })
      },
    },
  }
  return { broadcasts: createBroadcastsService(deps), occurrences: createOccurrencesService(deps) }
}

let world: World
let province: TestArea
let commune: TestArea
let village: TestArea
let editor: Actor
let official: Actor

beforeEach(async () => {
  clock.set('2026-11-24T00:00:00Z')
  world = createWorld(db, clock)
  province = await world.area('province')
  commune = await world.area('commune', province)
  village = await world.area('village', commune)
  editor = await world.account(commune, 'editor')
  official = await world.account(province, 'province_official')
  changedAreas.length = 0
  stops.length = 0
})

/** Airs at 08:00:00 local, an hour from now: two minutes. */
async function planned(options: { daily?: boolean; second?: 'draft' | 'approved' } = {}) {
  const first = await world.bulletin(commune, editor)
  const second = await world.bulletin(commune, editor, { state: options.second ?? 'approved' })
  const programme = await world.programme(commune, [first, second])
  const view = await services().broadcasts.create(editor, {
    programmeId: programme.id,
    areaId: commune.id,
    priority: 'normal',
    rule: options.daily ? 'FREQ=DAILY' : null,
    firstDate: '2026-11-24',
    localTimes: ['08:00'],
    extraDates: [],
    exceptDates: [],
    lastDate: null,
  })
  const startAt = at('2026-11-24T01:00:00Z')
  return {
    id: view.row.id,
    view,
    programme,
    first,
    second,
    startAt,
    occurrenceId: makeOccurrenceId(view.row.id, startAt),
  }
}

const expectedRows = (occurrenceId: string) =>
  db.prisma.expectedPlay.findMany({ where: { occurrenceId }, orderBy: [{ deviceId: 'asc' }, { startAt: 'asc' }] })

describe('planning', () => {
  it('shows a broadcast with its next start, duration and readiness, and tells delivery', async () => {
    const [ready, lagging, planless] = [
      await world.device(village),
      await world.device(commune),
      await world.device(commune),
    ]
    const { id, first, second, startAt } = await planned()
    const days = ['2026-11-24', '2026-11-25'].map((date) => ({ date, plan: { sha256: date, bytes: 1 } }))
    await db.prisma.sharedTarget.create({ data: { sha256: 's', content: { days }, lastUsedAt: new Date(clock.now()) } })
    for (const device of [ready, lagging, planless]) {
      await db.prisma.deviceTarget.create({
        data: {
          deviceId: device.id,
          revision: 2,
          contentHash: 'x',
          own: {},
          sharedSha256: 's',
          updatedAt: new Date(clock.now()),
        },
      })
      await db.prisma.deviceReadiness.create({
        data: {
          deviceId: device.id,
          targetRevision: 2,
          held: [
            first.sha256,
            device === lagging ? 'another' : second.sha256,
            device === planless ? '2026-11-25' : '2026-11-24',
          ],
          missing: device === lagging ? [second.sha256] : [],
          reportedAt: new Date(clock.now()),
        },
      })
    }
    const { row, ...view } = await services().broadcasts.get(editor, id)
    expect(view).toEqual({
      nextStartAt: startAt,
      readiness: { total: 3, ready: 1, offline: 3 },
      targets: [],
      targetsElsewhere: 0,
    })
    expect(row).toMatchObject({ localTimes: ['08:00:00'], timeZone: ZONE, bulletinCount: 2 })
    expect(changedAreas).toEqual([commune.id])
  })

  it.each([
    ['broadcast-start-past', { localTimes: ['07:00'] }],
    ['broadcast-start-past', { firstDate: '2026-11-23' }],
    ['broadcast-dates-reversed', { rule: 'FREQ=DAILY', lastDate: '2026-11-20' }],
    // New Year is a public holiday.
    ['broadcast-only-holidays', { firstDate: '2027-01-01', skipHolidays: true }],
    [
      'broadcast-only-holidays',
      { rule: 'FREQ=YEARLY', firstDate: '2027-01-01', lastDate: '2029-01-02', skipHolidays: true },
    ],
    ['broadcast-programme-unknown', { programmeId: '0193a5a0-0000-7000-8000-000000000000' }],
    ['not-found', { areaId: '0193a5a0-0000-7000-8000-000000000000' }],
  ] satisfies [string, Partial<NewBroadcast>][])('refuses with %s: %o', async (code, change) => {
    const programme = await world.programme(commune, [])
    const good = {
      programmeId: programme.id,
      areaId: commune.id,
      priority: 'normal',
      rule: null,
      firstDate: '2026-11-24',
      localTimes: ['08:00'],
      extraDates: [],
      exceptDates: [],
      lastDate: null,
    } satisfies NewBroadcast
    await expect(services().broadcasts.create(editor, { ...good, ...change })).rejects.toMatchObject({ code })
    const check = createCheckService({ db, clock }).check(editor, { ...good, ...change })
    const params = code === 'broadcast-only-holidays' ? { params: { date: '01/01/2027', next: '02/01/2027' } } : {}
    await expect(check).rejects.toMatchObject({ code, ...params })
  })

  it('refuses an area outside the programme’s, and one where the actor may not plan', async () => {
    const other = await world.area('commune', province)
    const programme = await world.programme(commune, [])
    const plan = {
      programmeId: programme.id,
      areaId: other.id,
      priority: 'normal',
      rule: null,
      firstDate: '2026-11-24',
      localTimes: ['08:00'],
      extraDates: [],
      exceptDates: [],
      lastDate: null,
    } satisfies NewBroadcast
    const { broadcasts } = services()
    await expect(broadcasts.create(official, plan)).rejects.toMatchObject({ code: 'broadcast-area-outside-programme' })
    await expect(broadcasts.create(editor, plan)).rejects.toMatchObject({ code: 'not-found' })
    const technician = await world.account(commune, 'technician')
    await expect(broadcasts.create(technician, { ...plan, areaId: commune.id })).rejects.toMatchObject({
      code: 'not-allowed',
    })
  })

  it('shows a commune what the province airs on its speakers, and hides other communes', async () => {
    const programme = await world.programme(province, [await world.bulletin(province, official)])
    await world.device(village)
    await world.device(await world.area('commune', province))
    const { broadcasts } = services()
    const plan = {
      programmeId: programme.id,
      priority: 'priority' as const,
      rule: 'FREQ=DAILY',
      lastDate: null,
      extraDates: [],
      exceptDates: [],
    }
    await broadcasts.create(official, { ...plan, areaId: province.id, firstDate: '2026-11-25', localTimes: ['17:00'] })
    const [seen] = await broadcasts.list(editor, undefined)
    expect(seen).toMatchObject({ row: { areaId: province.id }, readiness: { total: 1 } })
    const stranger = await world.account(await world.area('commune', await world.area('province')), 'editor')
    expect(await broadcasts.list(stranger, undefined)).toEqual([])
    await expect(broadcasts.cancel(editor, seen?.row.id ?? '')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('freezing', () => {
  it('freezes what each device in service was to play when the occurrence begins, once', async () => {
    const [a, b] = [await world.device(village), await world.device(commune, { enrolled: false })]
    const { occurrenceId, second, startAt } = await planned({ second: 'draft' })
    const { occurrences } = services()
    clock.set('2026-11-24T00:59:59.999Z')
    await occurrences.advance()
    expect(await expectedRows(occurrenceId)).toEqual([])
    expect(await occurrences.nextEdgeAt()).toBe(startAt)
    clock.set('2026-11-24T01:00:00Z')
    await Promise.all([occurrences.advance(), occurrences.advance(), services().occurrences.advance()])
    const rows = await expectedRows(occurrenceId)
    expect(rows.map((row) => row.deviceId)).toEqual([a.id, b.id].sort())
    expect(rows[0]).toMatchObject({ startAt: new Date(startAt), durationMs: 60_000, topic: 'policy' })
    expect(rows.map((row) => row.clip)).not.toContain(second.sha256)
    expect(await occurrences.nextEdgeAt()).toBe(startAt + 60_000)
  })

  it('keeps what was expected, whatever is edited later', async () => {
    await world.device(village)
    const { id, occurrenceId } = await planned({ daily: true })
    clock.set('2026-11-24T01:00:30Z')
    const { broadcasts, occurrences } = services()
    // Nothing froze it yet: the edit itself does, first.
    await broadcasts.change(editor, id, {
      priority: 'priority',
      rule: 'FREQ=DAILY',
      firstDate: '2026-11-24',
      localTimes: ['09:00'],
      extraDates: [],
      exceptDates: [],
      lastDate: null,
    })
    expect(await expectedRows(occurrenceId)).toHaveLength(2)
    const range = { from: at('2026-11-24T00:00:00Z'), to: at('2026-11-25T12:00:00Z') }
    const starts = (await occurrences.list(editor, range, undefined)).map((one) => [one.startAt, one.priority])
    expect(starts).toEqual([
      [at('2026-11-24T01:00:00Z'), 'normal'],
      [at('2026-11-24T02:00:00Z'), 'priority'],
      [at('2026-11-25T02:00:00Z'), 'priority'],
    ])
  })

  it('freezes late, with the devices of that time, what began while the server was down', async () => {
    const device = await world.device(village)
    const { occurrenceId, id } = await planned({ daily: true })
    clock.set('2026-11-26T12:00:00Z')
    await world.device(village)
    await services().occurrences.advance()
    const rows = await db.prisma.expectedPlay.findMany({ where: { occurrenceId: { startsWith: id } } })
    expect(new Set(rows.map((row) => row.occurrenceId)).size).toBe(3)
    expect(new Set(rows.map((row) => row.deviceId))).toEqual(new Set([device.id]))
    expect(rows.filter((row) => row.occurrenceId === occurrenceId)).toHaveLength(2)
  })

  it('does not make expected afterwards what was approved too late', async () => {
    await world.device(village)
    const bulletin = await world.bulletin(commune, editor, { state: 'draft' })
    const programme = await world.programme(commune, [bulletin])
    const plan = { programmeId: programme.id, areaId: commune.id, priority: 'normal', lastDate: null } as const
    const { broadcasts, occurrences } = services()
    const { row } = await broadcasts.create(editor, {
      ...plan,
      rule: null,
      firstDate: '2026-11-24',
      localTimes: ['08:00'],
      extraDates: [],
      exceptDates: [],
    })
    clock.set('2026-11-24T01:00:10Z')
    await occurrences.advance()
    await db.prisma.bulletinRevision.updateMany({ where: { bulletinId: bulletin.id }, data: { state: 'approved' } })
    await occurrences.advance()
    const id = makeOccurrenceId(row.id, at('2026-11-24T01:00:00Z'))
    expect(await expectedRows(id)).toEqual([])
    expect((await occurrences.get(editor, id, everything)).view.state).toBe('not-approved')
  })

  it('freezes nothing of the time between a cancelling and its taking back', async () => {
    await world.device(village)
    const { id } = await planned({ daily: true })
    const { broadcasts, occurrences } = services()
    clock.set('2026-11-24T12:00:00Z')
    await broadcasts.cancel(editor, id)
    clock.set('2026-11-26T12:00:00Z')
    await occurrences.advance()
    await broadcasts.restore(editor, id)
    clock.set('2026-11-27T12:00:00Z')
    await occurrences.advance()
    const begun = await db.prisma.occurrence.findMany({ where: { broadcastId: id }, orderBy: { startAt: 'asc' } })
    expect(begun.map((one) => one.startAt.toISOString())).toEqual([
      '2026-11-24T01:00:00.000Z',
      '2026-11-27T01:00:00.000Z',
    ])
  })

  it('lets only the newest revision air: an edited bulletin is off the air until it is approved again', async () => {
    await world.device(village)
    const { first, occurrenceId } = await planned()
    const clip = await db.prisma.clip.findFirstOrThrow({ where: { sha256: first.sha256 } })
    await world.revise(first, clip.id, editor, { state: 'draft' })
    clock.set('2026-11-24T01:00:00Z')
    await services().occurrences.advance()
    expect((await expectedRows(occurrenceId)).map((row) => row.bulletinId)).not.toContain(first.id)
  })
})

describe('on air', () => {
  async function onAir() {
    const [a, b] = [await world.device(village), await world.device(village)]
    const plan = await planned()
    clock.set('2026-11-24T01:00:10Z')
    const { occurrences, broadcasts } = services()
    await occurrences.advance()
    return { ...plan, a, b, occurrences, broadcasts }
  }

  it('shows today: what plays, what comes, what is over, and the devices', async () => {
    const { occurrenceId, occurrences, a } = await onAir()
    await db.prisma.devicePresence.create({
      data: {
        deviceId: a.id,
        connectionId: world.draw(),
        online: true,
        since: new Date(clock.now()),
        lastSeenAt: new Date(clock.now()),
        state: { playing: { occurrenceId } },
      },
    })
    await world.device(village, { enrolled: false })
    const playing = await occurrences.today(editor)
    expect(playing.playing).toMatchObject([
      { id: occurrenceId, state: 'playing', devices: { expected: 2, playing: 1, unknown: 2 } },
    ])
    expect(playing.devices).toEqual({ total: 3, online: 1, offline: 1, neverEnrolled: 1, playing: 1 })
    expect(playing.totals).toEqual({ playing: 1, next: 0, ended: 0 })
    expect(playing.firstSteps).toEqual({ speaker: true, approver: false, bulletin: true, broadcast: true })
    clock.set('2026-11-24T01:02:00Z')
    const over = await occurrences.today(editor)
    expect([over.playing, over.ended.map((one) => one.id)]).toEqual([[], [occurrenceId]])
  })

  it('stops it on every device, on record, and drops it from the targets', async () => {
    const { occurrenceId, occurrences, a, b } = await onAir()
    changedAreas.length = 0
    const view = await occurrences.stop(editor, occurrenceId)
    expect(view.state).toBe('ended')
    expect(stops).toEqual([{ occurrenceId, deviceIds: [a.id, b.id].sort() }])
    expect(changedAreas).toEqual([commune.id])
    const items = (await occurrences.get(editor, occurrenceId, everything)).explanation.devices.flatMap(
      (one) => one.items,
    )
    // The second item had not begun: cancelled. Of the first nobody knows yet.
    expect(items.map((item) => [item.outcome.outcome, item.outcome.reason])).toEqual([
      ['unknown', 'not-reported'],
      ['cancelled', 'stopped'],
      ['unknown', 'not-reported'],
      ['cancelled', 'stopped'],
    ])
    await occurrences.stop(editor, occurrenceId)
    expect(stops).toHaveLength(2)
    const row = await db.prisma.occurrence.findUniqueOrThrow({ where: { id: occurrenceId } })
    expect(row.endedEarlyAt).toEqual(new Date(clock.now()))
  })

  it('refuses to stop what has not begun or is long over', async () => {
    const { id } = await planned({ daily: true })
    const { occurrences } = services()
    const next = makeOccurrenceId(id, at('2026-11-24T01:00:00Z'))
    await expect(occurrences.stop(editor, next)).rejects.toMatchObject({ code: 'occurrence-not-playing' })
    clock.set('2026-11-24T02:00:00Z')
    await expect(occurrences.stop(editor, next)).rejects.toMatchObject({ code: 'occurrence-not-playing' })
    expect(stops).toEqual([])
  })

  it('says what became of each item on each device', async () => {
    const { occurrenceId, occurrences, a, b } = await onAir()
    const [first, second] = await db.prisma.expectedPlay.findMany({
      where: { occurrenceId, deviceId: a.id },
      orderBy: { startAt: 'asc' },
    })
    if (first === undefined || second === undefined) throw new Error('two items are expected')
    const play = {
      ledgerId: a.ledgerId,
      deviceId: a.id,
      areaId: village.id,
      areaPath: village.path,
      occurrenceId,
      clip: first.clip,
      language: 'vi',
      clock: 'trusted',
      targetRevision: 1,
      startedSeq: 1,
    }
    const second1 = (s: number) => new Date(second.startAt.getTime() + s * 1000)
    await db.prisma.play.createMany({
      data: [
        {
          ...play,
          id: world.draw(),
          itemId: first.itemId,
          plannedStartAt: first.startAt,
          startedAt: first.startAt,
          endedAt: second.startAt,
          heardMs: 60_000,
          outcome: 'played',
        },
        {
          ...play,
          id: world.draw(),
          itemId: second.itemId,
          plannedStartAt: second.startAt,
          startedAt: second1(0),
          endedAt: second1(20),
          heardMs: 20_000,
          outcome: 'partial',
          reason: 'power-lost',
        },
      ],
    })
    clock.set('2026-11-24T02:00:00Z')
    await db.prisma.ledger.update({ where: { id: b.ledgerId }, data: { completeUntil: new Date(clock.now()) } })
    const { view, explanation } = await occurrences.get(editor, occurrenceId, everything)
    const items = explanation.devices.flatMap((one) => one.items)
    const none = { playing: 0, played: 0, missed: 0, cancelled: 0, leftOut: 0, unknown: 0 }
    expect(view.devices).toEqual({ ...none, expected: 2, partial: 1, missed: 1 })
    const ofB = { occurrenceId, deviceId: b.id }
    const countsOf = async () => (await occurrences.get(editor, occurrenceId, everything)).view.devices
    const of = (id: string) =>
      items
        .filter((item) => item.deviceId === id)
        .map(({ outcome }) => [outcome.outcome, outcome.reason, outcome.heardMs])
    expect(of(a.id)).toEqual([
      ['played', null, 60_000],
      ['partial', 'power-lost', 20_000],
    ])
    expect(of(b.id)).toEqual([
      ['missed', 'no-target', 0],
      ['missed', 'no-target', 0],
    ])
    // Whatever became of it, all who were to hear it are in the sum.
    await db.prisma.expectedPlay.updateMany({ where: ofB, data: { leftOut: 'suspended' } })
    expect(await countsOf()).toEqual({ ...none, expected: 2, partial: 1, leftOut: 1 })
    await db.prisma.expectedPlay.updateMany({ where: ofB, data: { leftOut: null } })
    await db.prisma.occurrence.update({ where: { id: occurrenceId }, data: { endedEarlyAt: first.startAt } })
    expect(await countsOf()).toEqual({ ...none, expected: 2, partial: 1, cancelled: 1 })
  })
})
