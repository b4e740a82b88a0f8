import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAirtimeService } from '#server/airtime/service.ts'
import type { Grouping } from '#server/airtime/sums-store.ts'
import type { Actor } from '#server/auth/rules.ts'
import { RESUME_WINDOW_MS } from '#server/broadcasts/rules.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { at, createTestClock, createWorld, type TestArea, type World } from '../broadcasts/world.ts'

let db: TestDatabase
let world: World
let province: TestArea
let north: TestArea
let south: TestArea
let official: Actor
let northEditor: Actor
const clock = createTestClock('2026-11-01T00:00:00Z')
const names = new Map<string, string>()
const audit = { note: async () => {} }

/** One occurrence of one minute at `startAt`, expected of `device`; `play` is what the device reported of it. */
async function expectPlay(
  device: { id: string; ledgerId: string },
  area: TestArea,
  startAt: string,
  options: {
    topic?: string
    language?: string
    heardMs?: number
    outcome?: 'played' | 'partial' | 'missed'
    broadcastId: string
  },
) {
  const start = new Date(startAt)
  const occurrenceId = `${options.broadcastId}@${startAt.replaceAll(/[-:]/g, '')}`
  const itemId = world.draw()
  const place = { areaId: area.id, areaPath: area.path }
  await db.prisma.occurrence.upsert({
    where: { id: occurrenceId },
    update: {},
    create: {
      ...place,
      id: occurrenceId,
      broadcastId: options.broadcastId,
      title: 'x',
      priority: 'normal',
      startAt: start,
      endAt: new Date(start.getTime() + 60_000),
      frozenAt: start,
    },
  })
  await db.prisma.expectedPlay.create({
    data: {
      ...place,
      occurrenceId,
      itemId,
      deviceId: device.id,
      bulletinId: itemId,
      revisionId: itemId,
      title: 'x',
      topic: options.topic ?? 'policy',
      language: options.language ?? 'vi',
      clip: 'x',
      startAt: start,
      durationMs: 60_000,
      settledAt: new Date(start.getTime() + 60_000 + RESUME_WINDOW_MS),
    },
  })
  if (options.outcome === undefined) return
  const heardMs = options.heardMs ?? 60_000
  await addPlay(device, area, start, { occurrenceId, itemId, language: 'vi', heardMs, outcome: options.outcome })
}

function addPlay(
  device: { id: string; ledgerId: string },
  area: TestArea,
  start: Date,
  fields: {
    occurrenceId?: string
    itemId?: string
    alertId?: string
    language?: string
    heardMs: number
    outcome: 'played' | 'partial' | 'missed'
  },
) {
  return db.prisma.play.create({
    data: {
      ...fields,
      id: world.draw(),
      ledgerId: device.ledgerId,
      deviceId: device.id,
      areaId: area.id,
      areaPath: area.path,
      clip: 'x',
      plannedStartAt: start,
      startedAt: fields.heardMs === 0 ? null : start,
      endedAt: new Date(start.getTime() + fields.heardMs),
      clock: 'trusted',
      targetRevision: 1,
      startedSeq: 1,
    },
  })
}

beforeAll(async () => {
  db = await createTestDatabase()
  world = createWorld(db, clock)
  province = await world.area('province')
  north = await world.area('commune', province)
  south = await world.area('commune', province)
  official = await world.account(province, 'province_official')
  northEditor = await world.account(north, 'editor')
  const [a, b] = [await world.device(north), await world.device(south)]
  for (const [name, id] of Object.entries({ north: north.id, south: south.id, a: a.id, b: b.id })) names.set(id, name)
  const broadcastIds = []
  for (const area of [north, south]) {
    const programme = await world.programme(area, [])
    const id = world.draw()
    broadcastIds.push(id)
    const made = new Date(clock.now())
    await db.prisma.broadcast.create({
      data: {
        id,
        programmeId: programme.id,
        areaId: area.id,
        priority: 'normal',
        rule: 'FREQ=DAILY',
        localTimes: ['05:30:00'],
        timeZone: 'Asia/Ho_Chi_Minh',
        firstDate: '2026-11-02',
        createdById: official.accountId,
        createdAt: made,
        updatedAt: made,
      },
    })
  }
  const [inNorth = '', inSouth = ''] = broadcastIds
  // 23:30 and 00:30 local time: two local days, one day in UTC.
  await expectPlay(a, north, '2026-11-23T16:30:00Z', { broadcastId: inNorth, outcome: 'played' })
  await expectPlay(a, north, '2026-11-23T17:30:00Z', { broadcastId: inNorth, outcome: 'partial', heardMs: 20_000 })
  await expectPlay(a, north, '2026-11-24T17:30:00Z', { broadcastId: inNorth, topic: 'society', language: 'hmn' })
  await expectPlay(b, south, '2026-11-23T17:30:00Z', { broadcastId: inSouth, outcome: 'missed', heardMs: 0 })
  await addPlay(a, north, new Date('2026-11-23T18:00:00Z'), {
    alertId: world.draw(),
    heardMs: 5_000,
    outcome: 'played',
  })
  await addPlay(b, south, new Date('2026-11-23T18:00:00Z'), {
    occurrenceId: `${inSouth}@20261101T000000Z`,
    itemId: world.draw(),
    language: 'vi',
    heardMs: 7_000,
    outcome: 'played',
  })
  clock.set('2026-11-26T00:00:00Z')
})
afterAll(() => db.close())

async function report(actor: Actor, by: Grouping, areaId?: string) {
  const range = { from: at('2026-11-22T00:00:00Z'), to: at('2026-11-26T00:00:00Z') }
  const { rows, total } = await createAirtimeService({ db, clock, audit }).report(actor, { ...range, areaId, by })
  const short = (row: typeof total) => [
    row.expectedMs / 1000,
    row.playedMs / 1000,
    row.missedMs / 1000,
    row.unknownMs / 1000,
    row.extraMs / 1000,
    row.plays,
  ]
  const keyed = rows.map((row): [string, number[]] => [names.get(row.key) ?? row.key, short(row)])
  return { rows: Object.fromEntries(keyed), total: short(total) }
}

describe('airtime', () => {
  it.each<[Grouping, Record<string, number[]>]>([
    ['area', { north: [180, 80, 40, 60, 5, 3], south: [60, 0, 60, 0, 7, 1] }],
    ['device', { a: [180, 80, 40, 60, 5, 3], b: [60, 0, 60, 0, 7, 1] }],
    [
      'day',
      {
        '2026-11-23': [60, 60, 0, 0, 0, 1],
        '2026-11-24': [120, 20, 100, 0, 12, 3],
        '2026-11-25': [60, 0, 0, 60, 0, 0],
      },
    ],
    [
      'topic',
      {
        policy: [180, 80, 100, 0, 0, 2],
        society: [60, 0, 0, 60, 0, 0],
        emergency: [0, 0, 0, 0, 5, 1],
        unplanned: [0, 0, 0, 0, 7, 1],
      },
    ],
    ['language', { vi: [180, 80, 100, 0, 7, 3], hmn: [60, 0, 0, 60, 0, 0], emergency: [0, 0, 0, 0, 5, 1] }],
  ])('by %s: expected = played + missed + unknown, and what no plan explains beside it', async (by, rows) => {
    const found = await report(official, by)
    expect(found.rows).toEqual(rows)
    expect(found.total).toEqual([240, 80, 100, 60, 12, 4])
  })

  it('shows an actor only the areas of his grants, and of the area asked for', async () => {
    expect((await report(northEditor, 'area')).rows).toEqual({ north: [180, 80, 40, 60, 5, 3] })
    expect((await report(northEditor, 'area', south.id)).rows).toEqual({})
    expect((await report(official, 'area', south.id)).rows).toEqual({ south: [60, 0, 60, 0, 7, 1] })
  })

  it.each([
    ['2026-11-24T00:00:00Z', '2026-11-24T00:00:00Z'],
    ['2026-11-24T00:00:00Z', '2028-11-24T00:00:00Z'],
  ])('refuses the range %s to %s', async (from, to) => {
    const query = { from: at(from), to: at(to), areaId: undefined, by: 'area' as const }
    await expect(createAirtimeService({ db, clock, audit }).report(official, query)).rejects.toMatchObject({
      code: 'airtime-range',
    })
  })
})
