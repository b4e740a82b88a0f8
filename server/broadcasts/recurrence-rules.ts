import { Temporal } from 'temporal-polyfill'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { parseRule, type RuleRefusal, ruleDays } from './rrule-rules.ts'

/** From `from` on, before `to`. */
export interface InstantRange {
  readonly from: InstantMs
  readonly to: InstantMs
}

/**
 * When a broadcast airs: days by an RFC 5545 recurrence rule and several wall-clock times on each, in the broadcast's own
 * zone. Days are YYYY-MM-DD, times HH:MM:SS in order.
 */
export interface Timing {
  /** RRULE over days, e.g. `FREQ=WEEKLY;BYDAY=MO,WE`; null: on the first day only. */
  readonly rule: string | null
  readonly localTimes: readonly string[]
  readonly timeZone: string
  readonly firstDate: string
  /** Inclusive; null: without end. */
  readonly lastDate: string | null
  /** RDATE: also on these days. */
  readonly extraDates: readonly string[]
  /** EXDATE: not on these days. */
  readonly exceptDates: readonly string[]
}

/** @throws RangeError when it is no instant. Called for each airing of a province: a schema would take longer than the rest. */
export function addMs(at: InstantMs, ms: number): InstantMs {
  const sum = at + ms
  if (!Number.isSafeInteger(sum) || sum < 0) throw new RangeError(`${sum} is no instant`)
  return sum as InstantMs
}

/** The calendar day of an instant in a zone, YYYY-MM-DD. */
export function localDateOf(at: InstantMs, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDate().toString()
}

/** The first instant of a local day: not always midnight, where clocks are put forward at midnight. */
export function startOfLocalDay(date: string, timeZone: string): InstantMs {
  return instantMs.parse(Temporal.PlainDate.from(date).toZonedDateTime(timeZone).epochMilliseconds)
}

const DAY_MS = 86_400_000
const EPOCH = instantMs.parse(0)
const utcDateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** The calendar day so many days after `date` (days of the calendar are all alike: no zone is in it). */
export const addDays = (date: string, days: number): string =>
  utcDateOf(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS)

/** The first day from `date` on that is none of these. */
export function nextDateWithout(date: string, dates: ReadonlySet<string>): string {
  let next = date
  while (dates.has(next)) next = addDays(next, 1)
  return next
}

/**
 * What was worked out already, for one run over many broadcasts: by zone and day, how far local time is ahead of UTC all
 * day long. A zone's rules cost more than everything else here.
 */
export type KnownStarts = Map<string, number>

/** How far ahead of UTC a zone is from the beginning of a local day to its end; NaN on a day on which that changes. */
function offsetMsOn(timeZone: string, date: string, known: KnownStarts): number {
  const key = `${timeZone} ${date}`
  const there = known.get(key)
  if (there !== undefined) return there
  const midnight = (day: string): number => startOfLocalDay(day, timeZone) - Date.parse(`${day}T00:00:00Z`)
  const [atStart, atEnd] = [midnight(date), midnight(addDays(date, 1))]
  const offsetMs = atStart === atEnd ? -atStart : Number.NaN
  known.set(key, offsetMs)
  return offsetMs
}

/**
 * A local time that clocks skip counts from before the gap, one that comes twice is its first (RFC 5545 §3.3.5,
 * Temporal's `compatible`).
 */
function startOn(timeZone: string, date: string, localTime: string, known?: KnownStarts): InstantMs {
  const offsetMs = known === undefined ? Number.NaN : offsetMsOn(timeZone, date, known)
  if (!Number.isNaN(offsetMs)) return addMs(EPOCH, Date.parse(`${date}T${localTime}Z`) - offsetMs)
  const local = Temporal.PlainDate.from(date).toPlainDateTime(Temporal.PlainTime.from(localTime))
  return instantMs.parse(local.toZonedDateTime(timeZone).epochMilliseconds)
}

/** The days of the rule alone, from `from` to `to` inclusive. */
export function ruleDates(timing: Pick<Timing, 'rule' | 'firstDate'>, from: string, to: string): string[] {
  const { rule, firstDate } = timing
  if (rule === null) return firstDate >= from && firstDate <= to ? [firstDate] : []
  return ruleDays(rule, firstDate, from, to)
}

/** The days on which it airs, from `from` to `to` inclusive, in order. */
export function datesWithin(timing: Timing, from: string, to: string): string[] {
  const end = timing.lastDate !== null && timing.lastDate < to ? timing.lastDate : to
  const extra = timing.extraDates.filter((date) => date >= from && date <= to)
  const except = new Set(timing.exceptDates)
  const dates = new Set([...(end < from ? [] : ruleDates(timing, from, end)), ...extra])
  return [...dates].filter((date) => !except.has(date)).sort()
}

/** The first day on which it may air: days that were added may lie before those of the rule. */
const firstDateOf = ({ firstDate, extraDates }: Timing): string =>
  extraDates.reduce((first, date) => (date < first ? date : first), firstDate)

const firstStartOf = (timing: Timing): InstantMs =>
  startOn(timing.timeZone, timing.firstDate, timing.localTimes[0] ?? '00:00:00')

/** The starts of a broadcast's occurrences within `range`, in order, each once. */
export function startsWithin(timing: Timing, range: InstantRange, known?: KnownStarts): InstantMs[] {
  if (range.to <= range.from) return []
  // A local day lies within a day of the same day in UTC, but for what a gap in a zone's calendar adds.
  const dates = datesWithin(timing, addDays(utcDateOf(range.from), -2), addDays(utcDateOf(range.to), 2))
  const starts = dates.flatMap((date) =>
    timing.localTimes.map((localTime) => startOn(timing.timeZone, date, localTime, known)),
  )
  const within = starts.filter((start) => start >= range.from && start < range.to)
  // A zone that skips a whole day (Samoa, 2011-12-30) gives two dates the same instant.
  return [...new Set(within)].sort((a, b) => a - b)
}

/** How far ahead the next start of a series is looked for: rules may skip years (29 February). */
const LOOK_AHEAD_DAYS = [3, 40, 400, 3_000]

/** The next start after `now`; undefined when there is none within eight years. */
export function nextStartOf(timing: Timing, now: InstantMs, known?: KnownStarts): InstantMs | undefined {
  const first = firstStartOf({ ...timing, firstDate: firstDateOf(timing) })
  const from = first > now ? first : addMs(now, 1)
  for (const days of LOOK_AHEAD_DAYS) {
    const to = addMs(from, days * DAY_MS)
    const start = startsWithin(timing, { from, to }, known)[0]
    if (start !== undefined) return start
    if (timing.rule === null && timing.extraDates.length === 0) return undefined
  }
  return undefined
}

/**
 * A rule as calendars write it, over days: its UNTIL is an instant where its start has a zone (RFC 5545 §3.3.10), and here
 * the last local day on which any of the times is no later. What is no such instant stays, to be refused.
 */
export function overDays(rule: string, { timeZone, localTimes }: Pick<Timing, 'timeZone' | 'localTimes'>): string {
  return rule.replace(
    /(^|;)UNTIL=(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z(?=;|$)/,
    (whole, before: string, year: string, month: string, day: string, hour: string, minute: string, second: string) => {
      const ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
      if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(`${year}-${month}-${day}`)) return whole
      const until = instantMs.parse(ms)
      const date = localDateOf(until, timeZone)
      const isReached = localTimes.some((time) => startOn(timeZone, date, time) <= until)
      return `${before}UNTIL=${(isReached ? date : addDays(date, -1)).replaceAll('-', '')}`
    },
  )
}

/** Two years: what is planned further ahead is a slip of the pen (2099). Its day may be any of those, seen from today. */
export const MOST_DAYS_AHEAD = 731
/** A series without a last day goes on until it is cancelled; one with a last day later than ten years ahead means that. */
export const MOST_DAYS_OF_SERIES = 3_653

export type TimingRefusal =
  | 'broadcast-start-past'
  | 'broadcast-too-far'
  | 'broadcast-too-long-ahead'
  | 'broadcast-dates-reversed'
  | 'broadcast-never-airs'
  | 'broadcast-rule-never'

/** Which part of a recurrence rule cannot be; undefined when all can. */
export function refuseRule(rule: string | null): RuleRefusal | undefined {
  const parsed = rule === null ? undefined : parseRule(rule)
  return parsed !== undefined && 'code' in parsed ? parsed : undefined
}

/** Why this timing cannot be planned at `now`; undefined when it can. `before`: what it replaces. */
export function refuseTiming(timing: Timing, now: InstantMs, before?: Timing): TimingRefusal | undefined {
  if (timing.rule !== null && timing.lastDate !== null && timing.lastDate < timing.firstDate)
    return 'broadcast-dates-reversed'
  if (before !== undefined && isSameTiming(before, timing)) return undefined
  const until = untilOf(timing)
  if (until !== null && until < timing.firstDate) return 'broadcast-dates-reversed'
  const tooFar = refuseFarDays(timing, localDateOf(now, timing.timeZone), before)
  if (tooFar !== undefined) return tooFar
  // A series that runs already keeps its first day in the past when its times or its last day are changed.
  const runsAlready = before !== undefined && before.rule !== null && before.firstDate === timing.firstDate
  if (timing.rule !== null && runsAlready)
    return nextStartOf(timing, now) === undefined ? 'broadcast-never-airs' : undefined
  if (nextStartOf(timing, now) !== undefined) return undefined
  return firstStartOf(timing) <= now ? 'broadcast-start-past' : 'broadcast-rule-never'
}

function untilOf({ rule }: Pick<Timing, 'rule'>): string | null {
  const parsed = rule === null ? undefined : parseRule(rule)
  return parsed === undefined || 'code' in parsed ? null : parsed.until
}

/** Days that were there before need not be mended by a change. */
function refuseFarDays(timing: Timing, today: string, before: Timing | undefined): TimingRefusal | undefined {
  const daysOf = ({ firstDate, extraDates }: Timing): string[] => [firstDate, ...extraDates]
  const endsOf = (one: Timing): string[] => [one.lastDate ?? [], untilOf(one) ?? []].flat()
  const [farthest, last] = [addDays(today, MOST_DAYS_AHEAD), addDays(today, MOST_DAYS_OF_SERIES)]
  const [daysBefore, endsBefore] = before === undefined ? [[], []] : [daysOf(before), endsOf(before)]
  if (daysOf(timing).some((date) => date > farthest && !daysBefore.includes(date))) return 'broadcast-too-far'
  if (endsOf(timing).some((date) => date > last && !endsBefore.includes(date))) return 'broadcast-too-long-ahead'
  return undefined
}

export function isSameTiming(a: Timing, b: Timing): boolean {
  const isSameList = (one: readonly string[], other: readonly string[]): boolean => one.join() === other.join()
  return (
    a.rule === b.rule &&
    a.timeZone === b.timeZone &&
    a.firstDate === b.firstDate &&
    a.lastDate === b.lastDate &&
    isSameList(a.localTimes, b.localTimes) &&
    isSameList(a.extraDates, b.extraDates) &&
    isSameList(a.exceptDates, b.exceptDates)
  )
}
