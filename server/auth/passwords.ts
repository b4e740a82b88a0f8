import { hash, verify } from '@node-rs/argon2'
import { commonWords } from './common-words.ts'

/**
 * argon2id (RFC 9106) with the parameters that OWASP's password storage cheat sheet gives first: 19 MiB, 2 passes, 1 lane. About
 * 30 ms on a small server; the encoded hash carries the parameters, so that they can be raised later.
 * `Algorithm.Argon2id` is 2 (a const enum, which isolated modules cannot read).
 */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } as const

export interface Passwords {
  hash(password: string): Promise<string>
  /** False also when there is no hash; takes as long then, so that the time does not tell whether an account exists. */
  isRight(passwordHash: string | null, password: string): Promise<boolean>
}

/** NFKC: the same Vietnamese letter may be typed composed or decomposed. */
const normalise = (password: string): string => password.normalize('NFKC')

export async function createPasswords(): Promise<Passwords> {
  const hashOfNobody = await hash('nobody has this password', PARAMETERS)
  return {
    hash: (password) => hash(normalise(password), PARAMETERS),
    async isRight(passwordHash, password) {
      const isMatch = await verify(passwordHash ?? hashOfNobody, normalise(password))
      return passwordHash !== null && isMatch
    },
  }
}

/** As it is guessed: without case, tone marks, spaces and signs, and with letters in place of the digits that stand for them. */
function fold(text: string): string {
  return normalise(text)
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

const asLetters: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '!': 'i',
  '3': 'e',
  '4': 'a',
  '@': 'a',
  '5': 's',
  $: 's',
  '7': 't',
}

/** `p@ssw0rd2024!` → `password`: what is put around a word goes, what stands for its letters becomes them. */
const unleet = (password: string): string =>
  fold(
    normalise(password)
      .replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
      .replaceAll(/[0134@5$7!]/g, (sign) => asLetters[sign] ?? sign),
  )

const MAX_COMMON_WORDS = 2
const LONGEST_COMMON_WORD = Math.max(...[...commonWords].map((word) => word.length))

/** The fewest different common words that make up the text, digits being free; Infinity: something else is in it. */
function countCommonWords(text: string): number {
  // For each length, the sets of words that reach it: few, since only small ones are kept.
  const reached: Set<string>[][] = [[new Set()]]
  for (let end = 1; end <= text.length; end++) {
    const ways: Set<string>[] = []
    if (/\d/.test(text[end - 1] ?? '')) ways.push(...(reached[end - 1] ?? []))
    for (let start = Math.max(0, end - LONGEST_COMMON_WORD); start < end; start++) {
      const word = text.slice(start, end)
      if (!commonWords.has(word)) continue
      for (const way of reached[start] ?? []) {
        const words = new Set([...way, word])
        if (words.size <= MAX_COMMON_WORDS) ways.push(words)
      }
    }
    reached.push(ways.slice(0, 50))
  }
  return Math.min(Number.POSITIVE_INFINITY, ...(reached[text.length] ?? []).map((words) => words.size))
}

/**
 * Rules by length (the schema) and by what is guessed first; no character classes (NIST SP 800-63B §3.1.1.2). Common are
 * passwords of very few different characters, of one short piece over and over, of digits alone, and of at most two
 * common words with digits and signs around them.
 */
export function isCommonPassword(password: string): boolean {
  const folded = fold(password)
  if (new Set(folded).size < 5 || /^\d*$/.test(folded)) return true
  if (/^(.{1,6})\1+$/u.test(folded)) return true
  return [folded, unleet(password)].some((text) => countCommonWords(text) <= MAX_COMMON_WORDS)
}

/** What must be left of a password when everything that names its owner is taken out. */
const MIN_UNNAMED_LENGTH = 8

/** Whether the password is little more than names of its owner: the user name, the display name, the area. */
export function namesItsOwner(password: string, names: readonly string[]): boolean {
  let rest = fold(password)
  const parts = names
    .flatMap((name) => [fold(name), ...name.split(/[\s._-]+/).map(fold)])
    .filter((part) => part.length >= 2)
  // Whole names before their parts.
  for (const part of [...new Set(parts)].sort((left, right) => right.length - left.length)) {
    const without = rest.replaceAll(part, '')
    if (without.length < MIN_UNNAMED_LENGTH && without.length < rest.length) return true
    if (part.length >= 4) rest = without
  }
  return false
}
