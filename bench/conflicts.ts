import { z } from 'zod'
import { broadcastCheck } from '#server/broadcasts/check-schemas.ts'
import { startServer } from '../test/support/server.ts'
import { createApiClient } from '../tools/api-client.ts'
import { runBenchmark } from './benchmark.ts'
import { openBenchDatabase } from './database.ts'
import { readOptions } from './options.ts'
import { makeProvince } from './province-world.ts'
import { publishReport } from './report.ts'

/** Before a province-wide broadcast is saved: whom it meets within 60 days, where, and which rules it breaks. */
const options = readOptions({ devices: 10_000, communes: 100, broadcasts: 500, runs: 7 })
const { devices, communes, broadcasts, runs } = options
const DAYS = 60

await runBenchmark(async (onEnd) => {
  const { url, owner } = await openBenchDatabase(onEnd)
  const server = await startServer({ env: { DATABASE_URL: url } })
  onEnd(server.stop)
  await makeProvince(server, owner, { devices, communes, broadcasts })
  // Every commune has hours and a limit of its own: nothing can be taken for granted.
  await owner.query(
    `INSERT INTO area_rules (area_id, hours, max_minutes_per_day, updated_at, updated_by_id)
     SELECT id, '[{"days": [1,2,3,4,5,6,7], "from": "04:30", "to": "21:30"}]', 240, now(), id FROM area WHERE kind = 'commune'`,
  )
  const { rows } = await owner.query(
    `SELECT p.id AS "programmeId", a.id AS "areaId" FROM programme p JOIN area a ON a.id = p.area_id WHERE a.kind = 'province'`,
  )
  const [where] = z.array(z.object({ programmeId: z.string(), areaId: z.string() })).parse(rows)
  const official = createApiClient(server.url)
  await official.post('/api/session', { userName: 'quantri', password: 'một mật khẩu rất dài' }, z.unknown())
  const firstDate = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  const check = async (minute: number, change: object): Promise<number> => {
    const localTimes = [`05:${String(minute).padStart(2, '0')}`]
    const asked = { ...where, firstDate, rule: 'FREQ=DAILY', localTimes, ...change }
    const startedMs = performance.now()
    const told = await official.post('/api/broadcasts/check', asked, broadcastCheck)
    const tookMs = performance.now() - startedMs
    if (told.devices !== devices || told.occurrences !== DAYS) throw new Error('not what was asked')
    if (localTimes[0] !== '05:00' && told.conflicts.length === 0) throw new Error('it must meet others')
    return tookMs
  }
  await check(1, {})
  const [all, few, scans]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < runs; run++) {
    all.push(await check(2 + run, {}))
    few.push(await check(2 + run, { rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU', priority: 'priority' }))
    scans.push(scan())
  }
  await publishReport(
    {
      id: 'conflicts',
      title: `Checking a broadcast before it is saved: ${devices.toLocaleString('en-US')} devices in ${communes} communes, ${broadcasts} broadcasts, ${DAYS} days (${runs} runs)`,
      ours: 'check',
      reference: 'scan',
      rows: [
        { what: 'daily, to all of the province: answered', unit: 'ms', ours: all, reference: scans },
        { what: 'every weekday, priority: answered', unit: 'ms', ours: few, reference: scans },
      ],
      notes: [
        'From the request to the answer of the built server: who hears it, airtime, languages, permitted hours and limits of every commune, whom it meets and what the rules make of it. The reference looks at each device and each occurrence of the same number in one process, for overlaps only, with nothing read from a database.',
      ],
    },
    options.save,
  )
})

/** Each device against each occurrence of everything: does it hear it, and does it overlap? */
function scan(): number {
  const own = Array.from({ length: DAYS }, (_, day) => day * 86_400 + 5 * 3_600)
  const occurrences = Array.from({ length: broadcasts * DAYS }, (_, index) => ({
    area: index % communes,
    startS: Math.floor(index / broadcasts) * 86_400 + (5 + (index % 15)) * 3_600 + (index % 60) * 60,
  }))
  const startedMs = performance.now()
  let found = 0
  for (let device = 0; device < devices; device++) {
    const area = device % communes
    for (const one of occurrences) {
      if (one.area !== area) continue
      for (const start of own) if (one.startS < start + 300 && start < one.startS + 300) found += 1
    }
  }
  if (found === 0) throw new Error('it must meet others')
  return performance.now() - startedMs
}
