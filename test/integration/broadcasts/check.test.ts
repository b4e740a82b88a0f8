import { beforeEach, describe, expect, it } from 'vitest'
import { makeOccurrenceId } from '#protocol/ids.ts'
import type { Actor } from '#server/auth/rules.ts'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import { sayWarning } from '#server/broadcasts/plan-warnings.ts'
import { insertBroadcast } from '#server/broadcasts/store.ts'
import { createBulletinsService } from '#server/library/bulletins-service.ts'
import { createProgrammesService } from '#server/library/programmes-service.ts'
import { createPlanningService } from '#server/planning/service.ts'
import type { TestDatabase } from '../../support/database.ts'
import { planFor, useDesk } from './desk.ts'
import type { Services } from './services.ts'
import { at, type TestArea, type World } from './world.ts'

const desk = useDesk()
const { clock } = desk
let db: TestDatabase
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
  ;({ db, world, services } = desk)
  province = await world.area('province')
  commune = await world.area('commune', province)
  neighbour = await world.area('commune', province)
  official = await world.account(province, 'province_official')
  editor = await world.account(commune, 'editor')
  for (const area of [commune, commune, neighbour]) await world.device(area)
  const bulletin = await world.bulletin(province, official, { durationMs: 120_000 })
  const { id: programmeId } = await world.programme(province, [bulletin])
  plan = planFor({ programmeId, areaId: province.id })
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

  it('is told by how much it runs over the end of the hours in which it begins', async () => {
    await rule(province, { hours: ['07:00', '08:00'] })
    const late = { ...plan, localTimes: ['07:59'] }
    expect((await services.checks.check(official, late)).violations).toMatchObject([{ rule: 'hours', actual: 1 }])
    await expect(services.broadcasts.create(official, late)).rejects.toMatchObject({
      code: 'broadcast-runs-over-hours',
      params: { end: '08:01', actual: 1 },
    })
    expect((await services.checks.check(official, plan)).violations).toMatchObject([{ rule: 'hours', actual: null }])
  })

  it('is there once however often it is sent, and names the one that is there; another target, time or manner is another', async () => {
    const sent = await Promise.allSettled(Array.from({ length: 5 }, () => services.broadcasts.create(official, plan)))
    const made = sent.flatMap((one) => (one.status === 'fulfilled' ? [one.value.row] : []))
    const [row] = made
    if (row === undefined) throw new Error('one is made')
    const already = {
      code: 'broadcast-already',
      params: { title: row.title, start: '08:00 24/11/2026' },
      facts: { broadcastId: row.id },
    }
    const refused = sent.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []))
    expect([made.length, refused]).toMatchObject([1, Array.from({ length: 4 }, () => already)])
    await expect(services.checks.check(official, plan)).rejects.toMatchObject(already)
    // A programme of the same bulletins says the same.
    const bulletins = row.items.map(({ bulletinId }) => ({ id: bulletinId }))
    const alike = { ...plan, programmeId: (await world.programme(province, bulletins)).id }
    await expect(services.broadcasts.create(official, alike)).rejects.toMatchObject(already)
    const others: Partial<NewBroadcast>[] = [
      { targets: [{ kind: 'area', id: commune.id, isExcluded: false }] },
      { targets: [{ kind: 'area', id: commune.id, isExcluded: true }] },
      { localTimes: ['08:00', '17:00'] },
      { priority: 'priority', placement: 'queue' },
      { lastDate: '2026-12-24' },
    ]
    for (const other of others) await services.broadcasts.create(official, { ...plan, ...other })
    const { programmeId: _programme, areaId: _area, ...same } = plan
    const later = (await services.broadcasts.create(official, { ...plan, localTimes: ['18:00'] })).row.id
    await expect(services.broadcasts.change(official, later, same)).rejects.toMatchObject(already)
    await services.broadcasts.cancel(official, row.id)
    await services.broadcasts.change(official, later, same)
    const back = services.broadcasts.restore(official, row.id)
    await expect(back).rejects.toMatchObject({ code: 'broadcast-already', facts: { broadcastId: later } })
  })

  it('says that nobody hears it yet, and refuses what nobody can ever hear', async () => {
    const newcomer = await world.area('commune', province)
    const there = { ...plan, areaId: newcomer.id }
    const warning = { rule: 'nobodyHears', areaId: newcomer.id, devices: 0 }
    expect((await services.checks.check(official, there)).planWarnings).toMatchObject([warning])
    const { row, planWarnings } = await services.broadcasts.create(official, there)
    expect(planWarnings).toMatchObject([{ ...warning, broadcastId: row.id, title: row.title }])
    expect(planWarnings.map((one) => sayWarning(one, 'en').text)).toMatchObject([/no speaker yet/])
    const device = await world.device(newcomer)
    const { programmeId: _programme, areaId: _area, ...same } = plan
    const heard = await services.broadcasts.change(official, row.id, { ...same, localTimes: ['09:00'] })
    expect(heard.planWarnings).toEqual([])

    const groupId = world.draw()
    const members = { create: [{ deviceId: device.id }] }
    await db.prisma.deviceGroup.create({
      data: { id: groupId, areaId: newcomer.id, name: 'Loa chợ', createdAt: new Date(clock.now()), members },
    })
    const aimed = { targets: [{ kind: 'group' as const, id: groupId, isExcluded: false }] }
    await services.broadcasts.change(official, row.id, { ...same, ...aimed })
    await db.prisma.deviceGroupMember.deleteMany({ where: { groupId } })
    const empty = { code: 'broadcast-target-empty' }
    await expect(services.broadcasts.create(official, { ...there, ...aimed })).rejects.toMatchObject(empty)
    await expect(services.checks.check(official, { ...there, ...aimed })).rejects.toMatchObject(empty)
    const none = { targets: [{ kind: 'area' as const, id: newcomer.id, isExcluded: true }] }
    await expect(services.broadcasts.create(official, { ...there, ...none })).rejects.toMatchObject(empty)
    // The group was emptied by others: its broadcast may be moved, and says so.
    const moved = await services.broadcasts.change(official, row.id, { ...same, ...aimed, localTimes: ['10:00'] })
    expect(moved.planWarnings).toMatchObject([{ rule: 'nobodyHears' }])
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
    const { planWarnings } = await calmer
    expect(planWarnings).toMatchObject([{ rule: 'maxMinutesPerDay', limit: 1, actual: 2, areaId: commune.id }])
    expect(planWarnings.map((one) => sayWarning(one, 'vi').text)).toMatchObject([/có ngày phát 2 phút, quá mức 1 phút/])
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

  it('is asked about a single bulletin that no programme holds: as if one were made, of which nothing stays', async () => {
    const bulletin = await world.bulletin(province, official, { durationMs: 120_000 })
    const count = () => db.prisma.programme.count()
    const before = await count()
    const { programmeId: _programme, ...timing } = plan
    const asked = { ...timing, bulletinId: bulletin.id }
    const told = await services.checks.check(official, asked)
    expect(told).toMatchObject({ devices: 3, airtime: { occurrenceMs: 120_000 }, conflicts: [], notApproved: [] })
    expect(await count()).toBe(before)
    const own = await world.programme(province, [bulletin])
    expect(told).toEqual(await services.checks.check(official, { ...plan, programmeId: own.id }))
    // Another commune's, and one that nobody made, are the same to whoever may not read it.
    const foreign = await world.bulletin(neighbour, await world.account(neighbour, 'editor'))
    const unknown = { code: 'broadcast-programme-unknown' }
    for (const bulletinId of [foreign.id, province.id]) {
      const refused = services.checks.check(editor, { ...timing, areaId: commune.id, bulletinId })
      await expect(refused).rejects.toMatchObject(unknown)
    }
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

/** Half a minute is approved, five minutes are not yet; of three minutes a day at most in the commune. */
describe('what is not approved yet', () => {
  const tooLong = { code: 'broadcast-day-too-long', params: { limit: 3, actual: 6 } }
  let short: { id: string }
  let long: { id: string }
  let mixed: { id: string }
  let mine: NewBroadcast
  let library: ReturnType<typeof createLibrary>

  function createLibrary() {
    const { deps } = services
    return {
      bulletins: createBulletinsService({ ...deps, security: { report: () => undefined } }),
      programmes: createProgrammesService(deps),
    }
  }

  beforeEach(async () => {
    library = createLibrary()
    short = await world.bulletin(commune, editor, { durationMs: 30_000 })
    long = await world.bulletin(commune, editor, { durationMs: 300_000, state: 'draft' })
    mixed = await world.programme(commune, [short, long])
    mine = { ...plan, areaId: commune.id, programmeId: mixed.id }
    await rule(commune, { maxMinutesPerDay: 3 })
  })

  const contentOf = async ({ id }: { id: string }) => {
    const { current } = await library.bulletins.get(editor, id)
    const { title, topic, language, clipId } = current
    return { title, topic, language, clipId, variants: [] }
  }
  const approver = () => world.account(commune, 'approver')

  it('counts with its length in the check, the limits and the preview, which say that it lacks approval', async () => {
    const awaited = [{ bulletinId: long.id, title: 'Bản tin 1', state: 'draft' }]
    expect(await services.checks.check(editor, mine)).toMatchObject({
      notApproved: awaited,
      airtime: { occurrenceMs: 330_000 },
      violations: [{ rule: 'maxMinutesPerDay', actual: 6 }],
    })
    await expect(services.broadcasts.create(editor, mine)).rejects.toMatchObject(tooLong)
    await db.prisma.areaRules.update({ where: { areaId: commune.id }, data: { maxMinutesPerDay: 20 } })
    await services.broadcasts.create(editor, mine)
    const alone = await world.programme(commune, [long])
    await services.broadcasts.create(editor, {
      ...mine,
      programmeId: alone.id,
      localTimes: ['08:02'],
      priority: 'filler',
    })
    const told = await createPlanningService(services.deps).preview(editor, commune.id, {})
    expect(told.entries).toMatchObject([
      { startAt: iso('2026-11-24T01:00:00Z'), endAt: iso('2026-11-24T01:05:30Z'), leftOut: null, notApproved: awaited },
      { startAt: iso('2026-11-24T01:05:30Z'), leftOut: 'not-approved', movedBy: 'follow', notApproved: awaited },
    ])
  })

  it('cannot make what is planned break a limit: a programme, new content and submitting are refused', async () => {
    await db.prisma.programmeItem.deleteMany({ where: { programmeId: mixed.id, bulletinId: long.id } })
    const { row } = await services.broadcasts.create(editor, mine)
    const both = { title: 'Sáng', bulletinIds: [short.id, long.id] }
    await expect(library.programmes.change(editor, mixed.id, both)).rejects.toMatchObject({
      ...tooLong,
      facts: { broadcastId: row.id, violations: [{ rule: 'maxMinutesPerDay', areaId: commune.id }] },
    })
    const longer = { ...(await contentOf(short)), clipId: (await contentOf(long)).clipId }
    const grown = { code: 'broadcast-day-too-long', params: { actual: 5 } }
    await expect(library.bulletins.revise(editor, short.id, longer)).rejects.toMatchObject(grown)
    const { language: _main, ...spoken } = longer
    const inBoth = { ...(await contentOf(short)), variants: [{ language: 'hmn', clipId: spoken.clipId }] }
    await expect(library.bulletins.revise(editor, short.id, inBoth)).rejects.toMatchObject(grown)
    // Its audio is not ready: only when it is submitted it has a length.
    await db.prisma.clip.update({ where: { id: longer.clipId }, data: { state: 'processing' } })
    const { current } = await library.bulletins.revise(editor, short.id, longer)
    await db.prisma.clip.update({ where: { id: longer.clipId }, data: { state: 'ready' } })
    await expect(library.bulletins.submit(editor, short.id, current.id)).rejects.toMatchObject(grown)
    expect((await library.bulletins.get(editor, short.id)).current.state).toBe('draft')
  })

  it('is approved although rules were made since that it breaks, and whoever approves is told so before and after', async () => {
    await db.prisma.areaRules.update({ where: { areaId: commune.id }, data: { maxMinutesPerDay: 9 } })
    const { row } = await services.broadcasts.create(editor, mine)
    const draft = await library.bulletins.get(editor, long.id)
    expect(draft.planWarnings).toEqual([])
    const { current } = await library.bulletins.submit(editor, long.id, draft.current.id)
    await db.prisma.areaRules.update({ where: { areaId: commune.id }, data: { maxMinutesPerDay: 3 } })
    const leader = await approver()
    const warning = { broadcastId: row.id, rule: 'maxMinutesPerDay', limit: 3, actual: 6, areaId: commune.id }
    expect((await library.bulletins.get(leader, long.id)).planWarnings).toMatchObject([warning])
    const named = { revisionId: current.id, contentHash: current.contentHash }
    const approved = await library.bulletins.approve(leader, long.id, named)
    expect([approved.current.state, approved.planWarnings]).toMatchObject(['approved', [warning]])
    // Another title makes nothing worse.
    await expect(
      library.bulletins.revise(editor, long.id, { ...(await contentOf(long)), title: 'Khác' }),
    ).resolves.toBeDefined()
  })
})

describe('a change of what is broken already', () => {
  it('may not move it to another forbidden time, nor to more devices; elsewhere it may stay as it is', async () => {
    const { row } = await services.broadcasts.create(official, {
      ...plan,
      targets: [{ kind: 'area', id: commune.id, isExcluded: false }],
    })
    await rule(province, { hours: ['09:00', '21:00'] })
    const { programmeId: _programme, areaId: _area, ...same } = plan
    const change = (to: Partial<NewBroadcast>) => services.broadcasts.change(official, row.id, { ...same, ...to })
    const outside = { code: 'broadcast-outside-hours' }
    await expect(change({ localTimes: ['03:15'] })).rejects.toMatchObject(outside)
    await expect(change({ targets: [] })).rejects.toMatchObject(outside)
    const [first, second] = ['2026-11-25T01:00:00Z', '2026-11-26T01:00:00Z'].map((text) =>
      makeOccurrenceId(row.id, at(text)),
    )
    if (first === undefined || second === undefined) throw new Error('two')
    const moved = services.changes.change(official, first, {
      scope: 'this',
      action: 'move',
      startAt: iso('2026-11-25T22:30:00Z'),
    })
    await expect(moved).rejects.toMatchObject(outside)
    const split = services.changes.change(official, second, {
      scope: 'following',
      action: 'change',
      localTimes: ['04:00'],
    })
    await expect(split).rejects.toMatchObject(outside)
    await expect(change({ priority: 'filler', exceptDates: ['2026-11-24'] })).resolves.toBeDefined()
    await expect(
      services.changes.change(official, second, { scope: 'following', action: 'change', priority: 'normal' }),
    ).resolves.toBeDefined()
  })
})

describe('what a device has room for', () => {
  const everyHour = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, '0')}:00:00`)

  it('is 500 occurrences of one day: no more can be planned, by a new broadcast or a changed one', async () => {
    const { programmeId, areaId } = plan
    const usual = { rule: 'FREQ=DAILY', firstDate: '2026-11-24', lastDate: null, extraDates: [], exceptDates: [] }
    const by = { createdById: official.accountId, at: at('2026-11-23T00:00:00Z'), timeZone: 'Asia/Ho_Chi_Minh' }
    const base = { ...usual, ...by, programmeId, areaId, priority: 'filler' as const }
    for (let count = 0; count < 20; count++) {
      await insertBroadcast(db.prisma, { ...base, id: world.draw(), localTimes: everyHour })
    }
    const times = everyHour.slice(0, 20).map((time) => time.replace(':00:', ':30:'))
    const { row } = await services.broadcasts.create(official, { ...plan, localTimes: times })
    const full = { code: 'broadcast-day-full', params: { limit: 500, actual: 501 } }
    await expect(services.broadcasts.create(official, plan)).rejects.toMatchObject(full)
    const { programmeId: _programme, areaId: _area, ...same } = plan
    const more = services.broadcasts.change(official, row.id, { ...same, localTimes: [...times, '21:30:00'] })
    await expect(more).rejects.toMatchObject(full)
    expect((await services.checks.check(official, plan)).violations).toMatchObject([
      { rule: 'maxOccurrencesPerDay', areaId: null, limit: 500, actual: 501, days: 59, devices: 3 },
    ])
  }, 60_000)

  it('is 200 clips of one occurrence: neither a broadcast nor a programme may have more where every language is played', async () => {
    await db.prisma.device.updateMany({ where: { areaId: commune.id }, data: { languages: ['vi', 'hmn', 'tyz'] } })
    const { id } = await world.bulletin(province, official, { durationMs: 1_000 })
    const revision = await db.prisma.bulletinRevision.findFirstOrThrow({ where: { bulletinId: id } })
    const { clipId, id: revisionId } = revision
    const variants = ['hmn', 'tyz'].map((language, position) => ({ revisionId, language, clipId, position }))
    await db.prisma.bulletinVariant.createMany({ data: variants })
    const repeated = (count: number) => Array.from({ length: count }, () => ({ id }))
    const { id: programmeId } = await world.programme(province, repeated(67))
    const each = { ...plan, programmeId, languageMode: 'each' as const }
    const tooMany = { code: 'broadcast-too-many-clips', params: { limit: 200, actual: 201 } }
    await expect(services.broadcasts.create(official, each)).rejects.toMatchObject(tooMany)
    const { row } = await services.broadcasts.create(official, { ...each, languageMode: 'first' })
    const { programmeId: _programme, areaId: _area, ...change } = each
    await expect(services.broadcasts.change(official, row.id, change)).rejects.toMatchObject(tooMany)
    const fitting = await world.programme(province, repeated(66))
    await services.broadcasts.create(official, { ...each, programmeId: fitting.id, localTimes: ['15:00'] })
    const programmes = createProgrammesService(services.deps)
    const bulletinIds = repeated(67).map((one) => one.id)
    const grown = programmes.change(official, fitting.id, { title: 'Sáng', bulletinIds })
    await expect(grown).rejects.toMatchObject(tooMany)
  })
})
