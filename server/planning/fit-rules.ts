import type { InstantMs } from '#protocol/time.ts'
import { addDays, addMs, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import { doesHear } from './audience-rules.ts'
import { type CapName, findCapViolations } from './caps-rules.ts'
import {
  type Interval,
  intersectIntervals,
  mergeIntervals,
  nextFit,
  permittedWithin,
  subtractIntervals,
  type WeekWindow,
} from './hours-rules.ts'
import { type AreaRules, capsOf, makePlan, type PlanDevice, type PlanInput } from './rules.ts'

/** Does what somebody is about to plan keep the permitted hours, and when would all of it fit? */

/** Devices that no rule tells apart, and how many they are. */
export interface Addressee extends PlanDevice {
  readonly devices: number
}

/** A rule that a plan breaks: the permitted hours of an area, or one of its limits. */
export interface Violation {
  readonly rule: 'hours' | CapName
  /** The area that set it. */
  readonly areaId: string
  /** Sessions or minutes; null for hours. */
  readonly limit: number | null
  readonly actual: number | null
  /** The first start that breaks it, and on how many days it is broken. */
  readonly startAt: InstantMs
  readonly days: number
  readonly devices: number
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Windows of a week as stretches of it, one week and a day long, so that what runs over its end is seen as a whole. */
function stretchesOf(hours: readonly WeekWindow[]): [fromMs: number, toMs: number][] {
  const all = hours.flatMap(({ days, from, to }) =>
    days.flatMap((day) =>
      [0, WEEK_MS].map((week): [number, number] => {
        const startMs = week + (day - 1) * DAY_MS
        return [startMs + minutesOf(from) * MINUTE_MS, startMs + minutesOf(to) * MINUTE_MS]
      }),
    ),
  )
  const merged: [number, number][] = []
  for (const [from, to] of all.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

const isoWeekday = (date: string): number => ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

interface Placed {
  readonly startAt: InstantMs
  readonly date: string
  /** From the beginning of Monday, by the local clock. */
  readonly ofWeekMs: number
  readonly lengthMs: number
}

function placeInWeek({ startAt, endAt }: Airing, timeZone: string): Placed {
  const date = localDateOf(startAt, timeZone)
  const ofWeekMs = (isoWeekday(date) - 1) * DAY_MS + (startAt - startOfLocalDay(date, timeZone))
  return { startAt, date, ofWeekMs, lengthMs: endAt - startAt }
}

/** Where airings of one broadcast lie outside the permitted hours of those who hear it; whole, from start to end. */
export function findOutsideHours(
  own: readonly Airing[],
  addressees: readonly Addressee[],
  areas: PlanInput['areas'],
): Violation[] {
  const placed = new Map<string, readonly Placed[]>()
  const stretches = new Map<string, ReturnType<typeof stretchesOf>>()
  const found = new Map<string, { violation: Violation; dates: Set<string> }>()
  for (const addressee of addressees) {
    const { timeZone } = addressee
    const inWeek = placed.get(timeZone) ?? own.map((airing) => placeInWeek(airing, timeZone))
    placed.set(timeZone, inWeek)
    for (const areaId of addressee.areaPath) {
      const hours = areas.get(areaId)?.hours ?? null
      if (hours === null) continue
      const open = stretches.get(areaId) ?? stretchesOf(hours)
      stretches.set(areaId, open)
      const outside = inWeek.filter(
        ({ ofWeekMs, lengthMs }) =>
          !open.some(([from, to]) => from <= ofWeekMs && ofWeekMs < to && ofWeekMs + lengthMs <= to),
      )
      const [first] = outside
      if (first === undefined) continue
      const former = found.get(areaId)
      const dates = new Set([...(former?.dates ?? []), ...outside.map(({ date }) => date)])
      const devices = addressee.devices + (former?.violation.devices ?? 0)
      const rule = { rule: 'hours', areaId, limit: null, actual: null } as const
      found.set(areaId, { violation: { ...rule, startAt: first.startAt, days: dates.size, devices }, dates })
      // What an area above forbids is no fault of those below.
      break
    }
  }
  return [...found.values()].map(({ violation, dates }) => ({ ...violation, days: dates.size }))
}

/** How far ahead a free time is looked for. */
const SEARCH_DAYS = 14

const ceilToMinute = (at: InstantMs): InstantMs => addMs(at, (MINUTE_MS - (at % MINUTE_MS)) % MINUTE_MS)

/**
 * The first start from that of `airing` on at which all of it is permitted for everybody who hears it, nothing else that
 * any of them hears sounds, and no limit is broken; undefined when there is none within two weeks.
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
  const others = airings.filter((one) => one.occurrenceId !== airing.occurrenceId)
  const busy = others
    .filter((one) => one.endAt > range.from && one.startAt < range.to && !one.isCancelled && hears(one))
    .map(({ startAt, endAt }) => ({ fromAt: startAt, toAt: endAt }))
  const free = permittedToAll(addressees, areas, range, busy)
  let from = airing.startAt
  for (let attempt = 0; attempt < 3 * SEARCH_DAYS; attempt++) {
    const fit = nextFit(free, from, lengthMs)
    if (fit === undefined) return undefined
    const startAt = ceilToMinute(fit)
    if (startAt !== fit) {
      from = startAt
      continue
    }
    const moved = { ...airing, startAt, endAt: addMs(startAt, airing.endAt - airing.startAt) }
    if (keepsLimits(moved, addressees, others, areas)) return startAt
    const zone = addressees[0]?.timeZone ?? 'UTC'
    from = startOfLocalDay(addDays(localDateOf(startAt, zone), 1), zone)
  }
  return undefined
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
  let free: Interval[] = [{ fromAt: range.from, toAt: range.to }]
  const suspended: Interval[] = []
  for (const [key, rules] of known) {
    const timeZone = zones.get(key) ?? 'UTC'
    for (const one of rules) {
      if (seen.has(`${one.areaId} ${timeZone}`)) continue
      seen.add(`${one.areaId} ${timeZone}`)
      suspended.push(...one.suspended)
      if (one.hours !== null) free = intersectIntervals(free, permittedWithin([one.hours], timeZone, range))
    }
  }
  return subtractIntervals(free, mergeIntervals([...busy, ...suspended]))
}

function keepsLimits(
  moved: Airing,
  addressees: readonly Addressee[],
  others: readonly Airing[],
  areas: PlanInput['areas'],
): boolean {
  const limited = addressees.filter(({ areaPath }) => hasCaps(areaPath, areas))
  const [first] = limited
  if (first === undefined) return true
  const date = localDateOf(moved.startAt, first.timeZone)
  const range = {
    from: startOfLocalDay(date, first.timeZone),
    to: startOfLocalDay(addDays(date, 1), first.timeZone),
  }
  const near = [...others, moved].filter(
    (one) => one.endAt > range.from - DAY_MS / 4 && one.startAt < range.to + DAY_MS / 4,
  )
  const plan = makePlan({ airings: near, areas, range })
  return limited.every((one) => {
    const planClass = plan.classOf(one)
    const { arranged } = plan.planOf(planClass)
    return !findCapViolations(arranged, capsOf(planClass.areaPath, areas), one.timeZone).some(
      (broken) => broken.date === date,
    )
  })
}

export function hasCaps(areaPath: readonly string[], areas: PlanInput['areas']): boolean {
  const caps = capsOf(areaPath, areas)
  return caps.maxSessionsPerDay !== null || caps.maxMinutesPerSession !== null || caps.maxMinutesPerDay !== null
}
