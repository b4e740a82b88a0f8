import type { MixerVoice } from './mixer-voice.ts'
import { type EndReason, FRAMES_PER_MS, type HoldReason, type MixerEvent, SAMPLE_RATE } from './voice.ts'

/** A segment that was joined this little too late still counts as played. */
export const JOIN_TOLERANCE_MS = 100

type Entry =
  | ({ type: 'sound'; frame: number; frames: number; voice: MixerVoice } & Place)
  | {
      type: 'segment-end'
      frame: number
      voice: MixerVoice
      round: number
      index: number
      reason: EndReason | undefined
      detail: string | undefined
    }
  | ({ type: 'held'; frame: number; voice: MixerVoice; reason: HoldReason } & Place)
  | ({ type: 'resumed'; frame: number; voice: MixerVoice } & Place)
  | { type: 'voice-end'; frame: number; voice: MixerVoice }

type Place = { round: number; index: number; position: number }

/**
 * What has been rendered and not yet heard, in order. An event is told when the sound device has passed its frame, and
 * never before: what is still in the buffer when the device fails was not heard, and is played again later.
 */
export class Timeline {
  readonly #entries: Entry[] = []
  readonly #emit: (event: MixerEvent) => void
  readonly #onVoiceEnded: (voice: MixerVoice) => void

  constructor(emit: (event: MixerEvent) => void, onVoiceEnded: (voice: MixerVoice) => void) {
    this.#emit = emit
    this.#onVoiceEnded = onVoiceEnded
  }

  /** Frames `frame … frame + frames` are the voice's, from its present position on. */
  addSound(voice: MixerVoice, frame: number, frames: number): void {
    const { round, index, position } = voice
    const last = this.#entries.at(-1)
    if (
      last?.type === 'sound' &&
      last.voice === voice &&
      last.round === round &&
      last.index === index &&
      last.frame + last.frames === frame
    ) {
      last.frames += frames
      return
    }
    this.#entries.push({ type: 'sound', frame, frames, voice, round, index, position })
  }

  /** `reason` is absent for a segment that came to its end. */
  addSegmentEnd(
    voice: MixerVoice,
    frame: number,
    at: { round: number; index: number; reason?: EndReason; detail?: string },
  ): void {
    const { round, index, reason, detail } = at
    this.#entries.push({ type: 'segment-end', frame, voice, round, index, reason, detail })
  }

  addHeld(voice: MixerVoice, frame: number, reason: HoldReason): void {
    const { round, index, position } = voice
    this.#entries.push({ type: 'held', frame, voice, reason, round, index, position })
  }

  addResumed(voice: MixerVoice, frame: number): void {
    const { round, index, position } = voice
    this.#entries.push({ type: 'resumed', frame, voice, round, index, position })
  }

  addVoiceEnd(voice: MixerVoice, frame: number): void {
    this.#entries.push({ type: 'voice-end', frame, voice })
  }

  /** Tells everything up to `playedFrames`, the frames that have left the sound device. */
  settle(playedFrames: number, epochMsOf: (frame: number) => number): void {
    for (;;) {
      const entry = this.#entries[0]
      if (entry === undefined || entry.frame > playedFrames) return
      if (entry.type === 'sound') {
        const frames = Math.min(entry.frames, playedFrames - entry.frame)
        if (frames > 0) this.#hear(entry.voice, entry, frames, epochMsOf)
        entry.frame += frames
        entry.frames -= frames
        entry.position += frames
        if (entry.frames > 0) return
      } else {
        this.#tell(entry, epochMsOf(entry.frame))
      }
      this.#entries.shift()
    }
  }

  /**
   * The device is gone at `playedFrames`; nothing after it will be heard. Voices go back to where they were last heard
   * and are returned; those that had ended early (stopped, window over) end now.
   */
  rewind(playedFrames: number, epochMsOf: (frame: number) => number): Set<MixerVoice> {
    this.settle(playedFrames, epochMsOf)
    const rewound = new Set<MixerVoice>()
    for (const entry of this.#entries.splice(0)) {
      const { voice } = entry
      if (rewound.has(voice)) continue
      if (entry.type !== 'sound') {
        this.#tell(entry, epochMsOf(playedFrames))
      } else if (voice.endReason === undefined) {
        voice.closeSource()
        voice.round = entry.round
        voice.index = entry.index
        voice.position = entry.position
        rewound.add(voice)
      }
    }
    return rewound
  }

  #hear(voice: MixerVoice, at: Place & { frame: number }, frames: number, epochMsOf: (frame: number) => number): void {
    const segment = voice.segments[at.index]
    if (segment === undefined) return
    if (voice.segmentStartedAtMs === undefined) {
      const atMs = epochMsOf(at.frame)
      voice.segmentStartedAtMs = atMs
      this.#emit({
        type: 'segment-started',
        voiceId: voice.voiceId,
        segmentId: segment.segmentId,
        round: at.round,
        atMs,
        fromMs: (segment.fromFrame + at.position) / FRAMES_PER_MS,
      })
    }
    voice.heardFrames += frames
    voice.lastHeardAtMs = epochMsOf(at.frame + frames)
    voice.heardSinceProgress += frames
    if (voice.heardSinceProgress < SAMPLE_RATE) return
    voice.heardSinceProgress = 0
    this.#emit({
      type: 'progress',
      voiceId: voice.voiceId,
      segmentId: segment.segmentId,
      round: at.round,
      heardMs: voice.heardFrames / FRAMES_PER_MS,
    })
  }

  #tell(entry: Exclude<Entry, { type: 'sound' }>, atMs: number): void {
    const { voice } = entry
    const { voiceId } = voice
    if (entry.type === 'voice-end') {
      this.#emit({ type: 'voice-ended', voiceId, atMs, outcome: voice.isWholeSoFar ? 'played' : 'partial' })
      this.#onVoiceEnded(voice)
      return
    }
    if (entry.type === 'segment-end') {
      this.#tellSegmentEnd(entry, atMs)
      return
    }
    const segment = voice.segments[entry.index]
    if (segment === undefined) return
    const positionMs = (segment.fromFrame + Math.min(entry.position, segment.frames)) / FRAMES_PER_MS
    const where = { voiceId, segmentId: segment.segmentId, round: entry.round, positionMs, atMs }
    this.#emit(entry.type === 'held' ? { type: 'held', ...where, reason: entry.reason } : { type: 'resumed', ...where })
  }

  #tellSegmentEnd(entry: Extract<Entry, { type: 'segment-end' }>, atMs: number): void {
    const { voice } = entry
    const segment = voice.segments[entry.index]
    if (segment === undefined) return
    const missedMs = (segment.frames - voice.heardFrames) / FRAMES_PER_MS
    const lateness = missedMs > JOIN_TOLERANCE_MS ? 'joined-late' : undefined
    const reason = segment.failure === undefined ? (entry.reason ?? lateness) : 'decode-failed'
    const detail = segment.failure ?? entry.detail
    if (reason !== undefined) voice.isWholeSoFar = false
    this.#emit({
      type: 'segment-ended',
      voiceId: voice.voiceId,
      segmentId: segment.segmentId,
      round: entry.round,
      ...(voice.segmentStartedAtMs === undefined ? {} : { startedAtMs: voice.segmentStartedAtMs }),
      endedAtMs: voice.heardFrames === 0 ? atMs : voice.lastHeardAtMs,
      heardMs: voice.heardFrames / FRAMES_PER_MS,
      durationMs: segment.frames / FRAMES_PER_MS,
      outcome: reason === undefined ? 'played' : 'partial',
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
    })
    voice.heardFrames = 0
    voice.segmentStartedAtMs = undefined
  }
}
