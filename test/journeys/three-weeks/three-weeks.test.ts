import { describe, expect, it, onTestFinished } from 'vitest'
import { Prisma } from '#prisma/client.ts'
import { hashBytes } from '#protocol/ids.ts'
import { ledgerEntry } from '#protocol/ledger.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { selectOutcomes } from '#server/airtime/store.ts'
import { readWeeksSeeds } from '../../support/seeds.ts'
import { perform, writeScript } from './script.ts'
import { draw, lastVersion, type Planned, type Script } from './script-acts.ts'
import type { Heard } from './simulated-player.ts'
import { openSimulation, type Simulation } from './world.ts'

interface OutcomeRow {
  readonly occurrence_id: string
  readonly item_id: string
  readonly start_at: Date
  readonly duration_ms: number
  readonly heard_ms: number
  readonly outcome: string
  readonly reason: string | null
}

/** What befalls every device of every seed. */
const kinds = [
  ...['planned', 'moved', 'replaced', 'cancelled', 'higher planned', 'suspended', 'lifted'],
  ...['power off', 'power on', 'network cut', 'network back', 'agent restarts', 'clock set'],
  ...['clip damaged', 'state damaged', 'ledger torn'],
]
/** What follows from it: not for every seed, as the power may be off just then, but for some. */
const effects = new Map<string, (simulation: Simulation, rows: readonly OutcomeRow[]) => boolean>([
  ['held and resumed', ({ horn }) => horn.resumed > 0],
  ['suspended', (_, rows) => rows.some(({ reason }) => reason === 'suspended')],
  ['damaged clip found', ({ lines }) => lines.some((line) => line.includes('clip damaged on disk'))],
  ['damaged state found', ({ lines }) => lines.some((line) => line.includes('state file unreadable'))],
  ['torn ledger found', ({ lines }) => lines.some((line) => line.includes('ledger entry was torn'))],
  [
    'card found full',
    ({ card, lines }) => !card.canBeFull || lines.some((line) => line.includes('ledger could not be written')),
  ],
])
const followed = new Set<string>()

const readOutcomes = ({ db, time }: Simulation): Promise<OutcomeRow[]> =>
  db.prisma.$queryRaw<OutcomeRow[]>(
    Prisma.sql`${selectOutcomes(Prisma.sql`true`, new Date(time.nowMs))} ORDER BY start_at, item_id`,
  )

/** A connection that was lost is noticed, and made again, within this time. */
const RECONNECT_MS = 150_000
const HAND_OVER_MS = 2_000

/** Whether the device can be asked at `atMs` to know what was changed at `changedMs`. */
function mustKnow({ reached }: Simulation, changedMs: number, atMs: number): boolean {
  return reached.some(({ fromMs, toMs }) => {
    const sharedMs = Math.min(toMs, atMs) - Math.max(fromMs, changedMs)
    return sharedMs >= (fromMs <= changedMs - RECONNECT_MS ? HAND_OVER_MS : RECONNECT_MS)
  })
}

describe('a device lives three weeks', () => {
  it.each(readWeeksSeeds())(
    'with edits, suspensions, power cuts, outages, a clock that is set and a failing card (seed %i): every expected play has its outcome, and the ledger is whole',
    async (seed) => {
      const random = draw(seed)
      const simulation = await openSimulation({ startMs: Date.parse('2026-03-01T17:00:00Z'), random })
      onTestFinished(() => simulation.close())
      const told: string[] = []
      // Every other seed goes without the network for longer than its horizon.
      const script = writeScript(random, seed % 2 === 0)
      const happened = await perform(simulation, script.acts, (line) => told.push(line))
      const story = `\n${told.join('\n')}\n`
      expect(kinds.filter((kind) => !happened.has(kind))).toEqual([])
      expect(happened.has('card full')).toBe(simulation.card.canBeFull)

      const rows = await readOutcomes(simulation)
      for (const [name, test] of effects) if (test(simulation, rows)) followed.add(name)
      expectEveryOutcome(simulation, script, rows, story)
      expectNothingElse(simulation, script, rows, story)
      await expectWholeLedger(simulation)
      // It was no easy life, and not all was lost.
      const outcomes = new Set(rows.map(({ outcome }) => outcome))
      expect(outcomes, story).toContain('played')
      expect(outcomes.size, story).toBeGreaterThan(1)
    },
  )

  it.runIf(readWeeksSeeds().length > 1)('and all of that had its effect on some of them', () => {
    expect([...followed].sort()).toEqual([...effects.keys()].sort())
  })
})

const idOf = ({ plan }: Simulation, { name, originalMs }: Planned): string => plan.occurrenceOf(name, originalMs)

/** Expected, by the calendar, is what is on record, each with one outcome that agrees with what people heard. */
function expectEveryOutcome(simulation: Simulation, script: Script, rows: readonly OutcomeRow[], story: string): void {
  const expected = script.planned.flatMap((one) => {
    const { startMs, durationsMs } = lastVersion(one)
    return startMs === null ? [] : durationsMs.map((durationMs) => `${idOf(simulation, one)} ${durationMs}`)
  })
  expect(rows.map((row) => `${row.occurrence_id} ${row.duration_ms}`).sort(), story).toEqual(expected.sort())
  expect(new Set(rows.map(({ occurrence_id: id, item_id: item }) => `${id}/${item}`)).size).toBe(rows.length)
  const byId = new Map(script.planned.map((one) => [idOf(simulation, one), one]))
  for (const row of rows) {
    const what = `${row.occurrence_id} ${row.start_at.toISOString()} ${row.outcome} ${row.reason} ${row.heard_ms}${story}`
    const planned = byId.get(row.occurrence_id)
    if (planned === undefined) throw new Error(`unplanned: ${what}`)
    const startMs = row.start_at.getTime()
    const heard = simulation.horn.heard.filter(
      ({ occurrenceId, itemId }) => occurrenceId === row.occurrence_id && itemId === row.item_id,
    )
    const heardMs = heard.reduce((sum, { heardMs: ms }) => sum + ms, 0)
    expect(['played', 'partial', 'missed', 'cancelled'], what).toContain(row.outcome)
    if (row.outcome !== 'played') expect(row.reason, what).not.toBeNull()
    // Never twice, never at a wrong time, and never more on record than was heard.
    expect(heardMs, what).toBeLessThanOrEqual(row.duration_ms + 100)
    for (const one of heard) expectInTime(simulation, planned, row, one, what)
    expect(row.heard_ms, what).toBeLessThanOrEqual(heardMs + 250)
    expectSuspended(simulation, script, row, what)
    // What a full card did not take is lost when the agent ends, and so is what stood in a damaged file.
    const isLost = simulation.unwritten.some(({ fromMs, toMs }) => fromMs - 60_000 < startMs && startMs < toMs + 60_000)
    if (isLost || row.reason === 'power-lost') {
      // A power cut takes what was heard since the last checkpoint, and no more.
      if (!isLost && !isNearDamage(story, startMs))
        expect(row.heard_ms, what).toBeGreaterThanOrEqual(Math.min(heardMs, row.duration_ms) - 4_500 * heard.length)
      continue
    }
    expect(row.heard_ms, what).toBeGreaterThanOrEqual(Math.min(heardMs, row.duration_ms) - 250)
  }
}

/** The checkpoint may have been in the file that was damaged. */
const isNearDamage = (story: string, startMs: number): boolean =>
  story
    .split('\n')
    .filter((line) => line.endsWith(' state damaged'))
    .some((line) => Math.abs(Date.parse(line.slice(0, 24)) - startMs) < 120_000)

/** At the instant of the plan; by an earlier one only if the device could not know better. */
function expectInTime(
  simulation: Simulation,
  { versions }: Planned,
  row: OutcomeRow,
  heard: Heard,
  what: string,
): void {
  const isAbout = (startMs: number): boolean =>
    heard.startedAtMs > startMs - 5_000 && heard.startedAtMs < startMs + row.duration_ms + 20_000
  if (isAbout(row.start_at.getTime())) return
  const former = versions.findIndex(({ startMs }) => startMs !== null && isAbout(startMs))
  const changedMs = versions[former + 1]?.sinceMs
  expect(changedMs, `at ${new Date(heard.startedAtMs).toISOString()}: ${what}`).toBeDefined()
  expect(mustKnow(simulation, changedMs ?? 0, heard.startedAtMs), what).toBe(false)
}

function expectSuspended(simulation: Simulation, { suspended }: Script, row: OutcomeRow, what: string): void {
  const startMs = row.start_at.getTime()
  const during = suspended.find(({ fromMs, toMs }) => fromMs < startMs && startMs < toMs)
  if (row.outcome === 'cancelled') expect([row.reason, during === undefined], what).toEqual(['suspended', false])
  if (during !== undefined && mustKnow(simulation, during.fromMs, startMs)) expect(row.heard_ms, what).toBe(0)
}

/** Nothing sounded that was not planned, or that the device had to know was given up or replaced. */
function expectNothingElse(
  simulation: Simulation,
  { planned }: Script,
  rows: readonly OutcomeRow[],
  story: string,
): void {
  const byId = new Map(planned.map((one) => [idOf(simulation, one), one]))
  const expected = new Set(rows.map(({ occurrence_id: id, item_id: item }) => `${id}/${item}`))
  for (const { occurrenceId, itemId, startedAtMs } of simulation.horn.heard) {
    const what = `${occurrenceId} at ${new Date(startedAtMs).toISOString()}${story}`
    const one = byId.get(occurrenceId)
    expect(one, what).toBeDefined()
    if (one === undefined || expected.has(`${occurrenceId}/${itemId}`)) continue
    expect(mustKnow(simulation, lastVersion(one).sinceMs, startedAtMs), what).toBe(false)
  }
  expect(simulation.security.codes(), story).not.toContain('unscheduled-sound')
}

async function expectWholeLedger({ db, ledgerId, deviceId }: Simulation): Promise<void> {
  const ledgers = await db.prisma.ledger.findMany({ where: { deviceId } })
  expect(ledgers.map(({ id, state }) => [id, state])).toEqual([[ledgerId, 'open']])
  expect(await db.prisma.ledgerQuarantine.count()).toBe(0)
  const entries = await db.prisma.ledgerEntry.findMany({ where: { ledgerId }, orderBy: { seq: 'asc' } })
  let hash: string = emptyLedgerHash
  for (const [index, { seq, bytes }] of entries.entries()) {
    const entry = ledgerEntry.parse(JSON.parse(Buffer.from(bytes).toString()))
    expect([entry.seq, seq, entry.prevHash]).toEqual([index + 1, index + 1, hash])
    hash = hashBytes(bytes)
  }
  expect(ledgers[0]?.hash).toBe(hash)
}
