import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashBytes, ledgerId, makeOccurrenceId, messageId, newId } from '#protocol/ids.ts'
import type { PlaySubject } from '#protocol/ledger.ts'
import { instantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import { createLedgerService, type LedgerService } from '#server/ledger/service.ts'
import { createTestClock } from '../../support/clock.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import {
  type EnrolledDevice,
  enrolDevice,
  makeCommuneRow,
  makeSubject,
  type TestLedger,
} from '../../support/enrolled-device.ts'
import { cut, deed, delivery, writeLife } from '../../support/ledger-life.ts'
import { recordSecurity } from '../../support/security.ts'

const clock = createTestClock()
const alarms: string[] = []
const acks: { topic: string; payload: string }[] = []
const security = recordSecurity()
const events = createConsoleEvents()
let db: TestDatabase
let area: { id: string; path: string[] }
let service: LedgerService
let device: EnrolledDevice
let ledger: TestLedger

beforeAll(async () => {
  db = await createTestDatabase()
  area = await makeCommuneRow(db, clock)
  service = startService()
})
const startService = (): LedgerService =>
  createLedgerService({
    db,
    clock,
    log: pino({ level: 'silent' }),
    security,
    events,
    link: {
      publish: async (topic, payload) => void acks.push({ topic, payload: Buffer.from(payload).toString() }),
    },
    alarms: {
      raiseAlarm: async (_id, code, _detail, subject) => void alarms.push(`${code} ${subject}`),
    },
  })
afterAll(() => db.close())
beforeEach(async () => {
  clock.advance(3_600_000)
  device = await enrolDevice(db, clock, area)
  ledger = device.beginLedger()
  alarms.length = 0
})

const writeBoot = (): string => ledger.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
const start = (play: PlaySubject): string =>
  ledger.write({ type: 'play-started', play, plannedStartAt: clock.now(), fromMs: 0 })
const end = (play: PlaySubject, outcome: 'played' | 'partial' = 'played', heardMs = 30_000): string =>
  ledger.write({
    type: 'play-ended',
    play,
    startedAt: clock.now(),
    endedAt: instantMs.parse(clock.now() + heardMs),
    heardMs,
    volumePercent: 80,
    outcome,
    reason: outcome === 'played' ? null : 'stopped',
  })
let marks = 0
/** Plays have an id of their own, whoever they are of. */
const newMark = (): number => {
  marks += 1
  return marks
}
const readRow = () => db.prisma.ledger.findUniqueOrThrow({ where: { id: ledger.id } })
const countEntries = () => db.prisma.ledgerEntry.count({ where: { ledgerId: ledger.id } })

async function expectPlay(occurrenceId: string, itemId: string): Promise<void> {
  const broadcastId = occurrenceId.slice(0, 36)
  await db.prisma.occurrence.create({
    data: {
      id: occurrenceId,
      broadcastId,
      areaId: area.id,
      areaPath: area.path,
      title: 'Bản tin sáng',
      priority: 'normal',
      startAt: toDate(clock.now()),
      endAt: toDate(instantMs.parse(clock.now() + 30_000)),
      frozenAt: toDate(clock.now()),
    },
  })
  await db.prisma.expectedPlay.create({
    data: {
      occurrenceId,
      itemId,
      deviceId: device.id,
      areaId: area.id,
      areaPath: area.path,
      bulletinId: newId(1),
      revisionId: newId(1),
      title: 'Bản tin',
      topic: 'policy',
      language: 'vi',
      clip: hashBytes('clip'),
      startAt: toDate(clock.now()),
      durationMs: 30_000,
      settledAt: toDate(instantMs.parse(clock.now() + 30_000 + 30 * 60_000)),
    },
  })
}

describe('ledger ingest', () => {
  it('keeps the exact bytes, commits, and only then acknowledges', async () => {
    for (let i = 0; i < 5; i++) writeBoot()
    const odd = ledger.write({ type: 'boot', agentVersion: 'Đài xã – ô\u0000', cleanShutdown: false })
    await service.handlers.ledger(device.id, Buffer.from(await ledger.batch()))
    await service.flush()
    const ack = { ledgerId: ledger.id, seq: 6, hash: ledger.head().hash, status: 'committed' }
    expect(acks.map(({ topic, payload }) => [topic, JSON.parse(payload)]).at(-1)).toEqual([
      `loaxa/v1/device/${device.id}/ledger-ack`,
      ack,
    ])
    const rows = await db.prisma.ledgerEntry.findMany({ where: { ledgerId: ledger.id }, orderBy: { seq: 'asc' } })
    expect(rows.map((row) => Buffer.from(row.bytes).toString())).toEqual(ledger.entries)
    expect(rows.map((row) => row.hash)).toEqual(ledger.entries.map((text) => hashBytes(text)))
    expect(Buffer.from(rows[5]?.bytes ?? []).toString()).toBe(odd)
    expect(await readRow()).toMatchObject({
      seq: 6,
      hash: ack.hash,
      state: 'open',
      installationId: device.installationId,
    })
  })

  it('knows which target the device took up when', async () => {
    const [first, second] = [hashBytes('one'), hashBytes('two')]
    const adoptedAt = clock.now()
    ledger.write({ type: 'target-adopted', contentHash: first, targetRevision: 4 })
    clock.advance(1_000)
    ledger.write({ type: 'target-adopted', contentHash: second, targetRevision: 6 })
    for (let i = 0; i < 2; i++) await service.ingest(device.id, await ledger.batch())
    const rows = await db.prisma.adoptedTarget.findMany({ where: { deviceId: device.id }, orderBy: { seq: 'asc' } })
    const common = { ledgerId: ledger.id, deviceId: device.id }
    expect(rows).toEqual([
      { ...common, seq: 1, revision: 4, contentHash: first, adoptedAt: toDate(adoptedAt) },
      { ...common, seq: 2, revision: 6, contentHash: second, adoptedAt: toDate(clock.now()) },
    ])
  })

  it('counts a resend once, an overlap too, and several at the same time', async () => {
    for (let i = 0; i < 20; i++) writeBoot()
    const play = makeSubject()
    start(play)
    end(play)
    const whole = await ledger.batch()
    const answers = await Promise.all([
      service.ingest(device.id, await ledger.batch({ to: 10 })),
      service.ingest(device.id, whole),
      service.ingest(device.id, await ledger.batch({ to: 15 })),
      service.ingest(device.id, whole),
    ])
    expect(new Set(answers.map((answer) => answer?.status))).toEqual(new Set(['committed']))
    const again = await service.ingest(device.id, await ledger.batch({ from: 5 }))
    expect(again).toEqual({ ledgerId: ledger.id, seq: 22, hash: ledger.head().hash, status: 'committed' })
    expect(await countEntries()).toBe(22)
    expect(await db.prisma.play.count({ where: { deviceId: device.id } })).toBe(1)
    // No alert explains it, which is told once as well.
    expect(alarms).toEqual([`unscheduled-sound ${play.alertId}`])
  })

  it('stores the same, each entry and each play once, in whatever order a ledger arrives, and whoever takes it in', async () => {
    const lives = fc.array(deed, { minLength: 1, maxLength: 12 })
    const told = fc.array(fc.tuple(delivery, delivery), { minLength: 3, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(lives, lives, fc.nat(), fc.boolean(), told, async (deeds, others, keep, isPutBack, pairs) => {
        device = await enrolDevice(db, clock, area)
        ledger = device.beginLedger()
        const occurrence = makeOccurrenceId(newId(clock.now()), clock.now())
        const truth = writeLife(ledger, deeds, occurrence, clock.now(), newMark())
        const kept = ledger.entries.slice(0, keep % ledger.entries.length)
        const other = device.beginLedger(ledger.id, isPutBack ? kept : ledger.entries)
        if (isPutBack) writeLife(other, others, occurrence, clock.now(), newMark())
        for (const pair of pairs) {
          // Another process each time, and two at once: nobody knows more than the tables do.
          const { seq } = (await db.prisma.ledger.findUnique({ where: { id: ledger.id } })) ?? { seq: 0 }
          await Promise.all(
            pair.map(async (one) => {
              const chain = one.isOther ? other : ledger
              const { entries, head } = cut(chain, one, seq)
              const ack = await startService().ingest(device.id, await chain.batch({ entries, head }))
              // What is acknowledged is stored.
              expect(await countEntries()).toBeGreaterThanOrEqual(ack?.seq ?? 0)
            }),
          )
        }
        const now = await readRow()
        if (now.state === 'open' && !isPutBack) await service.ingest(device.id, await ledger.batch({ from: now.seq }))
        const { seq, hash, state } = await readRow()
        const rows = await db.prisma.ledgerEntry.findMany({ where: { ledgerId: ledger.id }, orderBy: { seq: 'asc' } })
        const stored = rows.map(({ bytes }) => Buffer.from(bytes).toString())
        const own = stored.every((text, index) => text === ledger.entries[index]) ? ledger : other
        expect(stored).toEqual(own.entries.slice(0, seq))
        expect(hash).toBe(own.head(seq).hash)
        if (isPutBack) return
        expect([seq, state]).toEqual([ledger.entries.length, 'open'])
        const plays = await db.prisma.play.findMany({ where: { deviceId: device.id } })
        expect(new Map(plays.map(({ id, itemId, heardMs, outcome }) => [id, { itemId, heardMs, outcome }]))).toEqual(
          truth,
        )
      }),
      { numRuns: 8 },
    )
  })

  it('answers a gap with where it stands, and goes on when it is filled', async () => {
    for (let i = 0; i < 9; i++) writeBoot()
    await service.ingest(device.id, await ledger.batch({ to: 3 }))
    const gap = { ledgerId: ledger.id, seq: 3, hash: hashBytes(ledger.entries[2] ?? ''), status: 'gap' }
    expect(await service.ingest(device.id, await ledger.batch({ from: 5 }))).toEqual(gap)
    expect(await service.ingest(device.id, await ledger.batch({ entries: [] }))).toEqual(gap)
    expect(await countEntries()).toBe(3)
    expect(await service.ingest(device.id, await ledger.batch({ from: 3 }))).toMatchObject({
      seq: 9,
      status: 'committed',
    })
  })

  it('quarantines another history, says so, and takes a new ledger of the same installation', async () => {
    for (let i = 0; i < 4; i++) writeBoot()
    await service.ingest(device.id, await ledger.batch())
    const other = device.beginLedger(ledger.id)
    other.write({ type: 'boot', agentVersion: 'another', cleanShutdown: true })
    const forked = await service.ingest(device.id, await other.batch())
    expect(forked).toEqual({ ledgerId: ledger.id, seq: 4, hash: ledger.head().hash, status: 'forked' })
    expect(alarms).toEqual([`ledger-forked ${ledger.id}`])
    for (let i = 0; i < 2; i++) await service.ingest(device.id, await other.batch())
    const kept = await db.prisma.ledgerQuarantine.findMany({ where: { ledgerId: ledger.id } })
    expect(kept.map((row) => [row.seq, row.reason, Buffer.from(row.bytes).toString()])).toEqual([
      [1, 'same-number-other-entry', other.entries[0]],
    ])
    expect(await countEntries()).toBe(4)
    expect((await readRow()).state).toBe('forked')
    expect(await service.standing(device.id, device.installationId, ledger.head(), true)).toMatchObject({
      isForked: true,
      head: { seq: 4 },
    })
    // What was committed before stays, and nothing more is taken into this ledger, not even its honest continuation.
    writeBoot()
    expect(await service.ingest(device.id, await ledger.batch())).toMatchObject({ seq: 4, status: 'forked' })
    const fresh = device.beginLedger()
    fresh.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
    expect(await service.ingest(device.id, await fresh.batch())).toMatchObject({ seq: 1, status: 'committed' })
    // Nothing about it is over, and no other ledger was left: what is told again has the same subject.
    expect(new Set(alarms)).toEqual(new Set([`ledger-forked ${ledger.id}`]))
  })

  it('raises an alarm when a device leaves a ledger that nothing was wrong with, and takes what it still delivers of it', async () => {
    for (let i = 0; i < 4; i++) writeBoot()
    const writtenAt = clock.now()
    await service.ingest(device.id, await ledger.batch({ to: 2 }))
    clock.advance(60_000)
    const fresh = device.beginLedger()
    fresh.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
    expect(await service.ingest(device.id, await fresh.batch())).toMatchObject({ seq: 1, status: 'committed' })
    expect(await service.ingest(device.id, await fresh.batch())).toMatchObject({ seq: 1, status: 'committed' })
    expect(alarms).toEqual([`ledger-replaced ${ledger.id}`])
    const rest = await ledger.batch({ from: 2, completeUntil: clock.now() })
    expect(await service.ingest(device.id, rest)).toMatchObject({ ledgerId: ledger.id, seq: 4, status: 'committed' })
    expect(await service.ingest(device.id, rest)).toMatchObject({ seq: 4, status: 'committed' })
    // What happened after its last entry stands in the new one: silence there is not yet silence for sure.
    expect(await readRow()).toMatchObject({ state: 'closed', seq: 4, completeUntil: toDate(writtenAt) })
    expect(alarms).toEqual([`ledger-replaced ${ledger.id}`])
    // Hello names the one that the device writes now; going back to an earlier one is noticed.
    await service.standing(device.id, device.installationId, fresh.head(), true)
    expect(alarms).toEqual([`ledger-replaced ${ledger.id}`])
    await service.standing(device.id, device.installationId, ledger.head(), false)
    expect((await readRow()).state).toBe('closed')
    await service.standing(device.id, device.installationId, ledger.head(), true)
    expect((await readRow()).state).toBe('open')
    expect(alarms).toEqual([`ledger-replaced ${ledger.id}`, `ledger-replaced ${fresh.id}`])
    await service.ingest(device.id, await ledger.batch({ entries: [], completeUntil: clock.now() }))
    expect((await readRow()).completeUntil).toEqual(toDate(clock.now()))
  })

  it('keeps what is whole before a broken chain, and sets the rest aside', async () => {
    for (let i = 0; i < 6; i++) writeBoot()
    const broken = [
      ...ledger.entries.slice(0, 3),
      (ledger.entries[3] ?? '').replace('0.1.0', '6.6.6'),
      ...ledger.entries.slice(4),
    ]
    expect(await service.ingest(device.id, await ledger.batch({ entries: broken }))).toMatchObject({ status: 'forked' })
    expect(await countEntries()).toBe(4)
    expect(await db.prisma.ledgerQuarantine.count({ where: { ledgerId: ledger.id } })).toBe(2)
  })

  it('refuses a forged batch, another device’s ledger, and a revoked installation', async () => {
    writeBoot()
    const honest = await ledger.batch()
    const thief = await enrolDevice(db, clock, area)
    expect(await service.ingest(thief.id, honest)).toBeUndefined()
    await service.ingest(device.id, honest)
    const foreign = thief.beginLedger(ledger.id)
    foreign.write({ type: 'boot', agentVersion: 'x', cleanShutdown: true })
    expect(await service.ingest(thief.id, await foreign.batch())).toMatchObject({ seq: 0, status: 'forked' })
    expect(await service.standing(thief.id, thief.installationId, foreign.head(), true)).toMatchObject({
      isForked: true,
      head: { seq: 0 },
    })
    const [head, , signature] = honest.split('.')
    const payload = Buffer.from(
      JSON.stringify({ version: 1, ledgerId: ledger.id, entries: [], head: ledger.head(), completeUntil: null }),
    )
    expect(await service.ingest(device.id, `${head}.${payload.toString('base64url')}.${signature}`)).toBeUndefined()
    expect(security.reported.at(-1)).toMatchObject({ code: 'signature-refused', facts: { deviceId: device.id } })
    await expect(service.handlers.ledger(device.id, Buffer.alloc(400_000, 'x'))).rejects.toThrow('batch of')
    expect(await service.ingest(device.id, 'no jws')).toBeUndefined()
    await db.prisma.installation.update({
      where: { id: device.installationId },
      data: { revokedAt: toDate(clock.now()) },
    })
    writeBoot()
    expect(await service.ingest(device.id, await ledger.batch())).toBeUndefined()
    expect(await countEntries()).toBe(1)
  })

  it('refuses a hundred-and-first ledger for good, says what to do, and still takes what belongs to earlier ones', async () => {
    await db.prisma.ledger.createMany({
      data: Array.from({ length: 100 }, () => ({
        id: newId(clock.now()),
        installationId: device.installationId,
        deviceId: device.id,
        state: 'closed' as const,
        hash: '0',
        createdAt: toDate(clock.now()),
      })),
    })
    writeBoot()
    const told = `ledgers-exhausted ${device.installationId}`
    for (let i = 0; i < 2; i++)
      expect(await service.ingest(device.id, await ledger.batch())).toMatchObject({ status: 'refused', seq: 0 })
    expect(await db.prisma.ledger.count({ where: { installationId: device.installationId } })).toBe(100)
    expect(new Set(alarms)).toEqual(new Set([told]))
    expect(await service.standing(device.id, device.installationId, ledger.head(), true)).toMatchObject({
      isForked: false,
      isRefused: true,
      head: { seq: 0 },
    })
    const { id } = await db.prisma.ledger.findFirstOrThrow({ where: { installationId: device.installationId } })
    await db.prisma.ledger.update({ where: { id }, data: { hash: '0'.repeat(64) } })
    const earlier = device.beginLedger(ledgerId.parse(id))
    expect(await service.standing(device.id, device.installationId, earlier.head(), true)).toMatchObject({
      isForked: false,
      isRefused: false,
    })
    earlier.write({ type: 'boot', agentVersion: '0.1.0', cleanShutdown: true })
    expect(await service.ingest(device.id, await earlier.batch())).toMatchObject({ status: 'committed', seq: 1 })
    // A quarantined ledger would need a successor, which there cannot be: both are said.
    await db.prisma.ledger.update({ where: { id }, data: { state: 'forked' } })
    expect(await service.standing(device.id, device.installationId, earlier.head(), true)).toMatchObject({
      isForked: true,
      isRefused: true,
    })
  })

  it('undoes everything when a part fails, and takes the resend', async () => {
    writeBoot()
    start(makeSubject())
    const batch = await ledger.batch()
    await db.asOwner('ALTER TABLE play RENAME TO play_away')
    await expect(service.ingest(device.id, batch)).rejects.toThrow('play')
    await db.asOwner('ALTER TABLE play_away RENAME TO play')
    expect(await countEntries()).toBe(0)
    expect(await service.ingest(device.id, batch)).toMatchObject({ seq: 2, status: 'committed' })
  })

  it('keeps entries that only a later version knows', async () => {
    ledger.write({ type: 'amplifier', watts: 50 })
    writeBoot()
    expect(await service.ingest(device.id, await ledger.batch())).toMatchObject({ seq: 2, status: 'committed' })
    const row = await db.prisma.ledgerEntry.findFirstOrThrow({ where: { ledgerId: ledger.id, seq: 1 } })
    expect([row.type, Buffer.from(row.bytes).toString()]).toEqual(['amplifier', ledger.entries[0]])
  })
})

describe('what the ledger tells about completeness', () => {
  it('stands until the device’s word, once its whole ledger is here', async () => {
    for (let i = 0; i < 4; i++) writeBoot()
    const until = clock.now() - 1_000
    await service.ingest(device.id, await ledger.batch({ to: 2, completeUntil: until }))
    expect((await readRow()).completeUntil).toBeNull()
    await service.ingest(device.id, await ledger.batch({ from: 2, completeUntil: until }))
    expect((await readRow()).completeUntil).toEqual(new Date(until))
    await service.ingest(device.id, await ledger.batch({ entries: [], completeUntil: until - 60_000 }))
    expect((await readRow()).completeUntil).toEqual(new Date(until))
    await service.ingest(device.id, await ledger.batch({ entries: [], completeUntil: clock.now() + 86_400_000 }))
    expect((await readRow()).completeUntil).toEqual(new Date(until))
  })
})

describe('what the ledger tells about plays', () => {
  it('begins a play and completes it, in one batch or two', async () => {
    const items = [makeSubject(), makeSubject()] as const
    start(items[0])
    await service.ingest(device.id, await ledger.batch())
    const open = await db.prisma.play.findUniqueOrThrow({ where: { id: items[0].playId } })
    expect(open).toMatchObject({ outcome: null, endedAt: null, heardMs: 0, startedSeq: 1, areaPath: area.path })
    end(items[0], 'partial', 12_000)
    start(items[1])
    end(items[1])
    await service.ingest(device.id, await ledger.batch({ from: 1 }))
    const plays = await db.prisma.play.findMany({ where: { deviceId: device.id }, orderBy: { startedSeq: 'asc' } })
    expect(plays.map((play) => [play.outcome, play.reason, play.heardMs, play.startedSeq, play.endedSeq])).toEqual([
      ['partial', 'stopped', 12_000, 1, 2],
      ['played', null, 30_000, 3, 4],
    ])
  })

  it('marks what no frozen plan explains, and no alert', async () => {
    const startAt = Math.floor(clock.now() / 1000) * 1000
    const [planned, unplanned] = [makeOccurrenceId(newId(1), startAt), makeOccurrenceId(newId(1), startAt)]
    const subjects = {
      expected: makeSubject({ occurrenceId: planned }),
      superseded: makeSubject({ occurrenceId: unplanned }),
      alert: makeSubject(),
    }
    await expectPlay(planned, subjects.expected.itemId ?? '')
    for (const play of Object.values(subjects)) start(play)
    ledger.write({
      type: 'missed',
      occurrenceId: planned,
      itemId: subjects.superseded.itemId,
      clip: hashBytes('clip'),
      language: 'vi',
      plannedStartAt: clock.now(),
      reason: 'clip-missing',
    })
    await service.ingest(device.id, await ledger.batch())
    const read = async (id: string) => (await db.prisma.play.findUniqueOrThrow({ where: { id } })).unexpected
    expect(await read(subjects.expected.playId)).toBe(false)
    expect(await read(subjects.superseded.playId)).toBe(true)
    expect(await read(subjects.alert.playId)).toBe(false)
    const missed = await db.prisma.play.findUniqueOrThrow({ where: { id: `${ledger.id}:4` } })
    expect(missed).toMatchObject({
      outcome: 'missed',
      reason: 'clip-missing',
      unexpected: true,
      startedAt: null,
      endedSeq: 4,
    })
    // The plan was frozen a moment after the start was reported: the end looks again.
    await expectPlay(unplanned, subjects.superseded.itemId ?? '')
    end(subjects.superseded)
    await service.ingest(device.id, await ledger.batch({ from: 4 }))
    expect(await read(subjects.superseded.playId)).toBe(false)
  })

  it('lets no device touch another one’s play', async () => {
    const play = makeSubject()
    start(play)
    await service.ingest(device.id, await ledger.batch())
    const hostile = await enrolDevice(db, clock, area)
    ledger = hostile.beginLedger()
    end(play, 'played', 1)
    expect(await service.ingest(hostile.id, await ledger.batch())).toMatchObject({ status: 'committed' })
    const row = await db.prisma.play.findUniqueOrThrow({ where: { id: play.playId } })
    expect(row).toMatchObject({ deviceId: device.id, outcome: null })
  })

  it('takes an end whose start it never saw, and numbers beyond any count', async () => {
    const play = makeSubject()
    end(play, 'played', 999_999_999_999)
    await service.ingest(device.id, await ledger.batch())
    const row = await db.prisma.play.findUniqueOrThrow({ where: { id: play.playId } })
    expect(row).toMatchObject({ outcome: 'played', heardMs: 2_147_483_647, startedSeq: 1, endedSeq: 1 })
  })

  it('settles commands of this device, once', async () => {
    const [mine, foreign] = [messageId.parse(newId(clock.now())), messageId.parse(newId(clock.now()))]
    const stranger = await enrolDevice(db, clock, area)
    const issued = {
      kind: 'identify',
      issuedById: newId(1),
      issuedAt: toDate(clock.now()),
      expiresAt: toDate(clock.now()),
    }
    await db.prisma.deviceCommand.createMany({
      data: [
        { id: mine, deviceId: device.id, ...issued },
        { id: foreign, deviceId: stranger.id, ...issued },
      ],
    })
    for (const [id, outcome] of [
      [mine, 'done'],
      [mine, 'refused'],
      [foreign, 'done'],
    ] as const)
      ledger.write({ type: 'command', messageId: id, kind: 'identify', outcome })
    await service.ingest(device.id, await ledger.batch({ to: 1 }))
    await service.ingest(device.id, await ledger.batch())
    const outcomeOf = async (id: string) => (await db.prisma.deviceCommand.findUniqueOrThrow({ where: { id } })).outcome
    expect([await outcomeOf(mine), await outcomeOf(foreign)]).toEqual(['done', null])
  })

  it('tells the consoles, once for many', async () => {
    await service.flush()
    const told: string[] = []
    const stop = events.subscribe((_sequence, event) => told.push(`${event.kind} ${'id' in event ? event.id : ''}`))
    const occurrenceId = makeOccurrenceId(newId(1), Math.floor(clock.now() / 1000) * 1000)
    const plays = [makeSubject({ occurrenceId }), makeSubject({ occurrenceId })] as const
    for (const play of plays) {
      start(play)
      end(play)
    }
    await service.ingest(device.id, await ledger.batch({ to: 2 }))
    await service.ingest(device.id, await ledger.batch())
    await service.flush()
    stop()
    expect(told.sort()).toEqual(['airtime ', `occurrences ${occurrenceId}`])
  })
})

describe('sound that no schedule explains', () => {
  /** A broadcast made an hour before it is to play, on the devices of the area. */
  async function makeBroadcast(change: { areaId?: string; createdAt?: number; updatedAt?: number } = {}) {
    const { areaId = area.id } = change
    const [id, programmeId, hourAgo] = [newId(clock.now()), newId(clock.now()), clock.now() - 3_600_000]
    const createdAt = new Date(change.createdAt ?? hourAgo)
    await db.prisma.programme.create({
      data: { id: programmeId, areaId, title: 'Sáng', createdAt, updatedAt: createdAt },
    })
    await db.prisma.broadcast.create({
      data: {
        id,
        programmeId,
        areaId,
        priority: 'normal',
        rule: null,
        localTimes: ['08:00:00'],
        timeZone: 'Asia/Ho_Chi_Minh',
        firstDate: '2026-03-02',
        createdById: newId(1),
        createdAt,
        updatedAt: new Date(change.updatedAt ?? createdAt.getTime()),
      },
    })
    return id
  }
  /** Ten minutes ago, so that what began then is frozen long since. */
  const startAt = (): number => Math.floor(clock.now() / 1_000) * 1_000 - 600_000
  const readAlarms = () => alarms.filter((one) => one.startsWith('unscheduled-sound'))
  const adopt = (at: number): void =>
    void ledger.write({ type: 'target-adopted', contentHash: hashBytes('target') }, instantMs.parse(at))

  it('raises an alarm, once for each occurrence, and tells the SOC what and when', async () => {
    const [one, two] = [makeOccurrenceId(newId(1), startAt()), makeOccurrenceId(newId(2), startAt())]
    const items = [
      makeSubject({ occurrenceId: one }),
      makeSubject({ occurrenceId: one }),
      makeSubject({ occurrenceId: two }),
    ]
    const alert = makeSubject()
    const nothing = makeSubject({ alertId: null, occurrenceId: null })
    const silent = makeSubject({ occurrenceId: makeOccurrenceId(newId(3), startAt()) })
    const before = security.reported.length
    for (const play of [...items, alert, nothing]) end(play)
    end(silent, 'partial', 0)
    await service.ingest(device.id, await ledger.batch())
    const subjects = [one, two, alert.alertId, nothing.playId].map((subject) => `unscheduled-sound ${subject}`)
    expect(new Set(readAlarms())).toEqual(new Set(subjects))
    const told = security.reported.slice(before).filter(({ code }) => code === 'unscheduled-sound')
    expect(told[0]?.facts).toMatchObject({ deviceId: device.id })
    expect(told[0]?.facts.detail).toBe(
      `${new Date(clock.now()).toISOString()}, 30 s: ${one}, clip ${hashBytes('clip').slice(0, 16)}`,
    )
  })

  it('is not what was expected, an alert that was given, or what an older plan held', async () => {
    const expected = makeSubject({ occurrenceId: makeOccurrenceId(newId(1), startAt()) })
    await expectPlay(expected.occurrenceId ?? '', expected.itemId ?? '')
    const alert = makeSubject()
    await db.prisma.alert.create({
      data: {
        id: alert.alertId ?? '',
        areaId: area.id,
        title: 'Lũ',
        issuedById: newId(1),
        issuedAt: toDate(clock.now()),
        expiresAt: toDate(clock.now()),
      },
    })
    adopt(startAt() - 60_000)
    // Began for other devices, or with other items; was changed after the device had it; begins just now.
    const otherItem = makeSubject({ occurrenceId: expected.occurrenceId })
    const changed = await makeBroadcast({ updatedAt: startAt() })
    const superseded = makeSubject({ occurrenceId: makeOccurrenceId(changed, startAt()) })
    const just = makeSubject({ occurrenceId: makeOccurrenceId(await makeBroadcast(), startAt() + 590_000) })
    for (const play of [expected, alert, otherItem, superseded, just]) end(play)
    await service.ingest(device.id, await ledger.batch())
    expect(readAlarms()).toEqual([])
  })

  it.each<[string, () => Promise<string>]>([
    ['a broadcast that was not there yet', () => makeBroadcast({ createdAt: startAt() + 1, updatedAt: clock.now() })],
    [
      'a broadcast aimed elsewhere',
      async () => makeBroadcast({ areaId: (await makeCommuneRow(db, clock)).id, updatedAt: clock.now() }),
    ],
    ['a time at which an unchanged broadcast never played', () => makeBroadcast()],
  ])('is %s', async (_, make) => {
    const id = makeOccurrenceId(await make(), startAt())
    adopt(startAt() - 60_000)
    end(makeSubject({ occurrenceId: id }))
    await service.ingest(device.id, await ledger.batch())
    expect(readAlarms()).toEqual([`unscheduled-sound ${id}`])
  })
})
