import { readFile } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { alertId, areaId, hashBytes, newId, type Sha256, sha256 } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { CompactJws } from '#protocol/signing.ts'
import type { InstantMs } from '#protocol/time.ts'
import { findArea } from '#server/areas/store.ts'
import type { Audit } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { ServerKeys } from '#server/keys.ts'
import { assertMayDo } from '#server/library/area-path.ts'
import { findClip } from '#server/library/clips-store.ts'
import type { DeviceLink } from '#server/mqtt/link.ts'
import type { AlertAudio, RenderedSpeech } from './audio.ts'
import { createAlertOutbox } from './outbox.ts'
import { expiryOf, fitIntoWelcome, MAX_ALERT_SECONDS, makeAlert, makeCancel } from './rules.ts'
import type { newAlert } from './schemas.ts'
import {
  type AlertRow,
  type InForce,
  insertAlert,
  insertCancel,
  listAlerts,
  lockAlert,
  readAlert,
  readInForce,
} from './store.ts'

export interface AlertsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly audit: Audit
  readonly keys: Pick<ServerKeys, 'signer' | 'signAnew'>
  readonly link: Pick<DeviceLink, 'publish'>
  /** Where clips lie. */
  readonly files: { open(hash: Sha256): Promise<{ path: string; bytes: number } | undefined> }
  renderSpeech(text: string, voice: string): Promise<RenderedSpeech>
  /** How long the broker is left alone after it could not take an alert. */
  readonly retryMs?: number
}

export type ShownAlert = AlertRow & { readonly isInForce: boolean }

export interface AlertsService {
  /** Signs, keeps and sends an emergency to an area and all below it. */
  issue(actor: Actor, input: z.infer<typeof newAlert>): Promise<ShownAlert>
  /** Silences it everywhere; safe to repeat. */
  cancel(actor: Actor, id: string): Promise<ShownAlert>
  list(actor: Actor, filter: { areaId: string | null }): Promise<ShownAlert[]>
  read(actor: Actor, id: string): Promise<ShownAlert>
  /** For a welcome: alerts and cancels in force for a device in the area with this path. What has no room is sent beside it. */
  inForce(areaPath: readonly string[]): Promise<CompactJws[]>
  /** After a start: sends what is in force again, in case the last process ended between keeping and sending it. */
  resume(): Promise<void>
  idle(): Promise<void>
  close(): Promise<void>
}

const MOST_ALERTS = 100

/** Emergencies: exempt from four eyes and from permitted hours, signed, expiring, and on record with their issuer. */
export function createAlertsService(deps: AlertsDeps): AlertsService {
  const { db, clock, log, events, keys, audit } = deps
  const outbox = createAlertOutbox(deps)

  const show = (row: AlertRow): ShownAlert => ({
    ...row,
    isInForce: row.cancelledAt === null && row.expiresAt > clock.now(),
  })

  async function find(actor: Actor, id: string): Promise<AlertRow> {
    const row = await readAlert(db.pool, id)
    if (row === undefined) throw new Problem('not-found')
    assertMay(actor, 'alerts.read', row.areaPath)
    return row
  }

  async function readClip(actor: Actor, clipId: string): Promise<AlertAudio> {
    await assertMayDo(db.prisma, actor, { action: 'library.read', thing: 'clip', id: clipId })
    const clip = await findClip(db.prisma, clipId)
    if (clip === null) throw new Problem('not-found')
    if (clip.state !== 'ready' || clip.sha256 === null || clip.durationMs === null)
      throw new Problem('alert-clip-not-ready')
    const file = await deps.files.open(sha256.parse(clip.sha256))
    if (file === undefined) throw new Problem('alert-clip-not-ready')
    if (file.bytes > limits.maxAlertAudioBytes)
      throw new Problem('alert-audio-too-long', { seconds: MAX_ALERT_SECONDS })
    return { bytes: await readFile(file.path), durationMs: clip.durationMs }
  }

  async function makeAudio(actor: Actor, audio: z.infer<typeof newAlert>['audio']): Promise<AlertAudio> {
    if (audio.kind === 'clip') return await readClip(actor, audio.clipId)
    const spoken = await deps.renderSpeech(audio.text, audio.voice)
    if (spoken.ok) return spoken.audio
    if (spoken.code === 'too-long') throw new Problem('alert-audio-too-long', { seconds: MAX_ALERT_SECONDS })
    if (spoken.code === 'nothing-to-say') throw new Problem('alert-text-not-speakable')
    throw new Problem(spoken.code === 'voice-unknown' ? 'voice-unknown' : 'alert-speech-failed')
  }

  /** What is in force, under the key in force: a device that has followed a rotation believes no earlier one. */
  async function readSigned(areaPath: readonly string[] | null): Promise<InForce[]> {
    const signed: InForce[] = []
    for (const message of await readInForce(db.pool, areaPath, clock.now())) {
      const jws = await keys.signAnew('alert', message.jws)
      if (jws !== undefined) signed.push({ ...message, jws })
      else log.error({ messageId: message.id }, 'an alert in force bears no signature of ours; issue it anew')
    }
    return signed
  }

  return {
    async issue(actor, input) {
      const area = await findArea(db.prisma, input.areaId)
      if (area === null) throw new Problem('not-found')
      assertMay(actor, 'alerts.issue', area.path)
      const audio = await makeAudio(actor, input.audio)
      // Only now: reading aloud takes seconds, and the alert's time begins when it can be heard.
      const now: InstantMs = clock.now()
      const [id, messageId] = [alertId.parse(newId(now)), newId(now)]
      const expiresAt = expiryOf(now, input.expiresInMs)
      const about = { alertId: id, areaId: areaId.parse(area.id), sequence: 1, expiresAt }
      const { bytes, durationMs } = audio
      const message = makeAlert(about, { ...input, audio: bytes, durationMs }, messageId, now)
      const jws = await keys.signer.sign('alert', JSON.stringify(message))
      const row = { id, areaId: area.id, title: input.title, issuedById: actor.accountId }
      await audit.act(actor, async (tx, note) => {
        const stored = { id: messageId, sequence: 1, jws, createdAt: toDate(now) }
        await insertAlert(tx, { ...row, issuedAt: toDate(now), expiresAt: toDate(expiresAt) }, stored)
        const { title, repeats, gapMs, volumePercent } = input
        const sound = {
          text: input.audio.kind === 'speech' ? input.audio.text : undefined,
          audioHash: hashBytes(bytes),
        }
        const after = { title, ...sound, durationMs, repeats, gapMs, volumePercent, expiresAt: toDate(expiresAt) }
        note({ action: 'alert.issued', areaPath: area.path, subject: { type: 'alert', id }, after })
      })
      outbox.send({ id: messageId, areaId: about.areaId, jws, expiresAt })
      log.warn({ event: 'alert-issued', alertId: id, areaId: area.id, by: actor.accountId }, 'an alert was issued')
      events.publish({ kind: 'alerts', areaPath: area.path, id })
      return show(await find(actor, id))
    },

    async cancel(actor, id) {
      const alert = await find(actor, id)
      assertMay(actor, 'alerts.issue', alert.areaPath)
      const now = clock.now()
      const about = { alertId: alertId.parse(id), areaId: areaId.parse(alert.areaId), expiresAt: alert.expiresAt }
      const messageId = newId(now)
      const jws = await audit.act(actor, async (tx, note) => {
        const { sequence, isCancelled } = await lockAlert(tx, id)
        if (isCancelled) {
          note.unchanged()
          return undefined
        }
        if (alert.expiresAt <= now) throw new Problem('alert-over')
        const message = makeCancel({ ...about, sequence: sequence + 1 }, messageId, now)
        const signed = await keys.signer.sign('alert', JSON.stringify(message))
        await insertCancel(tx, id, { id: messageId, sequence: sequence + 1, jws: signed, createdAt: toDate(now) })
        note({
          action: 'alert.cancelled',
          areaPath: alert.areaPath,
          subject: { type: 'alert', id },
          before: { cancelledAt: null },
          after: { title: alert.title, cancelledAt: toDate(now) },
        })
        return signed
      })
      if (jws !== undefined) {
        outbox.send({ id: messageId, areaId: about.areaId, jws, expiresAt: alert.expiresAt })
        log.warn({ event: 'alert-cancelled', alertId: id, by: actor.accountId }, 'an alert was cancelled')
        events.publish({ kind: 'alerts', areaPath: alert.areaPath, id })
      }
      return show(await find(actor, id))
    },

    async list(actor, filter) {
      const within = areasFor(actor, 'alerts.read')
      return (await listAlerts(db.pool, { ...filter, within, limit: MOST_ALERTS })).map(show)
    },
    read: async (actor, id) => show(await find(actor, id)),

    async inForce(areaPath) {
      const { fits, rest } = fitIntoWelcome(await readSigned(areaPath))
      outbox.resend(rest)
      return fits.map((one) => one.jws)
    },
    async resume() {
      for (const message of await readSigned(null)) outbox.send(message)
    },
    idle: () => outbox.idle(),
    close: () => outbox.close(),
  }
}
