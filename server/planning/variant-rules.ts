import type { BlobRef } from '#protocol/target.ts'

/** A bulletin has its audio in one or several languages (BCP 47), the main one first. */
export interface Variant {
  readonly language: string
  readonly clip: BlobRef
  readonly durationMs: number
}

/** `first`: a device plays the first of its languages that is there. `each`: every one of its languages that is there. */
export type LanguageMode = 'first' | 'each'

/** What a device hears that says nothing about languages, and no area above it does. */
export const DEFAULT_LANGUAGES: readonly string[] = ['vi']

/**
 * What a device with these languages (most wanted first) plays of a bulletin, in order. Who understands none of what is
 * there hears the main variant: a warning in another language is better than silence.
 */
export function chooseVariants(
  variants: readonly Variant[],
  languages: readonly string[],
  mode: LanguageMode,
): readonly Variant[] {
  const wanted = languages.flatMap((language) => variants.find((variant) => variant.language === language) ?? [])
  const chosen = wanted.length > 0 ? wanted : variants.slice(0, 1)
  return mode === 'first' ? chosen.slice(0, 1) : chosen
}

/**
 * How long a bulletin's place in its programme is, whoever listens: the next one starts together on neighbouring horns,
 * so that it waits for the longest variant (`each`: for all of them, one after the other).
 */
export function slotMs(variants: readonly Variant[], mode: LanguageMode): number {
  return mode === 'first'
    ? variants.reduce((longest, variant) => Math.max(longest, variant.durationMs), 0)
    : variants.reduce((sum, variant) => sum + variant.durationMs, 0)
}
