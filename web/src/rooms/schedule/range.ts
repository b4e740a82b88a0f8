import type { I18n } from '../../i18n/i18n.svelte.ts'

/** `17:00–17:12`; within one minute only `17:00`. */
export function sayRange({ format }: I18n, from: string, until: string): string {
  const [start, end] = [format.time(from), format.time(until)]
  return start === end ? start : `${start}–${end}`
}
