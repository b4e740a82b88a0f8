import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { z } from 'zod'
import { hashBytes, makeOccurrenceId, newId } from '#protocol/ids.ts'
import { type Database, openDatabaseBeside } from '#server/db.ts'
import { startServer } from '../test/support/server.ts'
import { runBenchmark } from './benchmark.ts'
import { startChild } from './child.ts'
import { readOptions } from './options.ts'
import { publishReport } from './report.ts'
import { readCpuMs, readPeakRssMb, readRssMb, resetPeakRss } from './usage.ts'

/**
 * A province comes back at once after three days without a network, each device with all that it did meanwhile: on the
 * built server, killed before and started anew. All 10,000: `npx tsx bench/reconnect-storm.ts --devices 10000`.
 */
const options = readOptions({ devices: 2_000, days: 3, sessions: 2, items: 5 })
const { devices, days, sessions, items } = options
const STORM_TIMEOUT_MS = 600_000
const TIME_LIMIT_MS = 900_000
const DURATION_MS = 60_000
const SECRET = 'the same for all: the broker checks one all the same'
const INSERTING = 10

interface Plays {
  readonly occurrenceId: string
  readonly itemId: string
  readonly clip: string
  readonly startAt: number
}

/** The program's own role makes no tables, and analyses none. */
async function asOwner(pool: pg.Pool, sql: string): Promise<void> {
  const owner = new pg.Client({ ...pool.options, user: 'postgres' })
  await owner.connect()
  await owner.query(sql)
  await owner.end()
}

/** Sessions of the last days, every hour and a half from five in the morning on. */
function planPlays(): Plays[] {
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000
  return Array.from({ length: days * sessions }, (_, index) => {
    const startAt =
      midnight - (1 + Math.floor(index / sessions)) * 86_400_000 + (5 + 1.5 * (index % sessions)) * 3_600_000
    const occurrenceId = makeOccurrenceId(newId(startAt), startAt)
    return Array.from({ length: items }, (_, place) => ({
      occurrenceId,
      itemId: newId(startAt),
      clip: hashBytes(`${occurrenceId} ${place}`),
      startAt: startAt + place * DURATION_MS,
    }))
  })
    .flat()
    .sort((a, b) => a.startAt - b.startAt)
}

/** Devices as enrolment leaves them, and what was expected of each, as freezing leaves it. */
async function fill(
  { pool }: Database,
  plays: readonly Plays[],
  keys: readonly { id: string; publicKey: string; serial: string }[],
): Promise<void> {
  const areaId = newId(Date.now())
  const ids = keys.map((one) => one.id)
  await pool.query(
    `INSERT INTO area (id, kind, name, path, created_at) VALUES ($1::uuid, 'province', 'Tỉnh Đo', ARRAY[$1::uuid], now())`,
    [areaId],
  )
  await pool.query(
    `INSERT INTO device (id, area_id, name, created_at)
     SELECT id, $2::uuid, 'Loa ' || place, now() - interval '30 days' FROM unnest($1::uuid[]) WITH ORDINALITY AS n(id, place)`,
    [ids, areaId],
  )
  await pool.query(
    `INSERT INTO installation (id, device_id, public_key, secret_hash, hardware_serial, enrolled_at)
     SELECT gen_random_uuid(), u.id, u.public_key, $4, u.serial, now() - interval '30 days'
       FROM unnest($1::uuid[], $2::text[], $3::text[]) AS u(id, public_key, serial)`,
    [ids, keys.map((one) => one.publicKey), keys.map((one) => one.serial), hashBytes(SECRET)],
  )
  for (const occurrenceId of new Set(plays.map((one) => one.occurrenceId))) {
    const own = plays.filter((one) => one.occurrenceId === occurrenceId)
    const startAt = new Date(own[0]?.startAt ?? 0)
    const endAt = new Date((own.at(-1)?.startAt ?? 0) + DURATION_MS)
    await pool.query(
      `INSERT INTO occurrence (id, broadcast_id, area_id, area_path, title, priority, start_at, end_at, frozen_at)
       VALUES ($1, gen_random_uuid(), $2::uuid, ARRAY[$2::uuid], 'Bản tin', 'normal', $3, $4, $3)`,
      [occurrenceId, areaId, startAt, endAt],
    )
    await pool.query(
      `INSERT INTO expected_play (occurrence_id, item_id, device_id, area_id, area_path, bulletin_id, revision_id, title,
                                  topic, language, clip, start_at, duration_ms, settled_at)
       SELECT $1, u.item_id, d.id, $2::uuid, ARRAY[$2::uuid], u.item_id, u.item_id, 'Bản tin', 'policy', 'vi', u.clip,
              u.start_at, $6, $7::timestamptz
         FROM unnest($3::uuid[], $4::text[], $5::timestamptz[]) AS u(item_id, clip, start_at) CROSS JOIN device d`,
      [
        occurrenceId,
        areaId,
        own.map((one) => one.itemId),
        own.map((one) => one.clip),
        own.map((one) => new Date(one.startAt).toISOString()),
        DURATION_MS,
        endAt,
      ],
    )
  }
  await asOwner(pool, 'ANALYZE')
}

const storm = z.object({
  connectedMs: z.number(),
  welcomedMs: z.number(),
  drainedMs: z.number(),
  medianMs: z.number(),
  refused: z.number(),
  hellos: z.number(),
  batches: z.number(),
})
const counts = z.object({ entries: z.number(), plays: z.number(), whole: z.number() })

/** The same rows into a table of the same shape, one commit for each device. */
async function insertBare({ pool }: Database): Promise<number> {
  await asOwner(pool, 'CREATE TABLE bench_entry (LIKE ledger_entry INCLUDING ALL); GRANT ALL ON bench_entry TO PUBLIC')
  const { rows } = await pool.query('SELECT id FROM ledger')
  const ids = z.array(z.object({ id: z.string() })).parse(rows)
  const startedMs = performance.now()
  const take = async (): Promise<void> => {
    for (let next = ids.pop(); next !== undefined; next = ids.pop())
      await pool.query({
        name: 'bench-insert',
        text: `INSERT INTO bench_entry SELECT * FROM ledger_entry WHERE ledger_id = $1::uuid`,
        values: [next.id],
      })
  }
  await Promise.all(Array.from({ length: INSERTING }, take))
  return performance.now() - startedMs
}

await runBenchmark(async (onEnd) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-'))
  onEnd(() => rm(directory, { recursive: true, force: true }))
  const swarm = await startChild('storm-swarm-process.ts')
  onEnd(swarm.stop)
  const plays = planPlays()
  const input = { devices, secret: SECRET, plays, durationMs: DURATION_MS }
  const keys = await swarm.ask(
    'prepare',
    input,
    z.array(z.object({ id: z.string(), publicKey: z.string(), serial: z.string() })),
  )
  const server = await startServer()
  onEnd(server.stop)
  const log = pino({ level: 'error' }, process.stderr)
  const beside = { url: `embedded:${path.join(server.dataDir, 'postgres')}`, log, readOnly: false }
  const before = await openDatabaseBeside(beside)
  await fill(before, plays, keys)
  await before.close()
  await server.kill()
  await server.restart()
  const { pid } = server.process()
  const emptyMb = await readRssMb(pid)
  await resetPeakRss(pid)
  const startedCpuMs = await readCpuMs(pid)
  if (server.mqttUrl === null) throw new Error('the server has no broker of its own')
  const { hostname: host, port } = new URL(server.mqttUrl)
  const done = await swarm.ask('storm', { host, port: Number(port), timeoutMs: STORM_TIMEOUT_MS }, storm)
  const cpuMs = (await readCpuMs(pid)) - startedCpuMs
  const peakMb = await readPeakRssMb(pid)
  await swarm.stop()

  const db = await openDatabaseBeside(beside)
  onEnd(db.close)
  const { rows } = await db.pool.query(
    `SELECT (SELECT count(*) FROM ledger_entry)::int AS entries,
            (SELECT count(*) FROM play WHERE outcome = 'played' AND NOT unexpected)::int AS plays,
            (SELECT count(*) FROM ledger WHERE seq = $1)::int AS whole`,
    [1 + 2 * plays.length],
  )
  const found = counts.parse(rows[0])
  const entries = devices * (1 + 2 * plays.length)
  if (found.entries !== entries || found.plays !== devices * plays.length || found.whole !== devices)
    throw new Error(`lost: ${JSON.stringify(found)} of ${entries} entries`)
  const bareMs = await insertBare(db)

  const one = (value: number): { ours: number[] } => ({ ours: [value] })
  await publishReport(
    {
      id: 'reconnect-storm',
      title: `${devices.toLocaleString('en-US')} devices come back at once with ${days} days of entries each (${entries.toLocaleString('en-US')} entries)`,
      ours: 'server',
      reference: 'bare INSERT',
      statistics: ['max'],
      isPaired: false,
      rows: [
        { what: 'the last device is connected', unit: 's', ...one(done.connectedMs / 1_000) },
        { what: 'the last device is welcomed', unit: 's', ...one(done.welcomedMs / 1_000) },
        { what: 'the median device is drained', unit: 's', ...one(done.medianMs / 1_000) },
        { what: 'the last device is drained', unit: 's', ...one(done.drainedMs / 1_000), reference: [bareMs / 1_000] },
        {
          what: 'entries committed',
          unit: 'entries/s',
          ...one((entries / done.drainedMs) * 1_000),
          reference: [(entries / bareMs) * 1_000],
        },
        { what: 'server’s processor time', unit: 's', ...one(cpuMs / 1_000) },
        { what: 'server’s memory before', unit: 'MB', ...one(emptyMb) },
        { what: 'server’s peak memory', unit: 'MB', ...one(peakMb) },
        { what: 'connections refused, tried again', unit: '', ...one(done.refused) },
        { what: 'hellos said', unit: '', ...one(done.hellos) },
        { what: 'batches sent', unit: '', ...one(done.batches) },
      ],
      notes: [
        'The built server was killed and started anew on its data; all devices lose their connection in that instant and come back by the agent’s own retry delays, say hello until they are welcomed, and send their batch until it is acknowledged as committed. Afterwards every entry of every device is in the database and every play is whole, or the benchmark fails. Devices and server share the cores. The reference copies the same rows, one commit for each device, over ten connections, from one table into another of the same shape: neither network, nor signatures, nor projections.',
      ],
    },
    options.save,
  )
}, TIME_LIMIT_MS)
