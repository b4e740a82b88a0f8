import type { z } from 'zod'
import type { LedgerEntry } from '#protocol/ledger.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Language } from '#server/http/language.ts'
import type { ExplainedDevice, Explanation } from './explain.ts'
import { type ExplainContext, findCause, type SilentReason } from './explain-context-rules.ts'
import type { Span } from './explain-rules.ts'
import type { deviceExplanation, itemOutcome, occurrenceDetail } from './explain-schemas.ts'
import { sayCause, sayEvidence, sayReason } from './explain-texts.ts'

const iso = (at: InstantMs): string => new Date(at).toISOString()
const isoOrNull = (at: InstantMs | null | undefined): string | null => (at == null ? null : iso(at))
const showSpan = (span: Span | null): { beganAt: string; endedAt: string | null } | null =>
  span === null ? null : { beganAt: iso(span.beganAt), endedAt: isoOrNull(span.endedAt) }
const showReason = (code: string | null, language: Language): { code: string; text: string } | null =>
  code === null ? null : { code, text: sayReason(code, language) }

/** With the names of what stands behind it, where something does. */
function showCause(
  { context, language, zone }: Reading,
  code: string | null,
  at: InstantMs,
  deviceId?: string,
): { code: string; text: string } | null {
  const cause = code === null ? undefined : findCause(context, code, at, deviceId)
  if (code === null || cause === undefined) return showReason(code, language)
  return { code, text: sayCause(cause, language, zone) }
}

interface Reading {
  readonly context: ExplainContext
  readonly language: Language
  readonly zone: string
}

function showItems(device: ExplainedDevice, reading: Reading): z.infer<typeof itemOutcome>[] {
  return device.items.map(({ outcome, ...item }) => ({
    deviceId: device.id,
    deviceName: device.name,
    areaName: device.areaName,
    itemId: item.itemId,
    title: item.title,
    language: item.language,
    outcome: outcome.outcome,
    reason: showCause(reading, outcome.reason, outcome.endedAt ?? item.startAt, device.id),
    startedAt: isoOrNull(outcome.startedAt),
    endedAt: isoOrNull(outcome.endedAt),
    expectedMs: item.durationMs,
    heardMs: outcome.heardMs,
    clipHeld: item.isClipHeld,
  }))
}

function showEntry(entry: LedgerEntry): z.infer<typeof deviceExplanation>['evidence']['entries'][number] {
  const { ledgerId, seq, type, at, clock, targetRevision } = entry
  const play = 'play' in entry ? entry.play : undefined
  const subject = entry.type === 'missed' ? entry : play
  return {
    ledgerId,
    seq,
    type,
    at: iso(at),
    clock,
    targetRevision,
    itemId: subject?.itemId ?? null,
    language: subject?.language ?? null,
    outcome: entry.type === 'play-ended' ? entry.outcome : null,
    reason: 'reason' in entry ? entry.reason : null,
    heardMs: 'heardMs' in entry ? entry.heardMs : null,
    volumePercent: entry.type === 'play-ended' ? entry.volumePercent : null,
  }
}

function showDevice(
  device: ExplainedDevice,
  startAt: InstantMs,
  language: Language,
  zone: string,
): z.infer<typeof deviceExplanation> {
  const { installations, outage, readiness } = device
  const isInForce = installations.some((one) => one.revokedAt === null)
  return {
    deviceId: device.id,
    deviceName: device.name,
    areaName: device.areaName,
    outcome: device.outcome,
    words: sayEvidence(device, startAt, language, zone),
    evidence: {
      enrolledAt: isoOrNull(installations[0]?.enrolledAt),
      revokedAt: isInForce ? null : isoOrNull(installations.at(-1)?.revokedAt),
      heldRevision: device.heldRevision,
      adoptedAt: isoOrNull(device.adopted?.adoptedAt),
      wantedRevision: device.wantedRevision,
      readyRevision: readiness?.targetRevision ?? null,
      readyAt: isoOrNull(readiness?.reportedAt),
      connectedBefore: showSpan(device.connectedBefore),
      connectedAfter: showSpan(device.connectedAfter),
      outage:
        outage === null ? null : { from: iso(outage.from), until: iso(outage.until), cleanShutdown: outage.isClean },
      clock: device.clock,
      volumePercent: device.playedAtPercent ?? device.volumePercent,
      completeUntil: isoOrNull(device.completeUntil),
      entries: device.entries.map(showEntry),
    },
  }
}

/** The explanation in the reader's language; times in its sentences are those of `zone`. */
export function showExplanation(
  explanation: Explanation,
  context: ExplainContext,
  startAt: InstantMs,
  language: Language,
  zone: string,
  silent: SilentReason,
): Pick<z.infer<typeof occurrenceDetail>, 'asOf' | 'why' | 'reasons' | 'items' | 'explanations' | 'next'> {
  const reading = { context, language, zone }
  const { asOf, reasons, devices, next } = explanation
  return {
    asOf: iso(asOf),
    why: showCause(reading, silent, startAt),
    reasons: reasons.map((one) => ({ ...one, reason: showReason(one.reason, language) })),
    items: devices.flatMap((device) => showItems(device, reading)),
    explanations: devices.map((device) => showDevice(device, startAt, language, zone)),
    next,
  }
}
