import type { Level } from '#protocol/target.ts'

/**
 * What the player is asked to play, and what it tells about it: the messages between the agent's main thread and the
 * thread that owns the sound device. Instants (`…AtMs`) are wall-clock milliseconds since 1970, with a fraction.
 *
 * - voice: a series of segments heard as one, anchored on one instant; it goes on, is held, resumes and ends as a whole
 * - segment: one clip within a voice; each ends in exactly one `segment-ended` per round
 * - held: silenced at its position because something more important sounds, or because the sound device is gone
 */

export type VoiceSegment = {
  readonly segmentId: string
  /** Ogg/Opus (RFC 7845), or a WAV file of 16-bit mono samples at 48 kHz. */
  readonly media: { readonly path: string } | { readonly bytes: Uint8Array }
  readonly gainDb: number
  /** Silence before the next segment (or the next round). */
  readonly gapAfterMs: number
  /** Where in the clip to begin, in samples at 48 kHz; 0 when left out. */
  readonly fromSample?: number
}

export type Voice = {
  readonly voiceId: string
  /** What is below the top level is held. */
  readonly level: Level
  /** Among equals the lower one goes first; 0 when left out. */
  readonly order?: number
  /** Voices of one group (the items of one occurrence) follow each other: once one has begun, no equal comes between. */
  readonly group?: string
  readonly startAtMs: number
  /** Loaded after `startAtMs`: join where it would be by now, or begin at the beginning. */
  readonly late: 'join' | 'from-start'
  readonly segments: readonly VoiceSegment[]
  /** A held voice resumes only if it can end by then; a sounding one is cut off then. */
  readonly latestEndAtMs?: number
  /** How many times the whole series is played; 1 when left out. */
  readonly repeats?: number
  /** Overrides the player's volume for this voice (an emergency on a speaker turned down). */
  readonly volumePercent?: number
}

export type EndReason =
  | 'preempted'
  | 'stopped'
  | 'window-ended'
  | 'decode-failed'
  | 'sink-failed'
  /** Loaded so late that this segment, or its beginning, was already over. */
  | 'joined-late'

export type HoldReason = 'preempted' | 'sink-failed'

export type SegmentEnded = {
  readonly type: 'segment-ended'
  readonly voiceId: string
  readonly segmentId: string
  /** 0 for the first time that the series is played. */
  readonly round: number
  /** Absent when nothing of it was heard. */
  readonly startedAtMs?: number
  readonly endedAtMs: number
  /** Samples that really passed the sound device; excludes holds. */
  readonly heardMs: number
  /** What there was to hear (from `fromSample` on). */
  readonly durationMs: number
  readonly outcome: 'played' | 'partial'
  readonly reason?: EndReason
  /** What exactly was wrong with the clip. */
  readonly detail?: string
}

export type MixerEvent =
  | {
      readonly type: 'segment-started'
      readonly voiceId: string
      readonly segmentId: string
      readonly round: number
      /** When its first sample left the sound device. */
      readonly atMs: number
      /** Where in the clip that sample lies. */
      readonly fromMs: number
    }
  | SegmentEnded
  | {
      readonly type: 'held'
      readonly voiceId: string
      readonly segmentId: string
      readonly round: number
      readonly positionMs: number
      readonly atMs: number
      readonly reason: HoldReason
    }
  | {
      readonly type: 'resumed'
      readonly voiceId: string
      readonly segmentId: string
      readonly round: number
      readonly positionMs: number
      readonly atMs: number
    }
  | {
      readonly type: 'voice-ended'
      readonly voiceId: string
      readonly atMs: number
      readonly outcome: 'played' | 'partial'
    }
  /** About once per second of sound. */
  | {
      readonly type: 'progress'
      readonly voiceId: string
      readonly segmentId: string
      readonly round: number
      readonly heardMs: number
    }

export type SinkKind = 'alsa' | 'aplay' | 'wav' | 'null'

export type SinkConfig =
  | { readonly kind: 'auto' | 'alsa' | 'aplay'; readonly device: string; readonly bufferMs: number }
  | { readonly kind: 'wav'; readonly path: string; readonly bufferMs: number; readonly maxBytes?: number }
  | { readonly kind: 'null'; readonly bufferMs: number }

export type PlayerEvent =
  | MixerEvent
  /** Read, checked and ready to sound at its instant. */
  | { readonly type: 'armed'; readonly voiceId: string; readonly durationMs: number }
  | { readonly type: 'refused'; readonly voiceId: string; readonly reason: 'already-loaded' | 'no-segments' }
  /** `count` since the player began. Gaps were heard. */
  | { readonly type: 'xrun'; readonly count: number }
  | {
      readonly type: 'sink'
      readonly state: 'open' | 'failed' | 'reopening'
      readonly kind: SinkKind
      readonly detail: string
    }
  /** The wall clock was set; voices not yet begun follow it. */
  | { readonly type: 'clock-stepped'; readonly byMs: number }
  /** The thread may not run before others: gaps are likelier on a busy machine. */
  | { readonly type: 'unprioritised'; readonly detail: string }
  | { readonly type: 'closed' }

export type PlayerCommand =
  | { readonly type: 'load'; readonly voice: Voice }
  | { readonly type: 'stop'; readonly voiceId: string }
  | { readonly type: 'stop-all' }
  | { readonly type: 'set-volume'; readonly percent: number }
  | { readonly type: 'set-voice-volume'; readonly voiceId: string; readonly percent: number }
  | { readonly type: 'close' }

export const SAMPLE_RATE = 48_000
export const FRAMES_PER_MS = SAMPLE_RATE / 1_000
