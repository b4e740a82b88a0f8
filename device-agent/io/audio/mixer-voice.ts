import type { Contender } from '#agent/core/arbitrate.ts'
import type { Level } from '#protocol/target.ts'
import type { Media, SampleSource } from './media.ts'
import { type EndReason, FRAMES_PER_MS, type HoldReason, type Voice } from './voice.ts'

export type LoadedSegment = {
  readonly segmentId: string
  readonly gainDb: number
  readonly gapAfterMs: number
  readonly fromSample: number
  /** The checked clip, or what is wrong with it. */
  readonly clip: { readonly ok: true; readonly media: Media } | { readonly ok: false; readonly detail: string }
}

export type LoadedVoice = Omit<Voice, 'segments'> & { readonly segments: readonly LoadedSegment[] }

export type MixerSegment = {
  readonly segmentId: string
  readonly gain: number
  readonly fromFrame: number
  /** Frames to hear; 0 when the clip cannot be played. */
  readonly frames: number
  readonly gapFrames: number
  readonly media: Media | undefined
  readonly failure: string | undefined
}

/**
 * A voice in the mixer. `round`, `index` and `position` say which frame is rendered next: a segment's frames are
 * followed by those of its gap, so that a position at or past `frames` lies in the gap.
 */
export class MixerVoice implements Contender {
  readonly voiceId: string
  readonly level: Level
  readonly order: number
  readonly group: string | undefined
  readonly startAtMs: number
  readonly late: 'join' | 'from-start'
  readonly latestEndAtMs: number
  readonly rounds: number
  readonly segments: readonly MixerSegment[]
  readonly roundFrames: number

  /** waiting: before its instant; ready: should sound, but does not; sounding; ended: everything is rendered. */
  phase: 'waiting' | 'ready' | 'sounding' | 'ended' = 'waiting'
  /** Counts groups in the order in which they first sounded. */
  begunOrder = Number.POSITIVE_INFINITY
  heldFor: HoldReason | undefined
  /** Why it ended before its end; such a voice never comes back. */
  endReason: EndReason | undefined
  round = 0
  index = 0
  position = 0
  source: SampleSource | undefined
  fadeInLeft = 0
  /** Its own volume now, and where it is going; undefined: the general one. */
  volumeGain: number | undefined
  volumeTarget: number | undefined
  deadlineFrame = Number.POSITIVE_INFINITY

  /** What has passed the sound device of the segment now being heard; the timeline keeps it. */
  heardFrames = 0
  heardSinceProgress = 0
  segmentStartedAtMs: number | undefined
  lastHeardAtMs = 0
  isWholeSoFar = true

  constructor(loaded: LoadedVoice) {
    this.voiceId = loaded.voiceId
    this.level = loaded.level
    this.order = loaded.order ?? 0
    this.group = loaded.group
    this.startAtMs = loaded.startAtMs
    this.late = loaded.late
    this.latestEndAtMs = loaded.latestEndAtMs ?? Number.POSITIVE_INFINITY
    this.rounds = Math.max(1, Math.floor(loaded.repeats ?? 1))
    this.volumeGain = loaded.volumePercent === undefined ? undefined : volumeToGain(loaded.volumePercent)
    this.volumeTarget = this.volumeGain
    this.segments = loaded.segments.map(toMixerSegment)
    this.roundFrames = this.segments.reduce((sum, segment) => sum + segment.frames + segment.gapFrames, 0)
  }

  get current(): MixerSegment | undefined {
    return this.segments[this.index]
  }

  /** From the first sample to the last; the gap after the very last segment does not count. */
  get totalFrames(): number {
    return this.rounds * this.roundFrames - (this.segments.at(-1)?.gapFrames ?? 0)
  }

  get remainingFrames(): number {
    let done = this.round * this.roundFrames + this.position
    for (let index = 0; index < this.index; index += 1) {
      const segment = this.segments[index]
      if (segment !== undefined) done += segment.frames + segment.gapFrames
    }
    return Math.max(0, this.totalFrames - done)
  }

  get remainingMs(): number {
    return this.remainingFrames / FRAMES_PER_MS
  }

  get isHeld(): boolean {
    return this.heldFor !== undefined
  }

  /** Frames of this segment and its gap that are still to come. */
  get slotFramesLeft(): number {
    const segment = this.current
    if (segment === undefined) return 0
    const isVeryLast = this.round === this.rounds - 1 && this.index === this.segments.length - 1
    return segment.frames + (isVeryLast ? 0 : segment.gapFrames) - this.position
  }

  /** Between two segments: the one at `index` has been heard to its end. */
  get isInGap(): boolean {
    return this.position > 0 && this.position >= (this.current?.frames ?? 0)
  }

  /** Moves on by so many frames, from the very beginning; fewer than `totalFrames`. */
  skip(frames: number): void {
    if (this.roundFrames === 0) return
    this.round = Math.floor(frames / this.roundFrames)
    let rest = frames - this.round * this.roundFrames
    for (const segment of this.segments.slice(0, -1)) {
      const slotFrames = segment.frames + segment.gapFrames
      if (rest === 0 || rest < slotFrames) break
      rest -= slotFrames
      this.index += 1
    }
    this.position = rest
  }

  /** Moves on to the next segment; false after the very last one. */
  advance(): boolean {
    this.position = 0
    this.index += 1
    if (this.index < this.segments.length) return true
    this.index = 0
    this.round += 1
    // A round in which nothing can be played would go round for ever.
    return this.round < this.rounds && this.roundFrames > 0
  }

  closeSource(): void {
    this.source?.close()
    this.source = undefined
  }
}

function toMixerSegment(segment: LoadedSegment): MixerSegment {
  const { segmentId, clip } = segment
  const gain = 10 ** (segment.gainDb / 20)
  if (!clip.ok) {
    return { segmentId, gain, fromFrame: 0, frames: 0, gapFrames: 0, media: undefined, failure: clip.detail }
  }
  const fromFrame = Math.max(0, Math.min(Math.floor(segment.fromSample), clip.media.totalFrames))
  return {
    segmentId,
    gain,
    fromFrame,
    frames: clip.media.totalFrames - fromFrame,
    gapFrames: Math.max(0, Math.round(segment.gapAfterMs * FRAMES_PER_MS)),
    media: clip.media,
    failure: undefined,
  }
}

/**
 * The amplitude for a volume in percent: its cube, as PulseAudio's software volume does (pulse/volume.c), so that equal
 * steps sound about equal: 50% is −18 dB, 10% is −60 dB, 0% is silence.
 */
export function volumeToGain(percent: number): number {
  return (Math.max(0, Math.min(100, percent)) / 100) ** 3
}
