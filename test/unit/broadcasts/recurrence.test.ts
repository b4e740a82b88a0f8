import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, datesWithin, refuseRule, refuseTiming, type Timing } from '#server/broadcasts/recurrence-rules.ts'
import { formatRule, parseRule, ruleDays } from '#server/broadcasts/rrule-rules.ts'
import { at } from '../planning/fixture.ts'

/** RFC 5545 §3.3.10 once more, without any cleverness: each day is asked by itself whether its period names it. */
interface Spec {
  readonly freq: 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY'
  readonly interval: number
  readonly byDay: readonly (readonly [ordinal: number, weekday: number])[]
  readonly byMonthDay: readonly number[]
  readonly byMonth: readonly number[]
  readonly setPos: number
  readonly sundayFirst: boolean
}
const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
const partsOf = (date: string) => ({
  year: Number(date.slice(0, 4)),
  month: Number(date.slice(5, 7)),
  day: Number(date.slice(8)),
  weekday: new Date(`${date}T00:00:00Z`).getUTCDay(),
  number: Date.parse(`${date}T00:00:00Z`) / 86_400_000,
})
const weekOf = (date: string, sundayFirst: boolean): number =>
  Math.floor((partsOf(date).number + (sundayFirst ? 4 : 3)) / 7)

function periodOf(spec: Spec, date: string): number {
  const { year, month, number } = partsOf(date)
  if (spec.freq === 'DAILY') return number
  if (spec.freq === 'WEEKLY') return weekOf(date, spec.sundayFirst)
  return spec.freq === 'MONTHLY' ? year * 12 + month - 1 : year
}

function isCandidate(spec: Spec, date: string, first: string): boolean {
  const { year, month, day, weekday } = partsOf(date)
  const begin = partsOf(first)
  if (spec.byMonth.length > 0 && !spec.byMonth.includes(month)) return false
  const hasDays = spec.byDay.length > 0 || spec.byMonthDay.length > 0
  if (!hasDays) {
    if (spec.freq === 'WEEKLY') return weekday === begin.weekday
    if (spec.freq === 'MONTHLY') return day === begin.day
    if (spec.freq === 'YEARLY') return day === begin.day && (spec.byMonth.length > 0 || month === begin.month)
    return true
  }
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (spec.byMonthDay.length > 0 && !spec.byMonthDay.some((own) => own === day || own === day - last - 1)) return false
  if (spec.byDay.length === 0) return true
  const isYearly = spec.freq === 'YEARLY' && spec.byMonth.length === 0
  const [from, to] = isYearly
    ? [Date.UTC(year, 0, 1) / 86_400_000, Date.UTC(year, 11, 31) / 86_400_000]
    : [Date.UTC(year, month - 1, 1) / 86_400_000, Date.UTC(year, month, 0) / 86_400_000]
  const number = partsOf(date).number
  const [nth, nthLast] = [Math.floor((number - from) / 7) + 1, -(Math.floor((to - number) / 7) + 1)]
  return spec.byDay.some(([ordinal, own]) => own === weekday && [0, nth, nthLast].includes(ordinal))
}

function namedBy(spec: Spec, first: string, last: string): string[] {
  const origin = periodOf(spec, first)
  const periods = new Map<number, string[]>()
  // Whole periods, so that places within them count what lies before the first day.
  for (let date = addDays(first, -370); date <= addDays(last, 370); date = addDays(date, 1)) {
    const period = periodOf(spec, date)
    if ((period - origin) % spec.interval !== 0 || !isCandidate(spec, date, first)) continue
    periods.set(period, [...(periods.get(period) ?? []), date])
  }
  const chosen = [...periods.values()].flatMap((dates) => {
    if (spec.setPos === 0) return dates
    return dates.at(spec.setPos > 0 ? spec.setPos - 1 : spec.setPos) ?? []
  })
  return chosen.filter((date) => date >= first && date <= last).sort()
}

const ruleOf = (spec: Spec): string =>
  [
    `FREQ=${spec.freq}`,
    `INTERVAL=${spec.interval}`,
    ...(spec.byMonth.length > 0 ? [`BYMONTH=${spec.byMonth}`] : []),
    ...(spec.byMonthDay.length > 0 ? [`BYMONTHDAY=${spec.byMonthDay}`] : []),
    ...(spec.byDay.length > 0 ? [`BYDAY=${spec.byDay.map(([n, day]) => `${n === 0 ? '' : n}${names[day]}`)}`] : []),
    ...(spec.setPos === 0 ? [] : [`BYSETPOS=${spec.setPos}`]),
    ...(spec.sundayFirst ? ['WKST=SU'] : []),
  ].join(';')

const dateFrom = (min: string, days: number) => fc.integer({ min: 0, max: days }).map((offset) => addDays(min, offset))
const fewOf = (min: number, max: number) => fc.uniqueArray(fc.integer({ min, max }), { maxLength: 3 })
const spec: fc.Arbitrary<Spec> = fc
  .record({
    freq: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    interval: fc.integer({ min: 1, max: 5 }),
    weekdays: fewOf(0, 6),
    ordinal: fc.constantFrom(0, 0, 1, 2, 5, -1),
    byMonthDay: fc.uniqueArray(fc.constantFrom(1, 13, 28, 29, 30, 31, -1, -30), { maxLength: 3 }),
    byMonth: fewOf(1, 12),
    setPos: fc.constantFrom(0, 0, 1, 2, -1),
    sundayFirst: fc.boolean(),
  })
  .map(({ freq, weekdays, ordinal, setPos, byMonthDay, ...rest }) => {
    const isByPeriod = freq === 'MONTHLY' || freq === 'YEARLY'
    // An ordinal beside days of the month says nothing in RFC 5545 that programs agree on.
    const place = isByPeriod && byMonthDay.length === 0 ? ordinal : 0
    const byDay = weekdays.map((day) => [place, day] as const)
    const monthDays = freq === 'WEEKLY' ? [] : byMonthDay
    const hasSet = byDay.length > 0 || monthDays.length > 0 || rest.byMonth.length > 0
    return { ...rest, freq, byDay, byMonthDay: monthDays, setPos: hasSet && freq !== 'DAILY' ? setPos : 0 }
  })

describe('the days that a recurrence rule names (RFC 5545 §3.3.10)', () => {
  it('are those of a day-by-day reading of the RFC, from wherever one looks', () => {
    fc.assert(
      fc.property(
        spec,
        dateFrom('2023-11-01', 800),
        fc.integer({ min: -50, max: 900 }),
        fc.integer({ min: 0, max: 400 }),
        fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
        (one, first, skip, length, count) => {
          const [from, to] = [addDays(first, skip), addDays(first, skip + length)]
          const all = namedBy(one, first, to)
          const counted = count === undefined ? all : all.slice(0, count)
          const rule = `${ruleOf(one)}${count === undefined ? '' : `;COUNT=${count}`}`
          expect([rule, first, ...ruleDays(rule, first, from, to)]).toEqual([
            rule,
            first,
            ...counted.filter((date) => date >= from),
          ])
        },
      ),
      { numRuns: 150 },
    )
  })

  it('end with UNTIL or the last day, lose EXDATE, and gain RDATE even beyond the last day', () => {
    fc.assert(
      fc.property(
        dateFrom('2026-11-01', 40),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 0, max: 60 }),
        fc.uniqueArray(dateFrom('2026-11-01', 120), { maxLength: 6 }),
        fc.uniqueArray(dateFrom('2026-11-01', 120), { maxLength: 6 }),
        (firstDate, lastAfter, untilAfter, extraDates, exceptDates) => {
          const [lastDate, until] = [addDays(firstDate, lastAfter), addDays(firstDate, untilAfter)]
          const rule = `FREQ=DAILY;INTERVAL=2;UNTIL=${until.replaceAll('-', '')}`
          const timing = { ...daily, rule, firstDate, lastDate, extraDates, exceptDates }
          const expected = new Set(extraDates)
          for (let date = firstDate; date <= lastDate && date <= until; date = addDays(date, 2)) expected.add(date)
          for (const date of exceptDates) expected.delete(date)
          expect(datesWithin(timing, '2026-01-01', '2027-12-31')).toEqual([...expected].sort())
        },
      ),
      { numRuns: 100 },
    )
  })

  it('do not begin before a rule names one: a first day that it does not name is none', () => {
    expect(ruleDays('FREQ=WEEKLY;BYDAY=MO', '2026-11-24', '2026-11-01', '2026-12-08')).toEqual([
      '2026-11-30',
      '2026-12-07',
    ])
  })

  it('are written as they are read', () => {
    fc.assert(
      fc.property(spec, (one) => {
        const parsed = parseRule(ruleOf(one))
        if ('code' in parsed) throw new Error(`${ruleOf(one)}: ${parsed.part}`)
        expect(parseRule(formatRule(parsed))).toEqual(parsed)
      }),
    )
  })
})

const daily: Timing = {
  rule: 'FREQ=DAILY',
  localTimes: ['05:30:00'],
  extraDates: [],
  exceptDates: [],
  timeZone: 'Asia/Ho_Chi_Minh',
  firstDate: '2026-11-24',
  lastDate: null,
}

describe('what a rule may not say', () => {
  it.each([
    ['FREQ=DAILY;BYHOUR=5', 'broadcast-rule-part', 'BYHOUR'],
    ['FREQ=WEEKLY;BYMINUTE=30', 'broadcast-rule-part', 'BYMINUTE'],
    ['FREQ=YEARLY;BYWEEKNO=3', 'broadcast-rule-part', 'BYWEEKNO'],
    ['FREQ=YEARLY;BYYEARDAY=3', 'broadcast-rule-part', 'BYYEARDAY'],
    ['FREQ=HOURLY', 'broadcast-rule-frequency', 'FREQ'],
    ['FREQ=SECONDLY;INTERVAL=2', 'broadcast-rule-frequency', 'FREQ'],
    ['xx', 'broadcast-rule-frequency', 'FREQ'],
    ['', 'broadcast-rule-frequency', 'FREQ'],
    ['FREQ=DAILY;<b>lặp</b>', 'broadcast-rule-part', 'blpb'],
    ['FREQ=DAILY;INTERVAL=0', 'broadcast-rule-value', 'INTERVAL'],
    ['FREQ=DAILY;COUNT=0', 'broadcast-rule-value', 'COUNT'],
    ['FREQ=DAILY;COUNT=3;COUNT=4', 'broadcast-rule-value', 'COUNT'],
    ['FREQ=DAILY;COUNT=3;UNTIL=20261231', 'broadcast-rule-value', 'UNTIL'],
    ['FREQ=DAILY;UNTIL=20261231T000000Z', 'broadcast-rule-value', 'UNTIL'],
    ['FREQ=DAILY;UNTIL=20260230', 'broadcast-rule-value', 'UNTIL'],
    ['FREQ=WEEKLY;BYDAY=2MO', 'broadcast-rule-value', 'BYDAY'],
    ['FREQ=WEEKLY;BYDAY=XX', 'broadcast-rule-value', 'BYDAY'],
    ['FREQ=WEEKLY;BYMONTHDAY=3', 'broadcast-rule-value', 'BYMONTHDAY'],
    ['FREQ=MONTHLY;BYMONTHDAY=32', 'broadcast-rule-value', 'BYMONTHDAY'],
    ['FREQ=MONTHLY;BYSETPOS=1', 'broadcast-rule-value', 'BYSETPOS'],
    ['FREQ=YEARLY;BYMONTH=13', 'broadcast-rule-value', 'BYMONTH'],
  ])('%s: %s %s', (rule, code, part) => {
    expect(refuseRule(rule)).toEqual({ code, part })
  })

  it.each<[string, Partial<Timing>, string | undefined]>([
    ['a first day two years ahead', { firstDate: '2028-11-20' }, undefined],
    ['a first day in 2099', { firstDate: '2099-11-20' }, 'broadcast-too-far'],
    ['an added day in 2099', { extraDates: ['2099-11-20'] }, 'broadcast-too-far'],
    ['a last day in ten years', { lastDate: '2036-11-20' }, undefined],
    ['a last day in 2099', { lastDate: '2099-11-20' }, 'broadcast-too-long-ahead'],
    ['the same as UNTIL', { rule: 'FREQ=DAILY;UNTIL=20991120' }, 'broadcast-too-long-ahead'],
    ['an UNTIL before the first day', { rule: 'FREQ=DAILY;UNTIL=20261123' }, 'broadcast-dates-reversed'],
  ])('%s', (_name, change, refusal) => {
    expect(refuseTiming({ ...daily, ...change }, at('2026-11-20T00:00:00Z'))).toBe(refusal)
  })

  it('may keep a day that is far ahead already, and add none', () => {
    const far = { ...daily, extraDates: ['2099-11-20'] }
    const now = at('2026-11-20T00:00:00Z')
    expect(refuseTiming({ ...far, localTimes: ['06:00:00'] }, now, far)).toBeUndefined()
    expect(refuseTiming({ ...far, extraDates: ['2098-11-20', '2099-11-20'] }, now, far)).toBe('broadcast-too-far')
  })

  it('names no day within eight years', () => {
    const never = { ...daily, rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }
    expect(refuseTiming(never, at('2026-11-20T00:00:00Z'))).toBe('broadcast-rule-never')
    const leapDay = { ...daily, rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29' }
    expect(refuseTiming(leapDay, at('2026-11-20T00:00:00Z'))).toBeUndefined()
  })
})
