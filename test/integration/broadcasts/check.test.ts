import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeOccurrenceId } from '#protocol/ids.ts'
import type { Actor } from '#server/auth/rules.ts'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { makeServices, type Services } from './services.ts'
import { at, createTestClock, createWorld, type TestArea, type World } from './world.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

const clock = createTestClock('2026-11-24T00:00:00Z')
let world: World
let services: Services
let province: TestArea
let commune: TestArea
let neighbour: TestArea
let official: Actor
let editor: Actor
let plan: NewBroadcast

/** Two minutes every day at 08:00 local. */
beforeEach(async () => {
  clock.set('2026-11-24T00:00:00Z')
  world = createWorld(db, clock)
  services = makeServices(db, clock)
  province = await world.area('province')
  commune = await world.area('commune', province)
  neighbour = await world.area('commune', province)
  official = await world.account(province, 'province_official')
  editor = await world.account(commune, 'editor')
  for (const area of [commune, commune, neighbour]) await world.device(area)
  const bulletin = await world.bulletin(province, official, { durationMs: 120_000 })
  plan = {
    programmeId: (await world.programme(province, [bulletin])).id,
    areaId: province.id,
    priority: 'normal',
    rule: 'FREQ=DAILY',
    firstDate: '2026-11-24',
    localTimes: ['08:00'],
    extraDates: [],
    exceptDates: [],
    lastDate: null,
  }
})

const everyDay = [1, 2, 3, 4, 5, 6, 7]
async function rule(area: TestArea, rules: { hours?: [string, string]; maxMinutesPerDay?: number }): Promise<void> {
  const { hours, ...caps } = rules
  const window = hours === undefined ? [] : [{ days: everyDay, from: hours[0], to: hours[1] }]
  await db.prisma.areaRules.create({
    data: {
      ...{ areaId: area.id, updatedAt: new Date(clock.now()), updatedById: official.accountId, ...caps },
      ...(hours === undefined ? {} : { hours: window }),
    },
  })
}
const iso = (text: string): string => new Date(at(text)).toISOString()

describe('before it is saved', () => {
  it('is told who hears it, how many are offline, how long it sounds and which languages are missing; nothing stays', async () => {
    await db.prisma.device.updateMany({ where: { areaId: neighbour.id }, data: { languages: ['hmn', 'vi'] } })
    const targets = [{ kind: 'area' as const, id: commune.id, isExcluded: false }]
    const some = await services.checks.check(official, { ...plan, targets })
    expect(some).toMatchObject({
      devices: 2,
      offline: 2,
      areas: [{ areaId: commune.id, devices: 2 }],
      missingLanguages: [],
    })
    const all = await services.checks.check(official, plan)
    expect(all).toMatchObject({
      devices: 3,
      areaCount: 2,
      occurrences: 60,
      airtime: { occurrenceMs: 120_000, weekMs: 7 * 120_000, horizonMs: 60 * 120_000, horizonDays: 60 },
      missingLanguages: [{ language: 'hmn', devices: 1 }],
      violations: [],
      conflicts: [],
      nextFreeAt: null,
    })
    expect(await services.broadcasts.list(official, undefined)).toEqual([])
  })

  it('is refused outside the permitted hours with the rule and the next free time for everybody, and told so before', async () => {
    await rule(province, { hours: ['05:00', '21:00'] })
    await rule(commune, { hours: ['09:00', '10:00'] })
    await rule(neighbour, { hours: ['07:00', '09:30'] })
    const check = await services.checks.check(official, plan)
    expect(check.violations).toEqual([
      expect.objectContaining({
        rule: 'hours',
        areaId: commune.id,
        days: 60,
        devices: 2,
        startAt: iso('2026-11-24T01:00:00Z'),
      }),
    ])
    expect(check.nextFreeAt).toBe(iso('2026-11-24T02:00:00Z'))
    await expect(services.broadcasts.create(official, plan)).rejects.toMatchObject({
      code: 'broadcast-outside-hours',
      params: { start: '08:00 24/11/2026', nextVi: '09:00 24/11/2026', hoursVi: 'hằng ngày 09:00–10:00' },
      facts: { nextFreeAt: iso('2026-11-24T02:00:00Z') },
    })
    const queued = { ...plan, priority: 'priority' as const, placement: 'queue' as const }
    const places = (await services.checks.check(official, queued)).places
    expect(places).toEqual([
      { startAt: iso('2026-11-24T02:00:00Z'), devices: 2 },
      { startAt: iso('2026-11-24T01:00:00Z'), devices: 1 },
    ])
    await expect(services.broadcasts.create(official, queued)).resolves.toBeDefined()
  })

  it('is refused over a limit, counting what others planned; what was broken before need not be mended by a change', async () => {
    const { row } = await services.broadcasts.create(official, plan)
    await rule(commune, { maxMinutesPerDay: 3 })
    const second = { ...plan, localTimes: ['17:00'] }
    const over = {
      code: 'broadcast-day-too-long',
      params: { limit: 3, actual: 4, nextVi: 'không có trong hai tuần tới' },
    }
    await expect(services.broadcasts.create(official, second)).rejects.toMatchObject(over)
    const targets = [{ kind: 'area' as const, id: neighbour.id, isExcluded: false }]
    await expect(services.broadcasts.create(official, { ...second, targets })).resolves.toBeDefined()
    await db.prisma.areaRules.update({ where: { areaId: commune.id }, data: { maxMinutesPerDay: 1 } })
    const { programmeId: _programme, areaId: _area, ...change } = plan
    const calmer = services.broadcasts.change(official, row.id, { ...change, priority: 'filler' })
    await expect(calmer).resolves.toBeDefined()
  })

  it('may not come back over a limit, nor grow further over one, nor queue over one; what is left out of a change stays', async () => {
    const { row } = await services.broadcasts.create(official, { ...plan, lastDate: '2027-11-24' })
    const { programmeId: _programme, areaId: _area, ...same } = plan
    const { rule: _rule, lastDate: _last, ...less } = same
    const kept = await services.broadcasts.change(official, row.id, less)
    expect(kept.row).toMatchObject({ rule: 'FREQ=DAILY', lastDate: '2027-11-24' })
    await rule(commune, { maxMinutesPerDay: 1 })
    const worse = services.broadcasts.change(official, row.id, { ...same, localTimes: ['08:00', '17:00'] })
    await expect(worse).rejects.toMatchObject({ code: 'broadcast-day-too-long', params: { actual: 4 } })
    const queued = { ...plan, priority: 'priority' as const, placement: 'queue' as const, localTimes: ['17:00'] }
    const tooLong = { code: 'broadcast-day-too-long' }
    expect((await services.checks.check(official, queued)).violations).toMatchObject([{ rule: 'maxMinutesPerDay' }])
    await expect(services.broadcasts.create(official, queued)).rejects.toMatchObject(tooLong)
    await services.broadcasts.cancel(official, row.id)
    await expect(services.broadcasts.restore(official, row.id)).rejects.toMatchObject(tooLong)
  })

  it('may not go on by itself again where limits forbid it by now', async () => {
    const { row } = await services.broadcasts.create(official, plan)
    const second = makeOccurrenceId(row.id, at('2026-11-25T01:00:00Z'))
    await services.changes.change(official, second, { scope: 'following', action: 'cancel' })
    await rule(commune, { maxMinutesPerDay: 1 })
    const joined = services.changes.change(official, second, { scope: 'following', action: 'restore' })
    await expect(joined).rejects.toMatchObject({ code: 'broadcast-day-too-long' })
  })

  it('is not blamed for a session of others that is too long', async () => {
    await services.broadcasts.create(official, { ...plan, localTimes: ['12:00'] })
    await rule(commune, { maxMinutesPerDay: 60 })
    await db.prisma.areaRules.update({ where: { areaId: commune.id }, data: { maxMinutesPerSession: 1 } })
    const short = await world.bulletin(province, official, { durationMs: 30_000 })
    const programmeId = (await world.programme(province, [short])).id
    await expect(services.broadcasts.create(official, { ...plan, programmeId })).resolves.toBeDefined()
    const joining = { ...plan, programmeId, localTimes: ['08:30', '12:02'] }
    await expect(services.broadcasts.create(official, joining)).rejects.toMatchObject({
      code: 'broadcast-session-too-long',
      params: { start: '12:02 24/11/2026' },
    })
  })

  it('is told whom it meets, where, on how many devices, and who goes first, follows on or gives way', async () => {
    const own = await services.broadcasts.create(editor, {
      ...plan,
      areaId: commune.id,
      rule: 'FREQ=WEEKLY;BYDAY=WE',
      programmeId: (await world.programme(commune, [await world.bulletin(commune, editor, { durationMs: 300_000 })]))
        .id,
      localTimes: ['07:58'],
    })
    const meet = async (change: Partial<NewBroadcast>) =>
      (await services.checks.check(official, { ...plan, ...change })).conflicts
    const common = { broadcastId: own.row.id, days: 9, devices: 2, areas: [{ areaId: commune.id, devices: 2 }] }
    // The same level: what starts first keeps its time.
    expect(await meet({})).toMatchObject([
      {
        ...common,
        ownStartAt: iso('2026-11-25T01:00:00Z'),
        outcomes: [{ first: 'other', second: 'follows', at: iso('2026-11-25T01:03:00Z'), devices: 2 }],
      },
    ])
    expect(await meet({ onConflict: 'drop' })).toMatchObject([
      { ...common, outcomes: [{ first: 'other', second: 'gives-way', at: null }] },
    ])
    // A higher one holds what has begun before it.
    expect(await meet({ priority: 'priority' })).toMatchObject([
      { ...common, outcomes: [{ first: 'this', second: 'held' }] },
    ])
    const check = await services.checks.check(official, plan)
    expect(check.nextFreeAt).toBe(iso('2026-11-25T01:03:00Z'))
  })
})
