import { Mixer } from '#agent/io/audio/mixer.ts'
import type { LoadedSegment, LoadedVoice } from '#agent/io/audio/mixer-voice.ts'
import type { MixerEvent } from '#agent/io/audio/voice.ts'
import { makeWav, readWav } from '#agent/io/audio/wav-media.ts'

export const T0 = 1_800_000_000_000
const BLOCK = 240
const BUFFER_MS = 50

/** A mixer before a sound device that plays exactly by the clock, 50 ms after rendering. Times are ms since T0. */
export class MixerBench {
  readonly events: MixerEvent[] = []
  readonly mixer = new Mixer((event) => this.events.push(event))
  readonly heard: number[] = []
  /** Added to what the mixer takes for the wall clock. */
  stepMs = 0
  isAnchored = true
  readonly #block = new Int16Array(BLOCK)
  readonly epochMsOf = (frame: number) => T0 + this.stepMs + frame / 48

  get nowMs(): number {
    return this.mixer.renderedFrames / 48
  }

  /** Renders until `atMs`, and lets the device play all but what its buffer holds. */
  renderTo(atMs: number): this {
    while (this.nowMs < atMs) {
      const at = this.isAnchored ? this.epochMsOf(this.mixer.renderedFrames) : undefined
      this.mixer.render(this.#block, at)
      for (const sample of this.#block) this.heard.push(sample / 32_767)
      this.mixer.settle(this.playedFrames, this.epochMsOf)
    }
    return this
  }

  get playedFrames(): number {
    return Math.max(0, this.mixer.renderedFrames - BUFFER_MS * 48)
  }

  /** Lets the device play everything that was rendered. */
  drain(): MixerEvent[] {
    this.mixer.settle(this.mixer.renderedFrames, this.epochMsOf)
    return this.events
  }

  /** The sample that sounds at an instant. */
  at(ms: number): number {
    return this.heard[Math.round(ms * 48)] ?? Number.NaN
  }

  /** Events in short: type, voice, segment, times since T0, and why. */
  story(): string[] {
    return this.drain().map(tell)
  }

  of<T extends MixerEvent['type']>(type: T, voiceId?: string): Extract<MixerEvent, { type: T }>[] {
    const isWanted = (event: MixerEvent): event is Extract<MixerEvent, { type: T }> =>
      event.type === type && (voiceId === undefined || event.voiceId === voiceId)
    return this.drain().filter(isWanted)
  }
}

const ms = (value: number) => String(Math.round(value * 10) / 10)

function tell(event: MixerEvent): string {
  switch (event.type) {
    case 'segment-started':
      return `${event.voiceId}/${event.segmentId} started @${ms(event.atMs - T0)} from ${ms(event.fromMs)}`
    case 'segment-ended':
      return [
        `${event.voiceId}/${event.segmentId} ${event.outcome} ${ms(event.heardMs)}/${ms(event.durationMs)}`,
        `@${ms(event.endedAtMs - T0)}`,
        ...(event.reason === undefined ? [] : [event.reason]),
      ].join(' ')
    case 'held':
      return `${event.voiceId}/${event.segmentId} held at ${ms(event.positionMs)} @${ms(event.atMs - T0)} ${event.reason}`
    case 'resumed':
      return `${event.voiceId}/${event.segmentId} resumed at ${ms(event.positionMs)} @${ms(event.atMs - T0)}`
    case 'voice-ended':
      return `${event.voiceId} ended ${event.outcome} @${ms(event.atMs - T0)}`
    case 'progress':
      return `${event.voiceId}/${event.segmentId} progress ${ms(event.heardMs)}`
  }
}

/** A clip whose every sample has the same value. */
export function flat(value: number, durationMs: number): LoadedSegment['clip'] {
  return readWav(makeWav(new Float32Array(durationMs * 48).fill(value)))
}

/** A clip whose samples climb from 0 to ½, so that a sample tells its position. */
export function ramp(durationMs: number): LoadedSegment['clip'] {
  return readWav(makeWav(Float32Array.from({ length: durationMs * 48 }, (_, index) => index / (durationMs * 48) / 2)))
}

export function segment(
  segmentId: string,
  clip: LoadedSegment['clip'],
  more: Partial<LoadedSegment> = {},
): LoadedSegment {
  return { segmentId, clip, gainDb: 0, gapAfterMs: 0, fromSample: 0, ...more }
}

/** A normal voice that starts `startMs` after T0. */
export function voice(
  voiceId: string,
  startMs: number,
  segments: LoadedSegment[],
  more: Partial<LoadedVoice> = {},
): LoadedVoice {
  return { voiceId, level: 'normal', startAtMs: T0 + startMs, late: 'join', segments, ...more }
}
