import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Prisma } from '#prisma/client.ts'
import { makeOccurrenceId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'
import { deriveOutcome, isPlayOf, type ReportedPlay } from '#server/airtime/rules.ts'
import { selectOutcomes } from '#server/airtime/store.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { at, createTestClock, createWorld } from '../broadcasts/world.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.close())

const START = at('2026-11-24T01:00:00Z')
const DURATION_MS = 60_000
const instant = (offsetMs: number) => instantMs.parse(START + offsetMs)
const dateOrNull = (value: number | null) => (value === null ? null : new Date(value))

const play = fc.record({
  startedAt: fc.option(fc.integer({ min: -2_000, max: 70_000 }), { nil: null }),
  lengthMs: fc.option(fc.integer({ min: -500, max: 70_000 }), { nil: null }),
  heardShare: fc.constantFrom(0, 0.5, 1, 1.01),
  outcome: fc.constantFrom('played', 'partial', 'missed', null),
  reason: fc.constantFrom(null, 'stopped', 'power-lost', 'clip-missing', 'not-in-target'),
  language: fc.constantFrom('vi', 'hmn', 'tyz', null),
})
const ledger = fc.record({
  from: fc.integer({ min: -10_000, max: 10_000 }),
  until: fc.option(fc.integer({ min: -10_000, max: 2_400_000 }), { nil: null }),
})
/** In each language the same item is expected, or left out, on its own. */
const expectation = fc.record({
  language: fc.constantFrom('vi', 'hmn'),
  startMs: fc.constantFrom(0, 60_000),
  settledMs: fc.integer({ min: 60_000, max: 2_000_000 }),
  leftOut: fc.constantFrom(null, null, 'gave-way', 'outside-hours'),
})
const device = fc.record({
  expected: fc.uniqueArray(expectation, { minLength: 1, maxLength: 2, selector: (one) => one.language }),
  plays: fc.array(play, { maxLength: 4 }),
  ledgers: fc.array(ledger, { maxLength: 2 }),
  enrolledAt: fc.option(fc.integer({ min: -100_000, max: 100_000 }), { nil: null }),
})

interface OutcomeRow {
  device_id: string
  language: string
  outcome: string
  reason: string | null
  heard_ms: number
  started_at: Date | null
  ended_at: Date | null
}

describe('selectOutcomes', () => {
  it('gives what the pure rule gives, for any plays, ledgers, stops and instants', async () => {
    const clock = createTestClock('2026-11-20T00:00:00Z')
    const world = createWorld(db, clock)
    const commune = await world.area('commune')
    const editor = await world.account(commune, 'editor')
    const programme = await world.programme(commune, [])
    const broadcastId = world.draw()
    await db.prisma.broadcast.create({
      data: {
        id: broadcastId,
        programmeId: programme.id,
        areaId: commune.id,
        priority: 'normal',
        rule: null,
        localTimes: ['08:00:00'],
        timeZone: 'Asia/Ho_Chi_Minh',
        firstDate: '2026-11-24',
        createdById: editor.accountId,
        createdAt: new Date(clock.now()),
        updatedAt: new Date(clock.now()),
      },
    })
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(device, { minLength: 1, maxLength: 4 }),
        fc.option(fc.integer({ min: -10_000, max: 80_000 }), { nil: null }),
        fc.integer({ min: -1_000, max: 2_400_000 }),
        async (devices, endedEarlyMs, asOfMs) => {
          run++
          const occurrenceId = makeOccurrenceId(broadcastId, START + run * 86_400_000)
          const endedEarlyAt = endedEarlyMs === null ? null : instant(endedEarlyMs)
          const asOf = instant(asOfMs)
          const endAt = instant(DURATION_MS)
          const place = { areaId: commune.id, areaPath: commune.path }
          await db.prisma.occurrence.create({
            data: {
              ...place,
              id: occurrenceId,
              broadcastId,
              title: 'x',
              priority: 'normal',
              startAt: new Date(START),
              endAt: new Date(endAt),
              frozenAt: new Date(START),
              endedEarlyAt: dateOrNull(endedEarlyAt),
            },
          })
          const expected = new Map<string, object>()
          for (const one of devices) {
            const { id: deviceId } = await world.device(commune, { enrolled: false })
            const itemId = world.draw()
            const installationId = world.draw()
            const enrolledAt = one.enrolledAt ?? (one.ledgers.length > 0 ? -50_000 : null)
            if (enrolledAt !== null) {
              await db.prisma.installation.create({
                data: {
                  id: installationId,
                  deviceId,
                  publicKey: installationId,
                  secretHash: 'x',
                  hardwareSerial: 'x',
                  enrolledAt: new Date(instant(enrolledAt)),
                },
              })
            }
            const coverage = one.ledgers.map((ledger) => ({
              from: instant(ledger.from),
              until: ledger.until === null ? null : instant(ledger.until),
            }))
            await db.prisma.ledger.createMany({
              data: coverage.map(({ from, until }) => ({
                id: world.draw(),
                installationId,
                deviceId,
                state: 'open' as const,
                hash: 'x',
                createdAt: new Date(from),
                completeUntil: dateOrNull(until),
              })),
            })
            await db.prisma.expectedPlay.createMany({
              data: one.expected.map(({ language, startMs, settledMs, leftOut }) => ({
                ...place,
                occurrenceId,
                itemId,
                deviceId,
                bulletinId: world.draw(),
                revisionId: world.draw(),
                title: 'x',
                topic: 'policy',
                language,
                clip: 'x',
                startAt: new Date(instant(startMs)),
                durationMs: DURATION_MS,
                settledAt: new Date(instant(settledMs)),
                leftOut,
              })),
            })
            const plays = one.plays.map((each): ReportedPlay & { itemId: string; language: string | null } => {
              const startedAt = each.startedAt === null ? null : instant(each.startedAt)
              const endedAt = each.lengthMs === null ? null : instant((each.startedAt ?? 0) + each.lengthMs)
              const heardMs = Math.max(0, Math.round((each.lengthMs ?? 0) * each.heardShare))
              return { ...each, id: world.draw(), itemId, plannedStartAt: START, startedAt, endedAt, heardMs }
            })
            await db.prisma.play.createMany({
              data: plays.map((each) => ({
                ...place,
                id: each.id,
                ledgerId: world.draw(),
                deviceId,
                occurrenceId,
                itemId,
                clip: 'x',
                language: each.language,
                plannedStartAt: new Date(each.plannedStartAt),
                startedAt: dateOrNull(each.startedAt),
                endedAt: dateOrNull(each.endedAt),
                heardMs: each.heardMs,
                outcome: each.outcome,
                reason: each.reason,
                clock: 'trusted',
                targetRevision: 1,
                startedSeq: 1,
              })),
            })
            const evidence = { coverage, firstEnrolledAt: enrolledAt === null ? null : instant(enrolledAt) }
            for (const { language, startMs, settledMs, leftOut } of one.expected) {
              const own = plays.filter((play) => isPlayOf(play, { itemId, language }))
              const [startAt, settledAt] = [instant(startMs), instant(settledMs)]
              const item = { startAt, durationMs: DURATION_MS, settledAt, leftOut }
              expected.set(`${deviceId} ${language}`, deriveOutcome(item, { endedEarlyAt }, own, evidence, asOf))
            }
          }
          const rows = await db.prisma.$queryRaw<OutcomeRow[]>(
            selectOutcomes(Prisma.sql`e.occurrence_id = ${occurrenceId}`, new Date(asOf)),
          )
          const derived = new Map(
            rows.map((row) => [
              `${row.device_id} ${row.language}`,
              {
                outcome: row.outcome,
                reason: row.reason,
                heardMs: row.heard_ms,
                startedAt: row.started_at?.getTime() ?? null,
                endedAt: row.ended_at?.getTime() ?? null,
              },
            ]),
          )
          expect(derived).toEqual(expected)
        },
      ),
      { numRuns: 40 },
    )
  })
})
