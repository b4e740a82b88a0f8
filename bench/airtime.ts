import { setTimeout } from 'node:timers/promises'
import type pg from 'pg'
import { z } from 'zod'
import { airtimeReport } from '#server/airtime/schemas.ts'
import { startServer } from '../test/support/server.ts'
import { createApiClient } from '../tools/api-client.ts'
import { runBenchmark } from './benchmark.ts'
import { openBenchDatabase } from './database.ts'
import { readOptions } from './options.ts'
import { makeProvince } from './province-world.ts'
import { publishReport } from './report.ts'

/** A month's airtime of a whole province, as an official asks for it: planned, played, missed and not yet reported. */
const options = readOptions({ devices: 10_000, communes: 300, days: 30, sessions: 2, items: 2, runs: 7 })
const { devices, communes, days, sessions, items, runs } = options
const DAY_MS = 86_400_000
const TIME_LIMIT_MS = 1_500_000

await runBenchmark(async (onEnd) => {
  const { url, owner } = await openBenchDatabase(onEnd)
  const server = await startServer({ env: { DATABASE_URL: url } })
  onEnd(server.stop)
  await makeProvince(server, owner, { devices, communes, broadcasts: 1 })
  const to = Math.floor(Date.now() / DAY_MS) * DAY_MS - 7 * 3_600_000
  const from = to - days * DAY_MS
  await writeMonth(owner, from)
  const official = createApiClient(server.url)
  await official.post('/api/session', { userName: 'quantri', password: 'một mật khẩu rất dài' }, z.unknown())
  const ask = async (by: string): Promise<number> => {
    const range = `from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`
    const startedMs = performance.now()
    const { total } = await official.get(`/api/airtime?${range}&by=${by}`, airtimeReport)
    const tookMs = performance.now() - startedMs
    if (total.expectedMs !== devices * days * sessions * items * 300_000) throw new Error('not the whole month')
    return tookMs
  }
  const readLeft = async (): Promise<number> => {
    const { rows } = await owner.query('SELECT count(*)::int AS count FROM airtime_touched')
    return z.array(z.object({ count: z.number() })).parse(rows)[0]?.count ?? 0
  }
  const unsummed = [await ask('below')]
  // The job of every minute sums it; a month that comes at once takes it a while.
  while ((await readLeft()) > 0) await setTimeout(1_000)
  await owner.query('ANALYZE')
  await ask('below')
  const [below, topics, byDay, bare, late]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []]
  for (let run = 0; run < runs; run++) {
    below.push(await ask('below'))
    topics.push(await ask('topic'))
    byDay.push(await ask('day'))
    bare.push(await sumBare(owner, from, to))
  }
  // A twentieth of all devices comes back with the last five days: those slots are read play by play until they are summed.
  await owner.query(
    `UPDATE play SET heard_ms = heard_ms - 1 WHERE planned_start_at >= $1 AND device_id IN (
       SELECT id FROM device WHERE mod(hashtext(id::text), 20) = 0)`,
    [new Date(to - 5 * DAY_MS)],
  )
  for (let run = 0; run < runs && (await readLeft()) > 0; run++) late.push(await ask('below'))
  await publishReport(
    {
      id: 'airtime',
      title: `A month's airtime of a province: ${devices.toLocaleString('en-US')} devices in ${communes} communes, ${(devices * days * sessions * items).toLocaleString('en-US')} expected plays (${runs} runs)`,
      ours: 'answer',
      reference: 'bare sum',
      rows: [
        { what: 'by commune: answered', unit: 'ms', ours: below, reference: bare },
        { what: 'by topic: answered', unit: 'ms', ours: topics, reference: bare },
        { what: 'by day: answered', unit: 'ms', ours: byDay, reference: bare },
        { what: 'by commune, five days of it just reported late by some: answered', unit: 'ms', ours: late },
        { what: 'by commune, nothing summed yet: answered', unit: 'ms', ours: unsummed },
      ],
      notes: [
        'From the request to the answer of the built server. The reference is one SQL statement on the same tables that joins plays to what was expected and adds both up by commune: without outcomes, ledgers that reach far enough, time that two plays share, what the plan left out, or rights.',
      ],
    },
    options.save,
  )
}, TIME_LIMIT_MS)

/** Every device was to play everything; nineteen of twenty reported it, the others have been silent all month. */
async function writeMonth(owner: pg.Client, from: number): Promise<void> {
  await owner.query(
    `INSERT INTO ledger (id, installation_id, device_id, state, hash, created_at, complete_until)
     SELECT gen_random_uuid(), i.id, i.device_id, 'open', 'x', $1, CASE WHEN mod(hashtext(i.device_id::text), 20) = 1 THEN NULL ELSE now() END
       FROM installation i`,
    [new Date(from - DAY_MS)],
  )
  await owner.query('UPDATE installation SET enrolled_at = $1', [new Date(from - DAY_MS)])
  for (let day = 0; day < days; day++) {
    for (let session = 0; session < sessions; session++) {
      const startAt = new Date(from + day * DAY_MS + (5.5 + session * 11) * 3_600_000)
      const id = `bench@${startAt.toISOString()}`
      await owner.query(
        `INSERT INTO occurrence (id, broadcast_id, area_id, area_path, title, priority, start_at, end_at, frozen_at)
         SELECT $1, b.id, b.area_id, ARRAY[b.area_id], 'x', 'normal', $2, $2, $2 FROM broadcast b LIMIT 1`,
        [id, startAt],
      )
      await owner.query(
        `INSERT INTO expected_play (occurrence_id, item_id, language, device_id, area_id, area_path, bulletin_id, revision_id,
           title, topic, clip, start_at, duration_ms, settled_at)
         SELECT $1, md5($1 || n)::uuid, 'vi', d.id, d.area_id, a.path, md5($1 || n)::uuid, md5($1 || n)::uuid, 'Bản tin',
           (ARRAY['policy', 'society', 'general'])[1 + n % 3], 'x', $2::timestamptz + n * interval '5 minutes', 300000,
           $2::timestamptz + n * interval '5 minutes' + interval '10 minutes'
           FROM device d JOIN area a ON a.id = d.area_id CROSS JOIN generate_series(0, $3 - 1) AS n`,
        [id, startAt, items],
      )
      await owner.query(
        `INSERT INTO play (id, ledger_id, device_id, area_id, area_path, occurrence_id, item_id, clip, language,
           planned_start_at, started_at, ended_at, heard_ms, volume_percent, outcome, clock, target_revision, started_seq, ended_seq)
         SELECT gen_random_uuid()::text, l.id, e.device_id, e.area_id, e.area_path, e.occurrence_id, e.item_id, 'x', 'vi',
           e.start_at, e.start_at, e.start_at + interval '5 minutes', 300000, 80, 'played', 'trusted', 1, 1, 2
           FROM expected_play e JOIN ledger l ON l.device_id = e.device_id
          WHERE e.occurrence_id = $1 AND l.complete_until IS NOT NULL`,
        [id],
      )
    }
  }
  await owner.query('ANALYZE')
}

async function sumBare(owner: pg.Client, from: number, to: number): Promise<number> {
  const startedMs = performance.now()
  await owner.query(
    `SELECT e.area_id, sum(e.duration_ms), sum(p.heard_ms) FROM expected_play e
       LEFT JOIN play p ON p.occurrence_id = e.occurrence_id AND p.device_id = e.device_id AND p.item_id = e.item_id
      WHERE e.start_at >= $1 AND e.start_at < $2 GROUP BY e.area_id`,
    [new Date(from), new Date(to)],
  )
  return performance.now() - startedMs
}
