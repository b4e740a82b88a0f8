import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Recording } from './listen.ts'

export type Recorder = {
  /** Ends the recording and hands it over. */
  readonly stop: () => Promise<Recording>
  /** Ends it and throws it away; harmless after `stop`. */
  readonly abandon: () => Promise<void>
}

const SAMPLE_RATE = 48_000
/** parecord reports this many times before the recording counts as running. */
const TIMINGS_WANTED = 5

/**
 * Records every channel of the bus with parecord, which says about 20 times a second which sample sounds at this moment
 * ("Time: …"). When sample 0 sounded is the median of what these lines say. Channels are exact to the sample among each
 * other; the absolute time is good to some milliseconds (the server interpolates, and its null sink works in blocks).
 */
export async function startRecorder(env: NodeJS.ProcessEnv, channels: number): Promise<Recorder> {
  const channelMap = Array.from({ length: channels }, (_, index) => `aux${index}`).join(',')
  const format = ['--raw', '--format=s16le', `--rate=${SAMPLE_RATE}`, `--channels=${channels}`]
  const child: ChildProcessByStdio<null, Readable, Readable> = spawn(
    'parecord',
    ['-v', '-d', 'bus.monitor', ...format, `--channel-map=${channelMap}`, '--latency-msec=5'],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const chunks: Buffer[] = []
  const zeroTimes: number[] = []
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const isRunning = new Promise<void>((resolve, reject) => {
    let report = ''
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`parecord ended: ${report}`)))
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const nowMs = performance.timeOrigin + performance.now()
      report = (report + text).slice(-400)
      for (const match of text.matchAll(/Time: (\d+\.\d+) sec/g)) zeroTimes.push(nowMs - Number(match[1]) * 1_000)
      if (zeroTimes.length >= TIMINGS_WANTED && chunks.length > 0) resolve()
    })
  })
  await isRunning
  return {
    stop: async () => {
      child.kill('SIGINT')
      await exited
      return {
        channels: splitChannels(Buffer.concat(chunks), channels),
        sampleRate: SAMPLE_RATE,
        zeroAtMs: median(zeroTimes),
      }
    },
    abandon: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

function splitChannels(bytes: Buffer, channels: number): Float32Array[] {
  const frames = Math.floor(bytes.length / 2 / channels)
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames)
    for (let frame = 0; frame < frames; frame += 1) {
      samples[frame] = bytes.readInt16LE((frame * channels + channel) * 2) / 32_768
    }
    return samples
  })
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
