import type { InstantMs } from '#protocol/time.ts'
import { addDays, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { ArrangedAiring } from './arrange-rules.ts'
import { type Interval, intersectIntervals, mergeIntervals } from './hours-rules.ts'

/** How much may sound at most in an area and below; null: no limit of its own. */
export interface Caps {
  readonly maxSessionsPerDay: number | null
  readonly maxMinutesPerSession: number | null
  readonly maxMinutesPerDay: number | null
}
export type CapName = keyof Caps

export const noCaps: Caps = { maxSessionsPerDay: null, maxMinutesPerSession: null, maxMinutesPerDay: null }
export const capNames: readonly CapName[] = ['maxSessionsPerDay', 'maxMinutesPerSession', 'maxMinutesPerDay']

/** A limit and the area that set it. */
export interface SetCap {
  readonly limit: number
  readonly areaId: string
}
export type EffectiveCaps = { readonly [K in CapName]: SetCap | null }

/** The lowest limits of a path (root first); where two are equal, the higher area's: only that one could lift it. */
export function effectiveCaps(path: readonly { readonly areaId: string; readonly caps: Caps }[]): EffectiveCaps {
  const lowest = (name: CapName): SetCap | null =>
    path.reduce<SetCap | null>((least, { areaId, caps }) => {
      const limit = caps[name]
      return limit !== null && (least === null || limit < least.limit) ? { limit, areaId } : least
    }, null)
  return {
    maxSessionsPerDay: lowest('maxSessionsPerDay'),
    maxMinutesPerSession: lowest('maxMinutesPerSession'),
    maxMinutesPerDay: lowest('maxMinutesPerDay'),
  }
}

/** What sounds with no longer a pause than this is one session (buổi phát). */
export const SESSION_GAP_MS = 10 * 60_000

/** A run of planned sound. */
export interface Session extends Interval {
  /** The local day on which it begins, YYYY-MM-DD. */
  readonly date: string
  /** Without the pauses in it. */
  readonly soundMs: number
  readonly occurrenceIds: readonly string[]
}

/** One limit that a day's plan breaks. */
export interface CapViolation {
  readonly rule: CapName
  readonly limit: number
  /** Sessions, or minutes rounded up. */
  readonly actual: number
  readonly date: string
  /** Which area set the limit. */
  readonly areaId: string
  /** What stands in the way, by start. */
  readonly occurrenceIds: readonly string[]
}

interface Sounding extends Interval {
  readonly occurrenceId: string
}

/** When what sounds, without what the plan leaves out; what was stopped sounded until then. */
const soundingOf = (arranged: readonly ArrangedAiring[]): Sounding[] =>
  arranged
    .filter(({ leftOut }) => leftOut === null)
    .map(({ occurrenceId, startAt, endAt, airing: { endedEarlyAt } }) => ({
      occurrenceId,
      fromAt: startAt,
      toAt: endedEarlyAt !== null && endedEarlyAt < endAt ? endedEarlyAt : endAt,
    }))
    .filter(({ fromAt, toAt }) => fromAt < toAt)
    .sort((a, b) => a.fromAt - b.fromAt)

const lengthMs = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { fromAt, toAt }) => sum + (toAt - fromAt), 0)

/**
 * The sessions of what a class of devices plays (`ClassPlan.arranged`): emergencies are no part of a plan and count
 * nowhere, filler counts like the rest. A session belongs to the local day on which it begins.
 */
export function sessionsOf(arranged: readonly ArrangedAiring[], timeZone: string): Session[] {
  const runs: { fromAt: InstantMs; toAt: InstantMs; parts: Sounding[] }[] = []
  for (const each of soundingOf(arranged)) {
    const last = runs.at(-1)
    if (last === undefined || each.fromAt - last.toAt > SESSION_GAP_MS) {
      runs.push({ fromAt: each.fromAt, toAt: each.toAt, parts: [each] })
    } else {
      last.parts.push(each)
      if (each.toAt > last.toAt) last.toAt = each.toAt
    }
  }
  return runs.map(({ fromAt, toAt, parts }) => ({
    fromAt,
    toAt,
    date: localDateOf(fromAt, timeZone),
    soundMs: lengthMs(mergeIntervals(parts)),
    occurrenceIds: parts.map(({ occurrenceId }) => occurrenceId),
  }))
}

/** Less than a whole second too much is how encoders round, and no violation. */
const isOver = (soundMs: number, minutes: number): boolean => Math.floor(soundMs / 1_000) > minutes * 60
const minutesUp = (soundMs: number): number => Math.ceil(Math.floor(soundMs / 1_000) / 60)

/**
 * Which limits the plan of a class of devices breaks, by day. Whole local days only: what is cut off at the edge of the
 * planned range would count for less than it is.
 */
export function findCapViolations(
  arranged: readonly ArrangedAiring[],
  caps: EffectiveCaps,
  timeZone: string,
): CapViolation[] {
  const { maxSessionsPerDay, maxMinutesPerSession, maxMinutesPerDay } = caps
  if (maxSessionsPerDay === null && maxMinutesPerSession === null && maxMinutesPerDay === null) return []
  const sessions = sessionsOf(arranged, timeZone)
  const found: CapViolation[] = []
  if (maxSessionsPerDay !== null) {
    for (const [date, own] of groupBy(sessions, ({ date }) => date)) {
      if (own.length <= maxSessionsPerDay.limit) continue
      const occurrenceIds = own.slice(maxSessionsPerDay.limit).flatMap((session) => session.occurrenceIds)
      found.push({ rule: 'maxSessionsPerDay', ...maxSessionsPerDay, actual: own.length, date, occurrenceIds })
    }
  }
  if (maxMinutesPerSession !== null) {
    for (const { date, soundMs, occurrenceIds } of sessions) {
      if (!isOver(soundMs, maxMinutesPerSession.limit)) continue
      const actual = minutesUp(soundMs)
      found.push({ rule: 'maxMinutesPerSession', ...maxMinutesPerSession, actual, date, occurrenceIds })
    }
  }
  if (maxMinutesPerDay !== null) found.push(...findLongDays(soundingOf(arranged), maxMinutesPerDay, timeZone))
  return found.sort((a, b) => (a.date === b.date ? 0 : a.date < b.date ? -1 : 1))
}

/** The local days from that of `from` to that of `to`, in order: a zone is asked once a day, not once for each sound. */
function localDays(from: InstantMs, to: InstantMs, timeZone: string): (Interval & { readonly date: string })[] {
  const days: (Interval & { readonly date: string })[] = []
  let date = localDateOf(from, timeZone)
  let fromAt = startOfLocalDay(date, timeZone)
  while (fromAt <= to) {
    const next = addDays(date, 1)
    const toAt = startOfLocalDay(next, timeZone)
    days.push({ date, fromAt, toAt })
    date = next
    fromAt = toAt
  }
  return days
}

/** What sounds over midnight counts for each day by its part. */
function findLongDays(sounding: readonly Sounding[], cap: SetCap, timeZone: string): CapViolation[] {
  const first = sounding.reduce<InstantMs | undefined>(
    (least, { fromAt }) => (least === undefined || fromAt < least ? fromAt : least),
    undefined,
  )
  if (first === undefined) return []
  const endsAt = sounding.reduce((latest, { toAt }) => (toAt > latest ? toAt : latest), first)
  return localDays(first, endsAt, timeZone).flatMap(({ date, ...day }): CapViolation[] => {
    const own = sounding.filter(({ fromAt, toAt }) => fromAt < day.toAt && toAt > day.fromAt)
    const soundMs = lengthMs(intersectIntervals(mergeIntervals(own), [day]))
    if (!isOver(soundMs, cap.limit)) return []
    const occurrenceIds = own.map(({ occurrenceId }) => occurrenceId)
    return [{ rule: 'maxMinutesPerDay', ...cap, actual: minutesUp(soundMs), date, occurrenceIds }]
  })
}

function groupBy<T>(list: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const one of list) {
    const group = groups.get(keyOf(one))
    if (group === undefined) groups.set(keyOf(one), [one])
    else group.push(one)
  }
  return groups
}
