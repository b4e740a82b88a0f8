import { Temporal } from 'temporal-polyfill'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { addDays, addMs, type InstantRange, localDateOf } from '#server/broadcasts/recurrence-rules.ts'

/**
 * Permitted hours (giờ được phép phát): windows of the week in an area's zone. An area may only tighten what holds above
 * it, so that what is permitted is the intersection down the path. They bind everything but emergencies, on the server
 * when it is planned and on the device when it is to sound.
 */
export interface WeekWindow {
  /** ISO 8601 weekdays: 1 Monday … 7 Sunday. */
  readonly days: readonly number[]
  /** HH:MM; `to` is exclusive, up to 24:00, and later than `from`. */
  readonly from: string
  readonly to: string
}

/** From `fromAt` on, before `toAt`. Lists of them are in order and apart from each other. */
export interface Interval {
  readonly fromAt: InstantMs
  readonly toAt: InstantMs
}

const MINUTES_OF_DAY = 1_440
const timeOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** In order, what touches or overlaps made one, empty ones left out. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: Interval[] = []
  for (const each of [...intervals].sort((a, b) => a.fromAt - b.fromAt)) {
    if (each.toAt <= each.fromAt) continue
    const last = merged.at(-1)
    if (last === undefined || each.fromAt > last.toAt) merged.push(each)
    else if (each.toAt > last.toAt) merged[merged.length - 1] = { fromAt: last.fromAt, toAt: each.toAt }
  }
  return merged
}

/** What lies in both. */
export function intersectIntervals(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  const both: Interval[] = []
  let [i, j] = [0, 0]
  for (;;) {
    const [one, other] = [a[i], b[j]]
    if (one === undefined || other === undefined) return both
    const fromAt = one.fromAt > other.fromAt ? one.fromAt : other.fromAt
    const toAt = one.toAt < other.toAt ? one.toAt : other.toAt
    if (fromAt < toAt) both.push({ fromAt, toAt })
    if (one.toAt < other.toAt) i += 1
    else j += 1
  }
}

/** What of `from` lies in none of `holes`. */
export function subtractIntervals(from: readonly Interval[], holes: readonly Interval[]): Interval[] {
  const sorted = mergeIntervals(holes)
  return from.flatMap((each) => {
    const rest: Interval[] = []
    let { fromAt } = each
    for (const hole of sorted) {
      if (hole.toAt <= fromAt || hole.fromAt >= each.toAt) continue
      if (hole.fromAt > fromAt) rest.push({ fromAt, toAt: hole.fromAt })
      fromAt = hole.toAt
    }
    return fromAt < each.toAt ? [...rest, { fromAt, toAt: each.toAt }] : rest
  })
}

/** The local wall-clock minute of a day as an instant; 24:00 is the first instant of the next day. */
function instantOn(date: string, minute: number, timeZone: string): InstantMs {
  if (minute >= MINUTES_OF_DAY) {
    return instantMs.parse(Temporal.PlainDate.from(addDays(date, 1)).toZonedDateTime(timeZone).epochMilliseconds)
  }
  const time = new Temporal.PlainTime(Math.floor(minute / 60), minute % 60)
  return instantMs.parse(
    Temporal.PlainDate.from(date).toPlainDateTime(time).toZonedDateTime(timeZone).epochMilliseconds,
  )
}

/** The windows of one week as instants within `range`. A window that clocks skip is as short as it really is. */
export function windowsWithin(hours: readonly WeekWindow[], timeZone: string, range: InstantRange): Interval[] {
  const windows: Interval[] = []
  const last = localDateOf(range.to, timeZone)
  for (let date = localDateOf(range.from, timeZone); date <= last; date = addDays(date, 1)) {
    const weekday = Temporal.PlainDate.from(date).dayOfWeek
    for (const window of hours) {
      if (!window.days.includes(weekday)) continue
      const fromAt = instantOn(date, minuteOf(window.from), timeZone)
      const toAt = instantOn(date, minuteOf(window.to), timeZone)
      windows.push({ fromAt: fromAt > range.from ? fromAt : range.from, toAt: toAt < range.to ? toAt : range.to })
    }
  }
  return mergeIntervals(windows)
}

/** What every area of a path permits within `range`; an area that says nothing (null) permits what holds above it. */
export function permittedWithin(
  path: readonly (readonly WeekWindow[] | null)[],
  timeZone: string,
  range: InstantRange,
): Interval[] {
  if (range.to <= range.from) return []
  return path.reduce<Interval[]>(
    (permitted, hours) =>
      hours === null ? permitted : intersectIntervals(permitted, windowsWithin(hours, timeZone, range)),
    [{ fromAt: range.from, toAt: range.to }],
  )
}

/** Every minute of a week from Monday 00:00, 1 where a window has it. */
function markMinutes(windows: readonly WeekWindow[]): Uint8Array {
  const minutes = new Uint8Array(7 * MINUTES_OF_DAY)
  for (const { days, from, to } of windows) {
    for (const day of days) {
      const start = (day - 1) * MINUTES_OF_DAY
      minutes.fill(1, start + minuteOf(from), start + minuteOf(to))
    }
  }
  return minutes
}

/** Does every minute of the week that `inner` permits lie within `outer`? Null permits everything. */
export function isWithinHours(inner: readonly WeekWindow[] | null, outer: readonly WeekWindow[] | null): boolean {
  if (outer === null) return true
  if (inner === null) return false
  const permitted = markMinutes(outer)
  return markMinutes(inner).every((minute, index) => minute <= (permitted[index] ?? 0))
}

/**
 * What all of these permit, as windows of the week; null where none says anything. Equal times of several days stand in
 * one window, by their first day.
 */
export function intersectHours(path: readonly (readonly WeekWindow[] | null)[]): WeekWindow[] | null {
  const marked = path.flatMap((hours) => (hours === null ? [] : [markMinutes(hours)]))
  if (marked.length === 0) return null
  const byTimes = new Map<string, { days: number[]; from: string; to: string }>()
  for (let day = 1; day <= 7; day++) {
    const isPermitted = (minute: number): boolean =>
      minute < MINUTES_OF_DAY && marked.every((minutes) => minutes[(day - 1) * MINUTES_OF_DAY + minute] === 1)
    for (let from = 0; from < MINUTES_OF_DAY; from++) {
      if (!isPermitted(from)) continue
      let to = from
      while (isPermitted(to)) to += 1
      const window = { days: [day], from: timeOf(from), to: timeOf(to) }
      const same = byTimes.get(`${window.from} ${window.to}`)
      if (same === undefined) byTimes.set(`${window.from} ${window.to}`, window)
      else same.days.push(day)
      from = to
    }
  }
  return [...byTimes.values()]
}

/** The interval in which `at` lies. */
export function intervalAt(intervals: readonly Interval[], at: InstantMs): Interval | undefined {
  let [low, high] = [0, intervals.length - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    const each = intervals[middle]
    if (each === undefined || each.fromAt > at) high = middle - 1
    else if (each.toAt <= at) low = middle + 1
    else return each
  }
  return undefined
}

/** The first instant from `from` on at which something of this length lies wholly within one of the intervals. */
export function nextFit(intervals: readonly Interval[], from: InstantMs, lengthMs: number): InstantMs | undefined {
  for (const { fromAt, toAt } of intervals) {
    const start = fromAt > from ? fromAt : from
    if (addMs(start, lengthMs) <= toAt) return start
  }
  return undefined
}
