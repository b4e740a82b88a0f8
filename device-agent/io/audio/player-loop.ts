import { Anchor } from './anchor.ts'
import { DecoderPool } from './decoder-pool.ts'
import { Mixer } from './mixer.ts'
import { openSink } from './open-sink.ts'
import type { Sink, SinkStatus } from './sink.ts'
import { FRAMES_PER_MS, type PlayerCommand, type PlayerEvent, type SinkConfig, type Voice } from './voice.ts'
import { loadVoice } from './voice-loader.ts'
import { type Clocks, WallClock } from './wall-clock.ts'

const TICK_MS = 4
const BLOCK_FRAMES = 5 * FRAMES_PER_MS
const FIRST_REOPEN_MS = 250
const LAST_REOPEN_MS = 10_000
/** A device that opens and fails again at once is left alone for longer and longer. */
const STABLE_FRAMES = 5_000 * FRAMES_PER_MS
const SPARE_DECODERS = 3
/** After a step of the clock nothing new begins for so long: the agent judges first whether the new time can be trusted. */
const DOUBT_MS = 1_000
const DOUBTED_STEP_MS = 500

/** Feeds the sound device from the mixer, tells what was heard, and reopens the device when it fails. */
export class PlayerLoop {
  readonly #config: SinkConfig
  readonly #clocks: Clocks
  readonly #post: (event: PlayerEvent) => void
  readonly #onFatal: (error: unknown) => void
  readonly #mixer: Mixer
  readonly #decoders: DecoderPool
  readonly #wall: WallClock
  readonly #anchor = new Anchor()
  readonly #block = new Int16Array(BLOCK_FRAMES)
  /** Voices that are being read, and what they were told meanwhile. */
  readonly #loading = new Map<string, { isWanted: boolean; volumePercent: number | undefined }>()
  readonly #epochMsOf = (frame: number) => this.#toEpochMs(frame)
  #sink: Sink | undefined
  #anchorMs: number | undefined
  /** Frames of the block at hand that the sink has not taken yet. */
  #unwritten = 0
  #playedFrames = 0
  #openedAtFrame = 0
  #polledMs: number
  #doubtUntilMs = Number.NEGATIVE_INFINITY
  #reopenAtMs: number | undefined
  #reopenDelayMs = FIRST_REOPEN_MS
  #xrunCount = 0
  #isClosed = false
  #timer: NodeJS.Timeout | undefined

  /** `onFatal` hears what the loop cannot go on after. */
  constructor(
    config: SinkConfig,
    clocks: Clocks,
    post: (event: PlayerEvent) => void,
    onFatal: (error: unknown) => void,
  ) {
    this.#config = config
    this.#clocks = clocks
    this.#post = post
    this.#wall = new WallClock(clocks)
    this.#mixer = new Mixer(post)
    this.#decoders = new DecoderPool(SPARE_DECODERS, onFatal)
    this.#onFatal = onFatal
    this.#polledMs = clocks.monotonicMs()
  }

  async start(): Promise<void> {
    await this.#decoders.fill()
    await this.#open()
    if (this.#isClosed) return
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
  }

  handle(command: PlayerCommand): void {
    switch (command.type) {
      case 'load':
        this.#load(command.voice).catch(this.#onFatal)
        return
      case 'stop':
        this.#tellLoading(command.voiceId, { isWanted: false })
        this.#mixer.stop(command.voiceId)
        return
      case 'stop-all':
        for (const voiceId of this.#loading.keys()) this.#tellLoading(voiceId, { isWanted: false })
        this.#mixer.stopAll()
        return
      case 'set-volume':
        this.#mixer.setVolume(command.percent)
        return
      case 'set-voice-volume':
        this.#tellLoading(command.voiceId, { volumePercent: command.percent })
        this.#mixer.setVoiceVolume(command.voiceId, command.percent)
        return
      case 'close':
        this.#close()
    }
  }

  async #load(voice: Voice): Promise<void> {
    const { voiceId } = voice
    if (this.#loading.has(voiceId) || this.#mixer.has(voiceId)) {
      this.#post({ type: 'refused', voiceId, reason: 'already-loaded' })
      return
    }
    if (voice.segments.length === 0) {
      this.#post({ type: 'refused', voiceId, reason: 'no-segments' })
      return
    }
    this.#loading.set(voiceId, { isWanted: true, volumePercent: undefined })
    const loaded = await loadVoice(voice, this.#decoders)
    if (this.#isClosed) return
    const told = this.#loading.get(voiceId)
    this.#loading.delete(voiceId)
    const durationMs = this.#mixer.load(loaded)
    if (told?.volumePercent !== undefined) this.#mixer.setVoiceVolume(voiceId, told.volumePercent)
    if (told?.isWanted === true) this.#post({ type: 'armed', voiceId, durationMs })
    else this.#mixer.stop(voiceId)
  }

  #tellLoading(voiceId: string, change: { isWanted: false } | { volumePercent: number }): void {
    const told = this.#loading.get(voiceId)
    if (told !== undefined) this.#loading.set(voiceId, { ...told, ...change })
  }

  #tick(): void {
    const steppedMs = this.#wall.observe()
    if (steppedMs !== 0) this.#post({ type: 'clock-stepped', byMs: steppedMs })
    if (Math.abs(steppedMs) >= DOUBTED_STEP_MS) this.#doubtUntilMs = this.#clocks.monotonicMs() + DOUBT_MS
    const sink = this.#sink
    if (sink === undefined) {
      this.#tickWithoutSink()
      return
    }
    const status = sink.poll()
    this.#polledMs = this.#clocks.monotonicMs()
    if (status.state === 'failed') {
      this.#lose(sink, status)
      return
    }
    this.#measure(status)
    this.#pump(sink, status.writableFrames)
    this.#mixer.settle(this.#playedFrames, this.#epochMsOf)
  }

  #measure(status: SinkStatus): void {
    this.#playedFrames = Math.max(this.#playedFrames, this.#writtenFrames - status.delayFrames)
    if (status.state === 'xrun') {
      this.#xrunCount += 1
      this.#anchor.reset()
      this.#post({ type: 'xrun', count: this.#xrunCount })
    } else if (status.state === 'running') {
      this.#anchor.add(this.#polledMs, this.#writtenFrames - status.delayFrames)
    }
    this.#anchorMs = this.#anchor.monotonicMs
    if (this.#playedFrames - this.#openedAtFrame > STABLE_FRAMES) this.#reopenDelayMs = FIRST_REOPEN_MS
  }

  get #writtenFrames(): number {
    return this.#mixer.renderedFrames - this.#unwritten
  }

  #pump(sink: Sink, writableFrames: number): void {
    let left = writableFrames
    while (left >= BLOCK_FRAMES) {
      if (this.#unwritten === 0) {
        const frame = this.#mixer.renderedFrames
        const isTimeKnown = this.#anchorMs !== undefined && this.#polledMs >= this.#doubtUntilMs
        this.#mixer.render(this.#block, isTimeKnown ? this.#toEpochMs(frame) : undefined)
        this.#unwritten = BLOCK_FRAMES
      }
      const pending = this.#unwritten === BLOCK_FRAMES ? this.#block : this.#block.subarray(-this.#unwritten)
      const taken = sink.write(pending)
      this.#unwritten -= taken
      left -= taken
      if (taken < pending.length) return
    }
  }

  /** Until the anchor is known, the best guess is that the frame after the last one heard sounds now. */
  #toEpochMs(frame: number): number {
    const zeroMs = this.#anchorMs ?? this.#polledMs - this.#playedFrames / FRAMES_PER_MS
    return zeroMs + frame / FRAMES_PER_MS + this.#wall.offsetMs
  }

  #lose(sink: Sink, status: SinkStatus): void {
    sink.close()
    this.#sink = undefined
    this.#mixer.loseSink(this.#playedFrames, this.#epochMsOf)
    this.#anchor.reset()
    this.#anchorMs = undefined
    this.#post({ type: 'sink', state: 'failed', kind: sink.kind, detail: status.detail })
    this.#planReopening()
  }

  #planReopening(): void {
    this.#reopenAtMs = this.#clocks.monotonicMs() + this.#reopenDelayMs
    this.#reopenDelayMs = Math.min(LAST_REOPEN_MS, this.#reopenDelayMs * 2)
  }

  #tickWithoutSink(): void {
    const nowMs = this.#clocks.monotonicMs()
    this.#polledMs = nowMs
    this.#mixer.expire(nowMs + this.#wall.offsetMs)
    if (this.#reopenAtMs === undefined || nowMs < this.#reopenAtMs) return
    this.#reopenAtMs = undefined
    this.#open().catch(this.#onFatal)
  }

  async #open(): Promise<void> {
    const opening = await openSink(this.#config)
    if (this.#isClosed) {
      if (opening.ok) opening.sink.close()
      return
    }
    if (!opening.ok) {
      this.#post({ type: 'sink', state: 'failed', kind: opening.kind, detail: opening.detail })
      this.#planReopening()
      return
    }
    this.#sink = opening.sink
    this.#unwritten = 0
    this.#playedFrames = this.#mixer.renderedFrames
    this.#openedAtFrame = this.#playedFrames
    this.#post({ type: 'sink', state: 'open', kind: opening.sink.kind, detail: opening.detail })
  }

  /** Ends every voice where it was last heard, and lets go of the device. */
  #close(): void {
    this.#isClosed = true
    clearInterval(this.#timer)
    this.#mixer.stopAll()
    this.#mixer.loseSink(this.#playedFrames, this.#epochMsOf)
    this.#sink?.close()
    this.#decoders.close()
    this.#post({ type: 'closed' })
  }
}
