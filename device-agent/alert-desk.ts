import type { AlertMessage, CommandMessage } from '#protocol/alert.ts'
import { type AreaId, hashBytes, newId, playId } from '#protocol/ids.ts'
import type { PlayReason, PlaySubject } from '#protocol/ledger.ts'
import { type Clock, toInstant } from './clock.ts'
import { judgeAlert, type KnownAlert } from './core/accept-alert.ts'
import { PlayRecord } from './core/play-record.ts'
import type { Log } from './io/log.ts'
import type { ReplayMemory } from './io/replay-memory.ts'
import type { PlayDesk } from './play-desk.ts'
import type { Recorder } from './recorder.ts'
import type { Refusals } from './refusals.ts'

/** An expired command is answered with a refusal for this long; an older one is noise, or someone replaying it. */
const TELL_EXPIRED_MS = 86_400_000

/** Emergencies and commands: judged, remembered, acted upon at once, written down. */
export interface AlertDesk {
  onAlert(message: AlertMessage, trustedNow: number): Promise<void>
  onCommand(message: CommandMessage, trustedNow: number): Promise<void>
  /** A play has ended: an alert that sounded to its end is done with. */
  onPlayEnded(record: PlayRecord): Promise<void>
  /** Resolves when all that must be remembered of alerts and commands is on disk. */
  whenWritten(): Promise<void>
  /** Does an alert sound, or wait to? Then nothing else may use the link. */
  readonly isAlerting: boolean
}

export function createAlertDesk(options: {
  readonly memory: ReplayMemory
  readonly desk: PlayDesk
  readonly recorder: Recorder
  readonly refusals: Pick<Refusals, 'note'>
  readonly clock: Clock
  readonly log: Log
  readonly areas: () => readonly AreaId[]
  /** How loud an alert is that asks for this; null: that asks for nothing. */
  readonly volumeOf: (askedPercent: number | null) => number
  /** Stops what is planned; `refused` when nothing of it is known. */
  readonly stopPlanned: (
    occurrenceId: Extract<CommandMessage['body'], { kind: 'stop' }>['occurrenceId'],
  ) => Promise<'done' | 'refused'>
  /** Beeps, or refuses where nothing but an emergency may sound. */
  readonly identify: (trustedNow: number) => 'done' | 'refused'
  readonly restart: () => void
}): AlertDesk {
  const { memory, desk, recorder, refusals, clock, log } = options

  const playsOf = (id: AlertMessage['alertId']): PlayRecord[] =>
    desk.plays.filter((play) => play.subject.alertId === id)

  function stopPlays(id: AlertMessage['alertId'], reason: PlayReason): void {
    for (const play of playsOf(id)) if (!play.isStopping) desk.stop(play, reason)
  }

  async function play(message: AlertMessage, trustedNow: number): Promise<void> {
    const { body } = message
    if (body.kind !== 'alert') return
    const bytes = Buffer.from(body.audio, 'base64')
    const now = clock.now()
    const subject: PlaySubject = {
      playId: playId.parse(newId(now)),
      occurrenceId: null,
      alertId: message.alertId,
      itemId: null,
      clip: hashBytes(bytes),
      language: null,
    }
    const volumePercent = options.volumeOf(body.volumePercent)
    const record = new PlayRecord({
      subject,
      plannedStartAt: now,
      volumePercent,
      durationMs: body.repeats * (body.durationMs + body.gapMs) - body.gapMs,
      lateReason: null,
    })
    // An emergency sounds even when it cannot be written down; the recorder has raised the alarm then.
    const isWritten = await recorder.record({ type: 'play-started', play: subject, plannedStartAt: now, fromMs: 0 })
    if (!isWritten) log.error('an alert sounds without its beginning in the ledger', { alertId: message.alertId })
    desk.load(
      {
        voiceId: subject.playId,
        level: 'emergency',
        startAtMs: now,
        late: 'from-start',
        repeats: body.repeats,
        // It falls silent when it expires, by the server's time, so that a lost cancel does no harm.
        latestEndAtMs: now + (message.expiresAt - trustedNow),
        segments: [{ segmentId: message.alertId, media: { bytes }, gainDb: 0, gapAfterMs: body.gapMs }],
        volumePercent,
      },
      record,
    )
  }

  async function remember(message: AlertMessage, trustedNow: number): Promise<void> {
    const known: KnownAlert = {
      alertId: message.alertId,
      sequence: message.sequence,
      messageId: message.messageId,
      expiresAt: message.expiresAt,
      state: message.body.kind === 'cancel' ? 'cancelled' : 'in-force',
    }
    try {
      await memory.rememberAlert(known, trustedNow)
    } catch (cause) {
      // It stays remembered in memory; a card that is full or broken must not silence an emergency.
      log.error('an alert could not be remembered on disk', { cause })
    }
  }

  async function act(message: CommandMessage, trustedNow: number): Promise<'done' | 'refused'> {
    switch (message.body.kind) {
      case 'stop':
        return options.stopPlanned(message.body.occurrenceId)
      case 'identify':
        return options.identify(trustedNow)
      case 'restart':
        return 'done'
    }
  }

  return {
    get isAlerting() {
      return desk.plays.some((each) => each.subject.alertId !== null)
    },

    async onAlert(message, trustedNow) {
      const verdict = judgeAlert(message, memory.alert(message.alertId), {
        areas: options.areas(),
        trustedNow,
        isPlaying: playsOf(message.alertId).some((each) => !each.isStopping),
      })
      if (verdict.act === 'ignore') {
        const { why } = verdict
        // The server itself says what is in force again and again; what it never does is to say more than is true.
        if (why === 'expired') refusals.note('alert', 'expired', `alert ${message.alertId}`)
        else if (why === 'other-area') refusals.note('alert', 'wrong-audience', `area ${message.area}`)
        else log.debug('alert ignored', { alertId: message.alertId, why })
        return
      }
      log.info('alert', { alertId: message.alertId, act: verdict.act, sequence: message.sequence })
      // A cancel silences first and is remembered then; an alert is remembered first, so that it never sounds twice.
      if (verdict.act === 'cancel' || verdict.act === 'replace') stopPlays(message.alertId, 'cancelled')
      await remember(message, trustedNow)
      if (verdict.act === 'play' || verdict.act === 'replace') await play(message, trustedNow)
    },

    async onCommand(message, trustedNow) {
      const { messageId, body } = message
      const forgetAt = toInstant(message.expiresAt + TELL_EXPIRED_MS)
      if (memory.isKnownCommand(messageId)) return refusals.note('command', 'replay', `command ${messageId}`)
      const isExpired = message.expiresAt <= trustedNow
      if (isExpired) refusals.note('command', 'expired', `command ${messageId}`)
      if (forgetAt <= trustedNow) return
      await memory.rememberCommand(messageId, forgetAt, trustedNow)
      const outcome = isExpired ? 'refused' : await act(message, trustedNow)
      log.info('command', { kind: body.kind, outcome, ...(isExpired ? { why: 'expired' } : {}) })
      await recorder.record({ type: 'command', messageId, kind: body.kind, outcome })
      if (body.kind === 'restart' && outcome === 'done') options.restart()
    },

    async onPlayEnded(record) {
      const { alertId } = record.subject
      if (alertId === null || record.wasInterrupted) return
      const known = memory.alert(alertId)
      const isStillPlaying = playsOf(alertId).length > 0
      if (known?.state !== 'in-force' || isStillPlaying) return
      await memory.rememberAlert({ ...known, state: 'done' }, 0)
    },

    whenWritten: () => memory.whenWritten(),
  }
}
