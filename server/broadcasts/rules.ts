import { Temporal } from 'temporal-polyfill'
import { type ItemId, makeOccurrenceId, type OccurrenceId } from '#protocol/ids.ts'
import type { BlobRef, BroadcastPriority } from '#protocol/target.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

/** What was held may resume as long as its end lies no later than this after the planned end. */
export const RESUME_WINDOW_MS = 30 * 60_000
/** An occurrence that began while the server was down is frozen late, but no later than this. */
export const LATE_FREEZE_MS = 60 * 86_400_000

/** From `from` on, before `to`. */
export interface InstantRange {
  readonly from: InstantMs
  readonly to: InstantMs
}

/** When a broadcast airs: wall-clock time in its own zone, days as YYYY-MM-DD, `lastDate` inclusive. */
export interface Timing {
  readonly recurrence: 'once' | 'daily'
  readonly localTime: string
  readonly timeZone: string
  readonly firstDate: string
  readonly lastDate: string | null
}

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

export const addMs = (at: InstantMs, ms: number): InstantMs => instantMs.parse(at + ms)

/** The calendar day of an instant in a zone, YYYY-MM-DD. */
export function localDateOf(at: InstantMs, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

/** The first instant of a local day: not always midnight, where clocks are put forward at midnight. */
export function startOfLocalDay(date: string, timeZone: string): InstantMs {
  return instantMs.parse(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds)
}

const DAY_MS = 86_400_000
const utcDateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** The calendar day so many days after `date` (days of the calendar are all alike: no zone is in it). */
export const addDays = (date: string, days: number): string =>
  utcDateOf(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS)

/**
 * Starts that were worked out already, for one run over many broadcasts: most of a province air at the same few times,
 * and a zone's rules cost more than everything else here.
 */
export type KnownStarts = Map<string, InstantMs>

/**
 * A local time that clocks skip counts from before the gap, one that comes twice is its first (RFC 5545 §3.3.5,
 * Temporal's `compatible`).
 */
function startOn(timing: Timing, date: string, known?: KnownStarts): InstantMs {
  const key = `${timing.timeZone} ${date} ${timing.localTime}`
  const there = known?.get(key)
  if (there !== undefined) return there
  const local = Temporal.PlainDate.from(date).toPlainDateTime(Temporal.PlainTime.from(timing.localTime))
  const start = instantMs.parse(local.toZonedDateTime(timing.timeZone).epochMilliseconds)
  known?.set(key, start)
  return start
}

export const firstStartOf = (timing: Timing): InstantMs => startOn(timing, timing.firstDate)

/** The starts of a broadcast's occurrences within `range`, in order, each once. */
export function startsWithin(timing: Timing, range: InstantRange, known?: KnownStarts): InstantMs[] {
  if (range.to <= range.from) return []
  // A local day lies within a day of the same day in UTC, but for what a gap in a zone's calendar adds.
  const earliest = addDays(utcDateOf(range.from), -2)
  const latest = addDays(utcDateOf(range.to), 2)
  const lastDate = timing.recurrence === 'once' ? timing.firstDate : (timing.lastDate ?? latest)
  const end = lastDate < latest ? lastDate : latest
  const starts: InstantMs[] = []
  for (let date = timing.firstDate > earliest ? timing.firstDate : earliest; date <= end; date = addDays(date, 1)) {
    const start = startOn(timing, date, known)
    // A zone that skips a whole day (Samoa, 2011-12-30) gives two dates the same instant.
    if (start >= range.from && start < range.to && starts.at(-1) !== start) starts.push(start)
  }
  return starts
}

/** The next start after `now`; a daily broadcast has one within three days of its first or of now, whatever its zone. */
export function nextStartOf(timing: Timing, now: InstantMs, known?: KnownStarts): InstantMs | undefined {
  const first = startOn(timing, timing.firstDate, known)
  const from = first > now ? first : addMs(now, 1)
  return startsWithin(timing, { from, to: addMs(from, 3 * DAY_MS) }, known)[0]
}

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

export type TimingRefusal = 'broadcast-start-past' | 'broadcast-dates-reversed' | 'broadcast-never-airs'

/** Why this timing cannot be planned at `now`; undefined when it can. `before`: what it replaces. */
export function refuseTiming(timing: Timing, now: InstantMs, before?: Timing): TimingRefusal | undefined {
  if (timing.recurrence === 'daily' && timing.lastDate !== null && timing.lastDate < timing.firstDate)
    return 'broadcast-dates-reversed'
  if (before !== undefined && isSameTiming(before, timing)) return undefined
  // A daily broadcast that runs already keeps its first day in the past when its time or its last day is changed.
  const runsAlready = before?.recurrence === 'daily' && before.firstDate === timing.firstDate
  if (timing.recurrence === 'daily' && runsAlready)
    return nextStartOf(timing, now) === undefined ? 'broadcast-never-airs' : undefined
  return firstStartOf(timing) <= now ? 'broadcast-start-past' : undefined
}

export function isSameTiming(a: Timing, b: Timing): boolean {
  return (
    a.recurrence === b.recurrence &&
    a.localTime === b.localTime &&
    a.timeZone === b.timeZone &&
    a.firstDate === b.firstDate &&
    a.lastDate === b.lastDate
  )
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
