/** The outline of a clip, computed once when it is made and drawn by the console. */
import { decodePcm, type Ffmpeg } from './ffmpeg.ts'

export const peakPairCount = 800

/**
 * Peaks of a normalised clip: `pairCount` pairs of signed bytes (lowest, highest sample; ±127 is full scale), the clip
 * divided evenly among them. `sampleCount` is the clip's, at 48 kHz.
 */
export async function computePeaks(
  ffmpeg: Ffmpeg,
  options: { path: string; sampleCount: number; pairCount?: number; signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  const { path, sampleCount, pairCount = peakPairCount, signal } = options
  const fold = foldPeaks(sampleCount, pairCount)
  await decodePcm(ffmpeg, { inputPath: path, onPcm: fold.take, timeoutMs: 60_000 + sampleCount / 48, signal })
  return fold.finish()
}

/** The pure part: takes signed 16-bit little-endian samples in pieces of any length. */
export function foldPeaks(sampleCount: number, pairCount: number) {
  const lows = new Int16Array(pairCount)
  const highs = new Int16Array(pairCount)
  let index = 0
  let bucket = 0
  let bucketEnd = sampleCount / pairCount
  let oddByte: number | null = null

  const takeSample = (sample: number) => {
    while (index >= bucketEnd && bucket < pairCount - 1) {
      bucket += 1
      bucketEnd = ((bucket + 1) * sampleCount) / pairCount
    }
    if (sample < (lows[bucket] ?? 0)) lows[bucket] = sample
    if (sample > (highs[bucket] ?? 0)) highs[bucket] = sample
    index += 1
  }
  return {
    take(chunk: Buffer) {
      let at = 0
      // A pipe may cut between the two bytes of a sample.
      if (oddByte !== null && chunk.length > 0) {
        takeSample(Buffer.of(oddByte, chunk[0] ?? 0).readInt16LE(0))
        oddByte = null
        at = 1
      }
      for (; at + 1 < chunk.length; at += 2) takeSample(chunk.readInt16LE(at))
      if (at < chunk.length) oddByte = chunk[at] ?? null
    },
    finish(): Uint8Array {
      const peaks = new Int8Array(pairCount * 2)
      for (let pair = 0; pair < pairCount; pair++) {
        peaks[pair * 2] = toByte(lows[pair] ?? 0)
        peaks[pair * 2 + 1] = toByte(highs[pair] ?? 0)
      }
      return new Uint8Array(peaks.buffer)
    },
  }
}

function toByte(sample: number): number {
  return Math.round((Math.max(sample, -32_767) / 32_767) * 127)
}
