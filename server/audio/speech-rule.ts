/** What the rules of the reader share. */
import { letterNames } from './speech-table.ts'

/** One rewriting step. `pattern` is global and names no groups; `speak` gives what stands in its place. */
export interface SpeechRule {
  pattern: RegExp
  speak: (match: { whole: string; groups: (string | undefined)[]; offset: number; text: string }) => string
}

/** Vietnamese letters are not in `\w`, so `\b` would cut words at every accent. */
export const wordStart = String.raw`(?<![\p{L}\p{N}])`
export const wordEnd = String.raw`(?![\p{L}\p{N}])`

/** A number as written, with its separators; what they mean is for `speakNumber` to say. */
export const number = String.raw`\d+(?:[.,]\d+)*`
/** Not inside another number. */
export const numberStart = String.raw`(?<![\p{L}\d])(?<!\d[.,])`

/** Any of the texts, the longest first, so that a key never hides a longer one. */
export function alternatives(texts: readonly string[]): string {
  const longestFirst = [...texts].sort((a, b) => b.length - a.length)
  return longestFirst.map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)).join('|')
}

/** The word right before `offset`, in lower case, or an empty string at the start of a sentence. */
export function previousWord(text: string, offset: number): string {
  const before = text.slice(Math.max(0, offset - 24), offset)
  return /(\p{L}+)[,:]? ?\(?$/u.exec(before)?.[1]?.toLowerCase() ?? ''
}

/** The word right after `end`, in lower case. */
export function nextWord(text: string, end: number): string {
  return /^ (\p{L}+)/u.exec(text.slice(end, end + 24))?.[1]?.toLowerCase() ?? ''
}

/** A table's own entry: "constructor" is not one. */
export function lookUp(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined
}

/** Letter by letter, by their Vietnamese names. */
export function spell(letters: string): string {
  return Array.from(letters, (letter) => lookUp(letterNames, letter) ?? letter).join(' ')
}
