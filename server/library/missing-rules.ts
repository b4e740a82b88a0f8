import { doesHear } from '#server/planning/audience-rules.ts'
import { languagesOf, type PlanDevice, type PlanInput } from '#server/planning/rules.ts'
import type { LanguageMode } from '#server/planning/variant-rules.ts'

/** What broadcasts ask of a bulletin that it does not have: shown before it is approved. Pure. */

export interface MissingLanguage {
  readonly language: string
  /** How many devices ask for it. */
  readonly devices: number
}

/**
 * Which of a device's languages (most wanted first) a bulletin lacks. Where only the first that is there is played, what
 * comes after it is not asked for; where each is played, all are.
 */
export function listMissing(there: readonly string[], wanted: readonly string[], mode: LanguageMode): string[] {
  const found = wanted.findIndex((language) => there.includes(language))
  const asked = mode === 'first' && found >= 0 ? wanted.slice(0, found) : wanted
  return asked.filter((language) => !there.includes(language))
}

/** Languages that a bulletin lacks on devices that are to play it, those that most devices ask for first. */
export function countMissing(
  there: readonly string[],
  broadcasts: readonly (Parameters<typeof doesHear>[1] & { readonly languageMode: LanguageMode })[],
  devices: readonly PlanDevice[],
  areas: PlanInput['areas'],
): MissingLanguage[] {
  const counts = new Map<string, number>()
  for (const device of devices) {
    const wanted = languagesOf(device, areas)
    const modes = new Set(broadcasts.filter((one) => doesHear(device, one)).map((one) => one.languageMode))
    const missing = new Set([...modes].flatMap((mode) => listMissing(there, wanted, mode)))
    for (const language of missing) counts.set(language, (counts.get(language) ?? 0) + 1)
  }
  return [...counts]
    .map(([language, count]) => ({ language, devices: count }))
    .sort((a, b) => b.devices - a.devices || (a.language < b.language ? -1 : 1))
}
