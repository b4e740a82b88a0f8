import { limits } from '#protocol/limits.ts'
import type { InstantMs } from '#protocol/time.ts'
import { addDays } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import { findCapViolations } from './caps-rules.ts'
import type { Addressee, Violation } from './fit-rules.ts'
import { findWithoutRoom } from './room-rules.ts'
import { type ClassPlan, capsOf, type PlanInput } from './rules.ts'

/** What is found where something that is about to be planned is held against all else (conflict-rules.ts). Pure. */

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

/** One of the days on which it airs, with all that is near it. */
export interface Day {
  readonly date: string
  readonly from: InstantMs
  /** Midnight after it. */
  readonly to: InstantMs
  /** What is looked at: also whatever runs into the day and, where something of its own runs out of it, the day after. */
  readonly range: { readonly from: InstantMs; readonly to: InstantMs }
  readonly own: readonly Airing[]
  readonly near: readonly Airing[]
  /** When the days begin that look like this one, itself among them. */
  readonly alike: InstantMs[]
}

const overlaps = (a: Airing, b: Airing): boolean =>
  a.startAt < b.endAt && b.startAt < a.endAt && a.occurrenceId !== b.occurrenceId

/** Counts what is found, class by class and day by day. */
export class Tally {
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
      const own = arranged.find(
        ({ occurrenceId }) => mine.has(occurrenceId) && broken.occurrenceIds.includes(occurrenceId),
      )
      // Of the day after only the minutes that something of its own has there: all else is looked at on its own day.
      const isNext = broken.date > day.date && broken.rule === 'maxMinutesPerDay' && own !== undefined
      if (broken.date !== day.date && !isNext) continue
      // A session of others is theirs to mend; too many in a day, or too long a day, is everybody's who sounds in it.
      if (broken.rule === 'maxMinutesPerSession' && own === undefined) continue
      this.#break(day, broken, own?.airing.startAt, addressee, isNext)
    }
    const ofDay = arranged.filter(({ startAt }) => startAt >= day.from && startAt < day.to)
    const unheard = findWithoutRoom(ofDay, addressee.timeZone).size
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
    isNext = false,
  ): void {
    const key = `${rule} ${areaId}`
    const startAt = ownAt ?? day.own[0]?.startAt ?? day.from
    const there = this.#violations.get(key) ?? {
      violation: { rule, areaId, limit, actual, startAt, days: 0, devices: 0, broken: new Map<string, number>() },
      days: new Map<string, number>(),
      heard: new Set<Addressee>(),
      broken: new Map<string, number>(),
    }
    there.days.set(isNext ? addDays(day.date, 1) : day.date, day.alike.length)
    there.heard.add(addressee)
    const laterMs = isNext ? day.to - day.from : 0
    for (const from of day.alike) {
      const what = rule === 'maxMinutesPerSession' ? `${from - day.from + startAt}` : `day ${from + laterMs}`
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
