import type { ItemId, OccurrenceId } from '#protocol/ids.ts'
import type { PlayReason } from '#protocol/ledger.ts'
import type { BlobRef, BroadcastPriority } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'
import { addDays, addMs, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import { type Airing, RESUME_WINDOW_MS } from '#server/broadcasts/rules.ts'
import { type Cut, findCut } from './cut-rules.ts'
import { type Interval, intervalAt, nextFit, subtractIntervals } from './hours-rules.ts'
import { chooseVariants, slotMs } from './variant-rules.ts'

/** Per cent of a device's own volume, by the time of the day and the priority; the first rule that fits holds. */
export interface VolumeRule {
  /** HH:MM local; `to` is exclusive and may lie before `from` (over midnight). */
  readonly from: string
  readonly to: string
  /** Null: of every priority. */
  readonly priority: BroadcastPriority | null
  readonly percent: number
}

/** All that decides how the same airings sound on a class of devices. */
export interface ArrangeContext {
  readonly timeZone: string
  /** Permitted hours, merged and in order. */
  readonly permitted: readonly Interval[]
  /** Nothing planned starts within these. */
  readonly suspended: readonly Interval[]
  /** The order that the area chose among equals (Circular 39/2020): the lower goes first. */
  readonly rankOf: (broadcastId: string) => number
  /** Most wanted first. */
  readonly languages: readonly string[]
  readonly volumes: readonly VolumeRule[]
  /** Of what has begun by its plan: what these devices were told of it. */
  readonly announced?: ReadonlyMap<OccurrenceId, Announced>
}

/** When it was to sound when its planned time came, or why it was not. */
export interface Announced {
  readonly startAt: InstantMs
  readonly leftOut: LeftOut | null
}

/** One clip at its place. */
export interface ArrangedItem {
  readonly itemId: ItemId
  readonly bulletinId: string
  readonly revisionId: string
  readonly title: string
  readonly topic: string
  readonly campaign?: string | null | undefined
  readonly language: string
  readonly clip: BlobRef
  readonly durationMs: number
  readonly offsetMs: number
  readonly volumePercent: number
}

export type LeftOut = Extract<PlayReason, 'gave-way' | 'suspended' | 'outside-hours'>

/** One airing as it will sound on a class of devices. */
export interface ArrangedAiring {
  readonly occurrenceId: OccurrenceId
  readonly airing: Airing
  /** Place among all that these devices play: lower goes first. */
  readonly order: number
  readonly startAt: InstantMs
  /** When it ends if nothing but what is planned interrupts it; where it is cut off for good, then. */
  readonly endAt: InstantMs
  readonly latestEndAt: InstantMs
  /** Why it starts later than it was planned for, and behind what; null: it does not. */
  readonly moved: { readonly by: 'queue' | 'follow'; readonly behind: OccurrenceId | null } | null
  /** It does not sound here, and why; null: it does. */
  readonly leftOut: LeftOut | null
  /** Null: it sounds whole, or not at all. */
  readonly cut: Cut | null
  /** What made it give way. */
  readonly gaveWayTo: OccurrenceId | null
  readonly items: readonly ArrangedItem[]
}

/** What follows on does so within this time, or gives way: news of the morning is none in the evening. */
export const FOLLOW_WITHIN_MS = 3 * 3_600_000

const levels: Readonly<Record<BroadcastPriority, number>> = { priority: 0, normal: 1, filler: 2 }

interface Placed {
  readonly occurrenceId: OccurrenceId
  readonly level: number
  readonly fromAt: InstantMs
  readonly toAt: InstantMs
}

/**
 * Puts what a class of devices is to play into its order: higher priority first, among equals what the area put first,
 * then what starts first, then what was planned first. Each keeps its time where nothing that goes
 * before it sounds then. Otherwise, where it would start inside of what goes before, or would overlap one of its own
 * level, it follows on, or is left out, as its planner chose; where something higher starts later, it is held meanwhile
 * and resumed (by the device: device-agent/core).
 *
 * What a person stopped keeps its place: what follows it was told to devices already, and does not move ahead.
 *
 * What has begun by its plan keeps what was announced of it: it starts no earlier than it was to start then, though what
 * it followed is gone (a start that has passed is none that anybody could join in time), what was left out stays so, and
 * what is planned meanwhile on its own level comes after it.
 *
 * Pure, and the only place that decides this: what the preview shows, what devices are sent and what is expected of them
 * all come from here.
 */
export function arrangeAirings(airings: readonly Airing[], context: ArrangeContext): ArrangedAiring[] {
  const sounding = airings.filter((airing) => !airing.isCancelled && airing.items.length > 0)
  const ranked = sounding
    .map((airing) => ({ airing, level: levels[airing.priority], rank: context.rankOf(airing.broadcastId) }))
    .sort(
      (a, b) =>
        a.level - b.level ||
        a.rank - b.rank ||
        a.airing.startAt - b.airing.startAt ||
        a.airing.order - b.airing.order ||
        (a.airing.occurrenceId < b.airing.occurrenceId ? -1 : 1),
    )
  const placed = new PlacedList()
  const placing = ranked.map(({ airing, level }, order) => ({ airing, level, order }))
  // The order that devices are told stays: only who takes a place first changes when something begins.
  const { announced } = context
  if (announced !== undefined) placing.sort((a, b) => a.level - b.level || byAnnounced(a.airing, b.airing, announced))
  const arranged = placing.map(({ airing, level, order }) => {
    const one = placeAiring(airing, level, order, placed, context)
    if (one.leftOut === null) {
      placed.add({ occurrenceId: airing.occurrenceId, level, fromAt: one.startAt, toAt: one.endAt })
    }
    return one
  })
  return arranged.sort((a, b) => a.startAt - b.startAt || a.order - b.order)
}

/** What has begun goes before what has not, and in the order that was announced. */
function byAnnounced(a: Airing, b: Airing, announced: ReadonlyMap<OccurrenceId, Announced>): number {
  const [one, other] = [announced.get(a.occurrenceId), announced.get(b.occurrenceId)]
  if (one !== undefined && other !== undefined) return one.startAt - other.startAt
  return Number(one === undefined) - Number(other === undefined)
}

/** What has its place already, by start: searched by time, since a province plans hundreds on one day. */
class PlacedList {
  readonly #byStart: Placed[] = []
  #longestMs = 0

  add(one: Placed): void {
    this.#byStart.splice(this.#indexOf(one.fromAt), 0, one)
    this.#longestMs = Math.max(this.#longestMs, one.toAt - one.fromAt)
  }

  /** What overlaps [fromAt, toAt), by start. */
  overlapping(fromAt: number, toAt: number): Placed[] {
    const found: Placed[] = []
    for (let index = this.#indexOf(fromAt - this.#longestMs); index < this.#byStart.length; index++) {
      const each = this.#byStart[index]
      if (each === undefined || each.fromAt >= toAt) break
      if (each.toAt > fromAt) found.push(each)
    }
    return found
  }

  #indexOf(at: number): number {
    let [low, high] = [0, this.#byStart.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#byStart[middle]?.fromAt ?? 0) < at) low = middle + 1
      else high = middle
    }
    return low
  }
}

function placeAiring(
  airing: Airing,
  level: number,
  order: number,
  placed: PlacedList,
  context: ArrangeContext,
): ArrangedAiring {
  const lengthMs = airing.endAt - airing.startAt
  const settle = (startAt: InstantMs, change: Partial<ArrangedAiring>): ArrangedAiring => {
    const wholeEndAt = endWithHolds(startAt, lengthMs, level, placed)
    const closesAt = intervalAt(context.permitted, startAt)?.toAt
    const latest = addMs(wholeEndAt, RESUME_WINDOW_MS)
    const items = arrangeItems(airing, startAt, context)
    const isLeftOut = (change.leftOut ?? null) !== null
    const cutOff = isLeftOut ? null : findCut(startAt, wholeEndAt - lengthMs - startAt, items, context)
    return {
      occurrenceId: airing.occurrenceId,
      airing,
      order,
      startAt,
      endAt: cutOff === null || cutOff.goesOn ? wholeEndAt : cutOff.cut.at,
      latestEndAt: closesAt !== undefined && closesAt < latest ? closesAt : latest,
      moved: null,
      leftOut: null,
      cut: cutOff?.cut ?? null,
      gaveWayTo: null,
      items,
      ...change,
    }
  }
  const announced = context.announced?.get(airing.occurrenceId)
  if (announced !== undefined && announced.leftOut !== null) {
    const blocker = announced.leftOut === 'gave-way' ? findBlocker(airing.startAt, lengthMs, level, placed) : undefined
    return settle(airing.startAt, { leftOut: announced.leftOut, gaveWayTo: blocker?.occurrenceId ?? null })
  }
  const isQueued = airing.placement === 'queue'
  const fromAt = announced !== undefined && announced.startAt > airing.startAt ? announced.startAt : airing.startAt
  const asksHours = announced === undefined || !isQueued
  if (asksHours && intervalAt(context.suspended, fromAt) !== undefined)
    return settle(airing.startAt, { leftOut: 'suspended' })
  if (isQueued) return placeQueued(airing, fromAt, level, placed, context, settle)
  if (intervalAt(context.permitted, fromAt) === undefined) return settle(airing.startAt, { leftOut: 'outside-hours' })
  const blocker = findBlocker(fromAt, lengthMs, level, placed)
  if (blocker === undefined) {
    if (fromAt === airing.startAt) return settle(fromAt, {})
    const behind = findBlocker(airing.startAt, lengthMs, level, placed)?.occurrenceId ?? null
    return settle(fromAt, { moved: { by: 'follow', behind } })
  }
  const gaveWay = { leftOut: 'gave-way', gaveWayTo: blocker.occurrenceId } as const
  if (airing.onConflict === 'drop') return settle(airing.startAt, gaveWay)
  const startAt = findFollowing(airing.startAt, fromAt, lengthMs, level, placed, context)
  if (startAt === undefined) return settle(airing.startAt, gaveWay)
  return settle(startAt, { moved: { by: 'follow', behind: blocker.occurrenceId } })
}

/** At the next permitted, free time of its own local day. */
function placeQueued(
  airing: Airing,
  fromAt: InstantMs,
  level: number,
  placed: PlacedList,
  context: ArrangeContext,
  settle: (startAt: InstantMs, change: Partial<ArrangedAiring>) => ArrangedAiring,
): ArrangedAiring {
  const lengthMs = airing.endAt - airing.startAt
  const dayEndAt = startOfLocalDay(addDays(localDateOf(airing.startAt, context.timeZone), 1), context.timeZone)
  const taken = placed
    .overlapping(airing.startAt, dayEndAt)
    .filter((each) => each.level <= level)
    .map(({ fromAt, toAt }) => ({ fromAt, toAt }))
  const free = subtractIntervals(context.permitted, [...taken, ...context.suspended])
  const startAt = nextFit(free, fromAt, lengthMs)
  if (startAt === undefined || addMs(startAt, lengthMs) > dayEndAt) {
    return settle(airing.startAt, { leftOut: 'outside-hours' })
  }
  const behind = placed.overlapping(startAt - 1, startAt).find((each) => each.level <= level)?.occurrenceId ?? null
  return settle(startAt, startAt === airing.startAt ? {} : { moved: { by: 'queue', behind } })
}

/**
 * What keeps something of this level from starting at `startAt`: a higher one that sounds then, or one of its own level
 * that sounds before its end, with the time in which it is held.
 */
function findBlocker(startAt: InstantMs, lengthMs: number, level: number, placed: PlacedList): Placed | undefined {
  return placed
    .overlapping(startAt, endWithHolds(startAt, lengthMs, level, placed))
    .find((each) => (each.level < level ? each.fromAt <= startAt : each.level === level))
}

/** The first start after the blockers at which nothing blocks it and all of it lies within the permitted hours. */
function findFollowing(
  plannedAt: InstantMs,
  fromAt: InstantMs,
  lengthMs: number,
  level: number,
  placed: PlacedList,
  context: ArrangeContext,
): InstantMs | undefined {
  let startAt = fromAt
  for (;;) {
    const blocker = findBlocker(startAt, lengthMs, level, placed)
    if (blocker === undefined) {
      const permitted = intervalAt(context.permitted, startAt)
      const isFree = intervalAt(context.suspended, startAt) === undefined
      const endAt = endWithHolds(startAt, lengthMs, level, placed)
      return isFree && permitted !== undefined && endAt <= permitted.toAt ? startAt : undefined
    }
    startAt = blocker.toAt
    if (startAt - plannedAt > FOLLOW_WITHIN_MS) return undefined
  }
}

/** The end of something of this level that is held while what is higher sounds. */
function endWithHolds(startAt: InstantMs, lengthMs: number, level: number, placed: PlacedList): InstantMs {
  let endAt = addMs(startAt, lengthMs)
  for (;;) {
    let heldMs = 0
    let heldUntil: number = startAt
    for (const each of placed.overlapping(startAt, endAt)) {
      if (each.level >= level) continue
      const from = Math.max(each.fromAt, heldUntil)
      if (each.toAt > from) heldMs += each.toAt - from
      heldUntil = Math.max(heldUntil, each.toAt)
    }
    const next = addMs(startAt, lengthMs + heldMs)
    if (next === endAt) return endAt
    endAt = next
  }
}

function arrangeItems(airing: Airing, startAt: InstantMs, context: ArrangeContext): ArrangedItem[] {
  let slotOffsetMs = 0
  return airing.items.flatMap(({ variants, ...item }) => {
    let offsetMs = slotOffsetMs
    slotOffsetMs += slotMs(variants, airing.languageMode)
    return chooseVariants(variants, context.languages, airing.languageMode).map((variant) => {
      const own = offsetMs
      offsetMs += variant.durationMs
      return {
        ...item,
        language: variant.language,
        clip: variant.clip,
        durationMs: variant.durationMs,
        offsetMs: own,
        volumePercent: volumeAt(context, addMs(startAt, own), airing.priority),
      }
    })
  })
}

/** Per cent of the device's own volume at this instant. */
export function volumeAt(
  context: Pick<ArrangeContext, 'volumes' | 'timeZone'>,
  at: InstantMs,
  priority: BroadcastPriority,
): number {
  if (context.volumes.length === 0) return 100
  const minutes = Math.floor((at - startOfLocalDay(localDateOf(at, context.timeZone), context.timeZone)) / 60_000)
  const time = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
  const rule = context.volumes.find(({ from, to, priority: of }) => {
    const isWithin = from <= to ? time >= from && time < to : time >= from || time < to
    return isWithin && (of === null || of === priority)
  })
  return rule?.percent ?? 100
}
