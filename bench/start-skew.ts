import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { addSpeaker, makeCommune, makeProgramme, schedule, waitUntilReady } from '../test/support/commune.ts'
import { findSounds, type Recording } from '../test/support/listen.ts'
import { startPulse } from '../test/support/pulse.ts'
import { startServer } from '../test/support/server.ts'
import { startSpeaker } from '../test/support/speaker.ts'
import { makeToneWav } from '../test/support/tones.ts'
import { runBenchmark } from './benchmark.ts'
import { readOptions } from './options.ts'
import { publishReport } from './report.ts'
import { openSkewReference } from './skew-reference.ts'

/** How exactly two horns start together, and at their instant: built server, two built agents, what the horns sounded. */
const options = readOptions({ starts: 30, spacing: 3 })
const { starts } = options
const spacingMs = options.spacing * 1_000
const tone = { frequencyHz: 1_000, durationMs: 800 }
/** Until then all broadcasts are ordered, both devices are ready and the recording runs. */
const FIRST_START_MS = 15_000
const [ourHorns, referenceHorns] = [
  [0, 1],
  [2, 3],
] as const

/** When sounds began on a horn. A sound that a busy machine interrupts for a moment is still one. */
const findStarts = (recording: Recording, horn: number): number[] =>
  findSounds(recording, horn, { minGapMs: 700 }).map(({ startedAtMs }) => startedAtMs)

const findNear = (starts: readonly number[], atMs: number): number | undefined =>
  starts.find((startedAtMs) => Math.abs(startedAtMs - atMs) < spacingMs / 2)

/** The two horns' beginnings of each sound that both gave. */
function pairStarts(recording: Recording, [first, second]: readonly [number, number]): [number, number][] {
  const others = findStarts(recording, second)
  return findStarts(recording, first).flatMap((startedAtMs): [number, number][] => {
    const other = findNear(others, startedAtMs)
    return other === undefined ? [] : [[startedAtMs, other]]
  })
}

await runBenchmark(async (onEnd) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-'))
  onEnd(() => rm(directory, { recursive: true, force: true }))
  const pulse = await startPulse({ horns: 4 })
  onEnd(pulse.stop)
  const server = await startServer()
  onEnd(server.stop)
  const commune = await makeCommune(server)
  for (const horn of ourHorns) {
    const { code } = await addSpeaker(commune, `Loa ${horn + 1}`)
    const env = { ...pulse.env, LOAXA_SINK: 'alsa', LOAXA_ALSA_DEVICE: pulse.hornDevice(horn) }
    const speaker = await startSpeaker({ name: `horn-${horn}`, serverUrl: server.url, code, env })
    onEnd(speaker.stop)
  }
  const devices = referenceHorns.map(pulse.hornDevice)
  const reference = await openSkewReference({ devices, env: pulse.env, directory, tone })
  onEnd(reference.stop)

  const { programmeId } = await makeProgramme(commune, 'Âm chuẩn', [makeToneWav([tone])])
  const begunMs = Date.now()
  const planned: { broadcastId: string; startAtMs: number }[] = []
  for (let start = 0; start < starts; start++) {
    const sinceMs = Date.now() - begunMs
    planned.push(await schedule(commune, programmeId, FIRST_START_MS - sinceMs + start * spacingMs))
  }
  const last = planned.at(-1)
  if (last === undefined) throw new Error('no start')
  await waitUntilReady(commune, last.broadcastId, ourHorns.length)
  const recorder = await pulse.record()
  const endMs = last.startAtMs + spacingMs
  while (Date.now() < endMs) {
    const nextMs = Date.now() + spacingMs
    await reference.playOnce()
    await delay(Math.max(0, Math.min(nextMs, endMs) - Date.now()))
  }
  const recording = await recorder.stop()

  const ours = pairStarts(recording, ourHorns)
  const theirs = pairStarts(recording, referenceHorns)
  const firstMs = planned[0]?.startAtMs ?? 0
  if (firstMs < recording.zeroAtMs)
    throw new Error('the recording began after the first start: the machine is too busy')
  const errors = planned.flatMap(({ startAtMs }) => {
    const heard = ours.find(([startedAtMs]) => findNear([startedAtMs], startAtMs) !== undefined)
    return heard === undefined ? [] : [Math.max(...heard.map((startedAtMs) => Math.abs(startedAtMs - startAtMs)))]
  })
  const skews = (pairs: readonly [number, number][]): number[] => pairs.map(([left, right]) => Math.abs(left - right))
  await publishReport(
    {
      id: 'start-skew',
      title: `Two horns starting together (${starts} broadcasts, ${options.spacing} s apart)`,
      ours: 'two agents',
      reference: reference.name,
      statistics: ['min', 'median', 'p90', 'max'],
      isPaired: false,
      rows: [
        { what: 'between the two horns', unit: 'ms', ours: skews(ours), reference: skews(theirs) },
        { what: 'from the planned instant (the worse horn)', unit: 'ms', ours: errors },
        { what: 'broadcasts not heard on both horns', unit: '', ours: [starts - errors.length] },
      ],
      notes: [
        `Absolute values. Both horns are channels of one recording, so that the difference between them is exact to the sample (0.02 ms); the instant is known to some milliseconds. ${reference.explanation}`,
      ],
    },
    options.save,
  )
})
