import { readFile } from 'node:fs/promises'
import type { Recording } from './listen.ts'

/** What the agent's WAV sink wrote: what a horn would have sounded, one channel. Times count from the file's beginning. */
export async function readWavRecording(path: string): Promise<Recording> {
  const bytes = await readFile(path)
  const samples = Float32Array.from(
    { length: Math.floor((bytes.length - 44) / 2) },
    (_, index) => bytes.readInt16LE(44 + index * 2) / 32_768,
  )
  return { channels: [samples], sampleRate: 48_000, zeroAtMs: 0 }
}
