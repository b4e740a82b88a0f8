import type { InstantMs } from '#protocol/time.ts'
import { addDays, addMs, datesWithin, localDateOf, startsWithin, type Timing } from './recurrence-rules.ts'
import { formatRule, parseRule, ruleDays, withoutImplied } from './rrule-rules.ts'

/** "This and following" (RFC 5545 has no such thing: programs end one series and begin another). */

/** How far the days of a series are looked through for what is left of it. */
const FAR_DAYS = 3_000

/** The same series from the day of `at` on: days, interval and count go on as if nothing had happened. */
export function restOfSeries<T extends Timing>(timing: T, at: InstantMs): T {
  const date = localDateOf(at, timing.timeZone)
  const exceptDates = timing.exceptDates.filter((one) => one >= date)
  const extraDates = timing.extraDates.filter((one) => one >= date)
  const parsed = timing.rule === null ? undefined : parseRule(timing.rule)
  if (parsed !== undefined && !('code' in parsed) && timing.rule !== null) {
    const { rule, firstDate } = timing
    const [next] = ruleDays(rule, firstDate, date, addDays(date, FAR_DAYS))
    if (next !== undefined && (timing.lastDate === null || next <= timing.lastDate)) {
      const passed = ruleDays(rule, firstDate, firstDate, addDays(date, -1)).length
      const count = parsed.count === null ? null : parsed.count - passed
      const parts = { ...withoutImplied(parsed, firstDate), count }
      return { ...timing, rule: formatRule(parts), firstDate: next, extraDates, exceptDates }
    }
  }
  // Only single days are left.
  const [first = date, ...others] = datesWithin(timing, date, addDays(date, FAR_DAYS))
  return { ...timing, rule: null, firstDate: first, lastDate: null, extraDates: others, exceptDates: [] }
}

/**
 * Does a series that is to follow from `at` on name a day before that of `at`? Those days are the old one's: they would
 * be heard twice. Other times on the day of `at` itself are no such thing (`repeatedStarts` sees to them).
 */
export function reachesBefore(after: Timing, at: InstantMs): boolean {
  const date = localDateOf(at, after.timeZone)
  return [after.firstDate, ...after.extraDates].some((one) => one < date)
}

/**
 * Starts of the new series that say once more what the old one has said on the day on which it ends: those no later than
 * its last start of that day.
 */
export function repeatedStarts(before: Timing, after: Timing, at: InstantMs): InstantMs[] {
  const date = localDateOf(at, before.timeZone)
  const isOfDay = (start: InstantMs): boolean => localDateOf(start, before.timeZone) === date
  const last = startsWithin(before, { from: addMs(at, -2 * 86_400_000), to: at })
    .filter(isOfDay)
    .at(-1)
  if (last === undefined) return []
  return startsWithin(after, { from: addMs(at, -2 * 86_400_000), to: addMs(last, 1) }).filter(isOfDay)
}
