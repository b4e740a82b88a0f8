import { RRuleTemporal } from 'rrule-temporal'

/**
 * Recurrence rules over days (RFC 5545 §3.3.10): which days a series names. Times of the day stand beside the rule, and so
 * do days of a zone: here every day has 24 hours.
 */

const frequencies = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] as const
const weekdays: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']

export interface RuleParts {
  readonly freq: (typeof frequencies)[number]
  readonly interval: number
  /** ISO weekday (1 Monday); `ordinal` counts within the month or year, from its end when negative. */
  readonly byDay: readonly { readonly ordinal: number | null; readonly weekday: number }[]
  readonly byMonthDay: readonly number[]
  readonly byMonth: readonly number[]
  readonly bySetPos: readonly number[]
  /** ISO weekday on which a week begins: counts for intervals of weeks. */
  readonly weekStart: number
  readonly count: number | null
  /** Last day, inclusive. */
  readonly until: string | null
}

/** `part`: which part of the rule is at fault. */
export type RuleRefusal = {
  readonly code: 'broadcast-rule-frequency' | 'broadcast-rule-part' | 'broadcast-rule-value'
  readonly part: string
}

const MAX_COUNT = 1_000
const isIn = (value: number, from: number, to: number): boolean =>
  Number.isInteger(value) && value >= from && value <= to
const known = new Set(['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS', 'WKST', 'COUNT', 'UNTIL'])

/** Reads a rule, or says which part of it cannot be. */
export function parseRule(rule: string): RuleParts | RuleRefusal {
  const read = new Map<string, string>()
  const pieces = rule.split(';')
  // How often comes first: without it the rest says nothing (§3.3.10: FREQ is required).
  if (!pieces.some((piece) => frequencies.some((freq) => piece === `FREQ=${freq}`))) {
    return { code: 'broadcast-rule-frequency', part: 'FREQ' }
  }
  for (const piece of pieces) {
    const [name = '', value, ...rest] = piece.split('=')
    if (!known.has(name)) return { code: 'broadcast-rule-part', part: nameOf(name) || ';' }
    if (value === undefined || value === '' || rest.length > 0 || read.has(name)) return refuse(name)
    read.set(name, value)
  }
  const freq = frequencies.find((one) => one === read.get('FREQ'))
  if (freq === undefined) return refuse('FREQ')
  const parts: RuleParts = {
    freq,
    interval: Number(read.get('INTERVAL') ?? 1),
    byDay: listOf(read, 'BYDAY').map(readWeekday),
    byMonthDay: listOf(read, 'BYMONTHDAY').map(Number),
    byMonth: listOf(read, 'BYMONTH').map(Number),
    bySetPos: listOf(read, 'BYSETPOS').map(Number),
    weekStart: 1 + weekdays.indexOf(read.get('WKST') ?? 'MO'),
    count: read.has('COUNT') ? Number(read.get('COUNT')) : null,
    until: readDate(read.get('UNTIL')),
  }
  const wrong = findFault(parts, read)
  return wrong === undefined ? parts : refuse(wrong)
}

/** Only what could be the name of a part is said again. */
const nameOf = (name: string): string => name.replaceAll(/[^A-Za-z-]/g, '').slice(0, 20)
const refuse = (part: string): RuleRefusal => ({ code: 'broadcast-rule-value', part })
const listOf = (read: ReadonlyMap<string, string>, name: string): string[] => read.get(name)?.split(',') ?? []
const numberWritten = /^[+-]?\d{1,4}$/

function readWeekday(text: string): RuleParts['byDay'][number] {
  const weekday = 1 + weekdays.indexOf(text.slice(-2))
  return { ordinal: text.length === 2 ? null : Number(text.slice(0, -2)), weekday }
}

/** UNTIL is a day here, since days are all that the rule names (§3.3.10: of the same type as DTSTART). */
function readDate(text: string | undefined): string | null {
  if (text === undefined) return null
  const date = /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : ''
  const at = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(at) && dateOf(at / DAY_MS) === date ? date : ''
}

/** What RFC 5545 §3.3.10 does not allow, or what would say nothing. */
function findFault(parts: RuleParts, read: ReadonlyMap<string, string>): string | undefined {
  const { freq, byDay, byMonthDay, byMonth, bySetPos } = parts
  const isByPeriod = freq === 'MONTHLY' || freq === 'YEARLY'
  for (const name of ['INTERVAL', 'COUNT', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS']) {
    if (listOf(read, name).some((text) => !numberWritten.test(text))) return name
  }
  if (!isIn(parts.interval, 1, 1_000)) return 'INTERVAL'
  if (parts.weekStart === 0) return 'WKST'
  if (parts.count !== null && !isIn(parts.count, 1, MAX_COUNT)) return 'COUNT'
  // Never both in one rule.
  if (parts.until === '' || (parts.until !== null && parts.count !== null)) return 'UNTIL'
  const isWeekdayFine = ({ ordinal, weekday }: RuleParts['byDay'][number]): boolean =>
    weekday > 0 && (ordinal === null || (isByPeriod && ordinal !== 0 && isIn(Math.abs(ordinal), 1, 53)))
  if (!byDay.every(isWeekdayFine)) return 'BYDAY'
  if (!byMonthDay.every((day) => isIn(Math.abs(day), 1, 31)) || (freq === 'WEEKLY' && byMonthDay.length > 0)) {
    return 'BYMONTHDAY'
  }
  if (!byMonth.every((month) => isIn(month, 1, 12))) return 'BYMONTH'
  const isSetFine = bySetPos.every((place) => isIn(Math.abs(place), 1, 366))
  const hasSet = byDay.length > 0 || byMonthDay.length > 0 || byMonth.length > 0
  if (bySetPos.length > 0 && (!isSetFine || !hasSet || freq === 'DAILY')) return 'BYSETPOS'
  return undefined
}

const DAY_MS = 86_400_000
const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)
/** 1970-01-01 was a Thursday. */
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** What the first day says and the rule does not (§3.3.10: "information derived from DTSTART") put into the rule itself. */
export function withoutImplied(parts: RuleParts, firstDate: string): RuleParts {
  const { freq, byDay, byMonthDay, byMonth } = parts
  if (freq === 'DAILY' || byDay.length > 0 || byMonthDay.length > 0) return parts
  if (freq === 'WEEKLY') return { ...parts, byDay: [{ ordinal: null, weekday: weekdayOf(dayOf(firstDate)) }] }
  const own = { ...parts, byMonthDay: [Number(firstDate.slice(8))] }
  if (freq === 'MONTHLY' || byMonth.length > 0) return own
  return { ...own, byMonth: [Number(firstDate.slice(5, 7))] }
}

export function formatRule(parts: RuleParts): string {
  const days = parts.byDay.map(({ ordinal, weekday }) => `${ordinal ?? ''}${weekdays[weekday - 1] ?? ''}`)
  const list = (name: string, values: readonly (string | number)[]): string[] =>
    values.length === 0 ? [] : [`${name}=${values.join()}`]
  return [
    `FREQ=${parts.freq}`,
    ...(parts.interval === 1 ? [] : [`INTERVAL=${parts.interval}`]),
    ...list('BYMONTH', parts.byMonth),
    ...list('BYMONTHDAY', parts.byMonthDay),
    ...list('BYDAY', days),
    ...list('BYSETPOS', parts.bySetPos),
    ...(parts.weekStart === 1 ? [] : [`WKST=${weekdays[parts.weekStart - 1] ?? ''}`]),
    ...(parts.count === null ? [] : [`COUNT=${parts.count}`]),
    ...(parts.until === null ? [] : [`UNTIL=${parts.until.replaceAll('-', '')}`]),
  ].join(';')
}

/**
 * The days of a rule from `from` to `to` inclusive, in order. It names none before its first day; that day is among them
 * only if the rule names it. COUNT counts from the first day on.
 *
 * However long ago the first day was, only days from `from` on are looked at, but for a rule with COUNT.
 */
export function ruleDays(rule: string, firstDate: string, from: string, to: string): string[] {
  const parsed = parseRule(rule)
  if ('code' in parsed) throw new Error(`a stored recurrence rule cannot be read: ${rule} (${parsed.part})`)
  const parts = withoutImplied(parsed, firstDate)
  const last = parts.until !== null && parts.until < to ? parts.until : to
  const start = parts.count !== null || firstDate > from ? firstDate : from
  if (last < start) return []
  const named = isFilter(parts) ? walkDays(parts, firstDate, start, last) : expand(parts, firstDate, start, last)
  const counted = parts.count === null ? named : named.slice(0, parts.count)
  return counted.filter((date) => date >= from)
}

/** Every part only leaves days out: whether a day is named is seen from the day alone. */
const isFilter = ({ freq, bySetPos }: RuleParts): boolean =>
  (freq === 'DAILY' || freq === 'WEEKLY') && bySetPos.length === 0

function walkDays(parts: RuleParts, firstDate: string, start: string, last: string): string[] {
  const [first, end] = [dayOf(firstDate), dayOf(last)]
  const weekOf = (day: number): number => Math.floor((day + 3 - (parts.weekStart - 1)) / 7)
  const isInPeriod = (day: number): boolean =>
    (parts.freq === 'DAILY' ? day - first : weekOf(day) - weekOf(first)) % parts.interval === 0
  const onWeekdays = new Set(parts.byDay.map(({ weekday }) => weekday))
  const days: string[] = []
  for (let day = dayOf(start); day <= end; day++) {
    if (!isInPeriod(day) || (onWeekdays.size > 0 && !onWeekdays.has(weekdayOf(day)))) continue
    const date = dateOf(day)
    if (isNamedByMonth(parts, date)) days.push(date)
  }
  return days
}

function isNamedByMonth({ byMonth, byMonthDay }: RuleParts, date: string): boolean {
  if (byMonth.length > 0 && !byMonth.includes(Number(date.slice(5, 7)))) return false
  if (byMonthDay.length === 0) return true
  const [year, month, day] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))]
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return byMonthDay.includes(day) || byMonthDay.includes(day - length - 1)
}

/** By the library, from the beginning of the period of the rule in which `start` lies. */
function expand(parts: RuleParts, firstDate: string, start: string, last: string): string[] {
  const origin = periodStart(parts, firstDate, start)
  const bare = formatRule({ ...parts, count: null, until: null })
  const series = new RRuleTemporal({ rruleString: `DTSTART:${origin.replaceAll('-', '')}T000000Z\nRRULE:${bare}` })
  const within = series.between(new Date(`${start}T00:00:00Z`), new Date(`${last}T00:00:00Z`), true)
  return within.map((day) => day.toPlainDate().toString()).filter((date) => date >= firstDate)
}

/** The first day of the week, month or year of the series in which `date` lies, or of the one before it. */
function periodStart(parts: RuleParts, firstDate: string, date: string): string {
  const { freq, interval } = parts
  if (freq === 'WEEKLY' || freq === 'DAILY') {
    const firstDay = dayOf(firstDate)
    const week = firstDay - ((weekdayOf(firstDay) - parts.weekStart + 7) % 7)
    const step = 7 * interval
    return dateOf(week + Math.floor((dayOf(date) - week) / step) * step)
  }
  const monthOf = (of: string): number => Number(of.slice(0, 4)) * 12 + Number(of.slice(5, 7)) - 1
  const step = freq === 'MONTHLY' ? interval : 12 * interval
  const first = freq === 'MONTHLY' ? monthOf(firstDate) : Number(firstDate.slice(0, 4)) * 12
  const month = first + Math.floor((monthOf(date) - first) / step) * step
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`
}
