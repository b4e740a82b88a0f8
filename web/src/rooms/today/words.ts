import type { RoomWords } from '../../i18n/i18n.svelte.ts'

/** Words of what went wrong: they come after the first content of the page. */
export const troubleWords: RoomWords = {
  vi: async () => (await import('../../i18n/vi/trouble.ts')).trouble,
  en: async () => (await import('../../i18n/en/trouble.ts')).trouble,
}
