import { CHIME_MS } from '#agent/core/lead-in.ts'
import { FRAMES_PER_MS, SAMPLE_RATE } from './voice.ts'
import { makeWav } from './wav-media.ts'

/** A falling fourth and back up, as station chimes go; struck one after the other, each dying away. */
const NOTES_HZ = [784, 587, 659, 880]
const STRIKE_EVERY_MS = 450
const DECAY_MS = 380
const ATTACK_MS = 6
const RELEASE_MS = 60
const LEVEL_DB = -10

/** The chime before an occurrence, as the bytes of a WAV file of exactly {@link CHIME_MS}; it ends in silence. */
export function synthesiseChime(): Uint8Array {
  const samples = new Float32Array(CHIME_MS * FRAMES_PER_MS)
  const amplitude = 10 ** (LEVEL_DB / 20)
  for (const [index, frequencyHz] of NOTES_HZ.entries()) {
    const from = index * STRIKE_EVERY_MS * FRAMES_PER_MS
    for (let frame = from; frame < samples.length; frame += 1) {
      const sinceMs = (frame - from) / FRAMES_PER_MS
      const envelope = Math.min(1, sinceMs / ATTACK_MS) * Math.exp(-sinceMs / DECAY_MS)
      const phase = (2 * Math.PI * frequencyHz * (frame - from)) / SAMPLE_RATE
      // The octave above gives it the sound of something struck.
      const tone = 0.75 * Math.sin(phase) + 0.25 * Math.sin(2 * phase)
      samples[frame] = (samples[frame] ?? 0) + amplitude * envelope * tone
    }
  }
  const release = RELEASE_MS * FRAMES_PER_MS
  for (let frame = samples.length - release; frame < samples.length; frame += 1) {
    samples[frame] = ((samples[frame] ?? 0) * (samples.length - frame)) / release
  }
  return makeWav(samples)
}
