import { z } from 'zod'
import { startServer } from '../test/support/server.ts'
import { createApiClient } from '../tools/api-client.ts'
import { runBenchmark } from './benchmark.ts'
import { openBenchDatabase } from './database.ts'
import { readOptions } from './options.ts'
import { makeProvince } from './province-world.ts'
import { publishReport } from './report.ts'

/** What a province official sees first: today, the week, and as much of the plan as may be asked for at once. */
const options = readOptions({ devices: 10_000, communes: 100, broadcasts: 500, days: 31, runs: 7 })
const { devices, communes, broadcasts, days, runs } = options
const DAY_MS = 86_400_000
const WEEK = 7
/** Any time: the reference only writes it. */
const FROM_MS = Date.UTC(2026, 0, 1)

const listed = z.array(z.object({ state: z.string(), devices: z.object({ expected: z.number() }) }))
const shown = z.object({ next: z.array(z.object({ state: z.string() })) })

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
  await owner.query('ANALYZE')
  const official = createApiClient(server.url)
  await official.post('/api/session', { userName: 'quantri', password: 'một mật khẩu rất dài' }, z.unknown())
  const from = Math.ceil(Date.now() / DAY_MS) * DAY_MS + 3 * DAY_MS
  const list = async (length: number): Promise<number> => {
    const range = `from=${new Date(from).toISOString()}&to=${new Date(from + length * DAY_MS).toISOString()}`
    const startedMs = performance.now()
    const all = await official.get(`/api/occurrences?${range}`, listed)
    const tookMs = performance.now() - startedMs
    // Those of the communes, and the one that all of them hear.
    if (all.length !== (broadcasts + 1) * length) throw new Error(`${all.length} are not what was asked`)
    if (!all.some((one) => one.devices.expected === devices)) throw new Error('one is heard everywhere')
    return tookMs
  }
  const today = async (): Promise<number> => {
    const startedMs = performance.now()
    const { next } = await official.get('/api/today', shown)
    const tookMs = performance.now() - startedMs
    if (next.length === 0) throw new Error('something is to come')
    return tookMs
  }
  await list(WEEK)
  await today()
  const [week, most, now]: [number[], number[], number[]] = [[], [], []]
  const [bareWeek, bareMost, bareDay]: [number[], number[], number[]] = [[], [], []]
  for (let run = 0; run < runs; run++) {
    week.push(await list(WEEK))
    bareWeek.push(write(WEEK))
    most.push(await list(days))
    bareMost.push(write(days))
    now.push(await today())
    bareDay.push(write(1))
  }
  await publishReport(
    {
      id: 'occurrences',
      title: `The plan of a province as its console reads it: ${devices.toLocaleString('en-US')} devices in ${communes} communes, ${broadcasts} broadcasts (${runs} runs)`,
      ours: 'answer',
      reference: 'bare list',
      rows: [
        {
          what: `the week, ${((broadcasts + 1) * WEEK).toLocaleString('en-US')} occurrences: answered`,
          unit: 'ms',
          ours: week,
          reference: bareWeek,
        },
        {
          what: `${days} days, ${((broadcasts + 1) * days).toLocaleString('en-US')} occurrences: answered`,
          unit: 'ms',
          ours: most,
          reference: bareMost,
        },
        { what: 'today: answered', unit: 'ms', ours: now, reference: bareDay },
      ],
      notes: [
        'From the request to the answer of the built server, read and checked by the client: when each occurrence really sounds and on how many devices, by the plan that devices are sent, with hours and limits of every commune. The reference makes as many occurrences with the same fields in one process, writes them as JSON and reads them: no plan, no devices, no database.',
      ],
    },
    options.save,
  )
})

/** As many occurrences of the same form, written and read, and nothing else. */
function write(length: number): number {
  const startedMs = performance.now()
  const all = Array.from({ length: (broadcasts + 1) * length }, (_, index) => {
    const startAt = new Date(FROM_MS + index * 60_000).toISOString()
    const ids = {
      id: `${index}@${startAt}`,
      broadcastId: String(index),
      areaId: String(index % communes),
      areaName: 'Xã',
    }
    const times = { startAt, endAt: startAt, soundsFrom: startAt, soundsUntil: startAt, movedFromAt: null }
    const counts = {
      expected: 100,
      playing: 0,
      played: 0,
      partial: 0,
      missed: 0,
      cancelled: 0,
      leftOut: 0,
      unknown: 100,
    }
    const rest = { title: 'Chương trình', priority: 'normal', state: 'planned', elsewhen: [], suspended: null }
    return { ...ids, ...times, ...rest, devices: counts }
  })
  const read = listed.parse(JSON.parse(JSON.stringify(all)))
  if (read.length !== all.length) throw new Error('all were written')
  return performance.now() - startedMs
}
