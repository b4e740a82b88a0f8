import type { InstantMs } from '#protocol/time.ts'
import { localDateOf, startOfLocalDay } from './recurrence-rules.ts'

/** Days and times as people write them in Viet Nam, and understand them elsewhere. Pure. */

/** 24/11/2026 of 2026-11-24. */
export const sayDate = (date: string): string => date.split('-').reverse().join('/')

/** 05:30 */
export function sayTime(at: InstantMs, timeZone: string): string {
  const minutes = Math.floor((at - startOfLocalDay(localDateOf(at, timeZone), timeZone)) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** 05:30 24/11/2026 */
export const sayLocal = (at: InstantMs, timeZone: string): string =>
  `${sayTime(at, timeZone)} ${sayDate(localDateOf(at, timeZone))}`
