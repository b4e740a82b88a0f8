/**
 * The gate in front of the decoder: what an uploaded file says about itself, and whether we are willing to decode it.
 * Nothing here is trusted later: normalise.ts compares what was decoded with what was declared.
 */
import { open, stat } from 'node:fs/promises'
import { z } from 'zod'
import { type Ffmpeg, lastLine, runFfprobe } from './ffmpeg.ts'

/** Why a file does not become a clip. A closed list: the console has a sentence for each. */
export const clipRejectionCodes = [
  /** No bytes. */
  'empty',
  /** More bytes than allowed. */
  'too-large',
  /** No container that we accept, or no sound in it: a playlist, a picture, text. */
  'not-audio',
  /** A container that we accept, with a stream that we do not decode, for example a video. */
  'unsupported-codec',
  /** Samples per second outside the limits. */
  'sample-rate',
  /** Number of channels outside the limits. */
  'channels',
  'too-long',
  'too-short',
  /** Less sound than the file declares: cut off while copying or uploading. */
  'truncated',
  /** Nothing that a horn could make audible. */
  'silent',
  /** Broken content. */
  'decode-failed',
  /** Decoding it used up the CPU, memory or time allowed. */
  'too-costly',
] as const

export const clipRejectionCode = z.enum(clipRejectionCodes)
export type ClipRejectionCode = z.infer<typeof clipRejectionCode>

/** `detail` is technical English for the log and for support; what a person reads is the code's sentence. */
export interface ClipRejection {
  ok: false
  code: ClipRejectionCode
  detail: string
}

export interface ClipLimits {
  maxBytes: number
  minDurationMs: number
  maxDurationMs: number
  minSampleRateHz: number
  maxSampleRateHz: number
  maxChannels: number
}

export const defaultClipLimits: ClipLimits = {
  maxBytes: 300 * 1024 * 1024,
  // Loudness is measured over blocks of 400 ms (ITU-R BS.1770): what is shorter cannot be measured.
  minDurationMs: 500,
  maxDurationMs: 2 * 3_600_000,
  minSampleRateHz: 8_000,
  maxSampleRateHz: 192_000,
  maxChannels: 8,
}

export interface ClipProbe {
  /** ffmpeg's name of the container, for example `mp3` or `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string
  codec: string
  sampleRateHz: number
  channels: number
  /**
   * Length that the file declares, or null where it declares none (AMR, ADTS, MP3 without a Xing header, recordings of
   * a browser): ffmpeg then estimates from the bit rate, off by seconds, and an estimate is not evidence.
   */
  durationMs: number | null
  bytes: number
}

const ffprobeReport = z.object({
  format: z.object({ format_name: z.string(), duration: z.string().optional() }).optional(),
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        codec_name: z.string().optional(),
        sample_rate: z.string().optional(),
        channels: z.number().optional(),
        duration: z.string().optional(),
        disposition: z.object({ attached_pic: z.number() }).optional(),
      }),
    )
    .default([]),
})

// Tags are not asked for, so that a text of the uploader's never enters the report.
const entries =
  'format=format_name,duration:stream=codec_type,codec_name,sample_rate,channels,duration:stream_disposition=attached_pic'

/**
 * Probes a file that was stored WITHOUT an extension (an extension sways ffmpeg's guess of the format).
 * Rejects when aborted; a file that cannot be read is broken I/O and rejects as well.
 */
export async function probeClip(
  ffmpeg: Ffmpeg,
  options: { path: string; limits: ClipLimits; signal?: AbortSignal | undefined },
): Promise<{ ok: true; probe: ClipProbe } | ClipRejection> {
  const { path, limits, signal } = options
  const { size } = await stat(path)
  if (size === 0) return reject('empty', 'the file has no bytes')
  if (size > limits.maxBytes) return reject('too-large', `${size} bytes, at most ${limits.maxBytes}`)

  const run = await runFfprobe(ffmpeg, { inputPath: path, entries, timeoutMs: 60_000, signal })
  if (run.killedBy !== null) return reject('too-costly', `ffprobe was ended by ${run.killedBy}`)
  if (run.exitCode !== 0) {
    const code =
      run.stderr.includes('not on whitelist') && run.stderr.includes('Codec (') ? 'unsupported-codec' : 'not-audio'
    return reject(code, lastLine(run.stderr).replace(`file:${path}: `, ''))
  }
  const report = ffprobeReport.safeParse(parseJson(run.stdout))
  if (!report.success) return reject('not-audio', 'ffprobe gave no report')
  const { format, streams } = report.data
  const audio = streams.find((stream) => stream.codec_type === 'audio')
  if (format === undefined || audio === undefined) return reject('not-audio', 'no audio stream')
  const codec = audio.codec_name ?? 'unknown'
  if (codec === 'unknown') return reject('unsupported-codec', 'unknown codec')

  const sampleRateHz = Number(audio.sample_rate ?? 0)
  // The negated form also catches NaN.
  if (!(sampleRateHz >= limits.minSampleRateHz && sampleRateHz <= limits.maxSampleRateHz)) {
    return reject('sample-rate', `${sampleRateHz} Hz`)
  }
  const channels = audio.channels ?? 0
  if (channels < 1 || channels > limits.maxChannels) return reject('channels', `${channels} channels`)

  const hasVideo = streams.some((stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1)
  const isEstimated = run.stderr.includes('Estimating duration from bitrate')
  const estimateMs = readMs(audio.duration) ?? (hasVideo ? null : readMs(format.duration))
  // A WAV cut short is reported with the length that is left; its header still tells the whole.
  const wavMs = format.format_name === 'wav' ? await readWavDurationMs(path) : null
  const declaredMs = wavMs ?? (isEstimated ? null : estimateMs)
  if ((declaredMs ?? 0) > limits.maxDurationMs) return reject('too-long', `${declaredMs} ms declared`)
  // An estimate may be off by a factor of two (variable bit rate), hardly by four.
  if ((estimateMs ?? 0) > 4 * limits.maxDurationMs) return reject('too-long', `${estimateMs} ms estimated`)
  if (declaredMs !== null && declaredMs < limits.minDurationMs) return reject('too-short', `${declaredMs} ms declared`)
  const probe = { container: format.format_name, codec, sampleRateHz, channels, durationMs: declaredMs, bytes: size }
  return { ok: true, probe }
}

function reject(code: ClipRejectionCode, detail: string): ClipRejection {
  return { ok: false, code, detail }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A report that is not JSON is no report; the caller says so.
    return null
  }
}

function readMs(seconds: string | undefined): number | null {
  const value = Number(seconds)
  return Number.isFinite(value) && value > 0 ? Math.round(value * 1000) : null
}

const wavHeaderBytes = 64 * 1024

/**
 * The length in a WAV file's own header, or null where the header leaves it open: programs that write to a pipe put
 * 0, 0xFFFFFFFF or something near 2 GiB there. Layout: Multimedia Programming Interface and Data Specifications 1.0, "WAVE".
 */
async function readWavDurationMs(path: string): Promise<number | null> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(wavHeaderBytes)
    const { bytesRead } = await file.read(buffer, 0, wavHeaderBytes, 0)
    const header = buffer.subarray(0, bytesRead)
    let bytesPerSecond = 0
    for (let at = 12; at + 8 <= header.length; ) {
      const chunkId = header.toString('latin1', at, at + 4)
      const chunkBytes = header.readUInt32LE(at + 4)
      if (chunkId === 'fmt ' && at + 20 <= header.length) bytesPerSecond = header.readUInt32LE(at + 16)
      if (chunkId === 'data') {
        const isOpen = chunkBytes === 0 || chunkBytes >= 0x7fff_0000 || bytesPerSecond === 0
        return isOpen ? null : Math.round((chunkBytes / bytesPerSecond) * 1000)
      }
      // Chunks are padded to an even length.
      at += 8 + chunkBytes + (chunkBytes % 2)
    }
    return null
  } finally {
    await file.close()
  }
}
