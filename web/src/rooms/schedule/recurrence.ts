import { weekdayOf } from '../../time/zone.ts'

/** How often, as the form says it. `kept`: a rule that the form has no words for stays as it is. */
export const repeats = ['once', 'daily', 'weekdays', 'weekend', 'weekly', 'monthly'] as const
export type Repeat = (typeof repeats)[number] | 'kept'

const codes: readonly string[] = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU']
const workdays = [1, 2, 3, 4, 5]
const weekend = [6, 7]

const weekly = (days: readonly number[]): string =>
  `FREQ=WEEKLY;BYDAY=${[...days]
    .sort((a, b) => a - b)
    .map((day) => codes[day - 1] ?? '')
    .join()}`

/** RRULE of RFC 5545 over days; null: once. `days`: 1 Monday … 7 Sunday, of a weekly one; none: that of the first day. */
export function ruleOf(repeat: Repeat, days: readonly number[], firstDate: string, kept: string | null): string | null {
  if (repeat === 'once') return null
  if (repeat === 'daily') return 'FREQ=DAILY'
  if (repeat === 'weekdays') return weekly(workdays)
  if (repeat === 'weekend') return weekly(weekend)
  if (repeat === 'weekly') return weekly(days.length > 0 ? days : [weekdayOf(firstDate)])
  if (repeat === 'monthly') return 'FREQ=MONTHLY'
  return kept
}

/** What the form says for a rule. */
export function readRule(rule: string | null): { repeat: Repeat; days: number[] } {
  const none = { days: [] as number[] }
  if (rule === null) return { repeat: 'once', ...none }
  if (rule === 'FREQ=DAILY') return { repeat: 'daily', ...none }
  if (/^FREQ=MONTHLY(;BYMONTHDAY=\d+)?$/.test(rule)) return { repeat: 'monthly', ...none }
  const match = /^FREQ=WEEKLY(?:;BYDAY=([A-Z,]+))?$/.exec(rule)
  if (!match) return { repeat: 'kept', ...none }
  const days = (match[1]?.split(',') ?? []).map((code) => codes.indexOf(code) + 1).sort((a, b) => a - b)
  if (days.join() === workdays.join()) return { repeat: 'weekdays', days }
  if (days.join() === weekend.join()) return { repeat: 'weekend', days }
  return { repeat: 'weekly', days }
}
