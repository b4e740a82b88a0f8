import { beforeEach, describe, expect, it } from 'vitest'
import { makeOccurrenceId, type OccurrenceId } from '#protocol/ids.ts'
import type { Actor } from '#server/auth/rules.ts'
import { readBroadcasts } from '#server/broadcasts/airing-store.ts'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import type { OccurrenceChange } from '#server/broadcasts/named-occurrence.ts'
import { writeCalendar } from '#server/planning/calendar-rules.ts'
import type { TestDatabase } from '../../support/database.ts'
import { planFor, useDesk } from './desk.ts'
import type { Services } from './services.ts'
import { at, type TestArea, type World } from './world.ts'

const desk = useDesk()
const { clock } = desk
let db: TestDatabase
let world: World
let services: Services
let commune: TestArea
let editor: Actor
let plan: NewBroadcast
let id: string

/** Daily at 08:00 and 16:00 local: 01:00 and 09:00 UTC. */
beforeEach(async () => {
  ;({ db, world, services } = desk)
  commune = await world.area('commune')
  editor = await world.account(commune, 'editor')
  await world.device(commune)
  const { id: programmeId } = await world.programme(commune, [await world.bulletin(commune, editor)])
  plan = planFor({ programmeId, areaId: commune.id }, { localTimes: ['08:00', '16:00'] })
  id = (await services.broadcasts.create(editor, plan)).row.id
})

const of = (iso: string): OccurrenceId => makeOccurrenceId(id, at(iso))
const change = (iso: string, input: OccurrenceChange) => services.changes.change(editor, of(iso), input)
/** What airs from now to 26 November, by start: day and hour in UTC, and whether it was cancelled. */
async function week(): Promise<string[]> {
  const range = { from: at('2026-11-24T00:00:00Z'), to: at('2026-11-27T00:00:00Z') }
  const list = await services.occurrences.list(editor, range, undefined)
  const told = list.map(({ startAt, state, broadcastId }) =>
    [new Date(startAt).toISOString().slice(8, 13), state === 'planned' ? '' : state, broadcastId === id ? '' : 'new']
      .filter((word) => word !== '')
      .join(' '),
  )
  return told.sort()
}
const usual = ['24T01', '24T09', '25T01', '25T09', '26T01', '26T09']

describe('one occurrence', () => {
  it('is cancelled and taken back, on record', async () => {
    await change('2026-11-25T01:00:00Z', { scope: 'this', action: 'cancel' })
    expect(await week()).toEqual(['24T01', '24T09', '25T01 cancelled', '25T09', '26T01', '26T09'])
    await change('2026-11-25T01:00:00Z', { scope: 'this', action: 'cancel' })
    await change('2026-11-25T01:00:00Z', { scope: 'this', action: 'restore' })
    expect(await week()).toEqual(usual)
    const trail = await db.prisma.auditEntry.findMany({ orderBy: { seq: 'desc' }, take: 3 })
    const told = trail.map((row) => row.action)
    expect(told).toEqual(['occurrence.restored', 'occurrence.cancelled', 'broadcast.created'])
    expect(services.changedAreas).toEqual([commune.id, commune.id, commune.id])
  })

  it('is moved under its own id, sounds there, and is expected there', async () => {
    const { occurrenceId } = await change('2026-11-24T01:00:00Z', {
      scope: 'this',
      action: 'move',
      startAt: '2026-11-24T03:30:00Z',
    })
    expect(occurrenceId).toBe(of('2026-11-24T01:00:00Z'))
    expect(await week()).toEqual(['24T03', ...usual.slice(1)])
    clock.set('2026-11-24T01:00:00Z')
    await services.occurrences.advance()
    expect(await db.prisma.expectedPlay.count({ where: { occurrence: { broadcastId: id } } })).toBe(0)
    // Its first time has passed, and it may still be moved on.
    const later = { scope: 'this', action: 'move', startAt: '2026-11-24T04:00:00Z' } as const
    await change('2026-11-24T01:00:00Z', later)
    clock.set('2026-11-24T04:00:00Z')
    await services.occurrences.advance()
    const [play] = await db.prisma.expectedPlay.findMany({ where: { occurrence: { broadcastId: id } } })
    expect(play).toMatchObject({ occurrenceId, startAt: new Date('2026-11-24T04:00:00Z') })
    const { view } = await services.occurrences.get(editor, of('2026-11-24T01:00:00Z'), { limit: 10 })
    expect(view.startAt).toBe(at('2026-11-24T04:00:00Z'))
  })

  it('plays another programme, once', async () => {
    const other = await world.bulletin(commune, editor, { durationMs: 90_000 })
    const { id: programmeId } = await world.programme(commune, [other])
    await change('2026-11-24T09:00:00Z', { scope: 'this', action: 'programme', programmeId })
    clock.set('2026-11-25T01:00:00Z')
    await services.occurrences.advance()
    const plays = await db.prisma.expectedPlay.findMany({ where: { occurrence: { broadcastId: id } } })
    const own = plays.filter((play) => play.clip === other.sha256).map((play) => play.occurrenceId)
    expect([plays.length, own]).toEqual([3, [of('2026-11-24T09:00:00Z')]])
  })

  it.each<[string, string, OccurrenceChange, string]>([
    ['what has begun', '2026-11-24T01:00:00Z', { scope: 'this', action: 'cancel' }, 'occurrence-begun'],
    [
      'the time to one that has passed',
      '2026-11-25T01:00:00Z',
      { scope: 'this', action: 'move', startAt: '2026-11-24T01:00:00Z' },
      'occurrence-start-past',
    ],
    ['what its series does not have', '2026-11-25T02:00:00Z', { scope: 'this', action: 'cancel' }, 'not-found'],
    [
      'the time to the year 2099',
      '2026-11-25T01:00:00Z',
      { scope: 'this', action: 'move', startAt: '2099-11-24T01:00:00Z' },
      'broadcast-too-far',
    ],
    [
      'and all that follow, once it has begun',
      '2026-11-24T01:00:00Z',
      { scope: 'following', action: 'cancel' },
      'occurrence-begun',
    ],
  ])('cannot be changed: %s', async (_name, start, input, code) => {
    clock.set('2026-11-24T01:00:01Z')
    await expect(change(start, input)).rejects.toMatchObject({ code })
  })

  it('is not changed by who may only read it, nor by strangers', async () => {
    const [technician, stranger] = [
      await world.account(commune, 'technician'),
      await world.account(await world.area('commune'), 'editor'),
    ]
    const asked = (actor: Actor) =>
      services.changes.change(actor, of('2026-11-25T01:00:00Z'), { scope: 'this', action: 'cancel' })
    await expect(asked(technician)).rejects.toMatchObject({ code: 'not-allowed' })
    await expect(asked(stranger)).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('this and all that follow', () => {
  it('end, stand there as cancelled with who did it, and go on again when that is taken back by any of them', async () => {
    const { occurrenceId } = await change('2026-11-25T09:00:00Z', { scope: 'following', action: 'cancel' })
    expect(occurrenceId).toBe(of('2026-11-25T09:00:00Z'))
    const ended = ['24T01', '24T09', '25T01', '25T09 cancelled', '26T01 cancelled', '26T09 cancelled']
    expect(await week()).toEqual(ended)
    const later = of('2026-11-26T09:00:00Z')
    const { view, silent, context } = await services.occurrences.get(editor, later, { limit: 10 })
    expect(view.devices).toMatchObject({ expected: 1, cancelled: 1, unknown: 0 })
    expect([silent, context.acts.map(({ by }) => by?.id)]).toEqual(['cancelled', [editor.accountId]])
    const calendar = async () =>
      writeCalendar(await readBroadcasts(db.prisma, { ids: [id] }), 'x').match(/STATUS:CANCELLED/g)?.length
    // Two a day for fourteen days.
    expect(await calendar()).toBe(28)
    await change('2026-11-26T01:00:00Z', { scope: 'this', action: 'cancel' })
    const single = change('2026-11-26T01:00:00Z', { scope: 'this', action: 'restore' })
    await expect(single).rejects.toMatchObject({
      code: 'occurrence-series-ended',
      params: { start: '16:00 25/11/2026' },
    })
    // What the series does not name, and what still airs, is none of them.
    for (const none of ['2026-11-26T02:00:00Z', '2026-11-25T01:00:00Z']) {
      const asked = change(none, { scope: 'following', action: 'restore' })
      await expect(asked).rejects.toMatchObject({ code: 'not-found' })
    }
    await change('2026-11-26T09:00:00Z', { scope: 'following', action: 'restore' })
    expect(await week()).toEqual(usual)
    expect(await calendar()).toBeUndefined()
  })

  it('go on at other times in a new broadcast, which says nothing twice on the day of the change', async () => {
    const input: OccurrenceChange = { scope: 'following', action: 'change', localTimes: ['08:00', '17:00'] }
    const { view } = await change('2026-11-25T09:00:00Z', input)
    expect(view.row).toMatchObject({
      firstDate: '2026-11-25',
      rule: 'FREQ=DAILY',
      localTimes: ['08:00:00', '17:00:00'],
    })
    expect(await week()).toEqual(['24T01', '24T09', '25T01', '25T10 new', '26T01 new', '26T10 new'])
    expect(await db.prisma.broadcast.findUnique({ where: { id } })).toMatchObject({ continuedById: view.row.id })
    await change('2026-11-25T09:00:00Z', { scope: 'following', action: 'restore' })
    const left = (await week()).filter((one) => !one.includes('cancelled'))
    expect(left).toEqual(usual)
  })

  it('count every edit, for calendars that have the series already', async () => {
    const revisionOf = async (of: string) =>
      (await db.prisma.broadcast.findUniqueOrThrow({ where: { id: of } })).revision
    const one = '2026-11-25T01:00:00Z'
    const counts = [await revisionOf(id)]
    const counting = async (done: Promise<unknown>) => {
      await done
      counts.push(await revisionOf(id))
    }
    await counting(change(one, { scope: 'this', action: 'cancel' }))
    await counting(change(one, { scope: 'this', action: 'cancel' }))
    await counting(change(one, { scope: 'this', action: 'restore' }))
    await counting(services.broadcasts.change(editor, id, { ...plan, priority: 'priority' }))
    const split = await change(one, { scope: 'following', action: 'change', localTimes: ['17:00'] })
    counts.push(await revisionOf(id))
    await counting(change(one, { scope: 'following', action: 'restore' }))
    await counting(services.broadcasts.cancel(editor, id))
    await counting(services.broadcasts.restore(editor, id))
    expect(counts).toEqual([1, 2, 2, 3, 4, 5, 6, 7, 8])
    expect(await revisionOf(split.view.row.id)).toBe(2)
  })

  it('keep what was changed of single ones, where they still fit, and their place among equals', async () => {
    await change('2026-11-26T01:00:00Z', { scope: 'this', action: 'move', startAt: '2026-11-26T02:00:00Z' })
    await change('2026-11-26T09:00:00Z', { scope: 'this', action: 'cancel' })
    await db.prisma.broadcastRank.create({ data: { areaId: commune.id, broadcastId: id, rank: 3 } })
    const { view } = await change('2026-11-25T01:00:00Z', {
      scope: 'following',
      action: 'change',
      priority: 'priority',
      localTimes: ['08:00'],
    })
    expect(await week()).toEqual(['24T01', '24T09', '25T01 new', '26T02 new'])
    expect(await db.prisma.broadcastRank.findFirst({ where: { broadcastId: view.row.id } })).toMatchObject({ rank: 3 })
  })

  it.each([
    ['a first day', { firstDate: '2026-11-24' }],
    ['an added day', { extraDates: ['2026-11-24'] }],
  ])('do not reach before the one they begin with: %s', async (_name, days) => {
    const asked = change('2026-11-25T01:00:00Z', {
      scope: 'following',
      action: 'change',
      priority: 'priority',
      ...days,
    })
    await expect(asked).rejects.toMatchObject({ code: 'occurrence-following-before' })
    expect(await week()).toEqual(usual)
    const same = { firstDate: '2026-11-25', localTimes: ['07:00'] }
    await change('2026-11-25T01:00:00Z', { scope: 'following', action: 'change', ...same })
    expect(await week()).toEqual(['24T01', '24T09', '25T00 new', '26T00 new'])
  })

  it('cannot be joined again once the new one has begun', async () => {
    await change('2026-11-24T09:00:00Z', { scope: 'following', action: 'change', priority: 'priority' })
    clock.set('2026-11-24T09:00:01Z')
    await services.occurrences.advance()
    const joined = change('2026-11-24T09:00:00Z', { scope: 'following', action: 'restore' })
    await expect(joined).rejects.toMatchObject({ code: 'occurrence-following-begun' })
  })
})

describe('all of them', () => {
  it('are changed as the broadcast is, from now on, cancelled and restored', async () => {
    const { view } = await change('2026-11-25T09:00:00Z', { scope: 'all', action: 'change', localTimes: ['09:00'] })
    expect(view.row.id).toBe(id)
    expect(await week()).toEqual(['24T02', '25T02', '26T02'])
    await change('2026-11-25T02:00:00Z', { scope: 'all', action: 'cancel' })
    expect(await week()).toEqual(['24T02 cancelled', '25T02 cancelled', '26T02 cancelled'])
    await change('2026-11-25T02:00:00Z', { scope: 'all', action: 'restore' })
    expect(await week()).toEqual(['24T02', '25T02', '26T02'])
  })
})
