import type { WeekWindow } from './hours-rules.ts'

/** How refusals name windows of the week, in both languages: "T2–T6 05:00–06:30, CN 06:00–07:00". */

const dayNames = {
  vi: ['T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'CN'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
} as const
const everyDay = { vi: 'hằng ngày', en: 'every day' } as const
type Language = keyof typeof everyDay

function daysWords(days: readonly number[], language: Language): string {
  const sorted = [...new Set(days)].sort()
  if (sorted.length === 7) return everyDay[language]
  const name = (day: number): string => dayNames[language][day - 1] ?? ''
  const runs: [first: number, last: number][] = []
  for (const day of sorted) {
    const run = runs.at(-1)
    if (run !== undefined && run[1] === day - 1) run[1] = day
    else runs.push([day, day])
  }
  return runs
    .map(([first, last]) =>
      first === last ? name(first) : `${name(first)}${last - first > 1 ? '–' : ', '}${name(last)}`,
    )
    .join(', ')
}

export const hoursWords = (windows: readonly WeekWindow[], language: Language): string =>
  windows.map(({ days, from, to }) => `${daysWords(days, language)} ${from}–${to}`).join('; ')
