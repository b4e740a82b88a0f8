import { addDays, mondayOf, toInstant } from '../../time/zone.ts'

export const periods = ['today', 'week', 'month', 'lastMonth', 'quarter'] as const
export type Period = (typeof periods)[number]

/** First and last day, YYYY-MM-DD, both inclusive. */
export interface Days {
  readonly first: string
  readonly last: string
}

export function daysOf(period: Period, today: string): Days {
  const monthAfter = (first: string): string => `${addDays(first, 31).slice(0, 8)}01`
  const firstOfMonth = `${today.slice(0, 8)}01`
  const firstOfLastMonth = `${addDays(firstOfMonth, -1).slice(0, 8)}01`
  const quarterMonth = String(Math.floor((Number(today.slice(5, 7)) - 1) / 3) * 3 + 1).padStart(2, '0')
  const firstOfQuarter = `${today.slice(0, 5)}${quarterMonth}-01`
  const days: Record<Period, Days> = {
    today: { first: today, last: today },
    week: { first: mondayOf(today), last: addDays(mondayOf(today), 6) },
    month: { first: firstOfMonth, last: addDays(monthAfter(firstOfMonth), -1) },
    lastMonth: { first: firstOfLastMonth, last: addDays(firstOfMonth, -1) },
    quarter: { first: firstOfQuarter, last: addDays(monthAfter(monthAfter(monthAfter(firstOfQuarter))), -1) },
  }
  return days[period]
}

const MAX_DAYS = 366
export const isSpan = ({ first, last }: Days): boolean => first <= last && last < addDays(first, MAX_DAYS)

/** From the first midnight to the one after the last day, in the area's zone, as ISO instants. */
export function rangeOf({ first, last }: Days, timeZone: string): { from: string; to: string } {
  const midnight = (day: string): string => new Date(toInstant(day, '00:00', timeZone)).toISOString()
  return { from: midnight(first), to: midnight(addDays(last, 1)) }
}
