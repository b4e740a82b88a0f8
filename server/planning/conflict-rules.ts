import { limits } from '#protocol/limits.ts'
import type { InstantMs } from '#protocol/time.ts'
import { addDays, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import { FOLLOW_WITHIN_MS } from './arrange-rules.ts'
import { findCapViolations } from './caps-rules.ts'
import { type Addressee, findOutsideHours, hasCaps, type Violation } from './fit-rules.ts'
import { findTooManyClips, findWithoutRoom } from './room-rules.ts'
import { type ClassPlan, capsOf, makePlan, type PlanClass, type PlanInput } from './rules.ts'

/**
 * What somebody is about to plan, held against everything else that those hear who hear it. Days that look alike are
 * worked out once, and devices that nothing tells apart too, so that the work grows with neither the length of the
 * series nor the number of devices. Pure.
 */

/** What becomes of the one that does not go first. */
export type Yielding = 'follows' | 'gives-way' | 'held'

/** Two broadcasts that some devices would play at the same time, and what the rules make of it. */
export interface Conflict {
  readonly airing: Airing
  /** The occurrence of the planned broadcast that it meets first, and on how many days they meet. */
  readonly own: Airing
  readonly days: number
  readonly outcomes: readonly {
    readonly first: 'this' | 'other'
    readonly second: Yielding
    /** When the one that follows begins. */
    readonly at: InstantMs | null
    readonly devices: number
  }[]
  /** By area; each device once. */
  readonly devices: ReadonlyMap<string, number>
}

/** An occurrence that does not sound somewhere, for a reason that is no conflict. */
export interface LeftOutSomewhere {
  readonly reason: 'suspended' | 'outside-hours'
  readonly startAt: InstantMs
  readonly days: number
  readonly devices: number
}

/** Where something queues, or has to follow on: when it sounds on its first day, and on how many devices. */
export interface Place {
  readonly startAt: InstantMs
  readonly devices: number
}

export interface Findings {
  readonly violations: readonly Violation[]
  readonly conflicts: readonly Conflict[]
  readonly leftOut: readonly LeftOutSomewhere[]
  readonly places: readonly Place[]
}

export interface PlannedAddressee extends Addressee {
  readonly areaId: string
}

const AROUND_MS = FOLLOW_WITHIN_MS + 3_600_000

interface Day {
  readonly date: string
  readonly from: InstantMs
  readonly to: InstantMs
  readonly own: readonly Airing[]
  readonly near: readonly Airing[]
  /** When the days begin that look like this one, itself among them. */
  readonly alike: InstantMs[]
}

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
    const near: Airing[] = []
    let shape = hoursOf(new Date(`${date}T00:00:00Z`).getUTCDay())
    for (let index = firstFrom(sorted, from - AROUND_MS - longestMs); index < sorted.length; index++) {
      const one = sorted[index]
      if (one === undefined || one.startAt >= to + AROUND_MS) break
      if (one.endAt <= from - AROUND_MS || one.isCancelled) continue
      near.push(one)
      shape += ` ${one.broadcastId}:${one.startAt - from}:${one.endAt - one.startAt}`
    }
    for (const each of suspended) {
      if (each.fromAt < to && each.toAt > from) shape += ` s${each.fromAt - from}:${each.toAt - from}`
    }
    const there = days.get(shape)
    if (there === undefined) days.set(shape, { date, from, to, own: ofDay, near, alike: [from] })
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

const overlaps = (a: Airing, b: Airing): boolean =>
  a.startAt < b.endAt && b.startAt < a.endAt && a.occurrenceId !== b.occurrenceId

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
      one.suspended.some(({ fromAt, toAt }) => fromAt < day.to && toAt > day.from),
    )
    const plan = makePlan({ airings: day.near, areas, range: { from: day.from, to: day.to } })
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

/** Counts what is found, class by class and day by day. */
class Tally {
  readonly #conflicts = new Map<
    string,
    {
      airing: Airing
      own: Airing
      days: Map<string, number>
      outcomes: Map<string, { first: 'this' | 'other'; second: Yielding; at: InstantMs | null; devices: number }>
      byListener: Map<PlannedAddressee, number>
    }
  >()
  readonly #violations = new Map<
    string,
    { violation: Violation; days: Map<string, number>; heard: Set<Addressee>; broken: Map<string, number> }
  >()
  readonly #leftOut = new Map<
    LeftOutSomewhere['reason'],
    { one: LeftOutSomewhere; days: Map<string, number>; heard: Set<Addressee> }
  >()
  readonly #places = new Map<InstantMs, number>()
  #firstDate: string | undefined

  add(day: Day, { arranged }: ClassPlan, addressee: PlannedAddressee, areas: PlanInput['areas']): void {
    this.#firstDate ??= day.date
    const mine = new Set(day.own.map(({ occurrenceId }) => occurrenceId))
    for (const own of arranged.filter(({ occurrenceId }) => mine.has(occurrenceId))) {
      if (day.date === this.#firstDate && own.leftOut === null) {
        this.#places.set(own.startAt, (this.#places.get(own.startAt) ?? 0) + addressee.devices)
      }
      if (own.leftOut === 'suspended' || own.leftOut === 'outside-hours')
        this.#leave(day, own.leftOut, own.airing, addressee)
      for (const other of arranged) {
        if (other.occurrenceId === own.occurrenceId) continue
        const isBehind = (a: typeof own, b: typeof own): boolean =>
          a.moved?.behind === b.occurrenceId || a.gaveWayTo === b.occurrenceId
        const isTied = isBehind(own, other) || isBehind(other, own)
        const isLeft = (one: typeof own): boolean => one.leftOut === 'suspended' || one.leftOut === 'outside-hours'
        if (!isTied && (!overlaps(own.airing, other.airing) || isLeft(own) || isLeft(other))) continue
        const isFirst = own.order < other.order
        const later = isFirst ? other : own
        const second: Yielding = later.leftOut === 'gave-way' ? 'gives-way' : later.moved === null ? 'held' : 'follows'
        const at = second === 'follows' ? later.startAt : null
        this.#meet(day, own.airing, other.airing, { first: isFirst ? 'this' : 'other', second, at }, addressee)
      }
    }
    const sounds = arranged.some(({ occurrenceId, leftOut }) => leftOut === null && mine.has(occurrenceId))
    if (!sounds) return
    for (const broken of findCapViolations(arranged, capsOf(addressee.areaPath, areas), addressee.timeZone)) {
      if (broken.date !== day.date) continue
      const own = arranged.find(
        ({ occurrenceId }) => mine.has(occurrenceId) && broken.occurrenceIds.includes(occurrenceId),
      )
      // A session of others is theirs to mend; too many in a day, or too long a day, is everybody's who sounds in it.
      if (broken.rule === 'maxMinutesPerSession' && own === undefined) continue
      this.#break(day, broken, own?.airing.startAt, addressee)
    }
    const unheard = findWithoutRoom(arranged, addressee.timeZone).size
    if (unheard > 0) {
      const limit = limits.maxOccurrencesPerDay
      this.#break(
        day,
        { rule: 'maxOccurrencesPerDay', areaId: null, limit, actual: limit + unheard },
        undefined,
        addressee,
      )
    }
  }

  #break(
    day: Day,
    { rule, areaId, limit, actual }: Pick<Violation, 'rule' | 'areaId' | 'limit'> & { readonly actual: number },
    ownAt: InstantMs | undefined,
    addressee: Addressee,
  ): void {
    const key = `${rule} ${areaId}`
    const startAt = ownAt ?? day.own[0]?.startAt ?? day.from
    const there = this.#violations.get(key) ?? {
      violation: { rule, areaId, limit, actual, startAt, days: 0, devices: 0, broken: new Map<string, number>() },
      days: new Map<string, number>(),
      heard: new Set<Addressee>(),
      broken: new Map<string, number>(),
    }
    there.days.set(day.date, day.alike.length)
    there.heard.add(addressee)
    for (const from of day.alike) {
      const what = rule === 'maxMinutesPerSession' ? `${from - day.from + startAt}` : `day ${from}`
      there.broken.set(what, Math.max(actual, there.broken.get(what) ?? 0))
    }
    this.#violations.set(key, there)
  }

  #leave(day: Day, reason: LeftOutSomewhere['reason'], airing: Airing, addressee: Addressee): void {
    const there = this.#leftOut.get(reason) ?? {
      one: { reason, startAt: airing.startAt, days: 0, devices: 0 },
      days: new Map<string, number>(),
      heard: new Set<Addressee>(),
    }
    there.days.set(day.date, day.alike.length)
    there.heard.add(addressee)
    this.#leftOut.set(reason, there)
  }

  #meet(
    day: Day,
    own: Airing,
    airing: Airing,
    outcome: { first: 'this' | 'other'; second: Yielding; at: InstantMs | null },
    addressee: PlannedAddressee,
  ): void {
    const there = this.#conflicts.get(airing.broadcastId) ?? {
      ...{ airing, own, days: new Map<string, number>(), outcomes: new Map() },
      byListener: new Map<PlannedAddressee, number>(),
    }
    this.#conflicts.set(airing.broadcastId, there)
    there.days.set(day.date, day.alike.length)
    if (there.byListener.has(addressee)) return
    there.byListener.set(addressee, addressee.devices)
    const key = `${outcome.first} ${outcome.second} ${outcome.at}`
    const devices = (there.outcomes.get(key)?.devices ?? 0) + addressee.devices
    there.outcomes.set(key, { ...outcome, devices })
  }

  tell(): Findings {
    const sum = (days: ReadonlyMap<string, number>): number => [...days.values()].reduce((all, one) => all + one, 0)
    const count = (heard: Iterable<Addressee>): number => [...heard].reduce((all, one) => all + one.devices, 0)
    return {
      violations: [...this.#violations.values()].map(
        ({ violation: { rule, areaId, limit, actual, startAt }, days, heard, broken }) => ({
          ...{ rule, areaId, limit, actual, startAt, broken },
          days: sum(days),
          devices: count(heard),
        }),
      ),
      leftOut: [...this.#leftOut.values()].map(({ one, days, heard }) => ({
        ...one,
        days: sum(days),
        devices: count(heard),
      })),
      places: [...this.#places]
        .map(([startAt, devices]) => ({ startAt, devices }))
        .sort((a, b) => b.devices - a.devices || a.startAt - b.startAt),
      conflicts: [...this.#conflicts.values()].map(({ airing, own, days, outcomes, byListener }) => {
        const devices = new Map<string, number>()
        for (const [{ areaId }, count] of byListener) devices.set(areaId, (devices.get(areaId) ?? 0) + count)
        return { airing, own, days: sum(days), outcomes: [...outcomes.values()], devices }
      }),
    }
  }
}
