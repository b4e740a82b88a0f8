import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { systemClock } from '#server/clock.ts'
import { createConsoleEvents } from '#server/console-events.ts'
import { openDatabase } from '#server/db.ts'
import { createLedgerService } from '#server/ledger/service.ts'
import { createSecurityEvents } from '#server/security/events.ts'
import { runBenchmark } from './benchmark.ts'
import { type Batch, type EntryRow, makeLedgerDevices } from './ledger-world.ts'
import { readOptions } from './options.ts'
import { publishReport, type Row } from './report.ts'

/** How fast devices' reports are taken in for good, beside writing the same rows and nothing else. */
const options = readOptions({ devices: 32, runs: 5, large: 200, small: 2, batches: 4 })
const { devices, runs, large, small, batches } = options
/** Small batches are many times slower for each entry; so many times more of them would take as long. */
const SMALL_BATCHES = 25
const log = pino({ level: 'error' }, process.stderr)

interface Speed {
  readonly perSecond: number
  /** Processor time of this process (the server's side) for 1,000 entries, in ms. */
  readonly cpuMs: number
}

/** The batches of a device one after the other, those of all devices at the same time, as the server's router does it. */
async function measure(lanes: readonly (readonly Batch[])[], take: (batch: Batch) => Promise<void>): Promise<Speed> {
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(
    lanes.map(async (lane) => {
      for (const batch of lane) await take(batch)
    }),
  )
  const elapsedMs = performance.now() - startedMs
  const used = process.cpuUsage(cpu)
  const entries = lanes.flat().reduce((sum, { rows }) => sum + rows.length, 0)
  return { perSecond: (entries / elapsedMs) * 1_000, cpuMs: (used.user + used.system) / entries }
}

await runBenchmark(async (onEnd) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-'))
  // As root the database runs under an account of its own, which must be able to pass.
  await chmod(directory, 0o711)
  onEnd(() => rm(directory, { recursive: true, force: true }))
  const db = await openDatabase({
    url: `embedded:${path.join(directory, 'postgres')}`,
    migrationsDir: path.resolve(import.meta.dirname, '../prisma/migrations'),
    log,
  })
  onEnd(db.close)
  // The program's own role makes no tables.
  const owner = new pg.Client({ ...db.pool.options, user: 'postgres' })
  await owner.connect()
  await owner.query('CREATE TABLE bench_entry (LIKE ledger_entry INCLUDING ALL)')
  await owner.query('GRANT ALL ON bench_entry TO PUBLIC')
  await owner.end()
  const service = createLedgerService({
    db,
    clock: systemClock,
    log,
    security: createSecurityEvents({ log, clock: systemClock }),
    events: createConsoleEvents(),
    link: { publish: async () => {} },
    alarms: { raiseAlarm: async () => {} },
  })
  onEnd(service.flush)
  const fleet = await makeLedgerDevices(db, devices)

  const ingest = async ({ deviceId, jws, rows }: Batch): Promise<void> => {
    const ack = await service.ingest(deviceId, jws)
    if (ack?.status !== 'committed' || ack.seq !== rows.at(-1)?.seq) throw new Error(`not committed: ${ack?.status}`)
  }
  const insert = async ({ rows }: Batch): Promise<void> => {
    const column = <T>(read: (row: EntryRow) => T): T[] => rows.map(read)
    await db.pool.query({
      name: 'bench-insert',
      text: `INSERT INTO bench_entry (ledger_id, received_at, seq, hash, bytes, type, at)
             SELECT $1::uuid, $2::timestamptz, *
               FROM unnest($3::int[], $4::text[], $5::bytea[], $6::text[], $7::timestamptz[])`,
      values: [
        rows[0]?.ledgerId,
        new Date(),
        column(({ seq }) => seq),
        column(({ hash }) => hash),
        column(({ bytes }) => bytes),
        column(({ type }) => type),
        column(({ at }) => at.toISOString()),
      ],
    })
  }

  async function compare(entries: number, perDevice: number): Promise<{ ours: Speed[]; reference: Speed[] }> {
    const speeds: { ours: Speed[]; reference: Speed[] } = { ours: [], reference: [] }
    // The first run does not count: code is compiled, statements are prepared.
    for (let run = 0; run <= runs; run++) {
      const lanes: Batch[][] = []
      for (const device of fleet) {
        const lane: Batch[] = []
        for (let batch = 0; batch < perDevice; batch++) lane.push(await device.makeBatch(entries))
        lanes.push(lane)
      }
      const early = run % 2 === 0 ? await measure(lanes, ingest) : undefined
      const reference = await measure(lanes, insert)
      const ours = early ?? (await measure(lanes, ingest))
      if (run === 0) continue
      speeds.ours.push(ours)
      speeds.reference.push(reference)
    }
    return speeds
  }
  const inBulk = await compare(large, batches)
  const inPieces = await compare(small, SMALL_BATCHES)
  const row = (what: string, unit: string, speeds: typeof inBulk, read: (speed: Speed) => number): Row => ({
    what,
    unit,
    ours: speeds.ours.map(read),
    reference: speeds.reference.map(read),
  })
  await publishReport(
    {
      id: 'ledger-ingest',
      title: `Taking in ledger entries from ${devices} devices at the same time (${runs} runs)`,
      ours: 'ingest',
      reference: 'bare INSERT',
      rows: [
        row(`batches of ${large} (after an outage)`, 'entries/s', inBulk, ({ perSecond }) => perSecond),
        row(`batches of ${large}: server’s processor time`, 'ms per 1,000', inBulk, ({ cpuMs }) => cpuMs),
        row(`batches of ${small} (a play)`, 'entries/s', inPieces, ({ perSecond }) => perSecond),
        row(`batches of ${small}: server’s processor time`, 'ms per 1,000', inPieces, ({ cpuMs }) => cpuMs),
      ],
      notes: [
        'Ours verifies the signature and the hash chain, locks the ledger, writes the entries, projects them into plays, and commits, on the embedded PostgreSQL with its real settings (every commit flushed). The reference writes the same rows into a table of the same shape and indexes with `INSERT … SELECT FROM unnest`, one commit for each batch, over the same pool of connections. Above 1 is faster for entries/s, and costlier for processor time.',
      ],
    },
    options.save,
  )
})
