import { type Language, locales } from './translate.ts'

export interface Format {
  /** 17:30 */
  time(at: string | number): string
  /** 17:30:05 */
  timeWithSeconds(at: string | number): string
  /** 25/11/2026 */
  date(at: string | number): string
  /** 25/11 */
  dayMonth(at: string | number): string
  /** Thứ Tư */
  weekday(at: string | number): string
  /** 17:30 25/11/2026 */
  dateTime(at: string | number): string
  number(value: number, digits?: number): string
  percent(share: number): string
  /** 3:05, or 1:02:03: the length of a recording, as players write it. */
  length(durationMs: number): string
  /** 0:06:00: sums of airtime, always with hours so that columns compare. */
  hours(durationMs: number): string
}

/** Everything that a person reads of times and numbers: 24-hour, dd/mm/yyyy, in the area's zone, whatever the PC's settings. */
export function createFormat(language: Language, timeZone: string): Format {
  const locale = locales[language]
  const of = (options: Intl.DateTimeFormatOptions): ((at: string | number) => string) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options })
    return (at) => formatter.format(new Date(at))
  }
  const time = of({ hour: '2-digit', minute: '2-digit' })
  const date = of({ day: '2-digit', month: '2-digit', year: 'numeric' })
  const numbers = [0, 1, 2].map((digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }))
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const dayMonthParts = new Intl.DateTimeFormat('en-GB', { timeZone, day: '2-digit', month: '2-digit' })
  return {
    time,
    timeWithSeconds: of({ hour: '2-digit', minute: '2-digit', second: '2-digit' }),
    date,
    // vi-VN joins a lone day and month with a hyphen (25-11); Vietnamese offices write 25/11.
    dayMonth: (at) => dayMonthParts.format(new Date(at)),
    weekday: of({ weekday: 'long' }),
    dateTime: (at) => `${time(at)} ${date(at)}`,
    number: (value, digits = 0) => (numbers[digits] ?? numbers[0])?.format(value) ?? String(value),
    percent: (share) => percents.format(share),
    length: (durationMs) => {
      const { hours, minutes, seconds } = split(durationMs)
      return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
    },
    hours: (durationMs) => {
      const { hours, minutes, seconds } = split(durationMs)
      return `${hours}:${two(minutes)}:${two(seconds)}`
    },
  }
}

const two = (value: number): string => String(value).padStart(2, '0')

function split(durationMs: number): { hours: number; minutes: number; seconds: number } {
  const seconds = Math.round(durationMs / 1000)
  return { hours: Math.floor(seconds / 3600), minutes: Math.floor((seconds % 3600) / 60), seconds: seconds % 60 }
}
