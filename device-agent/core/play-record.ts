import type { LedgerFact, PlayReason, PlaySubject } from '#protocol/ledger.ts'
import type { NowPlaying } from '#protocol/link.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

/** What the player tells about one voice, as far as the ledger is concerned. Instants are ms since 1970, with a fraction. */
export type HeardEvent =
  | { readonly type: 'segment-started'; readonly atMs: number; readonly fromMs: number }
  | { readonly type: 'progress'; readonly heardMs: number }
  | { readonly type: 'held'; readonly positionMs: number; readonly atMs: number }
  | { readonly type: 'resumed'; readonly positionMs: number; readonly atMs: number }
  | {
      readonly type: 'segment-ended'
      readonly startedAtMs?: number
      readonly endedAtMs: number
      readonly heardMs: number
      readonly outcome: 'played' | 'partial'
      readonly reason?: EndReason
    }
  | { readonly type: 'voice-ended'; readonly atMs: number; readonly outcome: 'played' | 'partial' }

/** Why the player ended a voice early. */
export type EndReason = 'preempted' | 'stopped' | 'window-ended' | 'decode-failed' | 'sink-failed' | 'joined-late'

const instant = (ms: number): InstantMs => instantMs.parse(Math.max(0, Math.round(ms)))
const duration = (ms: number): number => Math.max(0, Math.round(ms))

/** What a crash would leave behind of this play, for the entry that the next start writes. */
export type Checkpoint = {
  readonly playId: PlaySubject['playId']
  readonly startedAt: InstantMs | null
  readonly at: InstantMs
  readonly heardMs: number
  readonly volumePercent?: number | undefined
}

/** One play from its load to its end: turns what the player tells into what the ledger keeps. No I/O. */
export class PlayRecord {
  readonly subject: PlaySubject
  readonly plannedStartAt: InstantMs
  #volumePercent: number
  /** How long all of it takes, from its first sample to its last. */
  readonly durationMs: number
  /** Why it begins late, when it does. */
  readonly #lateReason: PlayReason | null
  /** What it means when the player cuts it off at the end of its window. */
  readonly #limit: 'window-ended' | 'outside-hours'
  #stopReason: PlayReason | undefined
  #startedAtMs: number | undefined
  #endedAtMs: number | undefined
  #endReason: EndReason | undefined
  #endedHeardMs = 0
  #progressMs = 0
  /** The stretch of sound going on: since when, and from which position in the clip. */
  #stretch: { readonly sinceMs: number; readonly positionMs: number } | undefined
  #wasHeld = false

  constructor(options: {
    readonly subject: PlaySubject
    readonly plannedStartAt: InstantMs
    readonly volumePercent: number
    readonly durationMs: number
    readonly lateReason: PlayReason | null
    readonly limit?: 'window-ended' | 'outside-hours'
  }) {
    this.subject = options.subject
    this.plannedStartAt = options.plannedStartAt
    this.#volumePercent = options.volumePercent
    this.durationMs = options.durationMs
    this.#lateReason = options.lateReason
    this.#limit = options.limit ?? 'window-ended'
  }

  get hasSounded(): boolean {
    return this.#startedAtMs !== undefined
  }

  get isSounding(): boolean {
    return this.#stretch !== undefined
  }

  get isStopping(): boolean {
    return this.#stopReason !== undefined
  }

  /** Ended by the agent's own going down: it may be taken up again afterwards. */
  get wasInterrupted(): boolean {
    return this.#stopReason === 'agent-restarted'
  }

  get heardMs(): number {
    return this.#endedHeardMs + this.#progressMs
  }

  /** As it was last heard. */
  get volumePercent(): number {
    return this.#volumePercent
  }

  setVolume(percent: number): void {
    this.#volumePercent = percent
  }

  /** The player was told to end it, for this reason. The first one counts. */
  markStopping(reason: PlayReason): void {
    this.#stopReason ??= reason
  }

  /** Takes one event; returns what is to be written now. The play is over after `voice-ended`. */
  take(event: HeardEvent): LedgerFact[] {
    switch (event.type) {
      case 'segment-started':
        this.#startedAtMs ??= event.atMs
        this.#stretch = { sinceMs: event.atMs, positionMs: event.fromMs }
        return []
      case 'progress':
        this.#progressMs = event.heardMs
        return []
      case 'held': {
        const facts = this.#endStretch(event.atMs, event.positionMs)
        this.#wasHeld ||= facts.length > 0
        return facts
      }
      case 'resumed':
        // Held before its first sample: its stretch begins with `segment-started`.
        if (this.hasSounded) this.#stretch = { sinceMs: event.atMs, positionMs: event.positionMs }
        return []
      case 'segment-ended':
        this.#endedHeardMs += event.heardMs
        this.#progressMs = 0
        if (event.heardMs > 0 || this.#endedAtMs === undefined) this.#endedAtMs = event.endedAtMs
        this.#startedAtMs ??= event.startedAtMs
        this.#endReason ??= event.reason
        return []
      case 'voice-ended':
        return this.#end(event)
    }
  }

  /** The player's thread died, or the agent gives up waiting: ends the play with what is known. */
  abandon(atMs: number, reason: PlayReason): LedgerFact[] {
    this.markStopping(reason)
    return this.#end({ atMs, outcome: 'partial' })
  }

  checkpoint(nowMs: number): Checkpoint {
    return {
      playId: this.subject.playId,
      startedAt: this.#startedAtMs === undefined ? null : instant(this.#startedAtMs),
      at: instant(nowMs),
      heardMs: duration(this.heardMs),
      volumePercent: this.#volumePercent,
    }
  }

  nowPlaying(nowMs: number): NowPlaying | null {
    if (this.#startedAtMs === undefined || !this.isSounding) return null
    const { occurrenceId, alertId, itemId } = this.subject
    const endsAtMs = Math.max(nowMs, nowMs + this.durationMs - this.heardMs)
    return { occurrenceId, alertId, itemId, startedAt: instant(this.#startedAtMs), endsAt: instant(endsAtMs) }
  }

  #endStretch(atMs: number, positionMs: number): LedgerFact[] {
    const stretch = this.#stretch
    this.#stretch = undefined
    if (stretch === undefined) return []
    const heardMs = duration(positionMs - stretch.positionMs)
    if (heardMs === 0) return []
    return [{ type: 'segment', play: this.subject, fromAt: instant(stretch.sinceMs), toAt: instant(atMs), heardMs }]
  }

  #end(event: { atMs: number; outcome: 'played' | 'partial' }): LedgerFact[] {
    const endedAtMs = this.#endedAtMs ?? event.atMs
    // A play in one piece needs no stretches: its start and end say it all.
    const stretch = this.#stretch
    const last =
      this.#wasHeld && stretch !== undefined
        ? this.#endStretch(endedAtMs, stretch.positionMs + (endedAtMs - stretch.sinceMs))
        : []
    this.#stretch = undefined
    const isWhole = event.outcome === 'played'
    const startedAt = this.#startedAtMs === undefined ? null : instant(this.#startedAtMs)
    return [
      ...last,
      {
        type: 'play-ended',
        play: this.subject,
        startedAt,
        endedAt: instant(endedAtMs),
        heardMs: duration(this.heardMs),
        volumePercent: this.volumePercent,
        outcome: isWhole ? 'played' : startedAt === null ? 'missed' : 'partial',
        reason: isWhole ? null : this.#explain(),
      },
    ]
  }

  #explain(): PlayReason {
    switch (this.#endReason) {
      case 'preempted':
        return 'preempted'
      case 'window-ended':
        return this.#limit
      case 'decode-failed':
        return 'clip-corrupt'
      case 'sink-failed':
        return 'sound-device-failed'
      case 'joined-late':
        return this.#stopReason ?? this.#lateReason ?? 'too-late'
      default:
        return this.#stopReason ?? 'stopped'
    }
  }
}

/** What the ledger gets for a play that a crash or a power cut ended, from the last checkpoint before it. */
export function closeInterrupted(
  subject: PlaySubject,
  checkpoint: Checkpoint | undefined,
  fallbackAt: InstantMs,
  reason: 'agent-restarted' | 'power-lost',
  volumePercent: number,
): LedgerFact {
  const startedAt = checkpoint?.startedAt ?? null
  return {
    type: 'play-ended',
    play: subject,
    startedAt,
    endedAt: checkpoint?.at ?? fallbackAt,
    heardMs: checkpoint?.heardMs ?? 0,
    volumePercent: checkpoint?.volumePercent ?? volumePercent,
    outcome: startedAt === null ? 'missed' : 'partial',
    reason,
  }
}
