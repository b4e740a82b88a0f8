import type { I18n } from '../../i18n/i18n.svelte.ts'
import { languageName } from '../library/language.ts'
import { capNames, weekdays } from './rules-fields.ts'
import type { OwnRules, Window } from './types.ts'

/** Days as people shorten them: "T2–T6", "T7, CN"; all of them: nothing. */
function dayWords(i18n: I18n, days: readonly number[]): string {
  if (days.length === 7) return ''
  const runs: number[][] = []
  for (const day of [...days].sort()) {
    const last = runs.at(-1)
    if (last?.at(-1) === day - 1) last.push(day)
    else runs.push([day])
  }
  const name = (day: number | undefined): string => {
    const known = weekdays.find((one) => one === day)
    return known === undefined ? '' : i18n.t(`day.${known}`)
  }
  const words = runs.flatMap((run) =>
    run.length > 2 ? [`${name(run[0])}–${name(run.at(-1))}`] : run.map((day) => name(day)),
  )
  return `${words.join(', ')} `
}

const windowWords = (i18n: I18n, { days, from, to }: Window): string => `${dayWords(i18n, days)}${from}–${to}`

/** What an area itself says, in one line. */
export function ownWords(i18n: I18n, own: OwnRules): string {
  const parts: string[] = []
  if (own.hours !== null) {
    const hours = own.hours.map((window) => windowWords(i18n, window)).join(', ')
    parts.push(i18n.t('areas.own.hours', { hours }))
  }
  for (const name of capNames) {
    const limit = own[name]
    if (limit !== null) parts.push(i18n.t(`areas.short.${name}`, { count: limit }))
  }
  if (own.languages.length > 0) parts.push(own.languages.map((tag) => languageName(i18n, tag)).join(' → '))
  if (own.volumes !== null) parts.push(i18n.t('areas.short.volumes'))
  if (own.leadIn !== null) parts.push(i18n.t('areas.short.leadIn'))
  return parts.join(' · ')
}
