import type { MixerVoice } from './mixer-voice.ts'
import { FRAMES_PER_MS } from './voice.ts'

export const FADE_FRAMES = 10 * FRAMES_PER_MS
const VOLUME_RAMP_FRAMES = 50 * FRAMES_PER_MS

type Tail = { readonly samples: Float32Array; used: number; offset: number }

/** Adds up one block at a time: what sounds, the tails of what was just silenced, the volume, and the fades. */
export class MixBus {
  /** Where a voice's samples are read into before {@link add}. */
  scratch = new Float32Array(0)
  #mix = new Float32Array(0)
  #tails: Tail[] = []
  #volume = 1
  #volumeTarget = 1
  #volumeStep = 0

  get volume(): number {
    return this.#volume
  }

  /** Ramped over at most 50 ms. */
  setVolume(gain: number): void {
    this.#volumeTarget = gain
  }

  /** Begins a block. */
  begin(frames: number): void {
    if (this.#mix.length !== frames) {
      this.#mix = new Float32Array(frames)
      this.scratch = new Float32Array(frames)
    }
    this.#mix.fill(0)
    const step = (this.#volumeTarget - this.#volume) / frames
    this.#volumeStep = Math.max(-1 / VOLUME_RAMP_FRAMES, Math.min(1 / VOLUME_RAMP_FRAMES, step))
  }

  /** Mixes in `count` samples of the scratch at frame `cursor` of the block. */
  add(voice: MixerVoice, segmentGain: number, cursor: number, count: number): void {
    for (let index = 0; index < count; index += 1) {
      let gain = segmentGain * (stepVolume(voice) ?? this.#volume + this.#volumeStep * (cursor + index))
      if (voice.fadeInLeft > 0) {
        gain *= 1 - voice.fadeInLeft / FADE_FRAMES
        voice.fadeInLeft -= 1
      }
      this.#mix[cursor + index] = (this.#mix[cursor + index] ?? 0) + (this.scratch[index] ?? 0) * gain
    }
  }

  /** Lets the voice die away from here on; what sounds in the tail is not counted, and is heard again on resuming. */
  fadeOut(voice: MixerVoice, cursor: number): void {
    const segment = voice.current
    if (voice.source !== undefined && segment !== undefined && voice.position < segment.frames) {
      const samples = new Float32Array(FADE_FRAMES)
      const count = voice.source.read(samples, 0, FADE_FRAMES)
      if (typeof count === 'number' && count > 0) {
        const gain = segment.gain * (voice.volumeGain ?? this.#volume) * (1 - voice.fadeInLeft / FADE_FRAMES)
        for (let index = 0; index < count; index += 1) {
          samples[index] = (samples[index] ?? 0) * gain * (1 - index / count)
        }
        this.#tails.push({ samples: samples.subarray(0, count), used: 0, offset: cursor })
      }
    }
    voice.closeSource()
  }

  dropTails(): void {
    this.#tails = []
  }

  /** Ends the block, and writes it out as 16-bit samples; peaks are clipped. */
  finish(out: Int16Array): void {
    this.#volume += this.#volumeStep * out.length
    this.#addTails(out.length)
    for (let index = 0; index < out.length; index += 1) {
      const sample = Math.round((this.#mix[index] ?? 0) * 32_767)
      out[index] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample
    }
  }

  #addTails(frames: number): void {
    if (this.#tails.length === 0) return
    for (const tail of this.#tails) {
      const count = Math.min(frames - tail.offset, tail.samples.length - tail.used)
      for (let index = 0; index < count; index += 1) {
        const at = tail.offset + index
        this.#mix[at] = (this.#mix[at] ?? 0) + (tail.samples[tail.used + index] ?? 0)
      }
      tail.used += count
      tail.offset = 0
    }
    this.#tails = this.#tails.filter((tail) => tail.used < tail.samples.length)
  }
}

/** The voice's own volume at its next sample, on its way to where it is going. */
function stepVolume(voice: MixerVoice): number | undefined {
  const { volumeGain, volumeTarget } = voice
  if (volumeGain === undefined || volumeTarget === undefined || volumeGain === volumeTarget) return volumeGain
  const step = Math.max(-1 / VOLUME_RAMP_FRAMES, Math.min(1 / VOLUME_RAMP_FRAMES, volumeTarget - volumeGain))
  voice.volumeGain = volumeGain + step
  return voice.volumeGain
}
