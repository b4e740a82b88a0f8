import type { RoomWords } from '../i18n/i18n.svelte.ts'
import type { Language } from '../i18n/translate.ts'
import type { HelpTexts } from './types.ts'

const texts: Readonly<Record<Language, () => Promise<{ help: HelpTexts }>>> = {
  vi: () => import('./vi/all.ts'),
  en: () => import('./en/all.ts'),
}

/** All of help in one language: long, and wanted now and then, so it comes when it is asked for. */
export const loadHelp = async (language: Language): Promise<HelpTexts> => (await texts[language]()).help

/** The words around it. */
export const helpWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/help.ts')).help,
  en: async () => (await import('../i18n/en/help.ts')).help,
}
