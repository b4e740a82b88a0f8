import type { ProblemText } from './problem-text.ts'

export type Language = 'vi' | 'en'

/**
 * The reader's language by `Accept-Language` (RFC 9110 §12.5.4): the better weighted of Vietnamese and English.
 * Vietnamese when the header is missing, names neither, or likes both alike.
 */
export function readerLanguage(header: string | undefined): Language {
  const weights: Record<Language, number> = { vi: 0, en: 0 }
  for (const range of (header ?? '').slice(0, 200).split(',')) {
    const [tag = '', ...parameters] = range.trim().toLowerCase().split(';')
    const primary = tag.split('-')[0]
    if (primary !== 'vi' && primary !== 'en') continue
    const q = parameters.map((one) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(one)?.[1]).find((one) => one !== undefined)
    weights[primary] = Math.max(weights[primary], q === undefined ? 1 : Number(q))
  }
  return weights.en > weights.vi ? 'en' : 'vi'
}

/** A length of time in words, rounded up: seconds up to a minute and a half, minutes beyond. */
export function sayDuration(seconds: number, language: Language): string {
  if (seconds < 100) return language === 'vi' ? `${seconds} giây` : seconds === 1 ? '1 second' : `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return language === 'vi' ? `${minutes} phút` : `${minutes} minutes`
}

/** The words of a text in the reader's language, its `{parameters}` filled in; `{wait}` is the parameter `seconds` in words. */
export function fillText(
  text: Pick<ProblemText, Language>,
  params: Readonly<Record<string, string | number>>,
  language: Language,
): string {
  return text[language].replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
    name === 'wait' && typeof params.seconds === 'number'
      ? sayDuration(params.seconds, language)
      : String(params[name] ?? whole),
  )
}
