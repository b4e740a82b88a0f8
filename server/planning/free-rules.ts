import type { InstantMs } from '#protocol/time.ts'
import { addDays, addMs, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import type { ArrangedAiring } from './arrange-rules.ts'
import { doesHear } from './audience-rules.ts'
import { type EffectiveCaps, findCapViolations, SESSION_GAP_MS } from './caps-rules.ts'
import { type Addressee, hasCaps } from './fit-rules.ts'
import {
  type Interval,
  intersectIntervals,
  intervalAt,
  mergeIntervals,
  permittedWithin,
  subtractIntervals,
} from './hours-rules.ts'
import { type AreaRules, type ClassPlan, capsOf, makePlan, type PlanInput } from './rules.ts'

/** When would all of what somebody is about to plan fit? Pure. */

/** How far ahead a free time is looked for. */
const SEARCH_DAYS = 14
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const ceilToMinute = (at: number): number => Math.ceil(at / MINUTE_MS) * MINUTE_MS

/** What devices with limits play on a day without what is to be placed. */
interface Limited {
  readonly arranged: readonly ArrangedAiring[]
  readonly caps: EffectiveCaps
  readonly timeZone: string
}

/**
 * The first start from that of `airing` on, at a whole minute, at which all of it is permitted for everybody who hears it,
 * nothing else that any of them hears sounds, and it breaks no limit: a session of others that is too long is theirs, a day
 * that is full already has no room. Undefined when there is none within two weeks.
 */
export function findNextFree(
  airing: Airing,
  addressees: readonly Addressee[],
  { airings, areas }: Pick<PlanInput, 'airings' | 'areas'>,
): InstantMs | undefined {
  const range = { from: airing.startAt, to: addMs(airing.startAt, SEARCH_DAYS * DAY_MS) }
  const lengthMs = Math.max(airing.endAt - airing.startAt, MINUTE_MS)
  const isHeard = new Map<string, boolean>()
  const hears = (other: Airing): boolean => {
    const known = isHeard.get(other.broadcastId) ?? addressees.some((one) => doesHear(one, other))
    isHeard.set(other.broadcastId, known)
    return known
  }
  const others = airings.filter((one) => one.occurrenceId !== airing.occurrenceId && !one.isCancelled && hears(one))
  const busy = others
    .filter((one) => one.endAt > range.from && one.startAt < range.to)
    .map(({ startAt, endAt }) => ({ fromAt: startAt, toAt: endAt }))
  const free = permittedToAll(addressees, areas, range, busy)
  const limited = addressees.filter(({ areaPath }) => hasCaps(areaPath, areas))
  const zone = limited[0]?.timeZone ?? addressees[0]?.timeZone ?? 'UTC'
  for (let date = localDateOf(range.from, zone); ; date = addDays(date, 1)) {
    const day = { fromAt: startOfLocalDay(date, zone), toAt: startOfLocalDay(addDays(date, 1), zone) }
    if (day.fromAt >= range.to) return undefined
    const there = planOthers(day, limited, others, areas)
    for (const startAt of startsOn(day, free, lengthMs, there)) {
      const moved = { ...airing, startAt, endAt: addMs(startAt, airing.endAt - airing.startAt) }
      if (there.every((one) => keepsLimits(moved, one))) return startAt
    }
  }
}

function permittedToAll(
  addressees: readonly Addressee[],
  areas: PlanInput['areas'],
  range: { from: InstantMs; to: InstantMs },
  busy: readonly Interval[],
): Interval[] {
  const known = new Map<string, AreaRules[]>()
  const zones = new Map<string, string>()
  for (const { areaPath, timeZone } of addressees) {
    const rules = areaPath.flatMap((id) => areas.get(id) ?? [])
    const key = `${timeZone} ${rules.map(({ areaId }) => areaId).join()}`
    known.set(key, rules)
    zones.set(key, timeZone)
  }
  const seen = new Set<string>()
  /** Most communes of a province permit the same hours: what they permit is worked out once. */
  const hoursSeen = new Set<string>()
  let free: Interval[] = [{ fromAt: range.from, toAt: range.to }]
  const suspended: Interval[] = []
  for (const [key, rules] of known) {
    const timeZone = zones.get(key) ?? 'UTC'
    for (const one of rules) {
      if (seen.has(`${one.areaId} ${timeZone}`)) continue
      seen.add(`${one.areaId} ${timeZone}`)
      suspended.push(...one.suspended)
      const hoursKey = `${timeZone} ${JSON.stringify(one.hours)}`
      if (one.hours === null || hoursSeen.has(hoursKey)) continue
      hoursSeen.add(hoursKey)
      free = intersectIntervals(free, permittedWithin([one.hours], timeZone, range))
    }
  }
  return subtractIntervals(free, mergeIntervals([...busy, ...suspended]))
}

/** What each class of devices with limits plays from the day before to the day after: sessions run over midnight. */
function planOthers(
  day: Interval,
  limited: readonly Addressee[],
  others: readonly Airing[],
  areas: PlanInput['areas'],
): Limited[] {
  if (limited.length === 0) return []
  const range = { from: addMs(day.fromAt, -DAY_MS), to: addMs(day.toAt, DAY_MS) }
  const near = others.filter((one) => one.endAt > range.from - DAY_MS / 4 && one.startAt < range.to + DAY_MS / 4)
  const plan = makePlan({ airings: near, areas, range })
  const found = new Map<ClassPlan, Limited>()
  for (const one of limited) {
    const classPlan = plan.planOf(plan.classOf(one))
    const { timeZone } = one
    found.set(classPlan, { arranged: classPlan.arranged, caps: capsOf(one.areaPath, areas), timeZone })
  }
  return [...found.values()]
}

/**
 * Where on this day it may fit first: where a free time begins, and where it parts from the session before it or joins the
 * one after it. In between no limit changes its answer.
 */
function startsOn(
  day: Interval,
  free: readonly Interval[],
  lengthMs: number,
  limited: readonly Limited[],
): InstantMs[] {
  const own = intersectIntervals(free, [day])
  const starts = new Set(own.map(({ fromAt }) => ceilToMinute(fromAt)))
  for (const { arranged } of limited) {
    for (const { startAt, endAt, leftOut } of arranged) {
      if (leftOut !== null) continue
      starts.add(ceilToMinute(endAt))
      starts.add(ceilToMinute(endAt + SESSION_GAP_MS + 1))
      starts.add(ceilToMinute(startAt - SESSION_GAP_MS - lengthMs))
    }
  }
  return [...starts]
    .sort((a, b) => a - b)
    .map((at) => addMs(day.fromAt, at - day.fromAt))
    .filter((at) => {
      if (at < day.fromAt || at >= day.toAt) return false
      const within = intervalAt(free, at)
      return within !== undefined && at + lengthMs <= within.toAt
    })
}

/** It overlaps nothing that is planned, so that what is arranged already stays where it is. */
function keepsLimits(moved: Airing, { arranged, caps, timeZone }: Limited): boolean {
  const { startAt, endAt, occurrenceId } = moved
  const sounds = ({ leftOut, ...one }: ArrangedAiring): boolean =>
    leftOut === null && one.startAt < endAt && one.endAt > startAt
  // What follows on sounds later than planned.
  if (arranged.some(sounds)) return false
  const own: ArrangedAiring = {
    ...{ occurrenceId, airing: moved, order: 0, startAt, endAt, latestEndAt: endAt, items: [] },
    ...{ moved: null, leftOut: null, cut: null, gaveWayTo: null },
  }
  const dates = new Set([startAt, addMs(endAt, -1)].map((at) => localDateOf(at, timeZone)))
  return !findCapViolations([...arranged, own], caps, timeZone).some(({ rule, date, occurrenceIds }) =>
    rule === 'maxMinutesPerSession' ? occurrenceIds.includes(occurrenceId) : dates.has(date),
  )
}
