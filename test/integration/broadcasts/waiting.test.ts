import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeOccurrenceId, type OccurrenceId } from '#protocol/ids.ts'
import type { Actor } from '#server/auth/rules.ts'
import type { NewBroadcast } from '#server/broadcasts/draft.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { makeServices, type Services } from './services.ts'
import { at, createTestClock, createWorld, type TestArea, type World } from './world.ts'

/** What sounds later than it was planned for: behind something that goes first. */

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

const clock = createTestClock('2026-11-24T00:00:00Z')
let world: World
let services: Services
let commune: TestArea
let editor: Actor
let id: string
let waiting: OccurrenceId

/** Planned for 08:10 local (01:10 UTC), a minute long, behind one of an hour that begins at 08:00: sounds at 02:00 UTC. */
beforeEach(async () => {
  clock.set('2026-11-24T00:00:00Z')
  world = createWorld(db, clock)
  services = makeServices(db, clock)
  commune = await world.area('commune')
  editor = await world.account(commune, 'editor')
  await world.device(commune)
  const plan = async (durationMs: number, priority: 'priority' | 'normal', time: string): Promise<NewBroadcast> => ({
    programmeId: (await world.programme(commune, [await world.bulletin(commune, editor, { durationMs })])).id,
    areaId: commune.id,
    priority,
    rule: null,
    firstDate: '2026-11-24',
    localTimes: [time],
    extraDates: [],
    exceptDates: [],
    lastDate: null,
  })
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
const endedEarly = async (): Promise<Date | null> =>
  (await db.prisma.occurrence.findUniqueOrThrow({ where: { id: waiting } })).endedEarlyAt

describe('what follows on', () => {
  it('waits, plays and is over by when it sounds, not by when it was planned', async () => {
    const [play] = await db.prisma.expectedPlay.findMany({ where: { occurrenceId: waiting } })
    expect(play?.startAt).toEqual(new Date('2026-11-24T02:00:00Z'))
    expect([await stateNow(), await today()]).toEqual(['planned', 'next'])
    clock.set('2026-11-24T02:00:30Z')
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

  it('is not cancelled once it sounds: a stop ends it', async () => {
    clock.set('2026-11-24T02:00:30Z')
    const asked = services.changes.change(editor, waiting, { scope: 'this', action: 'cancel' })
    await expect(asked).rejects.toMatchObject({ code: 'occurrence-begun' })
    await services.broadcasts.cancel(editor, id)
    expect([await endedEarly(), await stateNow()]).toEqual([null, 'playing'])
  })
})
