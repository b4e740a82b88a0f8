import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import {
  type Interval,
  intersectHours,
  intersectIntervals,
  intervalAt,
  isWithinHours,
  mergeIntervals,
  nextFit,
  permittedWithin,
  subtractIntervals,
  type WeekWindow,
  windowsWithin,
} from '#server/planning/hours-rules.ts'
import { at, ZONE } from './fixture.ts'

/** Everything below is compared with a list of minutes, one by one. */
const MINUTE = 60_000
const DAY = 1_440
const START = at('2026-11-22T17:00:00Z') // Monday 00:00 in Viet Nam
const minutes = (from: number, to: number): Interval => ({
  fromAt: instantMs.parse(START + from * MINUTE),
  toAt: instantMs.parse(START + to * MINUTE),
})
const has = (intervals: readonly Interval[], minute: number): boolean =>
  intervals.some(({ fromAt, toAt }) => fromAt <= START + minute * MINUTE && START + minute * MINUTE < toAt)
const marks = (intervals: readonly Interval[], length: number): string =>
  Array.from({ length }, (_, minute) => (has(intervals, minute) ? '#' : '.')).join('')

/** In order, apart from each other, none empty. */
function isTidy(intervals: readonly Interval[]): boolean {
  return intervals.every(({ fromAt, toAt }, index) => {
    const before = intervals[index - 1]
    return fromAt < toAt && (before === undefined || before.toAt < fromAt)
  })
}

const SPAN = 60
const interval = fc
  .tuple(fc.integer({ min: 0, max: SPAN }), fc.integer({ min: 0, max: SPAN }))
  .map(([one, other]) => minutes(Math.min(one, other), Math.max(one, other)))
const anyIntervals = fc.array(interval, { maxLength: 8 })
const tidyIntervals = anyIntervals.map(mergeIntervals)

const clock = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
const weekWindow: fc.Arbitrary<WeekWindow> = fc
  .record({
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    from: fc.integer({ min: 0, max: DAY - 1 }),
    length: fc.integer({ min: 1, max: DAY }),
  })
  .map(({ days, from, length }) => ({ days, from: clock(from), to: clock(Math.min(DAY, from + length)) }))
const hours = fc.option(fc.array(weekWindow, { maxLength: 4 }))

/** Does any of the windows have this minute of the week? */
function permits(windows: readonly WeekWindow[] | null, minute: number): boolean {
  const [day, time] = [1 + Math.floor(minute / DAY), clock(minute % DAY)]
  return windows === null || windows.some(({ days, from, to }) => days.includes(day) && from <= time && time < to)
}
const WEEK = Array.from({ length: 7 * DAY }, (_, minute) => minute)
const wholeWeek = { from: START, to: instantMs.parse(START + 7 * DAY * MINUTE) }

describe('intervals, minute by minute', () => {
  it('merge to the same minutes, tidied', () => {
    fc.assert(
      fc.property(anyIntervals, (list) => {
        const merged = mergeIntervals(list)
        expect(isTidy(merged)).toBe(true)
        expect(marks(merged, SPAN)).toBe(marks(list, SPAN))
      }),
    )
  })

  it('intersect to what is in both, and subtract to what is in the first alone', () => {
    fc.assert(
      fc.property(tidyIntervals, tidyIntervals, anyIntervals, (one, other, holes) => {
        const [both, rest] = [intersectIntervals(one, other), subtractIntervals(one, holes)]
        expect(isTidy(both) && isTidy(rest)).toBe(true)
        for (let minute = 0; minute < SPAN; minute++) {
          expect(has(both, minute)).toBe(has(one, minute) && has(other, minute))
          expect(has(rest, minute)).toBe(has(one, minute) && !has(holes, minute))
        }
      }),
    )
  })

  it('find the interval of an instant, and the first place for a length', () => {
    const instant = fc.integer({ min: 0, max: SPAN })
    fc.assert(
      fc.property(tidyIntervals, instant, fc.integer({ min: 1, max: 30 }), (list, from, length) => {
        expect(intervalAt(list, minutes(from, from).fromAt)).toEqual(
          list.find(({ fromAt, toAt }) => fromAt <= minutes(from, from).fromAt && minutes(from, from).fromAt < toAt),
        )
        let first: number | undefined
        for (let start = from; start < SPAN && first === undefined; start++) {
          const all = Array.from({ length }, (_, offset) => start + offset)
          if (all.every((minute) => has(list, minute))) first = START + start * MINUTE
        }
        expect(nextFit(list, minutes(from, from).fromAt, length * MINUTE)).toBe(first)
      }),
    )
  })
})

describe('permitted hours, minute by minute', () => {
  it('are what every area of the path permits, as windows of the week and as instants', () => {
    fc.assert(
      fc.property(fc.array(hours, { maxLength: 3 }), (path) => {
        const permitted = permittedWithin(path, ZONE, wholeWeek)
        const windows = intersectHours(path)
        expect(isTidy(permitted)).toBe(true)
        const expected = WEEK.map((minute) => (path.every((one) => permits(one, minute)) ? '#' : '.')).join('')
        const shown = new Array<string>(WEEK.length).fill('.')
        for (const { fromAt, toAt } of permitted) {
          shown.fill('#', (fromAt - START) / MINUTE, (toAt - START) / MINUTE)
        }
        expect(shown.join('')).toBe(expected)
        expect(WEEK.map((minute) => (permits(windows, minute) ? '#' : '.')).join('')).toBe(expected)
      }),
      { numRuns: 30 },
    )
  })

  it('are within others when no minute is not', () => {
    fc.assert(
      fc.property(hours, hours, (inner, outer) => {
        expect(isWithinHours(inner, outer)).toBe(
          outer === null ||
            (inner !== null && WEEK.every((minute) => !permits(inner, minute) || permits(outer, minute))),
        )
        // What two permit lies within each of them.
        expect(isWithinHours(intersectHours([inner, outer]), outer)).toBe(true)
      }),
      { numRuns: 30 },
    )
  })

  it('are the same minutes wherever the range is cut', () => {
    fc.assert(
      fc.property(fc.array(weekWindow, { maxLength: 3 }), fc.integer({ min: 1, max: 7 * DAY - 1 }), (windows, cut) => {
        const middle = instantMs.parse(START + cut * MINUTE)
        const parts = [
          ...windowsWithin(windows, ZONE, { from: START, to: middle }),
          ...windowsWithin(windows, ZONE, { from: middle, to: wholeWeek.to }),
        ]
        expect(mergeIntervals(parts)).toEqual(windowsWithin(windows, ZONE, wholeWeek))
      }),
      { numRuns: 30 },
    )
  })

  it('are as short or as long as the day really is where clocks change', () => {
    // Berlin, 29 March 2026: 02:00 becomes 03:00; 25 October: 03:00 becomes 02:00.
    const night = [{ days: [7], from: '01:00', to: '04:00' }]
    const lengthOn = (date: string): number =>
      windowsWithin(night, 'Europe/Berlin', { from: at(`${date}T00:00:00+01:00`), to: at(`${date}T23:00:00+01:00`) })
        .map(({ fromAt, toAt }) => (toAt - fromAt) / 3_600_000)
        .reduce((sum, each) => sum + each, 0)
    expect(['2026-03-29', '2026-10-25', '2026-11-29'].map(lengthOn)).toEqual([2, 4, 3])
  })

  it('stand with equal times of several days in one window', () => {
    const province = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:00', to: '21:00' }]
    const commune = [
      { days: [1, 2, 3, 4, 5], from: '04:30', to: '06:30' },
      { days: [6, 7], from: '06:00', to: '07:00' },
    ]
    expect(intersectHours([null, province, commune])).toEqual([
      { days: [1, 2, 3, 4, 5], from: '05:00', to: '06:30' },
      { days: [6, 7], from: '06:00', to: '07:00' },
    ])
    expect(intersectHours([null])).toBeNull()
  })
})
