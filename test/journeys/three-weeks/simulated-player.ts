import path from 'node:path'
import type { Clock } from '#agent/clock.ts'
import type { EndReason, PlayerEvent, Voice } from '#agent/io/audio/voice.ts'
import type { Player, StartPlayer } from '#agent/io/player.ts'

const PROGRESS_MS = 2_000
/** As the real one: after a step of the clock nothing begins before the agent has judged it. */
const DOUBT_MS = 1_000

/** What people at the horn heard, by the true time. */
export interface Heard {
  readonly itemId: string
  readonly startedAtMs: number
  heardMs: number
}

interface Playing {
  readonly voice: Voice
  readonly durationMs: number
  startedAtMs: number | undefined
  sinceMs: number
  fromMs: number
  heard: Heard | undefined
  cancel: () => void
}

/** A horn that plays in simulated time, one voice after the other, as the plans here never overlap. */
export class SimulatedHorn {
  readonly heard: Heard[] = []
  readonly #trueMs: () => number
  readonly #durationOf: (sha256: string) => number
  #playing = new Map<string, Playing>()
  #tell: (event: PlayerEvent) => void = () => {}
  #clock: Clock | undefined

  constructor(trueMs: () => number, durationOf: (sha256: string) => number) {
    this.#trueMs = trueMs
    this.#durationOf = durationOf
  }

  /** Silence, as when the power goes: nobody is told. */
  cut(): void {
    for (const playing of this.#playing.values()) this.#count(playing)
    this.#playing = new Map()
  }

  clockStepped(byMs: number): void {
    this.#tell({ type: 'clock-stepped', byMs })
    for (const playing of this.#playing.values()) {
      if (playing.startedAtMs !== undefined) continue
      playing.cancel()
      this.#arm(playing, DOUBT_MS)
    }
  }

  start(clock: Clock): StartPlayer {
    return ({ onEvent }) => {
      this.#clock = clock
      this.#playing = new Map()
      // An answer never comes within the call that asks for it.
      this.#tell = (event) => void clock.after(0, () => onEvent(event))
      this.#tell({ type: 'sink', state: 'open', kind: 'null', detail: 'simulated' })
      const player: Player = {
        load: (voice) => this.#load(voice),
        stop: (voiceId) => this.#end(voiceId, 'stopped'),
        setVolume: () => {},
        setVoiceVolume: () => {},
        close: async () => {
          for (const voiceId of [...this.#playing.keys()]) this.#end(voiceId, 'stopped')
        },
      }
      return player
    }
  }

  #deviceMs(): number {
    return this.#clock?.now() ?? 0
  }

  #after(delayMs: number, act: () => void): () => void {
    return this.#clock?.after(delayMs, act) ?? (() => {})
  }

  #load(voice: Voice): void {
    const media = voice.segments[0]?.media
    if (media === undefined || !('path' in media)) throw new Error('only clips are played here')
    const durationMs = this.#durationOf(path.basename(media.path))
    const playing = {
      voice,
      durationMs,
      startedAtMs: undefined,
      sinceMs: 0,
      fromMs: 0,
      heard: undefined,
      cancel: () => {},
    }
    this.#playing.set(voice.voiceId, playing)
    this.#tell({ type: 'armed', voiceId: voice.voiceId, durationMs })
    this.#arm(playing, 0)
  }

  #arm(playing: Playing, atLeastMs: number): void {
    const waitMs = Math.max(atLeastMs, playing.voice.startAtMs - this.#deviceMs())
    playing.cancel = this.#after(waitMs, () => this.#begin(playing))
  }

  #begin(playing: Playing): void {
    const { voice, durationMs } = playing
    if (voice.startAtMs > this.#deviceMs()) {
      this.#arm(playing, 0)
      return
    }
    playing.fromMs = voice.late === 'join' ? Math.max(0, this.#deviceMs() - voice.startAtMs) : 0
    if (playing.fromMs >= durationMs) {
      this.#end(voice.voiceId, 'joined-late')
      return
    }
    const segmentId = voice.segments[0]?.segmentId ?? ''
    playing.startedAtMs = this.#deviceMs()
    playing.sinceMs = this.#trueMs()
    playing.heard = { itemId: segmentId, startedAtMs: playing.sinceMs, heardMs: 0 }
    this.heard.push(playing.heard)
    const { voiceId } = voice
    this.#tell({
      type: 'segment-started',
      voiceId,
      segmentId,
      round: 0,
      atMs: playing.startedAtMs,
      fromMs: playing.fromMs,
    })
    this.#goOn(playing)
  }

  #goOn(playing: Playing): void {
    const { voice, durationMs, fromMs } = playing
    const leftMs = durationMs - fromMs - this.#count(playing)
    const windowMs = (voice.latestEndAtMs ?? Number.POSITIVE_INFINITY) - this.#deviceMs()
    if (leftMs <= 0 || windowMs <= 0) {
      this.#end(voice.voiceId, leftMs <= 0 ? undefined : 'window-ended')
      return
    }
    playing.cancel = this.#after(Math.min(PROGRESS_MS, leftMs, windowMs), () => {
      const segmentId = voice.segments[0]?.segmentId ?? ''
      this.#tell({ type: 'progress', voiceId: voice.voiceId, segmentId, round: 0, heardMs: this.#count(playing) })
      this.#goOn(playing)
    })
  }

  #count(playing: Playing): number {
    if (playing.heard === undefined) return 0
    playing.heard.heardMs = this.#trueMs() - playing.sinceMs
    return playing.heard.heardMs
  }

  #end(voiceId: string, reason: EndReason | undefined): void {
    const playing = this.#playing.get(voiceId)
    if (playing === undefined) return
    this.#playing.delete(voiceId)
    playing.cancel()
    const heardMs = this.#count(playing)
    const isWhole = reason === undefined && playing.fromMs === 0
    const outcome = isWhole ? 'played' : 'partial'
    const atMs = this.#deviceMs()
    const why = reason ?? (isWhole ? undefined : 'joined-late')
    this.#tell({
      type: 'segment-ended',
      voiceId,
      segmentId: playing.voice.segments[0]?.segmentId ?? '',
      round: 0,
      ...(playing.startedAtMs === undefined ? {} : { startedAtMs: playing.startedAtMs }),
      endedAtMs: atMs,
      heardMs,
      durationMs: playing.durationMs,
      outcome,
      ...(why === undefined ? {} : { reason: why }),
    })
    this.#tell({ type: 'voice-ended', voiceId, atMs, outcome })
  }
}
