import type { I18n } from '../../i18n/i18n.svelte.ts'

/** What is spoken in the communes, most spoken first (BCP 47). */
export const languages = [
  'vi',
  'hmn',
  'tyz',
  'nut',
  'ium',
  'mtq',
  'blt',
  'km',
  'cjm',
  'jra',
  'rad',
  'bdq',
  'en',
] as const

export function languageName(i18n: I18n, tag: string): string {
  const known = languages.find((language) => language === tag)
  return known === undefined ? tag : i18n.t(`language.${known}`)
}
