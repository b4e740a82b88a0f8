import { addDays, mondayOf, toInstant } from '../../time/zone.ts'

export const periods = ['today', 'week', 'month', 'lastMonth'] as const
export type Period = (typeof periods)[number]

/** From the first midnight to the one after the last day, in the area's zone, as ISO instants. */
export function rangeOf(period: Period, today: string, timeZone: string): { from: string; to: string } {
  const firstOfMonth = `${today.slice(0, 8)}01`
  const firstOfLastMonth = `${addDays(firstOfMonth, -1).slice(0, 8)}01`
  const firstOfNextMonth = `${addDays(firstOfMonth, 31).slice(0, 8)}01`
  const days: Record<Period, readonly [string, string]> = {
    today: [today, addDays(today, 1)],
    week: [mondayOf(today), addDays(mondayOf(today), 7)],
    month: [firstOfMonth, firstOfNextMonth],
    lastMonth: [firstOfLastMonth, firstOfMonth],
  }
  const [from, to] = days[period].map((day) => new Date(toInstant(day, '00:00', timeZone)).toISOString())
  return { from: from ?? '', to: to ?? '' }
}
