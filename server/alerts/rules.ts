import type { AlertMessage } from '#protocol/alert.ts'
import { type AlertId, type AreaId, alertId, areaId, messageId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

/** What every message of an alert says. */
export interface AlertHead {
  readonly alertId: AlertId
  readonly areaId: AreaId
  readonly sequence: number
  readonly expiresAt: InstantMs
}

export interface AlertContent {
  readonly title: string
  readonly audio: Uint8Array
  readonly durationMs: number
  readonly repeats: number
  readonly gapMs: number
  readonly volumePercent: number | null
}

/** Opus at 32 kbit/s (server/audio), in whole seconds: what fits into one alert. */
export const MAX_ALERT_SECONDS = Math.floor(limits.maxAlertAudioBytes / 4_000)

const head = ({ alertId: id, areaId: area, sequence, expiresAt }: AlertHead, message: string, now: InstantMs) => ({
  version: 1 as const,
  messageId: messageId.parse(message),
  alertId: alertId.parse(id),
  sequence,
  area: areaId.parse(area),
  issuedAt: now,
  expiresAt,
})

export function makeAlert(about: AlertHead, content: AlertContent, message: string, now: InstantMs): AlertMessage {
  const { title, audio, durationMs, repeats, gapMs, volumePercent } = content
  const bytes = Buffer.from(audio.buffer, audio.byteOffset, audio.byteLength)
  return {
    ...head(about, message, now),
    body: { kind: 'alert', title, audio: bytes.toString('base64'), durationMs, repeats, gapMs, volumePercent },
  }
}

/** Lives as long as the alert could have: a device must know of it until no copy of the alert can sound any more. */
export function makeCancel(about: AlertHead, message: string, now: InstantMs): AlertMessage {
  return { ...head(about, message, now), body: { kind: 'cancel' } }
}

export const expiryOf = (now: InstantMs, expiresInMs: number): InstantMs => instantMs.parse(now + expiresInMs)

/** How much of a welcome the alerts in force may take: signed once more, it must stay below the largest message. */
export const WELCOME_BUDGET_BYTES = 740_000
/** The schema of `welcome` allows so many. */
export const MAX_WELCOME_ALERTS = 50

/** Splits what is in force (newest first) into what a welcome can carry and what must be sent beside it. */
export function fitIntoWelcome<T extends { readonly jws: string }>(inForce: readonly T[]): { fits: T[]; rest: T[] } {
  const fits: T[] = []
  const rest: T[] = []
  let bytes = 0
  for (const one of inForce) {
    const isFitting = bytes + one.jws.length <= WELCOME_BUDGET_BYTES && fits.length < MAX_WELCOME_ALERTS
    if (isFitting) bytes += one.jws.length
    ;(isFitting ? fits : rest).push(one)
  }
  return { fits, rest }
}
