import { limits } from '#protocol/limits.ts'
import { addDays, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import { FOLLOW_WITHIN_MS } from './arrange-rules.ts'
import { type Day, type Findings, type PlannedAddressee, Tally } from './findings-rules.ts'
import { findOutsideHours, hasCaps } from './fit-rules.ts'
import { findTooManyClips } from './room-rules.ts'
import { type ClassPlan, makePlan, type PlanClass, type PlanInput } from './rules.ts'

/**
 * What somebody is about to plan, held against everything else that those hear who hear it. Days that look alike are
 * worked out once, and devices that nothing tells apart too, so that the work grows with neither the length of the
 * series nor the number of devices. Pure.
 */

const AROUND_MS = FOLLOW_WITHIN_MS + 3_600_000

/** The days on which it airs, alike ones once: the same airings at the same times, within the same hours. */
function findDays(own: readonly Airing[], airings: readonly Airing[], areas: PlanInput['areas'], zone: string): Day[] {
  const sorted = [...airings].sort((a, b) => a.startAt - b.startAt)
  const longestMs = sorted.reduce((longest, { startAt, endAt }) => Math.max(longest, endAt - startAt), 0)
  const suspended = [...areas.values()].flatMap((one) => one.suspended)
  const byDate = new Map<string, Airing[]>()
  for (const airing of own) {
    const date = localDateOf(airing.startAt, zone)
    byDate.set(date, [...(byDate.get(date) ?? []), airing])
  }
  const days = new Map<string, Day>()
  const hoursOf = hoursByWeekday(areas)
  for (const [date, ofDay] of byDate) {
    const [from, to] = [startOfLocalDay(date, zone), startOfLocalDay(addDays(date, 1), zone)]
    const range = { from, to: ofDay.some(({ endAt }) => endAt > to) ? startOfLocalDay(addDays(date, 2), zone) : to }
    const near: Airing[] = []
    let shape = hoursOf(new Date(`${date}T00:00:00Z`).getUTCDay())
    for (let index = firstFrom(sorted, from - AROUND_MS - longestMs); index < sorted.length; index++) {
      const one = sorted[index]
      if (one === undefined || one.startAt >= range.to + AROUND_MS) break
      if (one.endAt <= from - AROUND_MS || one.isCancelled) continue
      near.push(one)
      if (one.endAt > from && one.startAt < range.from) range.from = one.startAt
      shape += ` ${one.broadcastId}:${one.startAt - from}:${one.endAt - one.startAt}`
    }
    for (const each of suspended) {
      if (each.fromAt < range.to && each.toAt > range.from) shape += ` s${each.fromAt - from}:${each.toAt - from}`
    }
    const there = days.get(shape)
    if (there === undefined) days.set(shape, { date, from, to, range, own: ofDay, near, alike: [from] })
    else there.alike.push(from)
  }
  return [...days.values()]
}

/** What all areas permit around a day of the week (0 Sunday), as something to compare: most weeks have one kind of day, or two. */
function hoursByWeekday(areas: PlanInput['areas']): (weekday: number) => string {
  const windows = (weekday: number): string =>
    [...areas.values()]
      .map(({ hours }) =>
        (hours ?? []).flatMap(({ days, from, to }) => (days.includes(weekday === 0 ? 7 : weekday) ? [from + to] : [])),
      )
      .join()
  const known = Array.from({ length: 7 }, (_, weekday) => windows(weekday))
  const kinds = known.map((one) => known.indexOf(one))
  return (weekday) => [6, 7, 8].map((offset) => kinds[(weekday + offset) % 7]).join('-')
}

function firstFrom(sorted: readonly Airing[], at: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.startAt ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Does anything that a class of devices hears until then overlap something else of it, or sound at another time than it
 * was planned for? Else all of it sounds where it was planned, and nothing meets. `near`: by start; what follows on may
 * come to sound with something that it does not overlap as planned.
 */
function mayMeet({ heard, announced }: PlanClass, near: readonly Airing[], until: number): boolean {
  if (announced.size > 0) return true
  let busyUntil = Number.NEGATIVE_INFINITY
  for (const index of heard) {
    const one = near[index]
    if (one === undefined || one.startAt >= until) continue
    if (one.startAt < busyUntil || one.placement === 'queue') return true
    busyUntil = Math.max(busyUntil, one.endAt)
  }
  return false
}

/** `own`: what is to be planned, as it stands in `input.airings` too. */
export function findConflicts(
  own: readonly Airing[],
  addressees: readonly PlannedAddressee[],
  input: Pick<PlanInput, 'airings' | 'areas'>,
  zone: string,
): Findings {
  const { areas } = input
  const isQueued = own.some(({ placement }) => placement === 'queue')
  const taken = new Tally()
  for (const day of findDays(own, input.airings, areas, zone)) {
    const ownEndsAt = day.own.reduce((last, { endAt }) => Math.max(last, endAt), 0)
    const isSuspended = [...areas.values()].some((one) =>
      one.suspended.some(({ fromAt, toAt }) => fromAt < day.range.to && toAt > day.range.from),
    )
    const plan = makePlan({ airings: day.near, areas, range: day.range })
    const worked = new Map<string, ClassPlan | undefined>()
    for (const addressee of addressees) {
      const planClass = plan.classOf(addressee)
      let classPlan = worked.get(planClass.key)
      if (!worked.has(planClass.key)) {
        const meets = mayMeet(planClass, day.near, ownEndsAt)
        const isCrowded = planClass.heard.length > limits.maxOccurrencesPerDay
        const asks = meets || isQueued || isSuspended || isCrowded || hasCaps(addressee.areaPath, areas)
        classPlan = asks ? plan.planOf(planClass) : undefined
        worked.set(planClass.key, classPlan)
      }
      if (classPlan !== undefined) taken.add(day, classPlan, addressee, areas)
    }
  }
  const outside = isQueued ? [] : findOutsideHours(own, addressees, areas)
  const { conflicts, violations, leftOut, places } = taken.tell()
  const unheard = findTooManyClips(own, addressees, areas, zone)
  return { violations: [...outside, ...violations, ...unheard], conflicts, leftOut, places }
}
