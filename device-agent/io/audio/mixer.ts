import { arbitrate, fitsWindow } from '#agent/core/arbitrate.ts'
import { WINDOW_GRACE_MS } from '#agent/core/permitted.ts'
import { FADE_FRAMES, MixBus } from './mix-bus.ts'
import { type LoadedVoice, MixerVoice, volumeToGain } from './mixer-voice.ts'
import { Timeline } from './timeline.ts'
import { type EndReason, FRAMES_PER_MS, type MixerEvent } from './voice.ts'

/**
 * Renders, sample by sample, the one voice that sounds; which one that is, core/arbitrate.ts says. Synchronous and without a clock of its own: time comes in with
 * every block, as the instant at which the block's first frame will leave the sound device.
 */
export class Mixer {
  readonly #voices: MixerVoice[] = []
  readonly #timeline: Timeline
  #sounding: MixerVoice | undefined
  #frame = 0
  #begunCount = 0
  readonly #bus = new MixBus()

  constructor(emit: (event: MixerEvent) => void) {
    this.#timeline = new Timeline(emit, (voice) => this.#voices.splice(this.#voices.indexOf(voice), 1))
  }

  /** Frames rendered since the beginning; the index of the next frame. */
  get renderedFrames(): number {
    return this.#frame
  }

  has(voiceId: string): boolean {
    return this.#voices.some((voice) => voice.voiceId === voiceId)
  }

  /** Takes a voice whose id it does not hold, and returns how long it plays in all, in ms. */
  load(loaded: LoadedVoice): number {
    const voice = new MixerVoice(loaded)
    voice.begunOrder = this.#groupOf(voice).reduce((order, other) => Math.min(order, other.begunOrder), Infinity)
    this.#voices.push(voice)
    return voice.totalFrames / FRAMES_PER_MS
  }

  /** Ends a voice now, with a short fade; an unknown one is ignored, for it may have ended this very moment. */
  stop(voiceId: string): void {
    const voice = this.#voices.find((candidate) => candidate.voiceId === voiceId)
    if (voice !== undefined && voice.phase !== 'ended') this.#endEarly(voice, 'stopped', this.#frame, 0)
  }

  stopAll(): void {
    for (const voice of this.#voices) this.stop(voice.voiceId)
  }

  /** Ramped over at most 50 ms. */
  setVolume(percent: number): void {
    this.#bus.setVolume(volumeToGain(percent))
  }

  /** The same for one voice; one that is not held is ignored, for it may have ended this very moment. */
  setVoiceVolume(voiceId: string, percent: number): void {
    const voice = this.#voices.find((candidate) => candidate.voiceId === voiceId)
    if (voice === undefined) return
    voice.volumeTarget = volumeToGain(percent)
    // What does not sound needs no ramp: it fades in.
    if (voice !== this.#sounding) voice.volumeGain = voice.volumeTarget
    else voice.volumeGain ??= this.#bus.volume
  }

  /**
   * Fills `out` with the next frames. `firstFrameAtMs` is when the first of them will leave the sound device; undefined
   * while that is not known: then what sounds goes on, and nothing begins.
   */
  render(out: Int16Array, firstFrameAtMs: number | undefined): void {
    const frames = out.length
    this.#bus.begin(frames)
    let cursor = 0
    while (cursor < frames) {
      const atMs = firstFrameAtMs === undefined ? undefined : firstFrameAtMs + cursor / FRAMES_PER_MS
      if (atMs !== undefined) this.#choose(cursor, atMs)
      cursor += this.#advance(cursor, this.#limitToNextStart(frames - cursor, atMs))
    }
    this.#bus.finish(out)
    this.#frame += frames
  }

  /** Tells what has been heard: `playedFrames` of the rendered frames have left the sound device. */
  settle(playedFrames: number, epochMsOf: (frame: number) => number): void {
    this.#timeline.settle(playedFrames, epochMsOf)
  }

  /**
   * The sound device is gone, and with it what it had not played yet. What was sounding, or was yet to be heard, is held
   * where it was last heard; it resumes when rendering goes on, if its end still lies within its window.
   */
  loseSink(playedFrames: number, epochMsOf: (frame: number) => number): void {
    const interrupted = this.#timeline.rewind(playedFrames, epochMsOf)
    if (this.#sounding !== undefined) interrupted.add(this.#sounding)
    this.#sounding?.closeSource()
    this.#sounding = undefined
    this.#bus.dropTails()
    for (const voice of interrupted) {
      voice.phase = 'ready'
      voice.heldFor = 'sink-failed'
      this.#timeline.addHeld(voice, this.#frame, 'sink-failed')
    }
    this.#timeline.settle(this.#frame, () => epochMsOf(playedFrames))
  }

  /** While there is no sound device: ends the voices that can no longer be heard within their window. */
  expire(nowMs: number): void {
    for (const voice of [...this.#voices]) {
      if (voice.phase === 'ended') continue
      const isJoining = voice.phase === 'waiting' && voice.late === 'join'
      const isOver = isJoining
        ? nowMs >= Math.min(voice.startAtMs + voice.remainingMs, voice.latestEndAtMs)
        : !fitsWindow(voice, nowMs)
      if (isOver) this.#endEarly(voice, 'sink-failed', this.#frame, 0)
    }
    this.#timeline.settle(this.#frame, () => nowMs)
  }

  /** Puts the right voice in charge at this frame. */
  #choose(cursor: number, atMs: number): void {
    const frame = this.#frame + cursor
    let hasArrival = false
    for (const voice of this.#voices) {
      if (voice.phase !== 'waiting' || voice.startAtMs - atMs >= 0.5 / FRAMES_PER_MS) continue
      this.#arrive(voice, atMs, frame)
      hasArrival = true
    }
    const due = this.#voices.filter(({ phase }) => phase === 'ready' || phase === 'sounding')
    const { sounds, ends } = arbitrate(due, atMs)
    for (const voice of ends) this.#endEarly(voice, voice.heldFor ?? 'preempted', frame, cursor)
    if (sounds !== undefined && sounds !== this.#sounding) {
      if (this.#sounding !== undefined) this.#hold(this.#sounding, frame, cursor)
      this.#begin(sounds, frame, atMs)
    }
    if (!hasArrival) return
    for (const voice of this.#voices) {
      if (voice.phase === 'ready' && voice.heldFor === undefined) {
        voice.heldFor = 'preempted'
        this.#timeline.addHeld(voice, frame, 'preempted')
      }
    }
  }

  /** The voices of the same group, ones that have ended a moment ago included. */
  #groupOf(voice: MixerVoice): readonly MixerVoice[] {
    return voice.group === undefined ? [] : this.#voices.filter(({ group }) => group === voice.group)
  }

  /** The voice's instant has come, or had passed when it was loaded. */
  #arrive(voice: MixerVoice, atMs: number, frame: number): void {
    voice.phase = 'ready'
    const late = voice.late === 'join' ? Math.max(0, Math.round((atMs - voice.startAtMs) * FRAMES_PER_MS)) : 0
    if (late >= voice.totalFrames && voice.totalFrames > 0) {
      this.#endEarly(voice, 'joined-late', frame, 0)
      return
    }
    voice.skip(late)
    const { round, index } = voice
    this.#skipSegments(voice, round > 0 ? voice.segments.length : index, frame)
    if (voice.isInGap) this.#timeline.addSegmentEnd(voice, frame, { round, index, reason: 'joined-late' })
  }

  #skipSegments(voice: MixerVoice, end: number, frame: number): void {
    for (let index = 0; index < end; index += 1) {
      this.#timeline.addSegmentEnd(voice, frame, { round: 0, index, reason: 'joined-late' })
    }
  }

  #begin(voice: MixerVoice, frame: number, atMs: number): void {
    if (voice.begunOrder === Number.POSITIVE_INFINITY) {
      for (const each of [voice, ...this.#groupOf(voice)]) each.begunOrder = this.#begunCount
      this.#begunCount += 1
    }
    if (voice.heldFor !== undefined) this.#timeline.addResumed(voice, frame)
    voice.heldFor = undefined
    voice.phase = 'sounding'
    voice.fadeInLeft = voice.position + (voice.current?.fromFrame ?? 0) > 0 ? FADE_FRAMES : 0
    // Fixed now, in frames: a step of the clock must not cut off what sounds.
    voice.deadlineFrame = frame + Math.max(0, Math.round((latestEnd(voice) - atMs) * FRAMES_PER_MS))
    this.#sounding = voice
  }

  #hold(voice: MixerVoice, frame: number, cursor: number): void {
    this.#bus.fadeOut(voice, cursor)
    voice.phase = 'ready'
    voice.heldFor = 'preempted'
    this.#timeline.addHeld(voice, frame, 'preempted')
    this.#sounding = undefined
  }

  #endEarly(voice: MixerVoice, reason: EndReason, frame: number, cursor: number): void {
    if (voice === this.#sounding) {
      this.#bus.fadeOut(voice, cursor)
      this.#sounding = undefined
    }
    voice.closeSource()
    voice.phase = 'ended'
    voice.endReason = reason
    const { round } = voice
    const end = round === 0 ? voice.segments.length : voice.index + 1
    for (let index = voice.isInGap ? voice.index + 1 : voice.index; index < end; index += 1) {
      this.#timeline.addSegmentEnd(voice, frame, { round, index, reason })
    }
    this.#timeline.addVoiceEnd(voice, frame)
  }

  /** Renders the sounding voice, or silence, and returns for how many frames (0: a segment ended here). */
  #advance(cursor: number, limit: number): number {
    const voice = this.#sounding
    const segment = voice?.current
    if (voice === undefined || segment === undefined) return limit
    const frame = this.#frame + cursor
    const toDeadline = voice.deadlineFrame - frame
    if (toDeadline <= 0) {
      this.#endEarly(voice, 'window-ended', frame, cursor)
      return 0
    }
    if (segment.media === undefined) {
      this.#endSegment(voice, frame)
      this.#leaveSlot(voice, frame)
      return 0
    }
    if (voice.position >= segment.frames) {
      const gap = Math.min(limit, toDeadline, voice.slotFramesLeft)
      voice.position += gap
      if (voice.slotFramesLeft <= 0) this.#leaveSlot(voice, frame + gap)
      return gap
    }
    voice.source ??= segment.media.openAt(segment.fromFrame + voice.position)
    const count = voice.source.read(this.#bus.scratch, 0, Math.min(limit, toDeadline, segment.frames - voice.position))
    if (count === 'starved') return limit
    if (count === 'failed' || count === 0) {
      this.#endSegment(voice, frame, 'decode-failed', 'the clip ends before its stated length')
      voice.position = segment.frames
      if (voice.slotFramesLeft <= 0) this.#leaveSlot(voice, frame)
      return 0
    }
    this.#bus.add(voice, segment.gain, cursor, count)
    this.#timeline.addSound(voice, frame, count)
    voice.position += count
    if (voice.position >= segment.frames) {
      this.#endSegment(voice, frame + count)
      if (voice.slotFramesLeft <= 0) this.#leaveSlot(voice, frame + count)
    }
    return count
  }

  #endSegment(voice: MixerVoice, frame: number, reason?: EndReason, detail?: string): void {
    voice.closeSource()
    this.#timeline.addSegmentEnd(voice, frame, {
      round: voice.round,
      index: voice.index,
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail }),
    })
  }

  #leaveSlot(voice: MixerVoice, frame: number): void {
    if (voice.advance()) return
    voice.phase = 'ended'
    this.#sounding = undefined
    this.#timeline.addVoiceEnd(voice, frame)
  }

  #limitToNextStart(frames: number, atMs: number | undefined): number {
    if (atMs === undefined) return frames
    let limit = frames
    for (const voice of this.#voices) {
      if (voice.phase !== 'waiting') continue
      limit = Math.min(limit, Math.max(1, Math.ceil((voice.startAtMs - atMs) * FRAMES_PER_MS - 0.5)))
    }
    return limit
  }
}

function latestEnd(voice: MixerVoice): number {
  return voice.latestEndAtMs + WINDOW_GRACE_MS
}
