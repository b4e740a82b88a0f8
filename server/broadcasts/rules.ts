import { type ItemId, makeOccurrenceId, type OccurrenceId, parseOccurrenceId } from '#protocol/ids.ts'
import type { BroadcastPriority, LateStart } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Aim } from '#server/planning/audience-rules.ts'
import { type LanguageMode, slotMs, type Variant } from '#server/planning/variant-rules.ts'
import {
  addMs,
  type InstantRange,
  type KnownStarts,
  localDateOf,
  startsWithin,
  type Timing,
} from './recurrence-rules.ts'
import { repeatedStarts } from './split-rules.ts'

/** What was held may resume as long as its end lies no later than this after the planned end. */
export const RESUME_WINDOW_MS = 30 * 60_000
/** An occurrence that began while the server was down is frozen late, but no later than this. */
export const LATE_FREEZE_MS = 60 * 86_400_000

/** One bulletin that may air: its newest revision is approved and the audio of every variant is ready. */
export interface AirableItem {
  readonly itemId: ItemId
  readonly bulletinId: string
  readonly revisionId: string
  readonly title: string
  readonly topic: string
  readonly campaign?: string | null | undefined
  /** The main one first; never empty. */
  readonly variants: readonly Variant[]
}

/** What may air of a programme, in order. What lacks approval is left out, and the rest moves up. */
export interface AirableProgramme {
  readonly title: string
  readonly items: readonly AirableItem[]
  /** Bulletins in the programme, airable or not. */
  readonly bulletinCount: number
  /** Where `items` are what the programme will be: those of its bulletins that lack approval. Undefined: `items` may air. */
  readonly awaiting?: readonly AwaitedBulletin[] | undefined
}

/** A bulletin that does not air as things stand. */
export interface AwaitedBulletin {
  readonly bulletinId: string
  readonly title: string
  /** Of its newest revision. */
  readonly state: 'draft' | 'pending' | 'approved' | 'returned'
}

/** One occurrence that is not as its series (RFC 5545 §3.8.4.4 RECURRENCE-ID), named by its original start. */
export interface OccurrenceEdit {
  readonly originalStartAt: InstantMs
  readonly isCancelled: boolean
  readonly movedStartAt: InstantMs | null
  /** Plays this instead of the series' programme. */
  readonly programme: AirableProgramme | null
}

/** How a broadcast is played and arranged among others. */
export interface Manner {
  readonly priority: BroadcastPriority
  readonly languageMode: LanguageMode
  readonly lateStart: LateStart
  /** `queue`: at the next permitted, free time of its day, which may be another one in each commune. */
  readonly placement: 'fixed' | 'queue'
  /** Where something that goes first sounds at its time: follow on, or be left out there. */
  readonly onConflict: 'follow' | 'drop'
}

export interface PlannedBroadcast extends Timing, Manner, AirableProgramme {
  readonly id: string
  readonly areaId: string
  readonly aims: readonly Aim[]
  readonly createdAt: InstantMs
  /** Its timing holds for starts after this; what began before stands in the frozen occurrences, whatever the timing says now. */
  readonly timedSince: InstantMs
  /** Occurrences that start at or after this instant do not air. */
  readonly cancelledAt: InstantMs | null
  /** From this original start on the series goes on in another broadcast. */
  readonly continuedAt: InstantMs | null
  /** That other broadcast; null or undefined: none, it ends. */
  readonly continuedById?: string | null
  readonly edits: readonly OccurrenceEdit[]
  /** Days on which it does not air though its rule names them (holidays), YYYY-MM-DD. */
  readonly skippedDates: ReadonlySet<string>
}

/** One airing: still derived from its broadcast, or frozen because it has begun. */
export interface Airing extends Manner {
  /** Broadcast and original start; kept when it is moved. */
  readonly occurrenceId: OccurrenceId
  readonly broadcastId: string
  readonly areaId: string
  readonly aims: readonly Aim[]
  readonly title: string
  /** Among equals the lower one goes first: the broadcast that was made first. */
  readonly order: number
  readonly startAt: InstantMs
  readonly endAt: InstantMs
  readonly isCancelled: boolean
  readonly endedEarlyAt: InstantMs | null
  readonly items: readonly AirableItem[]
  readonly awaiting?: readonly AwaitedBulletin[] | undefined
  /** Once it has begun by its plan: where devices were told otherwise than planned. Undefined: it has not. */
  readonly announced?: readonly AnnouncedPlace[] | undefined
}

/** What devices were told of an occurrence where it is not as planned: all of these areas (not those below), and some others. */
export interface AnnouncedPlace {
  readonly startAt: InstantMs
  readonly endAt: InstantMs
  readonly leftOut: 'gave-way' | 'suspended' | 'outside-hours' | null
  readonly areaIds: readonly string[]
  readonly deviceIds: readonly string[]
}

/** `suspended` and `left-out`: the plan leaves it out on every device. */
export type OccurrenceState = 'planned' | 'not-approved' | 'playing' | 'ended' | 'cancelled' | 'suspended' | 'left-out'

/** How long it lasts where nothing interrupts it. */
export const durationOf = (items: readonly AirableItem[], mode: LanguageMode): number =>
  items.reduce((sum, item) => sum + slotMs(item.variants, mode), 0)
export const plannedDurationMs = (broadcast: PlannedBroadcast): number =>
  durationOf(broadcast.items, broadcast.languageMode)

function airingOf(broadcast: PlannedBroadcast, originalStartAt: InstantMs, edit: OccurrenceEdit | undefined): Airing {
  const startAt = edit?.movedStartAt ?? originalStartAt
  const { title, items, awaiting } = edit?.programme ?? broadcast
  const isOver = broadcast.cancelledAt !== null && startAt >= broadcast.cancelledAt
  return {
    occurrenceId: makeOccurrenceId(broadcast.id, originalStartAt),
    broadcastId: broadcast.id,
    areaId: broadcast.areaId,
    aims: broadcast.aims,
    title,
    priority: broadcast.priority,
    languageMode: broadcast.languageMode,
    lateStart: broadcast.lateStart,
    placement: broadcast.placement,
    onConflict: broadcast.onConflict,
    order: broadcast.createdAt,
    startAt,
    endAt: addMs(startAt, durationOf(items, broadcast.languageMode)),
    isCancelled: isOver || edit?.isCancelled === true,
    endedEarlyAt: null,
    items,
    ...(awaiting === undefined ? {} : { awaiting }),
  }
}

/** Does the series itself have this start still, of those that its timing names? */
const isOfSeries = (broadcast: PlannedBroadcast, start: InstantMs): boolean =>
  (broadcast.continuedAt === null || start < broadcast.continuedAt) &&
  (broadcast.skippedDates.size === 0 || !broadcast.skippedDates.has(localDateOf(start, broadcast.timeZone)))

const isNamed = (broadcast: PlannedBroadcast, start: InstantMs, known: KnownStarts | undefined): boolean =>
  isOfSeries(broadcast, start) && startsWithin(broadcast, { from: start, to: addMs(start, 1) }, known).length > 0

/** What the broadcast airs within `range`, as it stands now, cancelled ones included, by start. Not for what began before `timedSince`. */
export function airingsOf(broadcast: PlannedBroadcast, range: InstantRange, known?: KnownStarts): Airing[] {
  const { timedSince, edits, continuedAt } = broadcast
  const from = timedSince >= range.from ? addMs(timedSince, 1) : range.from
  const to = continuedAt !== null && continuedAt < range.to ? continuedAt : range.to
  const asPlanned = startsWithin(broadcast, { from, to }, known).filter((start) => isOfSeries(broadcast, start))
  if (edits.length === 0) return asPlanned.map((start) => airingOf(broadcast, start, undefined))
  const edited = new Map(edits.map((edit) => [edit.originalStartAt, edit]))
  // An edit of what the series no longer names is nothing: the series was changed after it.
  const movedHere = edits.filter(
    ({ originalStartAt, movedStartAt }) =>
      movedStartAt !== null &&
      movedStartAt >= from &&
      movedStartAt < range.to &&
      isNamed(broadcast, originalStartAt, known),
  )
  const inPlace = asPlanned.filter((start) => (edited.get(start)?.movedStartAt ?? null) === null)
  return [
    ...inPlace.map((start) => airingOf(broadcast, start, edited.get(start))),
    ...movedHere.map((edit) => airingOf(broadcast, edit.originalStartAt, edit)),
  ].sort(compareAirings)
}

/** The airing with this original start, wherever it was moved; undefined when the series has none, or it is none of its present timing. */
export function airingNamed(broadcast: PlannedBroadcast, originalStartAt: InstantMs): Airing | undefined {
  if (!isNamed(broadcast, originalStartAt, undefined)) return undefined
  const edit = broadcast.edits.find((one) => one.originalStartAt === originalStartAt)
  const airing = airingOf(broadcast, originalStartAt, edit)
  return airing.startAt > broadcast.timedSince ? airing : undefined
}

/** From which start on the series ended with nothing in its place; null: it goes on, here or in another broadcast. */
export const endOfSeries = ({
  continuedAt,
  continuedById,
}: Pick<PlannedBroadcast, 'continuedAt' | 'continuedById'>): InstantMs | null =>
  (continuedById ?? null) === null ? continuedAt : null

/** What the broadcast airs within `range`, and what was cancelled with the end of its series: that stands there, cancelled. */
export function airingsShown(broadcast: PlannedBroadcast, range: InstantRange, known?: KnownStarts): Airing[] {
  const there = airingsOf(broadcast, range, known)
  const endsAt = endOfSeries(broadcast)
  if (endsAt === null) return there
  const isOver = ({ occurrenceId }: Airing): boolean => parseOccurrenceId(occurrenceId).originalStartAtMs >= endsAt
  const ended = airingsOf({ ...broadcast, continuedAt: null }, range, known).filter(isOver)
  return [...there, ...ended.map((airing) => ({ ...airing, isCancelled: true }))].sort(compareAirings)
}

/** `airingNamed` among `airingsShown`. */
export function airingShown(broadcast: PlannedBroadcast, originalStartAt: InstantMs): Airing | undefined {
  const endsAt = endOfSeries(broadcast)
  if (endsAt === null || originalStartAt < endsAt) return airingNamed(broadcast, originalStartAt)
  const airing = airingNamed({ ...broadcast, continuedAt: null }, originalStartAt)
  return airing === undefined ? undefined : { ...airing, isCancelled: true }
}

/** How far ahead the next airing is looked for: rules may skip years (29 February). */
const LOOK_AHEAD_DAYS = [3, 40, 400, 3_000]
const DAY_MS = 86_400_000

/** The next start of the broadcast that will air; undefined when none will within eight years. */
export function nextAiringStart(
  broadcast: PlannedBroadcast,
  now: InstantMs,
  known?: KnownStarts,
): InstantMs | undefined {
  let from = addMs(now, 1)
  for (const days of LOOK_AHEAD_DAYS) {
    const to = addMs(now, days * DAY_MS)
    const next = airingsOf(broadcast, { from, to }, known).find((airing) => !airing.isCancelled)
    if (next !== undefined) return next.startAt
    if (broadcast.cancelledAt !== null && broadcast.cancelledAt <= to) return undefined
    from = to
  }
  return undefined
}

/**
 * Everything that airs or has begun within `range`, by start. A frozen occurrence stands for its own, whatever its
 * broadcast says now. What the series before said on the day on which it ended is none of that which follows it.
 */
export function mergeAirings(
  broadcasts: readonly PlannedBroadcast[],
  frozen: readonly Airing[],
  range: InstantRange,
): Airing[] {
  const begun = new Set(frozen.map((airing) => airing.occurrenceId))
  const known: KnownStarts = new Map()
  const repeated = saidBefore(broadcasts)
  const derived = broadcasts
    .flatMap((broadcast) => airingsOf(broadcast, range, known))
    .filter(({ occurrenceId }) => !begun.has(occurrenceId) && !repeated.has(occurrenceId))
  return [...frozen, ...derived].sort(compareAirings)
}

/** What series name once more of the day on which those that they follow ended: no occurrence of theirs. */
export function saidBefore(broadcasts: readonly PlannedBroadcast[]): ReadonlySet<OccurrenceId> {
  const ended = broadcasts.filter(({ continuedById }) => continuedById != null)
  if (ended.length === 0) return new Set()
  const byId = new Map(broadcasts.map((one) => [one.id, one]))
  const repeated = ended.flatMap((before) => {
    const after = byId.get(before.continuedById ?? '')
    if (after === undefined || before.continuedAt === null) return []
    return repeatedStarts(before, after, before.continuedAt).map((start) => makeOccurrenceId(after.id, start))
  })
  return new Set(repeated)
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
