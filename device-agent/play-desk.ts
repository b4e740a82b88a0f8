import path from 'node:path'
import { z } from 'zod'
import { playId } from '#protocol/ids.ts'
import type { PlayReason } from '#protocol/ledger.ts'
import type { NowPlaying } from '#protocol/link.ts'
import { instantMs } from '#protocol/time.ts'
import type { Clock } from './clock.ts'
import type { History } from './core/history.ts'
import { closeInterrupted, type PlayRecord } from './core/play-record.ts'
import type { PlayerEvent, Voice } from './io/audio/voice.ts'
import type { Card } from './io/card.ts'
import type { Log } from './io/log.ts'
import type { Player } from './io/player.ts'
import type { Recorder } from './recorder.ts'

/** With a progress event every second of sound: every other one, and never one later for being a moment early. */
const CHECKPOINT_EVERY_MS = 1_500

const checkpoints = z.object({
  version: z.literal(1),
  plays: z.array(
    z.object({
      playId,
      startedAt: instantMs.nullable(),
      at: instantMs,
      heardMs: z.number().int().min(0),
      volumePercent: z.number().int().min(0).max(100).optional(),
    }),
  ),
})

const checkpointFile = (stateDir: string): string => path.join(stateDir, 'checkpoint.json')

/** Ends in the ledger what a crash or a power cut ended in fact, by how far it had come when the agent was last alive. */
export async function closeInterruptedPlays(options: {
  readonly stateDir: string
  readonly history: History
  readonly recorder: Recorder
  readonly reason: 'agent-restarted' | 'power-lost'
  readonly volumePercent: number
  readonly card: Card
}): Promise<void> {
  const { history, recorder, reason, volumePercent } = options
  const known = (await options.card.read(checkpointFile(options.stateDir), checkpoints))?.plays ?? []
  for (const { subject, plannedStartAt } of history.openPlays) {
    const checkpoint = known.find(({ playId: id }) => id === subject.playId)
    await recorder.record(closeInterrupted(subject, checkpoint, plannedStartAt, reason, volumePercent))
  }
}

/** The plays that the player holds: hands them over, follows their events, writes down what became of them. */
export interface PlayDesk {
  readonly plays: readonly PlayRecord[]
  /** Its `play-started` must be durable already. */
  load(voice: Voice, record: PlayRecord): void
  stop(record: PlayRecord, reason: PlayReason): void
  /** What is no play: nothing of it is written down. */
  loadUnrecorded(voice: Voice): void
  stopUnrecorded(voiceId: string): void
  /** Without a jump, also while it sounds. */
  setVolume(record: PlayRecord, percent: number): void
  take(event: PlayerEvent): void
  /** The player is gone and its voices with it. */
  abandonAll(reason: PlayReason): Promise<void>
  /** Resolves when every play has ended. */
  whenIdle(): Promise<void>
  nowPlaying(): NowPlaying | null
}

export function createPlayDesk(options: {
  readonly stateDir: string
  readonly card: Card
  readonly player: Player
  readonly recorder: Recorder
  readonly clock: Clock
  readonly log: Log
  /** Something began, was held, or ended: time to decide and to tell. */
  readonly onChange: (ended: PlayRecord | undefined) => void
}): PlayDesk {
  const { clock, log, recorder } = options
  const plays = new Map<string, PlayRecord>()
  /** Over, and being written down. */
  const ending = new Set<string>()
  const idleWaiters: (() => void)[] = []
  let lastCheckpointMs = Number.NEGATIVE_INFINITY
  let saving: Promise<void> = Promise.resolve()

  function saveCheckpoint(): void {
    lastCheckpointMs = clock.monotonicMs()
    const now = clock.now()
    const state = { version: 1, plays: [...plays.values()].map((record) => record.checkpoint(now)) }
    saving = saving
      .then(() => options.card.write(checkpointFile(options.stateDir), state))
      .then(() => undefined)
      .catch((cause: unknown) => log.warn('checkpoint could not be written', { cause }))
  }

  function forget(voiceId: string, record: PlayRecord): void {
    plays.delete(voiceId)
    ending.delete(voiceId)
    if (plays.size === 0) for (const wake of idleWaiters.splice(0)) wake()
    options.onChange(record)
  }

  async function writeEnd(voiceId: string, record: PlayRecord, facts: ReturnType<PlayRecord['take']>): Promise<void> {
    ending.add(voiceId)
    await Promise.all(facts.map((fact) => recorder.record(fact)))
    forget(voiceId, record)
  }

  function onVoiceEvent(event: Extract<PlayerEvent, { voiceId: string }>): void {
    const record = plays.get(event.voiceId)
    if (record === undefined || ending.has(event.voiceId) || event.type === 'armed') return
    if (event.type === 'refused') {
      log.error('the player refused a voice', { voiceId: event.voiceId, reason: event.reason })
      void writeEnd(event.voiceId, record, record.abandon(clock.now(), 'unsupported')).catch(tellFailure)
      return
    }
    const facts = record.take(event)
    if (event.type === 'voice-ended') {
      void writeEnd(event.voiceId, record, facts).catch(tellFailure)
      return
    }
    for (const fact of facts) recorder.record(fact).catch(tellFailure)
    const isDue = clock.monotonicMs() - lastCheckpointMs >= CHECKPOINT_EVERY_MS
    if (event.type === 'segment-started') log.info('sounding', { voice: event.voiceId })
    if (event.type === 'segment-started' || (event.type === 'progress' && isDue)) saveCheckpoint()
    if (event.type !== 'progress') options.onChange(undefined)
  }

  const tellFailure = (cause: unknown): void => log.error('writing down a play failed', { cause })

  return {
    get plays() {
      return [...plays.values()]
    },
    load(voice, record) {
      plays.set(voice.voiceId, record)
      options.player.load(voice)
    },
    stop(record, reason) {
      record.markStopping(reason)
      options.player.stop(record.subject.playId)
    },
    loadUnrecorded: (voice) => options.player.load(voice),
    stopUnrecorded: (voiceId) => options.player.stop(voiceId),
    setVolume(record, percent) {
      record.setVolume(percent)
      options.player.setVoiceVolume(record.subject.playId, percent)
    },
    take(event) {
      if ('voiceId' in event) onVoiceEvent(event)
    },
    async abandonAll(reason) {
      const now = clock.now()
      const lost = [...plays].filter(([voiceId]) => !ending.has(voiceId))
      await Promise.all(lost.map(([voiceId, record]) => writeEnd(voiceId, record, record.abandon(now, reason))))
    },
    async whenIdle() {
      if (plays.size > 0) await new Promise<void>((resolve) => idleWaiters.push(resolve))
      await saving
    },
    nowPlaying() {
      const now = clock.now()
      for (const record of plays.values()) {
        const playing = record.nowPlaying(now)
        if (playing !== null) return playing
      }
      return null
    },
  }
}
