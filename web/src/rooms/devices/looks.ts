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
