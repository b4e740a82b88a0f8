import type { I18n } from '../../i18n/i18n.svelte.ts'
import { toLocal } from '../../time/zone.ts'

/** When something is to be heard; with its day, unless that is today. */
export function soonWords(i18n: I18n, at: string, nowMs: number): string {
  const time = i18n.format.time(at)
  const isToday = toLocal(Date.parse(at), i18n.timeZone).date === toLocal(nowMs, i18n.timeZone).date
  return isToday
    ? i18n.t('approve.soon', { time })
    : i18n.t('approve.soonDay', { time, date: i18n.format.dayMonth(at) })
}
