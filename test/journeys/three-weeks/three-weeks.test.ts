import { describe, expect, it, onTestFinished } from 'vitest'
import { Prisma } from '#prisma/client.ts'
import { hashBytes } from '#protocol/ids.ts'
import { ledgerEntry } from '#protocol/ledger.ts'
import { emptyLedgerHash } from '#protocol/link.ts'
import { selectOutcomes } from '#server/airtime/store.ts'
import { readWeeksSeeds } from '../../support/seeds.ts'
import { draw, EXPECTED_ITEMS, perform, starts, writeScript } from './script.ts'
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

const readOutcomes = ({ db, time }: Simulation): Promise<OutcomeRow[]> =>
  db.prisma.$queryRaw<OutcomeRow[]>(
    Prisma.sql`${selectOutcomes(Prisma.sql`true`, new Date(time.nowMs))} ORDER BY start_at, item_id`,
  )

/** What people at the horn heard of an item, whatever the device says. */
const heardOf = ({ horn }: Simulation, row: OutcomeRow) =>
  horn.heard.filter(
    ({ itemId, startedAtMs }) => itemId === row.item_id && Math.abs(startedAtMs - row.start_at.getTime()) < 3_600_000,
  )

describe('a device lives three weeks', () => {
  it.each(readWeeksSeeds())(
    'with power cuts, outages and a clock that is set (seed %i): every expected play has its outcome, and the ledger is whole',
    async (seed) => {
      const random = draw(seed)
      const simulation = await openSimulation({ startMs: Date.parse('2026-03-01T17:00:00Z'), random })
      onTestFinished(() => simulation.close())
      const told: string[] = []
      // Every other seed goes without the network for longer than its horizon.
      await perform(simulation, writeScript(random, seed % 2 === 0), (line) => told.push(line))
      const story = `\n${told.join('\n')}\n`

      const rows = await readOutcomes(simulation)
      expect(rows.length).toBe(EXPECTED_ITEMS)
      expect(new Set(rows.map(({ occurrence_id: id, item_id: item }) => `${id}/${item}`)).size).toBe(EXPECTED_ITEMS)
      for (const row of rows) {
        const what = `${row.start_at.toISOString()} ${row.outcome} ${row.reason} ${row.heard_ms}${story}`
        const heard = heardOf(simulation, row)
        const heardMs = heard.reduce((sum, { heardMs: ms }) => sum + ms, 0)
        expect(['played', 'partial', 'missed'], what).toContain(row.outcome)
        if (row.outcome !== 'played') expect(row.reason, what).not.toBeNull()
        // Never twice, never at a wrong time, and never more on record than was heard.
        expect(heardMs, what).toBeLessThanOrEqual(row.duration_ms + 100)
        for (const { startedAtMs } of heard) {
          const lateMs = startedAtMs - row.start_at.getTime()
          expect(lateMs, what).toBeGreaterThan(-5_000)
          expect(lateMs, what).toBeLessThan(row.duration_ms + 5_000)
        }
        expect(row.heard_ms, what).toBeLessThanOrEqual(heardMs + 250)
        // A power cut takes what was heard since the last checkpoint, and no more.
        const lostMs = row.reason === 'power-lost' ? 4_500 * heard.length : 250
        expect(row.heard_ms, what).toBeGreaterThanOrEqual(Math.min(heardMs, row.duration_ms) - lostMs)
      }
      // Nothing sounded that no plan explains.
      for (const { startedAtMs } of simulation.horn.heard)
        expect(starts.some((startMs) => Math.abs(startedAtMs - startMs) < 60_000)).toBe(true)
      const unexplained = await simulation.db.prisma.play.findMany({ where: { unexpected: true, heardMs: { gt: 0 } } })
      expect(unexplained, story).toEqual([])
      await expectWholeLedger(simulation)
      // It was no easy life, and not all was lost.
      const outcomes = new Set(rows.map(({ outcome }) => outcome))
      expect(outcomes, story).toContain('played')
      expect(outcomes.size, story).toBeGreaterThan(1)
    },
  )
})

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
