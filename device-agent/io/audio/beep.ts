import { FRAMES_PER_MS } from './voice.ts'
import { makeWav } from './wav-media.ts'

const EDGE_MS = 5

/**
 * The sound of "identify": short tones that a technician at the foot of the pole recognises, as the bytes of a WAV file
 * for a voice's segment. Edges are ramped, so that a horn does not click.
 */
export function synthesiseBeep(options: {
  readonly frequencyHz: number
  readonly toneMs: number
  readonly pauseMs: number
  readonly count: number
  /** Peak level, 0 dB being full scale. */
  readonly levelDb: number
}): Uint8Array {
  const toneFrames = Math.round(options.toneMs * FRAMES_PER_MS)
  const pauseFrames = Math.round(options.pauseMs * FRAMES_PER_MS)
  const edgeFrames = EDGE_MS * FRAMES_PER_MS
  const amplitude = 10 ** (options.levelDb / 20)
  const samples = new Float32Array(options.count * (toneFrames + pauseFrames) - pauseFrames)
  for (let tone = 0; tone < options.count; tone += 1) {
    const from = tone * (toneFrames + pauseFrames)
    for (let frame = 0; frame < toneFrames; frame += 1) {
      const edge = Math.min(1, frame / edgeFrames, (toneFrames - 1 - frame) / edgeFrames)
      const phase = (2 * Math.PI * options.frequencyHz * frame) / (1_000 * FRAMES_PER_MS)
      samples[from + frame] = amplitude * edge * Math.sin(phase)
    }
  }
  return makeWav(samples)
}
