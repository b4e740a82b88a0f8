import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeOccurrenceId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'
import { createAirtimeService } from '#server/airtime/service.ts'
import { type AirtimeRow, groupingNames, sumAirtime } from '#server/airtime/sums-store.ts'
import type { Actor } from '#server/auth/rules.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { at, createTestClock, createWorld, type TestArea } from '../broadcasts/world.ts'

/**
 * However reports come in, and whenever sums are taken: what is kept and what is not add up to the sum of the plays. The
 * reference is the same statement in a database whose sums were never taken, so that every play is looked at.
 */
let kept: TestDatabase
let plain: TestDatabase
beforeAll(async () => {
  ;[kept, plain] = await Promise.all([createTestDatabase(), createTestDatabase()])
})
afterAll(async () => {
  await Promise.all([kept.close(), plain.close()])
})

const START = at('2026-11-02T22:30:00Z')
const clock = createTestClock('2026-11-01T00:00:00Z')
const MINUTE = 60_000

const step = fc.oneof(
  fc.record({
    kind: fc.constant('freeze' as const),
    slot: fc.nat(5),
    durationMs: fc.constantFrom(60_000, 45_000),
    topic: fc.constantFrom('policy', 'society'),
    campaign: fc.constantFrom(null, 'Chuyển đổi số'),
    leftOut: fc.constantFrom(null, null, null, 'gave-way'),
    isPriority: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('play' as const),
    device: fc.nat(3),
    /** Of which occurrence; past the last one: of one that nobody planned. */
    of: fc.nat(7),
    heardMs: fc.constantFrom(0, 10_000, 45_000, 60_000),
    outcome: fc.constantFrom('played' as const, 'partial' as const, 'missed' as const, null),
    isAlert: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('end' as const), which: fc.nat(20), heardMs: fc.constantFrom(0, 20_000, 60_000) }),
  fc.record({ kind: fc.constant('stop' as const), of: fc.nat(5), afterMs: fc.constantFrom(-1_000, 10_000) }),
  fc.record({ kind: fc.constant('ledger' as const), device: fc.nat(3), toMinute: fc.nat(300) }),
  fc.record({ kind: fc.constant('enrol' as const), device: fc.nat(3) }),
  fc.record({ kind: fc.constant('later' as const), minutes: fc.integer({ min: 1, max: 90 }) }),
  fc.record({ kind: fc.constant('refresh' as const) }),
  fc.record({ kind: fc.constant('settle' as const) }),
)

interface Planned {
  readonly occurrenceId: string
  readonly itemId: string
  readonly startAt: number
}

describe('sums that are kept', () => {
  it('are the sums of the plays, whatever was written when', async () => {
    const worlds = [createWorld(kept, clock), createWorld(plain, clock)] as const
    // The same rows in both databases, under the same ids.
    const both = async (write: (db: TestDatabase) => Promise<unknown>): Promise<void> => {
      await write(kept)
      await write(plain)
    }
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
        round += 1
        const begin = START + round * 7 * 86_400_000
        clock.set(new Date(begin - 60 * MINUTE).toISOString())
        const draw = worlds[0].draw
        const areas: TestArea[] = []
        for (let index = 0; index < 3; index++) {
          const id = draw()
          const above = areas[0]
          areas.push({ id, path: above === undefined ? [id] : [above.id, id] })
        }
        const [province, ...communes] = areas
        if (province === undefined) throw new Error('no province')
        const devices = Array.from({ length: 4 }, (_, index) => ({
          id: draw(),
          area: communes[index % 2] ?? province,
          ledgerId: draw(),
          installationId: draw(),
        }))
        const official: Actor = {
          accountId: draw(),
          userName: 'x',
          displayName: 'x',
          grants: [{ areaId: province.id, areaPath: province.path, role: 'auditor' }],
        }
        const made = new Date(clock.now())
        const broadcastId = draw()
        await both(async ({ prisma }) => {
          for (const area of areas)
            await prisma.area.create({
              data: {
                id: area.id,
                parentId: area.path.at(-2) ?? null,
                kind: 'commune',
                name: area.id,
                path: area.path,
                createdAt: made,
              },
            })
          for (const device of devices)
            await prisma.device.create({
              data: { id: device.id, areaId: device.area.id, name: device.id, createdAt: made },
            })
          await prisma.account.create({
            data: { id: official.accountId, userName: official.accountId, displayName: 'x', createdAt: made },
          })
          await prisma.programme.create({
            data: { id: broadcastId, areaId: province.id, title: 'x', createdAt: made, updatedAt: made },
          })
          await prisma.broadcast.create({
            data: {
              id: broadcastId,
              programmeId: broadcastId,
              areaId: province.id,
              priority: 'normal',
              rule: null,
              localTimes: ['05:30:00'],
              timeZone: 'Asia/Ho_Chi_Minh',
              firstDate: '2026-11-02',
              createdById: official.accountId,
              createdAt: made,
              updatedAt: made,
            },
          })
        })
        const enrolled = new Set<number>()
        const enrol = async (index: number): Promise<void> => {
          const device = devices[index]
          if (device === undefined || enrolled.has(index)) return
          enrolled.add(index)
          const enrolledAt = new Date(clock.now())
          await both(async ({ prisma }) => {
            await prisma.installation.create({
              data: {
                id: device.installationId,
                deviceId: device.id,
                publicKey: device.installationId,
                secretHash: 'x',
                hardwareSerial: 'x',
                enrolledAt,
              },
            })
            await prisma.ledger.create({
              data: {
                id: device.ledgerId,
                installationId: device.installationId,
                deviceId: device.id,
                state: 'open',
                hash: 'x',
                createdAt: enrolledAt,
              },
            })
          })
        }
        await enrol(0)
        await enrol(1)
        const planned: Planned[] = []
        const open: { id: string; startedAt: number }[] = []
        const service = createAirtimeService({ db: kept, clock, audit: { note: async () => {} } })

        for (const one of steps) {
          if (one.kind === 'later') clock.advance(one.minutes * MINUTE)
          if (one.kind === 'refresh') await service.refresh()
          if (one.kind === 'settle') await service.settle()
          if (one.kind === 'enrol') await enrol(one.device)
          if (one.kind === 'freeze') {
            const startAt = begin + one.slot * 7 * MINUTE + planned.length
            const occurrenceId = makeOccurrenceId(
              broadcastId,
              instantMs.parse(startAt - (startAt % 1_000) + planned.length * 1_000),
            )
            const itemId = draw()
            planned.push({ occurrenceId, itemId, startAt })
            await both(async ({ prisma }) => {
              await prisma.occurrence.create({
                data: {
                  id: occurrenceId,
                  broadcastId,
                  areaId: province.id,
                  areaPath: province.path,
                  title: 'x',
                  priority: one.isPriority ? 'priority' : 'normal',
                  startAt: new Date(startAt),
                  endAt: new Date(startAt + one.durationMs),
                  frozenAt: new Date(clock.now()),
                },
              })
              await prisma.expectedPlay.createMany({
                data: devices.map((device) => ({
                  occurrenceId,
                  itemId,
                  deviceId: device.id,
                  areaId: device.area.id,
                  areaPath: device.area.path,
                  bulletinId: itemId,
                  revisionId: itemId,
                  title: 'x',
                  topic: one.topic,
                  campaign: one.campaign,
                  language: 'vi',
                  clip: 'x',
                  startAt: new Date(startAt),
                  durationMs: one.durationMs,
                  settledAt: new Date(startAt + one.durationMs + 5 * MINUTE),
                  leftOut: one.leftOut,
                })),
              })
            })
          }
          if (one.kind === 'play') {
            const device = devices[one.device]
            if (device === undefined) continue
            const item = one.isAlert ? undefined : planned[one.of]
            const startedAt = (item?.startAt ?? begin) + one.of * 100
            const id = draw()
            if (one.outcome === null) open.push({ id, startedAt })
            await both(({ prisma }) =>
              prisma.play.create({
                data: {
                  id,
                  ledgerId: device.ledgerId,
                  deviceId: device.id,
                  areaId: device.area.id,
                  areaPath: device.area.path,
                  occurrenceId: one.isAlert
                    ? null
                    : (item?.occurrenceId ??
                      makeOccurrenceId(broadcastId, instantMs.parse(begin + one.of * 3_600_000))),
                  alertId: one.isAlert ? device.ledgerId : null,
                  itemId: item?.itemId ?? null,
                  clip: 'x',
                  language: one.heardMs === 10_000 ? null : 'vi',
                  plannedStartAt: new Date(startedAt),
                  startedAt: new Date(startedAt),
                  endedAt: one.outcome === null ? null : new Date(startedAt + one.heardMs),
                  heardMs: one.outcome === null ? 0 : one.heardMs,
                  outcome: one.outcome,
                  clock: 'trusted',
                  targetRevision: 1,
                  startedSeq: 1,
                },
              }),
            )
          }
          if (one.kind === 'end') {
            const play = open[one.which % Math.max(1, open.length)]
            if (play === undefined) continue
            await both(({ prisma }) =>
              prisma.play.update({
                where: { id: play.id },
                data: {
                  endedAt: new Date(play.startedAt + one.heardMs),
                  heardMs: one.heardMs,
                  outcome: 'partial',
                  endedSeq: 2,
                },
              }),
            )
          }
          if (one.kind === 'stop') {
            const item = planned[one.of]
            if (item === undefined) continue
            await both(({ prisma }) =>
              prisma.occurrence.updateMany({
                where: { id: item.occurrenceId, endedEarlyAt: null },
                data: { endedEarlyAt: new Date(item.startAt + one.afterMs) },
              }),
            )
          }
          if (one.kind === 'ledger') {
            const device = devices[one.device]
            if (device === undefined) continue
            const until = new Date(Math.min(clock.now(), begin + one.toMinute * MINUTE))
            await both(({ prisma }) =>
              prisma.ledger.updateMany({
                where: { id: device.ledgerId, OR: [{ completeUntil: null }, { completeUntil: { lt: until } }] },
                data: { completeUntil: until },
              }),
            )
          }

          const asOf = new Date(clock.now())
          const range = { roots: [province.id], within: undefined, tops: [province.id] }
          const whole = { ...range, from: new Date(begin - 86_400_000), to: new Date(begin + 86_400_000) }
          const cut = { ...range, from: new Date(begin + 3 * MINUTE), to: new Date(begin + 16 * MINUTE) }
          const by = groupingNames[(round + planned.length) % groupingNames.length] ?? 'topic'
          for (const filter of [
            whole,
            cut,
            { ...whole, within: [communes[0]?.id ?? ''] },
            { ...whole, topic: 'policy' },
          ]) {
            const rows: AirtimeRow[] = await sumAirtime(kept.prisma, filter, by, asOf)
            expect(rows).toEqual(await sumAirtime(plain.prisma, filter, by, asOf))
            for (const row of rows) expect(row.expectedMs).toBe(row.playedMs + row.missedMs + row.unknownMs)
          }
        }
      }),
      { numRuns: 25 },
    )
    // The sums were really read: not everything was looked at anew each time.
    expect(await kept.prisma.airtimeSlot.count()).toBeGreaterThan(0)
    expect(await plain.prisma.airtimeSlot.count()).toBe(0)
  }, 120_000)
})
