import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Clock } from '#agent/clock.ts'
import type { Media } from '#agent/io/audio/media.ts'
import { Mixer } from '#agent/io/audio/mixer.ts'
import { FRAMES_PER_MS, type MixerEvent, type PlayerEvent, type Voice } from '#agent/io/audio/voice.ts'
import type { Player, StartPlayer } from '#agent/io/player.ts'

/** As the real one: after a step of the clock nothing begins before the agent has judged it. */
const DOUBT_MS = 1_000
const MAX_BLOCK_MS = 1_000
/** While something sounds the agent hears of it this often at least. */
const PROGRESS_MS = 2_000

/** What people at the horn heard, by the true time: one stretch without a break. */
export interface Heard {
  readonly occurrenceId: string
  readonly itemId: string
  readonly startedAtMs: number
  heardMs: number
}

interface Playing {
  readonly voice: Voice
  readonly durationMs: number
  readonly stretches: Heard[]
  /** Where in the clip the stretch going on began; undefined while it does not sound. */
  fromMs: number | undefined
  /** By the device's clock: when it is over, as far as that is known. */
  endsAtMs: number | undefined
}

/** A clip that is all one tone: what matters here is when it sounds, and how long. */
const mediaOf = (durationMs: number): Media => ({
  totalFrames: durationMs * FRAMES_PER_MS,
  openAt: (frame) => {
    let left = durationMs * FRAMES_PER_MS - frame
    return {
      read(out, offset, frames) {
        const count = Math.min(frames, left)
        left -= count
        out.fill(0.1, offset, offset + count)
        return count
      },
      close: () => {},
    }
  },
})

/** The real mixer in simulated time: whenever somebody looks, it renders what has sounded since the last time. */
export class SimulatedHorn {
  readonly heard: Heard[] = []
  /** How often something was held for something of a higher level, and went on afterwards. */
  resumed = 0
  readonly #trueMs: () => number
  readonly #durationOf: (sha256: string) => number
  #mixer = new Mixer(() => {})
  #playing = new Map<string, Playing>()
  #tell: (event: PlayerEvent) => void = () => {}
  #clock: Clock | undefined
  #cancelPoll = (): void => {}
  #renderedMs = 0
  /** By how much the device's clock is ahead, when it was last looked at. */
  #aheadMs = 0
  #doubtUntilMs = 0

  constructor(trueMs: () => number, durationOf: (sha256: string) => number) {
    this.#trueMs = trueMs
    this.#durationOf = durationOf
  }

  /** Something sounds, or is held: time must not hop over it. */
  get isBusy(): boolean {
    return [...this.#playing.values()].some(({ stretches }) => stretches.length > 0)
  }

  /** Silence, as when the power goes: nobody is told. */
  cut(): void {
    this.#tell = () => {}
    this.#render()
    const nowMs = this.#trueMs()
    for (const { fromMs, stretches } of this.#playing.values()) {
      const last = stretches.at(-1)
      if (fromMs !== undefined && last !== undefined) last.heardMs = nowMs - last.startedAtMs
    }
    this.#reset()
  }

  clockStepped(byMs: number): void {
    this.#render()
    this.#aheadMs += byMs
    for (const playing of this.#playing.values()) if (playing.endsAtMs !== undefined) playing.endsAtMs += byMs
    this.#doubtUntilMs = this.#trueMs() + DOUBT_MS
    this.#tell({ type: 'clock-stepped', byMs })
    this.#look()
  }

  start(clock: Clock): StartPlayer {
    return ({ onEvent }) => {
      this.#clock = clock
      this.#reset()
      this.#aheadMs = clock.now() - this.#trueMs()
      // An answer never comes within the call that asks for it.
      this.#tell = (event) => void clock.after(0, () => onEvent(event))
      this.#tell({ type: 'sink', state: 'open', kind: 'null', detail: 'simulated' })
      const player: Player = {
        load: (voice) => this.#load(voice),
        stop: (voiceId) => this.#act(() => this.#mixer.stop(voiceId)),
        setVolume: () => {},
        setVoiceVolume: () => {},
        close: async () => this.#act(() => this.#mixer.stopAll()),
      }
      return player
    }
  }

  #reset(): void {
    this.#cancelPoll()
    this.#playing = new Map()
    this.#mixer = new Mixer((event) => this.#take(event))
    this.#renderedMs = this.#trueMs()
    this.#doubtUntilMs = 0
  }

  #load(voice: Voice): void {
    const { voiceId } = voice
    const segments = voice.segments.map(({ media, ...rest }) => {
      if (!('path' in media)) throw new Error('only clips are played here')
      const sha256 = path.basename(media.path)
      // The agent has looked whether the card still gives it out as it was.
      const actual = createHash('sha256').update(readFileSync(media.path)).digest('hex')
      if (actual !== sha256) throw new Error(`a damaged clip is to be played: ${sha256}`)
      const clip = { ok: true as const, media: mediaOf(this.#durationOf(sha256)) }
      return { ...rest, fromSample: 0, clip }
    })
    this.#act(() => {
      const durationMs = this.#mixer.load({ ...voice, segments })
      this.#playing.set(voiceId, { voice, durationMs, stretches: [], fromMs: undefined, endsAtMs: undefined })
      this.#tell({ type: 'armed', voiceId, durationMs })
    })
  }

  /** What was to sound until now comes first. */
  #act(act: () => void): void {
    this.#render()
    act()
    this.#settle(this.#renderedMs)
    this.#poll()
  }

  #look(): void {
    this.#render()
    this.#poll()
  }

  #render(): void {
    const nowMs = this.#trueMs()
    while (this.#renderedMs < nowMs) {
      const isDoubted = this.#renderedMs < this.#doubtUntilMs
      const untilMs = Math.min(nowMs, this.#renderedMs + MAX_BLOCK_MS, isDoubted ? this.#doubtUntilMs : nowMs)
      const silentUntilMs = isDoubted || this.isBusy ? 0 : this.#nextStartMs() - this.#aheadMs
      if (silentUntilMs > this.#renderedMs) {
        this.#renderedMs = Math.min(nowMs, silentUntilMs)
        continue
      }
      const frames = Math.max(1, Math.round((untilMs - this.#renderedMs) * FRAMES_PER_MS))
      const firstMs = this.#renderedMs
      this.#mixer.render(new Int16Array(frames), isDoubted ? undefined : firstMs + this.#aheadMs)
      this.#renderedMs = untilMs
      this.#settle(firstMs + frames / FRAMES_PER_MS)
    }
  }

  #settle(untilMs: number): void {
    const { renderedFrames } = this.#mixer
    const endMs = untilMs + this.#aheadMs
    this.#mixer.settle(renderedFrames, (frame) => endMs - (renderedFrames - frame) / FRAMES_PER_MS)
  }

  #nextStartMs(): number {
    const starts = [...this.#playing.values()].map(({ voice }) => voice.startAtMs)
    return Math.min(Number.POSITIVE_INFINITY, ...starts)
  }

  /** Looks again when something is to begin or to end, and now and then while something sounds. */
  #poll(): void {
    this.#cancelPoll()
    if (this.#playing.size === 0) return
    const deviceMs = this.#trueMs() + this.#aheadMs
    const instants = [...this.#playing.values()].flatMap(({ voice, endsAtMs }) => [
      voice.startAtMs,
      endsAtMs ?? Number.POSITIVE_INFINITY,
      voice.latestEndAtMs ?? Number.POSITIVE_INFINITY,
    ])
    const nextMs = Math.min(...instants.filter((ms) => ms > deviceMs), deviceMs + (this.isBusy ? PROGRESS_MS : 60_000))
    this.#cancelPoll = this.#clock?.after(nextMs - deviceMs + 1, () => this.#look()) ?? (() => {})
  }

  #take(event: MixerEvent): void {
    const playing = this.#playing.get(event.voiceId)
    if (playing !== undefined) this.#follow(playing, event)
    this.#tell(event)
  }

  #follow(playing: Playing, event: MixerEvent): void {
    const heardBefore = playing.stretches.slice(0, -1).reduce((sum, { heardMs }) => sum + heardMs, 0)
    const stretch = playing.stretches.at(-1)
    switch (event.type) {
      case 'segment-started':
        this.#begin(playing, event.atMs, event.fromMs)
        break
      case 'resumed':
        if (stretch === undefined) break
        this.resumed += 1
        this.#begin(playing, event.atMs, event.positionMs)
        break
      case 'held':
        if (stretch !== undefined && playing.fromMs !== undefined) stretch.heardMs = event.positionMs - playing.fromMs
        playing.fromMs = undefined
        playing.endsAtMs = undefined
        break
      case 'progress':
      case 'segment-ended':
        if (stretch !== undefined && playing.fromMs !== undefined) stretch.heardMs = event.heardMs - heardBefore
        break
      case 'voice-ended':
        this.#playing.delete(event.voiceId)
    }
  }

  #begin(playing: Playing, atMs: number, fromMs: number): void {
    const { voice, durationMs } = playing
    const stretch = {
      occurrenceId: voice.group ?? '',
      itemId: voice.segments[0]?.segmentId ?? '',
      startedAtMs: atMs - this.#aheadMs,
      heardMs: 0,
    }
    playing.stretches.push(stretch)
    this.heard.push(stretch)
    playing.fromMs = fromMs
    playing.endsAtMs = atMs + durationMs - fromMs
  }
}
