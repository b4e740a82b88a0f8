import type { InstantMs } from '#protocol/time.ts'

/**
 * How one expected play ended, from what was frozen, what the device reported and how far its ledger reaches. The same
 * rule stands in SQL in `store.ts`, for sums over a million rows; a property test holds the two together.
 */

/** A play counts as whole when at most this much of it was not heard: sinks round to periods, clips to Opus frames. */
export const WHOLE_PLAY_TOLERANCE_MS = 250

export interface ExpectedItem {
  readonly startAt: InstantMs
  readonly durationMs: number
  /** From here on nothing of it sounds any more on this device. */
  readonly settledAt: InstantMs
  /** Why the plan itself left it out on this device (protocol/ledger.ts: playReasons); null: it was to be played. */
  readonly leftOut: string | null
}

export interface OccurrenceEnd {
  readonly endedEarlyAt: InstantMs | null
}

/** One play (or `missed` entry) of the item as the ledger tells it. `outcome` null: its end is not reported yet. */
export interface ReportedPlay {
  readonly id: string
  readonly plannedStartAt: InstantMs
  readonly startedAt: InstantMs | null
  readonly endedAt: InstantMs | null
  readonly heardMs: number
  readonly outcome: 'played' | 'partial' | 'missed' | null
  readonly reason: string | null
}

/**
 * Is this a play of that item, in that language? A device that says nothing of the language plays its only one.
 * The same stands in `store.ts`.
 */
export const isPlayOf = (
  play: { readonly itemId: string | null; readonly language: string | null },
  item: { readonly itemId: string; readonly language: string },
): boolean => play.itemId === item.itemId && (play.language === null || play.language === item.language)

/** A ledger holds all that its installation did from `from` until `until`. */
export interface LedgerCoverage {
  readonly from: InstantMs
  readonly until: InstantMs | null
}

export interface DeviceEvidence {
  readonly coverage: readonly LedgerCoverage[]
  /** When hardware was first enrolled for the device; null: never. */
  readonly firstEnrolledAt: InstantMs | null
}

export type Outcome = 'played' | 'partial' | 'missed' | 'cancelled' | 'unknown'

export interface ItemOutcome {
  readonly outcome: Outcome
  readonly reason: string | null
  readonly heardMs: number
  readonly startedAt: InstantMs | null
  readonly endedAt: InstantMs | null
}

/** By start; what never sounded comes by its plan, and ids keep the order certain. */
export function orderPlays(plays: readonly ReportedPlay[]): ReportedPlay[] {
  const at = (play: ReportedPlay): number => play.startedAt ?? play.plannedStartAt
  return [...plays].sort((a, b) => at(a) - at(b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/** Given to the player for an instant that the plan gave up before it came: what became of the item, another play tells. */
const wasTakenBack = ({ startedAt, reason }: ReportedPlay): boolean => startedAt === null && reason === 'not-in-target'

/** Several plays of one item add up; the time that two of them share counts once, and never more than the item lasts. */
export function sumHeardMs(plays: readonly ReportedPlay[], durationMs: number): number {
  let heardMs = 0
  let heardUntil: number | undefined
  for (const play of orderPlays(plays)) {
    if (play.startedAt === null || play.endedAt === null) continue
    const doesOverlap = heardUntil !== undefined && heardUntil > play.startedAt
    const aloneMs = doesOverlap ? Math.max(0, play.endedAt - (heardUntil ?? 0)) : play.heardMs
    heardMs += Math.min(play.heardMs, aloneMs)
    heardUntil = Math.max(heardUntil ?? play.endedAt, play.endedAt)
  }
  return Math.min(heardMs, durationMs)
}

/**
 * The one outcome of (occurrence, item, language, device). Sound beats plan: what was heard counts, also where the plan
 * left it out; else what was left out is cancelled, whatever the device said of it. What the device said counts at once; that it said nothing counts only
 * when its ledger covers the item up to the last instant at which it could still have resumed. A later entry replaces
 * a provisional outcome.
 */
export function deriveOutcome(
  expected: ExpectedItem,
  occurrence: OccurrenceEnd,
  plays: readonly ReportedPlay[],
  device: DeviceEvidence,
  asOf: InstantMs,
): ItemOutcome {
  const heardMs = sumHeardMs(plays, expected.durationMs)
  const ordered = orderPlays(plays)
  const started = ordered.flatMap((play) => play.startedAt ?? [])
  const ended = ordered.flatMap((play) => (play.startedAt === null ? [] : (play.endedAt ?? [])))
  const facts = {
    heardMs,
    startedAt: started[0] ?? null,
    endedAt: ended.reduce<InstantMs | null>((last, at) => (last === null || at > last ? at : last), null),
  }
  if (heardMs > 0 && heardMs >= expected.durationMs - WHOLE_PLAY_TOLERANCE_MS)
    return { outcome: 'played', reason: null, ...facts }
  if (plays.some((play) => play.outcome === null)) return { outcome: 'unknown', reason: null, ...facts }
  const reasons = ordered.filter((play) => play.reason !== null)
  const reason = (reasons.find((play) => !wasTakenBack(play)) ?? reasons[0])?.reason ?? null
  if (heardMs > 0) return { outcome: 'partial', reason, ...facts }
  if (expected.leftOut !== null) return { outcome: 'cancelled', reason: expected.leftOut, ...facts }
  if (plays.length > 0) return { outcome: 'missed', reason, ...facts }
  if (occurrence.endedEarlyAt !== null && occurrence.endedEarlyAt <= expected.startAt)
    return { outcome: 'cancelled', reason: 'stopped', ...facts }
  return isSilenceCertain(expected, occurrence, device, asOf)
    ? { outcome: 'missed', reason: 'not-in-target', ...facts }
    : { outcome: 'unknown', reason: null, ...facts }
}

function isSilenceCertain(
  expected: ExpectedItem,
  occurrence: OccurrenceEnd,
  device: DeviceEvidence,
  asOf: InstantMs,
): boolean {
  const plannedEndAt = expected.startAt + expected.durationMs
  if (asOf < plannedEndAt) return false
  if (device.firstEnrolledAt === null || device.firstEnrolledAt >= plannedEndAt) return true
  const settledAt = Math.min(occurrence.endedEarlyAt ?? expected.settledAt, expected.settledAt)
  return device.coverage.some(
    (ledger) => ledger.from <= expected.startAt && ledger.until !== null && ledger.until >= settledAt,
  )
}

/** Airtime of one expected play: expected = played + missed + unknown. What was cancelled was not expected after all. */
export function airtimeOf(
  expected: Pick<ExpectedItem, 'durationMs'>,
  { outcome, heardMs }: Pick<ItemOutcome, 'outcome' | 'heardMs'>,
): { expectedMs: number; playedMs: number; missedMs: number; unknownMs: number } {
  if (outcome === 'cancelled') return { expectedMs: 0, playedMs: 0, missedMs: 0, unknownMs: 0 }
  const restMs = expected.durationMs - heardMs
  const isUnknown = outcome === 'unknown'
  return {
    expectedMs: expected.durationMs,
    playedMs: heardMs,
    missedMs: isUnknown ? 0 : restMs,
    unknownMs: isUnknown ? restMs : 0,
  }
}
