import { parseDate } from '../../time/typed.ts'
import { addDays, toInstant, toLocal } from '../../time/zone.ts'

export type PeriodMistake = 'period.bad' | 'period.past' | 'period.order'

/** The first and the last day of a period, as typed. */
export interface PeriodFields {
  from: string
  until: string
}
export type PeriodReading =
  | { readonly ok: true; readonly startMs: number; readonly endMs: number }
  | { readonly ok: false; readonly from?: PeriodMistake; readonly until?: PeriodMistake }

/** Whole days in the area's zone: it ends when the day after the last begins, and begins now when the first is today. */
export function readPeriod(fields: PeriodFields, nowMs: number, timeZone: string): PeriodReading {
  const today = toLocal(nowMs, timeZone).date
  const [from, until] = [parseDate(fields.from, today), parseDate(fields.until, today)]
  const mistakeIn = (date: string | undefined): PeriodMistake | undefined =>
    date === undefined ? 'period.bad' : date < today ? 'period.past' : undefined
  const fromMistake = mistakeIn(from)
  const untilMistake =
    mistakeIn(until) ?? (from !== undefined && until !== undefined && until < from ? 'period.order' : undefined)
  if (from === undefined || until === undefined || fromMistake || untilMistake) {
    return { ok: false, ...(fromMistake && { from: fromMistake }), ...(untilMistake && { until: untilMistake }) }
  }
  const startMs = Math.max(nowMs, toInstant(from, '00:00', timeZone))
  return { ok: true, startMs, endMs: toInstant(addDays(until, 1), '00:00', timeZone) }
}

/** The last day of what ends at this instant, for the format of dates: something that ends at midnight ended the day before. */
export const lastDayOf = (endsAt: string | number): number => new Date(endsAt).getTime() - 1
