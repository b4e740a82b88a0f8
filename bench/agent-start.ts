import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { addSpeaker, makeCommune, makeProgramme, schedule, waitUntilReady } from '../test/support/commune.ts'
import { findSounds, type Recording } from '../test/support/listen.ts'
import { startPulse } from '../test/support/pulse.ts'
import { startServer } from '../test/support/server.ts'
import { startSpeaker } from '../test/support/speaker.ts'
import { makeToneWav } from '../test/support/tones.ts'
import { startProcess } from '../tools/processes.ts'
import { runBenchmark } from './benchmark.ts'
import { readOptions } from './options.ts'
import { publishReport } from './report.ts'

/**
 * How soon a speaker sounds again after its power came back in the middle of a programme: from the start of the agent's
 * process to the first sample that leaves the horn, with the server away. The limit that we set ourselves is 10 s.
 */
const options = readOptions({ starts: 8 })
const LIMIT_MS = 10_000
/** What one start and its reference take, generously. */
const ROUND_MS = 15_000
const [ourHorn, referenceHorn] = [0, 1]

const firstSoundAfter = (recording: Recording, horn: number, atMs: number): number | undefined =>
  findSounds(recording, horn, { minGapMs: 300 }).find(({ startedAtMs }) => startedAtMs > atMs)?.startedAtMs

await runBenchmark(async (onEnd) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-'))
  onEnd(() => rm(directory, { recursive: true, force: true }))
  const pulse = await startPulse({ horns: 2 })
  onEnd(pulse.stop)
  const server = await startServer()
  const commune = await makeCommune(server)
  const { code } = await addSpeaker(commune, 'Loa 1')
  const env = { ...pulse.env, LOAXA_SINK: 'alsa', LOAXA_ALSA_DEVICE: pulse.hornDevice(ourHorn) }
  const speaker = await startSpeaker({ name: 'horn', serverUrl: server.url, code, env })
  onEnd(speaker.stop)
  // One item for as long as the benchmark takes: whenever the agent starts, it is in the middle of it.
  const durationMs = 60_000 + options.starts * ROUND_MS
  const tone = { frequencyHz: 1_000, durationMs }
  const { programmeId } = await makeProgramme(commune, 'Âm dài', [makeToneWav([tone])])
  const planned = await schedule(commune, programmeId, 15_000)
  await waitUntilReady(commune, planned.broadcastId, 1)
  await speaker.kill()
  await server.stop()
  await delay(Math.max(0, planned.startAtMs - Date.now()))

  const [ours, reference]: [number[], number[]] = [[], []]
  const raw = path.join(directory, 'tone.wav')
  await writeFile(raw, makeToneWav([{ ...tone, durationMs: 10_000 }]))
  for (let start = 0; start < options.starts; start += 1) {
    const recorder = await pulse.record()
    const ourStartMs = Date.now()
    await speaker.restart()
    await speaker.process().line((line) => line.includes('sounding'), 'sound')
    await delay(500)
    await speaker.kill()
    await delay(500)
    const theirStartMs = Date.now()
    const script = `require('node:child_process').spawn('aplay',['-q','-D','${pulse.hornDevice(referenceHorn)}','${raw}'],{stdio:'ignore'})`
    const player = startProcess({ name: 'reference', command: process.execPath, args: ['-e', script], env: pulse.env })
    await delay(2_000)
    process.kill(-player.pid, 'SIGKILL')
    await player.exited
    const recording = await recorder.stop()
    const [our, their] = [
      firstSoundAfter(recording, ourHorn, ourStartMs),
      firstSoundAfter(recording, referenceHorn, theirStartMs),
    ]
    if (our === undefined || their === undefined) throw new Error('a start was not heard')
    ours.push(our - ourStartMs)
    reference.push(their - theirStartMs)
  }
  await publishReport(
    {
      id: 'agent-start',
      title: `From the start of the process to sound (${options.starts} starts in the middle of a programme, server away)`,
      ours: 'agent',
      reference: 'bare player',
      statistics: ['min', 'median', 'max'],
      isPaired: true,
      rows: [
        { what: 'first sample at the horn', unit: 'ms', ours, reference },
        { what: `starts above ${LIMIT_MS / 1_000} s`, unit: '', ours: [ours.filter((ms) => ms > LIMIT_MS).length] },
      ],
      notes: [
        'Killed with SIGKILL before each start: it reads and verifies its ledger, closes the interrupted play in it, checks the hash of the clip and joins where the other horns are. The reference is a Node process that does nothing but start `aplay` on a WAV file. A Raspberry Pi is several times slower than this machine, and its kernel needs its own time to start.',
      ],
    },
    options.save,
  )
})
