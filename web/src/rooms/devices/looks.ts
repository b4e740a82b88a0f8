import type { Device } from '../../api/types.ts'
import type { I18n } from '../../i18n/i18n.svelte.ts'
import type { Key } from '../../i18n/translate.ts'
import { base } from '../../i18n/vi/base.ts'

export const statusTones: Readonly<Record<Device['status'], string>> = {
  online: 'ok',
  offline: 'bad',
  'never-enrolled': 'warn',
  revoked: '',
}

const isKey = (key: string): key is Key => key in base

/** A code that this console does not know yet (a newer agent) still gets words. */
export function alarmWords(i18n: I18n, code: string): string {
  const key = `alarm.${code}`
  return isKey(key) && key.startsWith('alarm.') ? (i18n.t as (key: Key) => string)(key) : i18n.t('alarm.other')
}

/** What it means and what to do, where the name of the alarm does not say it. */
export function alarmHint(i18n: I18n, code: string): string | undefined {
  const hinted = [
    'hardware-changed',
    'ledger-forked',
    'ledger-replaced',
    'ledgers-exhausted',
    'unscheduled-sound',
  ] as const
  const known = hinted.find((one) => one === code)
  return known && i18n.t(`alarmHint.${known}`)
}

export function commandWords(i18n: I18n, kind: string): string {
  const known = (['stop', 'identify', 'restart'] as const).find((one) => one === kind)
  return i18n.t(`command.${known ?? 'other'}`)
}

/** "3 phút trước" */
export function agoWords(i18n: I18n, at: string | null, nowMs: number): string {
  if (at === null) return i18n.t('device.never')
  const agoMs = nowMs - Date.parse(at)
  return agoMs < 60_000 ? i18n.t('device.justNow') : i18n.t('device.ago', { time: i18n.duration(agoMs) })
}

/** How far the clock of a device can be trusted, what that rests on, and how far it is off. */
export function clockWords(i18n: I18n, { clock, clockOffsetMs }: Pick<Device, 'clock' | 'clockOffsetMs'>): string {
  if (clock === null) return '–'
  const evidence = (['server', 'ntp', 'rtc', 'continuity'] as const).find((one) => one === clock.evidence)
  const off =
    clockOffsetMs === null
      ? undefined
      : Math.abs(clockOffsetMs) < 1000
        ? i18n.t('clock.exact')
        : i18n.t('clock.off', { time: i18n.duration(Math.abs(clockOffsetMs)) })
  return [i18n.t(`clock.${clock.state}`), evidence && i18n.t(`clock.${evidence}`), off].filter(Boolean).join(', ')
}

/** Whether a device has what it needs for its schedule. */
export function planWords(i18n: I18n, { target, status }: Device): string {
  if (status === 'never-enrolled') return '–'
  if (target.heldRevision !== target.wantedRevision) return i18n.t('device.behind')
  const missing = target.clipsMissing ?? 0
  return missing > 0 ? i18n.t('device.loading', { count: missing }) : i18n.t('device.upToDate')
}
