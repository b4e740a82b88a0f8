import type { vi } from './vi/all.ts'

/** Vietnamese is the source: its keys and placeholders are what every other language must have. */
export type Source = typeof vi
export type Key = keyof Source
export type Language = 'vi' | 'en'
/** Where a language bends with a number, both forms; which one applies is decided by the parameter `count`. */
export type Translation = string | { readonly one: string; readonly other: string }
export type Dictionary = Readonly<Record<Key, Translation>>

type ParamsOf<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamsOf<Rest>
  : never
export type Args<K extends Key> = [ParamsOf<Source[K]>] extends [never]
  ? []
  : [params: Readonly<Record<ParamsOf<Source[K]>, string | number>>]

export const locales: Readonly<Record<Language, string>> = { vi: 'vi-VN', en: 'en-GB' }

/** Fills `{name}` placeholders; numbers are written as the language writes them. */
export function translate(
  dictionary: Partial<Dictionary>,
  language: Language,
  key: Key,
  params: Readonly<Record<string, string | number>> = {},
): string {
  const entry = dictionary[key]
  // Words of a room that is still on its way.
  if (entry === undefined) return ''
  const text = typeof entry === 'string' ? entry : entry[formFor(language, params.count)]
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? value.toLocaleString(locales[language]) : value
  })
}

function formFor(language: Language, count: string | number | undefined): 'one' | 'other' {
  return typeof count === 'number' && new Intl.PluralRules(locales[language]).select(count) === 'one' ? 'one' : 'other'
}
