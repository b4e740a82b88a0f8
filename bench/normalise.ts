import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { openFfmpeg } from '#server/audio/ffmpeg.ts'
import { normaliseClip } from '#server/audio/normalise.ts'
import { defaultClipLimits } from '#server/audio/probe.ts'
import { runBenchmark } from './benchmark.ts'
import { readOptions } from './options.ts'
import { publishReport } from './report.ts'
import { writeSpeech } from './speech.ts'
import { readCpuMs } from './usage.ts'

/** What turning an upload into a clip costs: our pipeline beside one bare ffmpeg that decodes and encodes the same. */
const options = readOptions({ minutes: 10, runs: 3 })
const { minutes, runs } = options
const run = promisify(execFile)

interface Cost {
  readonly wallMs: number
  /** Of this process and all programs it started meanwhile. */
  readonly cpuMs: number
}

async function measure(work: () => Promise<unknown>): Promise<Cost> {
  const [startedMs, startedCpuMs] = [performance.now(), await readCpuMs(process.pid)]
  await work()
  return { wallMs: performance.now() - startedMs, cpuMs: (await readCpuMs(process.pid)) - startedCpuMs }
}

await runBenchmark(async (onEnd) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'loaxa-bench-'))
  onEnd(() => rm(directory, { recursive: true, force: true }))
  const sourcePath = path.join(directory, 'speech')
  // In the form that a studio sends; without an extension, as an upload lies.
  await writeSpeech(sourcePath, { minutes, sampleRateHz: 48_000, channels: 2 })
  const opened = await openFfmpeg({ directory: path.join(directory, 'jail') })
  if (!opened.ok) throw new Error(opened.remedy)
  const outputPath = path.join(directory, 'clip')
  let loudness = ''

  const normalise = async (): Promise<void> => {
    const result = await normaliseClip(opened.ffmpeg, { sourcePath, outputPath, limits: defaultClipLimits })
    if (!result.ok) throw new Error(`${result.code}: ${result.detail}`)
    loudness = `${result.clip.loudnessLufs.toFixed(1)} LUFS, peak ${result.clip.peakDbfs.toFixed(1)} dBFS`
  }
  const encode = ['-c:a', 'libopus', '-b:a', '32k', '-frame_duration', '20', '-ar', '48000', '-ac', '1', '-f', 'ogg']
  // One thread and the same urgency as the jail grants, so that only the passes differ.
  const bareArgs = ['-n', '10', 'ffmpeg', '-nostdin', '-v', 'error', '-y', '-threads', '1', '-i', sourcePath]
  const bare = (): Promise<unknown> => run('nice', [...bareArgs, '-map', '0:a:0', ...encode, `${outputPath}-bare`])

  const costs: { ours: Cost; reference: Cost }[] = []
  for (let index = 0; index < runs; index++) {
    const isOursFirst = index % 2 === 0
    const early = isOursFirst ? await measure(normalise) : undefined
    const reference = await measure(bare)
    costs.push({ ours: early ?? (await measure(normalise)), reference })
  }
  const seconds = (read: (cost: Cost) => number) => ({
    ours: costs.map(({ ours }) => read(ours) / 1_000),
    reference: costs.map(({ reference }) => read(reference) / 1_000),
  })
  await publishReport(
    {
      id: 'normalise',
      title: `Normalising ${minutes} minutes of speech for horns (${runs} runs)`,
      ours: 'server/audio',
      reference: 'bare ffmpeg',
      rows: [
        { what: 'wall clock', unit: 's', ...seconds(({ wallMs }) => wallMs) },
        { what: 'processor time', unit: 's', ...seconds(({ cpuMs }) => cpuMs) },
        { what: 'wall clock for a minute of speech', unit: 's', ...seconds(({ wallMs }) => wallMs / minutes) },
      ],
      notes: [
        `The bare command decodes and encodes once (\`ffmpeg -i … -c:a libopus -b:a 32k …\`) and leaves the loudness as it is. Ours probes, measures, compresses, measures again, sets the gain, limits, encodes, and measures what came out (here ${loudness}).`,
      ],
    },
    options.save,
  )
})
