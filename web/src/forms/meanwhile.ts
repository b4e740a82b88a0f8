import type { Revision } from '../api/if-match.ts'
import { ApiProblem } from '../api/problem.ts'
import type { I18n, RoomWords } from '../i18n/i18n.svelte.ts'

/** What the server tells with a 412: somebody was faster. */
export interface Meanwhile {
  readonly revision: Revision
  readonly changedAt: string | null
  /** Null: the reader may not know, or the server itself did it. */
  readonly changedByName: string | null
  /** The same account: in another window, or on another device. */
  readonly isOwnChange: boolean
}

export const togetherWords: RoomWords = {
  vi: async () => (await import('../i18n/vi/together.ts')).together,
  en: async () => (await import('../i18n/en/together.ts')).together,
}

/** Undefined: it failed for another reason. */
export function readMeanwhile(error: unknown): Meanwhile | undefined {
  if (!(error instanceof ApiProblem) || error.code !== 'changed-meanwhile') return undefined
  const facts: Partial<Meanwhile> = typeof error.facts === 'object' && error.facts !== null ? error.facts : {}
  const { revision = '', changedAt = null, changedByName = null, isOwnChange = false } = facts
  return { revision, changedAt, changedByName, isOwnChange }
}

/** Who, and when, as far as that is known. Asks for `togetherWords`. */
export function sayMeanwhile(i18n: I18n, { changedAt, changedByName, isOwnChange }: Meanwhile): string {
  if (changedAt === null) return i18n.t('together.someone')
  const time = i18n.format.time(changedAt)
  if (isOwnChange) return i18n.t('together.own', { time })
  return changedByName === null ? i18n.t('together.at', { time }) : i18n.t('together.by', { name: changedByName, time })
}

/**
 * Why something that was done at once, without a form, is as it was again: whoever did it sees what the others made of it,
 * and is told so.
 */
export async function explainRollback(i18n: I18n, error: ApiProblem): Promise<string> {
  const meanwhile = readMeanwhile(error)
  if (meanwhile === undefined) return error.message
  await i18n.addWords(togetherWords)
  return `${sayMeanwhile(i18n, meanwhile)} ${i18n.t('together.rolledBack')}`
}
