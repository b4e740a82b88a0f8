import { type ItemId, makeOccurrenceId, type OccurrenceId } from '#protocol/ids.ts'
import type { BlobRef, BroadcastPriority } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'
import {
  addMs,
  type InstantRange,
  type KnownStarts,
  nextStartOf,
  startsWithin,
  type Timing,
} from './recurrence-rules.ts'

/** What was held may resume as long as its end lies no later than this after the planned end. */
export const RESUME_WINDOW_MS = 30 * 60_000
/** An occurrence that began while the server was down is frozen late, but no later than this. */
export const LATE_FREEZE_MS = 60 * 86_400_000

/** One bulletin that may air: its newest revision is approved and its clip is ready. */
export interface AirableItem {
  readonly itemId: ItemId
  readonly bulletinId: string
  readonly revisionId: string
  readonly title: string
  readonly topic: string
  readonly language: string
  readonly clip: BlobRef
  readonly durationMs: number
}

export interface PlannedBroadcast extends Timing {
  readonly id: string
  readonly areaId: string
  readonly title: string
  readonly priority: BroadcastPriority
  readonly createdAt: InstantMs
  /** Its timing holds for starts after this; what began before stands in the frozen occurrences, whatever the timing says now. */
  readonly timedSince: InstantMs
  /** Occurrences that start at or after this instant do not air. */
  readonly cancelledAt: InstantMs | null
  /** What may air of its programme, in order. What lacks approval is left out, and the rest moves up. */
  readonly items: readonly AirableItem[]
  /** Bulletins in the programme, airable or not. */
  readonly bulletinCount: number
}

/** One airing: still derived from its broadcast, or frozen because it has begun. */
export interface Airing {
  readonly occurrenceId: OccurrenceId
  readonly broadcastId: string
  readonly areaId: string
  readonly title: string
  readonly priority: BroadcastPriority
  /** Among equals the lower one goes first: the broadcast that was made first. */
  readonly order: number
  readonly startAt: InstantMs
  readonly endAt: InstantMs
  readonly latestEndAt: InstantMs
  readonly isCancelled: boolean
  readonly endedEarlyAt: InstantMs | null
  readonly items: readonly AirableItem[]
}

export type OccurrenceState = 'planned' | 'not-approved' | 'playing' | 'ended' | 'cancelled'

/** The next start of the broadcast that will air; undefined when none will. */
export function nextAiringStart(
  broadcast: PlannedBroadcast,
  now: InstantMs,
  known?: KnownStarts,
): InstantMs | undefined {
  const after = broadcast.timedSince > now ? broadcast.timedSince : now
  const start = nextStartOf(broadcast, after, known)
  return start !== undefined && (broadcast.cancelledAt === null || start < broadcast.cancelledAt) ? start : undefined
}

const durationOf = (items: readonly AirableItem[]): number => items.reduce((sum, item) => sum + item.durationMs, 0)
export const plannedDurationMs = (broadcast: PlannedBroadcast): number => durationOf(broadcast.items)

/** What the broadcast airs within `range`, as it stands now, cancelled ones included. Not for what began before `timedSince`. */
export function airingsOf(broadcast: PlannedBroadcast, range: InstantRange, known?: KnownStarts): Airing[] {
  const from = broadcast.timedSince >= range.from ? addMs(broadcast.timedSince, 1) : range.from
  return startsWithin(broadcast, { from, to: range.to }, known).map((startAt) => {
    const endAt = addMs(startAt, durationOf(broadcast.items))
    return {
      occurrenceId: makeOccurrenceId(broadcast.id, startAt),
      broadcastId: broadcast.id,
      areaId: broadcast.areaId,
      title: broadcast.title,
      priority: broadcast.priority,
      order: broadcast.createdAt,
      startAt,
      endAt,
      latestEndAt: addMs(endAt, RESUME_WINDOW_MS),
      isCancelled: broadcast.cancelledAt !== null && startAt >= broadcast.cancelledAt,
      endedEarlyAt: null,
      items: broadcast.items,
    }
  })
}

/**
 * Everything that airs or has begun within `range`, by start. A frozen occurrence stands for its own, whatever its
 * broadcast says now.
 */
export function mergeAirings(
  broadcasts: readonly PlannedBroadcast[],
  frozen: readonly Airing[],
  range: InstantRange,
): Airing[] {
  const begun = new Set(frozen.map((airing) => airing.occurrenceId))
  const known: KnownStarts = new Map()
  const derived = broadcasts.flatMap((broadcast) => airingsOf(broadcast, range, known))
  return [...frozen, ...derived.filter((airing) => !begun.has(airing.occurrenceId))].sort(compareAirings)
}

export function compareAirings(a: Airing, b: Airing): number {
  return a.startAt - b.startAt || a.order - b.order || (a.occurrenceId < b.occurrenceId ? -1 : 1)
}

/** Derived and never stored, so that it cannot contradict what it is derived from. */
export function occurrenceState(
  airing: Pick<Airing, 'startAt' | 'endAt' | 'isCancelled' | 'endedEarlyAt'>,
  now: InstantMs,
): OccurrenceState {
  if (airing.isCancelled) return 'cancelled'
  if (airing.endAt <= airing.startAt) return 'not-approved'
  if (now < airing.startAt) return 'planned'
  return airing.endedEarlyAt !== null || now >= airing.endAt ? 'ended' : 'playing'
}

/** Offsets of the items within their occurrence: they follow one another without a gap. */
export function itemOffsetsMs(items: readonly AirableItem[]): number[] {
  let offset = 0
  return items.map((item) => {
    const own = offset
    offset += item.durationMs
    return own
  })
}
