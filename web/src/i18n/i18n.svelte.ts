import { createFormat, type Format } from './format.ts'
import { type Args, type Dictionary, type Key, type Language, translate } from './translate.ts'
import { base } from './vi/base.ts'

/** Words that only some rooms need, by language; loaded when they are wanted. */
export type RoomWords = Readonly<Record<Language, () => Promise<Partial<Dictionary>>>>

export interface I18n {
  readonly language: Language
  readonly format: Format
  readonly timeZone: string
  t<K extends Key>(key: K, ...args: Args<K>): string
  /** "8 phút", "1 giờ 20 phút", "45 giây": how people say how long something takes. */
  duration(durationMs: number): string
  setLanguage(language: Language): Promise<void>
  /** Resolves when these words are there, in the language of the reader; a change of the language brings them along. */
  addWords(words: RoomWords): Promise<void>
  setTimeZone(timeZone: string): void
}

const storageKey = 'loaxa.language'

/** English is loaded only by those who read it. The choice is kept on this PC. */
export async function createI18n(storage: Storage): Promise<I18n> {
  let language = $state<Language>('vi')
  let dictionary = $state.raw<Partial<Dictionary>>(base)
  const added = new Set<RoomWords>()
  let timeZone = $state('Asia/Ho_Chi_Minh')
  const format = $derived(createFormat(language, timeZone))

  const t = <K extends Key>(key: K, ...args: Args<K>): string => translate(dictionary, language, key, args[0])
  const setLanguage = async (wanted: Language): Promise<void> => {
    const own = wanted === 'vi' ? base : (await import('./en/base.ts')).base
    const more = await Promise.all([...added].map((words) => words[wanted]()))
    dictionary = Object.assign({}, own, ...more)
    language = wanted
    document.documentElement.lang = wanted
    storage.setItem(storageKey, wanted)
  }
  if (storage.getItem(storageKey) === 'en') await setLanguage('en')

  return {
    get language() {
      return language
    },
    get format() {
      return format
    },
    get timeZone() {
      return timeZone
    },
    t,
    duration(durationMs) {
      const seconds = Math.max(0, Math.round(durationMs / 1000))
      if (seconds < 60) return t('unit.seconds', { count: seconds })
      const minutes = Math.round(seconds / 60)
      if (minutes < 60) return t('unit.minutes', { count: minutes })
      const hours = Math.floor(minutes / 60)
      if (hours >= 48) return t('unit.days', { count: Math.round(hours / 24) })
      const rest = minutes % 60
      if (rest === 0) return t('unit.hours', { count: hours })
      return `${t('unit.hours', { count: hours })} ${t('unit.minutes', { count: rest })}`
    },
    setLanguage,
    async addWords(words) {
      if (added.has(words)) return
      const more = await words[language]()
      added.add(words)
      dictionary = { ...dictionary, ...more }
    },
    setTimeZone(zone) {
      timeZone = zone
    },
  }
}
