import type { I18n } from '../../i18n/i18n.svelte.ts'
import { locales } from '../../i18n/translate.ts'

const partOf = (i18n: I18n, timeZone: string, atMs: number, timeZoneName: 'long' | 'shortOffset'): string =>
  new Intl.DateTimeFormat(locales[i18n.language], { timeZone, timeZoneName })
    .formatToParts(atMs)
    .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone

/** “Giờ Đông Dương”: as people call it, not as computers do. */
export const zoneName = (i18n: I18n, timeZone: string, atMs: number): string => partOf(i18n, timeZone, atMs, 'long')

export interface ZoneChoice {
  readonly timeZone: string
  readonly text: string
  readonly offsetMs: number
}

const offsetAt = (timeZone: string, atMs: number): number => {
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(atMs)
  return Date.parse(`${wall.replace(' ', 'T')}Z`) - Math.floor(atMs / 1000) * 1000
}

/** Every zone that this browser knows, by its distance from UTC; the present one is always among them. */
export function zoneChoices(i18n: I18n, present: string, atMs: number): ZoneChoice[] {
  // Browsers know Viet Nam’s under its old name only; both are the same.
  const known = Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'Asia/Saigon')
  return [...new Set([present, 'Asia/Ho_Chi_Minh', ...known])]
    .map((timeZone) => {
      const city = (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ')
      const offset = partOf(i18n, timeZone, atMs, 'shortOffset')
      const text = `${offset} · ${zoneName(i18n, timeZone, atMs)} · ${city}`
      return { timeZone, text, offsetMs: offsetAt(timeZone, atMs) }
    })
    .sort((a, b) => a.offsetMs - b.offsetMs || (a.text < b.text ? -1 : 1))
}
