/**
 * From any upload to the one form that devices play: Ogg Opus, mono, 48 kHz, 32 kbit/s, 20 ms frames, with speech
 * levelled for a horn: −16 LUFS (EBU R 128 / ITU-R BS.1770) and no sample above −1 dBFS.
 *
 * measure → compress → measure → gain → limit → encode → measure what came out. ffmpeg's `loudnorm` is not used: in two
 * passes it fell back to its dynamic mode on every speech sample tried and landed 1.3 LU too low.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { syncFolder } from '#server/durable-file.ts'
import { type Ffmpeg, type FfmpegPass, lastLine, runFfmpegPass } from './ffmpeg.ts'
import { readOpusSampleCount } from './ogg.ts'
import { type ClipLimits, type ClipProbe, type ClipRejection, probeClip } from './probe.ts'

export const targetLoudnessLufs = -16
export const maxPeakDbfs = -1

/** Below this there is nothing to hear; raising it would only raise the noise. */
const silenceLufs = -60

/**
 * A horn gives nothing below about 250 Hz, and what is sent there only drives its membrane; above 7.5 kHz is hiss.
 * asetpts: some files begin a few milliseconds late, which Ogg would carry on as an offset of every granule position.
 */
const horn = 'aformat=sample_rates=48000:channel_layouts=mono,asetpts=N/SR/TB,highpass=f=250,lowpass=f=7500'
// framelog=quiet fails on ffmpeg 5.1 while printing a loudness of 0.
const meters = 'astats=measure_perchannel=none:measure_overall=Peak_level+Number_of_samples,ebur128=framelog=verbose'

/** A cut in the middle of a tone would click. */
const fadeS = 0.01

/** What was normalised before is filtered and compressed already: a second time one would hear it. */
function readCut({ startMs, endMs }: Cut): string {
  const [start, end] = [startMs / 1000, endMs / 1000]
  return [
    'aformat=sample_rates=48000:channel_layouts=mono,asetpts=N/SR/TB',
    `atrim=start=${start.toFixed(3)}:end=${end.toFixed(3)},asetpts=N/SR/TB`,
    `afade=t=in:d=${fadeS},afade=t=out:st=${Math.max(0, end - start - fadeS).toFixed(3)}:d=${fadeS}`,
  ].join(',')
}

/** Level that the compressor is set for. */
const compressorInputLufs = -23

const compression = 'acompressor=threshold=-26dB:ratio=3:attack=5:release=120:knee=4'

/** Opus overshoots what the limiter held; −2.5 dB leaves it room to stay below −1. */
const limiterDb = -2.5

/** How far the limiter may be lowered, and then the gain, to keep the peaks where they must be. */
const lowestCeilingDb = -8
const lowestGainDb = -20

const opusOptions = [
  ...['-c:a', 'libopus', '-b:a', '32k', '-frame_duration', '20', '-ar', '48000', '-ac', '1'],
  // No random stream serial, no version strings: the same sound gives the same bytes, hence the same name.
  ...['-fflags', '+bitexact', '-flags:a', '+bitexact', '-f', 'ogg'],
]

export interface NormalisedClip {
  /** Of the exact bytes, lower-case hex: the clip's name. */
  sha256: string
  bytes: number
  durationMs: number
  /** At 48 kHz, without the pre-skip: exactly what a decoder must give. */
  sampleCount: number
  loudnessLufs: number
  peakDbfs: number
  probe: ClipProbe
}

/** [startMs, endMs) of a sound. */
export interface Cut {
  readonly startMs: number
  readonly endMs: number
}

/**
 * Normalises `sourcePath` (stored without an extension) into `outputPath`, which is written anew and fsynced; the caller
 * moves it to its final name with `finaliseClip`. Nothing is left at `outputPath` when there is no clip.
 *
 * `onProgress` gets a rising fraction 0…1. Rejects with the signal's reason when aborted, and on broken I/O (disk full,
 * ffmpeg gone); whatever is wrong with the file itself is a rejection value.
 */
export async function normaliseClip(
  ffmpeg: Ffmpeg,
  options: {
    sourcePath: string
    outputPath: string
    limits: ClipLimits
    /** Only this part of a source that was normalised before. */
    cut?: Cut | undefined
    onProgress?: (fraction: number) => void
    signal?: AbortSignal | undefined
  },
): Promise<{ ok: true; clip: NormalisedClip } | ClipRejection> {
  if (path.extname(options.sourcePath) !== '') {
    throw new TypeError('An upload is stored without an extension: ffmpeg lets the extension sway what it reads')
  }
  try {
    const result = await normalise(ffmpeg, options)
    if (!result.ok) await rm(options.outputPath, { force: true })
    return result
  } catch (error) {
    await rm(options.outputPath, { force: true })
    throw error
  }
}

/** Moves a normalised clip to its final name on the same filesystem, so that it survives a power cut from here on. */
export async function finaliseClip(options: { outputPath: string; finalPath: string }): Promise<void> {
  await rename(options.outputPath, options.finalPath)
  await syncFolder(path.dirname(options.finalPath))
}

async function normalise(
  ffmpeg: Ffmpeg,
  options: Parameters<typeof normaliseClip>[1],
): Promise<{ ok: true; clip: NormalisedClip } | ClipRejection> {
  const { sourcePath, outputPath, limits, signal } = options
  const progress = trackProgress(options.onProgress)
  const probed = await probeClip(ffmpeg, { path: sourcePath, limits, signal })
  if (!probed.ok) return probed
  const { cut } = options
  const probe = cut === undefined ? probed.probe : { ...probed.probe, durationMs: cut.endMs - cut.startMs }
  const source = cut === undefined ? horn : readCut(cut)
  const compressor = cut === undefined ? [compression] : []

  const pass = {
    inputPath: sourcePath,
    // One second beyond the limit, to tell "just as long as allowed" from "longer".
    maxDurationMs: limits.maxDurationMs + 1000,
    timeoutMs: 60_000 + (probe.durationMs ?? limits.maxDurationMs),
    signal,
  }
  const first = await measure(ffmpeg, {
    ...pass,
    audioFilters: [source, meters],
    onPosition: progress.within(0, 0.2, probe.durationMs),
  })
  if (!first.ok) return first
  const refusal = judgeDecoded(first, probe, limits)
  if (refusal !== null) return refusal

  const shape = (gainDb: number, ceilingDb: number): string =>
    [
      source,
      `volume=${(compressorInputLufs - first.loudnessLufs).toFixed(2)}dB`,
      ...compressor,
      `volume=${gainDb.toFixed(2)}dB`,
      `alimiter=limit=${(10 ** (ceilingDb / 20)).toFixed(4)}:attack=3:release=50:level=disabled`,
    ].join(',')
  const durationMs = first.sampleCount / 48
  let from = 0.2
  let gainDb = targetLoudnessLufs - compressorInputLufs
  // The limiter takes back part of every decibel, so the gain is approached: speech needs one correction, music two.
  for (let attempt = 0; attempt < 3; attempt++) {
    const onPosition = progress.within(from, from + 0.2, durationMs)
    const shaped = await measure(ffmpeg, {
      ...pass,
      audioFilters: [shape(gainDb, limiterDb), meters],
      onPosition,
    })
    if (!shaped.ok) return shaped
    const missingDb = targetLoudnessLufs - shaped.loudnessLufs
    gainDb += missingDb
    from += 0.1
    if (Math.abs(missingDb) < 0.3) break
  }

  let ceilingDb = limiterDb
  for (;;) {
    await encode(ffmpeg, {
      ...pass,
      audioFilters: [shape(gainDb, ceilingDb)],
      output: { path: outputPath, options: opusOptions },
      onPosition: progress.within(0.6, 0.9, durationMs),
    })
    const onPosition = progress.within(0.9, 1, durationMs)
    const result = await measure(ffmpeg, { ...pass, inputPath: outputPath, audioFilters: [meters], onPosition })
    if (!result.ok) throw new Error(`ffmpeg could not read back what it encoded: ${result.detail}`)
    const overshootDb = result.peakDbfs - maxPeakDbfs
    if (overshootDb <= 0) {
      const clip = await describe(outputPath, result, probe)
      progress.finish()
      return { ok: true, clip }
    }
    // Sharp edges (switched tones, clicks) overshoot whatever the limiter holds: then the whole becomes quieter, which
    // people notice less than a clip that is refused.
    if (ceilingDb > lowestCeilingDb) ceilingDb -= overshootDb + 0.2
    else gainDb -= overshootDb + 0.2
    if (gainDb < lowestGainDb) return { ok: false, code: 'decode-failed', detail: 'its peaks cannot be limited' }
  }
}

/** What the first pass over the decoded sound says against the file, or null. */
function judgeDecoded(decoded: Measurement, probe: ClipProbe, limits: ClipLimits): ClipRejection | null {
  const decodedMs = Math.round(decoded.sampleCount / 48)
  if (decodedMs > limits.maxDurationMs) {
    return { ok: false, code: 'too-long', detail: `more than ${limits.maxDurationMs} ms decoded` }
  }
  // Encoders pad and trim by tens of milliseconds; half a second is no rounding.
  const toleranceMs = Math.max(500, (probe.durationMs ?? 0) * 0.002)
  if (probe.durationMs !== null && probe.durationMs - decodedMs > toleranceMs) {
    return { ok: false, code: 'truncated', detail: `declares ${probe.durationMs} ms, holds ${decodedMs} ms` }
  }
  if (decodedMs < limits.minDurationMs) return { ok: false, code: 'too-short', detail: `${decodedMs} ms decoded` }
  // The negated form also catches NaN, which digital silence gives.
  if (!(decoded.loudnessLufs >= silenceLufs)) {
    return { ok: false, code: 'silent', detail: `${decoded.loudnessLufs} LUFS between 250 Hz and 7.5 kHz` }
  }
  return null
}

interface Measurement {
  ok: true
  loudnessLufs: number
  peakDbfs: number
  /** At 48 kHz. */
  sampleCount: number
}

async function measure(ffmpeg: Ffmpeg, pass: Omit<FfmpegPass, 'output'>): Promise<Measurement | ClipRejection> {
  const run = await runFfmpegPass(ffmpeg, { ...pass, output: null })
  if (!run.ok) return run
  const loudnessLufs = readLast(run.stderr, /I:\s+(\S+) LUFS/g)
  const peakDbfs = readLast(run.stderr, /Peak level dB: (\S+)/g)
  const sampleCount = readLast(run.stderr, /Number of samples: (\d+)/g)
  if (loudnessLufs === null || peakDbfs === null || sampleCount === null || sampleCount === 0) {
    return { ok: false, code: 'decode-failed', detail: `no sound could be decoded: ${lastLine(run.stderr)}` }
  }
  return { ok: true, loudnessLufs, peakDbfs, sampleCount }
}

/** The file decoded well until here: a failure now is the machine's (disk full), not the file's. */
async function encode(ffmpeg: Ffmpeg, pass: FfmpegPass): Promise<void> {
  const run = await runFfmpegPass(ffmpeg, pass)
  if (!run.ok) throw new Error(`ffmpeg could not encode the clip: ${run.detail}`)
}

/** The LAST match: what an uploader wrote into a tag is printed earlier. ffmpeg writes infinity as `inf`. */
function readLast(stderr: string, pattern: RegExp): number | null {
  const text = [...stderr.matchAll(pattern)].at(-1)?.[1]
  if (text === undefined) return null
  if (text === '-inf') return Number.NEGATIVE_INFINITY
  return Number(text)
}

async function describe(outputPath: string, measured: Measurement, probe: ClipProbe): Promise<NormalisedClip> {
  const sampleCount = await readOpusSampleCount(outputPath)
  if (sampleCount !== measured.sampleCount) {
    throw new Error(`the clip's pages tell ${sampleCount} samples, but ${measured.sampleCount} were decoded`)
  }
  const file = await open(outputPath)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(outputPath)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  const { loudnessLufs, peakDbfs } = measured
  const durationMs = Math.round(sampleCount / 48)
  return { sha256: hash.digest('hex'), bytes, durationMs, sampleCount, loudnessLufs, peakDbfs, probe }
}

/** Turns the positions of several passes into one fraction that never falls. */
function trackProgress(onProgress: ((fraction: number) => void) | undefined) {
  let reported = 0
  const report = (fraction: number) => {
    if (fraction <= reported) return
    reported = Math.min(fraction, 1)
    onProgress?.(reported)
  }
  return {
    within: (from: number, to: number, totalMs: number | null) => (positionMs: number) => {
      if (totalMs !== null) report(from + Math.min(positionMs / totalMs, 1) * (to - from))
    },
    finish: () => report(1),
  }
}
