import { beforeEach, describe, expect, it } from 'vitest'
import { makeOccurrenceId, type OccurrenceId } from '#protocol/ids.ts'
import type { Actor } from '#server/auth/rules.ts'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import { writeCalendar } from '#server/planning/calendar-rules.ts'
import { createPlanningService } from '#server/planning/service.ts'
import type { TestDatabase } from '../../support/database.ts'
import { planFor, useDesk } from './desk.ts'
import type { Services } from './services.ts'
import { at, type TestArea, type World } from './world.ts'

/** What sounds later than it was planned for: behind something that goes first. */

const desk = useDesk()
const { clock } = desk
let db: TestDatabase
let world: World
let services: Services
let commune: TestArea
let editor: Actor
let id: string
let waiting: OccurrenceId

/** Planned for 08:10 local (01:10 UTC), a minute long, behind one of an hour that begins at 08:00: sounds at 02:00 UTC. */
beforeEach(async () => {
  ;({ db, world, services } = desk)
  commune = await world.area('commune')
  editor = await world.account(commune, 'editor')
  await world.device(commune)
  const plan = async (durationMs: number, priority: 'priority' | 'normal', time: string): Promise<NewBroadcast> => {
    const { id: programmeId } = await world.programme(commune, [await world.bulletin(commune, editor, { durationMs })])
    return planFor({ programmeId, areaId: commune.id }, { priority, rule: null, localTimes: [time] })
  }
  await services.broadcasts.create(editor, await plan(3_600_000, 'priority', '08:00'))
  id = (await services.broadcasts.create(editor, await plan(60_000, 'normal', '08:10'))).row.id
  waiting = makeOccurrenceId(id, at('2026-11-24T01:10:00Z'))
  clock.set('2026-11-24T01:10:20Z')
  await services.occurrences.advance()
})

const stateNow = async () => (await services.occurrences.get(editor, waiting, { limit: 10 })).view.state
async function today(): Promise<string> {
  const { playing, next, ended } = await services.occurrences.today(editor)
  const isIn = (list: readonly { id: string }[]): boolean => list.some((one) => one.id === waiting)
  const named = { playing: isIn(playing), next: isIn(next), ended: isIn(ended) }
  return Object.entries(named)
    .flatMap(([name, isThere]) => (isThere ? [name] : []))
    .join()
}
const plays = () =>
  db.prisma.expectedPlay.findMany({
    where: { occurrenceId: waiting },
    select: { startAt: true, durationMs: true },
  })
const endedEarly = async (): Promise<Date | null> =>
  (await db.prisma.occurrence.findUniqueOrThrow({ where: { id: waiting } })).endedEarlyAt

describe('what follows on', () => {
  it('waits, plays and is over by when it sounds, not by when it was planned', async () => {
    const [play] = await db.prisma.expectedPlay.findMany({ where: { occurrenceId: waiting } })
    expect(play?.startAt).toEqual(new Date('2026-11-24T02:00:00Z'))
    expect([await stateNow(), await today()]).toEqual(['planned', 'next'])
    // Consoles are told when it really begins and ends.
    const told: (string | undefined)[] = []
    const end = services.deps.events.subscribe((_sequence, { id: of }) => void told.push(of))
    clock.set('2026-11-24T01:30:00Z')
    expect(await services.occurrences.nextEdgeAt()).toBe(at('2026-11-24T02:00:00Z'))
    clock.set('2026-11-24T02:00:30Z')
    expect(await services.occurrences.nextEdgeAt()).toBe(at('2026-11-24T02:01:00Z'))
    await services.occurrences.advance()
    end()
    expect(told).toContain(waiting)
    expect([await stateNow(), await today()]).toEqual(['playing', 'playing'])
    await services.occurrences.stop(editor, waiting)
    expect(services.stops.map(({ occurrenceId }) => occurrenceId)).toEqual([waiting])
    expect([await stateNow(), await today()]).toEqual(['ended', 'ended'])
  })

  it('is over when it has sounded, and can be stopped no more once it could not resume', async () => {
    clock.set('2026-11-24T02:01:00Z')
    expect([await stateNow(), await today()]).toEqual(['ended', 'ended'])
    clock.set('2026-11-24T02:31:00Z')
    await expect(services.occurrences.stop(editor, waiting)).rejects.toMatchObject({ code: 'occurrence-not-playing' })
  })

  it.each([
    ['by itself', () => services.changes.change(editor, waiting, { scope: 'this', action: 'cancel' })],
    ['with its broadcast', () => services.broadcasts.cancel(editor, id)],
  ])('is cancelled %s before it sounds, and never does', async (_name, cancel) => {
    services.changedAreas.length = 0
    await cancel()
    // Out of the targets, as what was stopped (server/delivery/rules.ts), and the devices are told.
    expect(await endedEarly()).toEqual(new Date(clock.now()))
    expect(services.changedAreas).toEqual([commune.id])
    expect([await stateNow(), await today()]).toEqual(['cancelled', ''])
    clock.set('2026-11-24T02:00:30Z')
    expect([await stateNow(), await today()]).toEqual(['cancelled', ''])
  })

  it.each([
    [
      'by itself',
      () => services.changes.change(editor, waiting, { scope: 'this', action: 'cancel' }),
      () => services.changes.change(editor, waiting, { scope: 'this', action: 'restore' }),
    ],
    ['with its broadcast', () => services.broadcasts.cancel(editor, id), () => services.broadcasts.restore(editor, id)],
    [
      'with all that follow',
      () => services.changes.change(editor, waiting, { scope: 'following', action: 'cancel' }),
      () => services.changes.change(editor, waiting, { scope: 'following', action: 'restore' }),
    ],
  ])('may be cancelled twice %s, and comes back as long as its time has not come', async (_name, cancel, restore) => {
    await cancel()
    clock.set('2026-11-24T01:20:00Z')
    await cancel()
    expect(await endedEarly()).toEqual(new Date('2026-11-24T01:10:20Z'))
    await restore()
    expect([await endedEarly(), await stateNow(), await today()]).toEqual([null, 'planned', 'next'])
    clock.set('2026-11-24T02:00:30Z')
    expect([await stateNow(), await today()]).toEqual(['playing', 'playing'])
  })

  it('is moved, and plays another programme, as if its planned time had not come', async () => {
    const { changes } = services
    const bulletin = await world.bulletin(commune, editor, { durationMs: 120_000 })
    const programmeId = (await world.programme(commune, [bulletin])).id
    await changes.change(editor, waiting, { scope: 'this', action: 'programme', programmeId })
    expect(await plays()).toEqual([{ startAt: new Date('2026-11-24T02:00:00Z'), durationMs: 120_000 }])
    await changes.change(editor, waiting, { scope: 'this', action: 'move', startAt: '2026-11-24T03:00:00Z' })
    expect([await plays(), await stateNow()]).toEqual([[], 'planned'])
    clock.set('2026-11-24T03:00:30Z')
    await services.occurrences.advance()
    expect(await plays()).toEqual([{ startAt: new Date('2026-11-24T03:00:00Z'), durationMs: 120_000 }])
    const again = changes.change(editor, waiting, { scope: 'this', action: 'move', startAt: '2026-11-24T04:00:00Z' })
    await expect(again).rejects.toMatchObject({ code: 'occurrence-begun' })
  })

  it('says nothing any more that lost its approval before it sounded', async () => {
    await db.prisma.bulletinRevision.updateMany({
      where: { bulletin: { areaId: commune.id } },
      data: { state: 'draft' },
    })
    services.changedAreas.length = 0
    await services.occurrences.advance()
    expect([await plays(), await stateNow(), services.changedAreas]).toEqual([[], 'not-approved', [commune.id]])
  })

  it('is told with its planned time and the real one, before it and after, and with what silences it', async () => {
    const whenOf = async (of: OccurrenceId) => {
      const range = { from: at('2026-11-24T00:00:00Z'), to: at('2026-11-26T00:00:00Z') }
      const found = (await services.occurrences.list(editor, range, commune.id)).find((one) => one.id === of)
      return found && [found.state, found.startAt, found.soundsFrom, found.soundsUntil, found.places, found.suspended]
    }
    const [planned, from, until] = [at('2026-11-24T01:10:00Z'), at('2026-11-24T02:00:00Z'), at('2026-11-24T02:01:00Z')]
    const places = [{ startAt: from, endAt: until, leftOut: null, devices: 1 }]
    expect(await whenOf(waiting)).toEqual(['planned', planned, from, until, places, null])
    clock.set('2026-11-24T02:02:00Z')
    expect(await whenOf(waiting)).toEqual(['ended', planned, from, until, places, null])
    const { programmeId } = (await services.broadcasts.get(editor, id)).row
    const day = { rule: null, firstDate: '2026-11-25', lastDate: null, extraDates: [], exceptDates: [] }
    const plan = { ...day, programmeId, areaId: commune.id }
    // Behind one of the same time, before anything has begun.
    await services.broadcasts.create(editor, { ...plan, priority: 'priority', localTimes: ['08:00'] })
    const next = await services.broadcasts.create(editor, { ...plan, priority: 'normal', localTimes: ['08:00'] })
    const nextId = makeOccurrenceId(next.row.id, at('2026-11-25T01:00:00Z'))
    expect((await whenOf(nextId))?.slice(0, 3)).toEqual([
      ...['planned', at('2026-11-25T01:00:00Z'), at('2026-11-25T01:01:00Z')],
    ])
    const { rows, real } = await createPlanningService(services.deps).broadcastsOf(editor, commune.id)
    expect(writeCalendar(rows, 'x', real)).toMatch(
      /RECURRENCE-ID;TZID=Asia\/Ho_Chi_Minh:20261125T080000\r\nDTSTART;TZID=Asia\/Ho_Chi_Minh:20261125T080100\r\n/,
    )
    const [startsAt, endsAt] = [new Date('2026-11-25T00:00:00Z'), new Date('2026-11-26T00:00:00Z')]
    const made = { createdById: editor.accountId, createdAt: new Date(clock.now()), liftedAt: null }
    await db.prisma.suspension.create({
      data: { id: world.draw(), areaId: commune.id, reason: 'Quốc tang', startsAt, endsAt, ...made },
    })
    const [state, , , , silent, suspended] = (await whenOf(nextId)) ?? []
    expect([state, silent, suspended]).toMatchObject([
      'suspended',
      [{ leftOut: 'suspended', devices: 1 }],
      { reason: 'Quốc tang', until: endsAt.getTime() },
    ])
    expect((await services.occurrences.today(editor)).next.find((one) => one.id === nextId)?.state).toBe('suspended')
    clock.set('2026-11-25T01:00:30Z')
    await services.occurrences.advance()
    expect((await whenOf(nextId))?.[0]).toBe('suspended')
  })

  it('keeps the start that was announced when what it follows goes, in the plan and in what is expected', async () => {
    clock.set('2026-11-24T00:00:00Z')
    const twenty = await world.bulletin(commune, editor, { durationMs: 20 * 60_000 })
    const plan = { areaId: commune.id, programmeId: (await world.programme(commune, [twenty])).id, rule: null }
    const once = { firstDate: '2026-11-25', lastDate: null, extraDates: [], exceptDates: [] }
    const first = await services.broadcasts.create(editor, {
      ...plan,
      ...once,
      priority: 'normal',
      localTimes: ['08:05'],
    })
    const before = await services.broadcasts.create(editor, {
      ...{ ...plan, ...once, priority: 'priority', localTimes: ['08:20'] },
    })
    const late = await services.broadcasts.create(editor, {
      ...plan,
      ...once,
      priority: 'normal',
      localTimes: ['08:10'],
    })
    const lateId = makeOccurrenceId(late.row.id, at('2026-11-25T01:10:00Z'))
    const starts = async () => {
      const { entries } = await createPlanningService(services.deps).preview(editor, commune.id, {
        from: '2026-11-25T00:00:00Z',
        to: '2026-11-26T00:00:00Z',
      })
      const [play] = await db.prisma.expectedPlay.findMany({ where: { occurrenceId: lateId } })
      const { startAt } = entries.find(({ occurrenceId }) => occurrenceId === lateId) ?? {}
      return [startAt, play?.startAt.toISOString()]
    }
    // 08:05 is held from 08:20 to 08:40 and ends at 08:45.
    clock.set('2026-11-25T01:15:00Z')
    await services.occurrences.advance()
    expect(await starts()).toEqual(['2026-11-25T01:45:00.000Z', '2026-11-25T01:45:00.000Z'])
    await services.broadcasts.cancel(editor, before.row.id)
    await services.broadcasts.cancel(editor, first.row.id)
    expect(await starts()).toEqual(['2026-11-25T01:45:00.000Z', '2026-11-25T01:45:00.000Z'])
  })

  it('is not cancelled once it sounds: a stop ends it', async () => {
    clock.set('2026-11-24T02:00:30Z')
    const asked = services.changes.change(editor, waiting, { scope: 'this', action: 'cancel' })
    await expect(asked).rejects.toMatchObject({ code: 'occurrence-begun' })
    await services.broadcasts.cancel(editor, id)
    expect([await endedEarly(), await stateNow()]).toEqual([null, 'playing'])
  })
})
