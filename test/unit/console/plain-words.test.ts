import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { help as helpEn } from '../../../web/src/help/en/all.ts'
import type { HelpTexts } from '../../../web/src/help/types.ts'
import { help as helpVi } from '../../../web/src/help/vi/all.ts'
import { en } from '../../../web/src/i18n/en/all.ts'
import { vi } from '../../../web/src/i18n/vi/all.ts'

/** Where a text stands, and what it says. */
type Said = readonly (readonly [where: string, text: string])[]

/** What the server tells people: every `vi: '…'` and `en: '…'` of its features. Commands are for operators. */
function readServer(language: 'vi' | 'en'): Said {
  const root = path.resolve(import.meta.dirname, '../../../server')
  const literal = new RegExp(`\\b${language}:\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|"((?:[^"\\\\]|\\\\.)*)")`, 'g')
  return (
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter(
        (file) =>
          file.endsWith('.ts') && !/^(cli|audio|embedded-postgres|mqtt)\//.test(file) && !/secret-files/.test(file),
      )
      .flatMap((file) =>
        [...readFileSync(path.join(root, file), 'utf8').matchAll(literal)].map(
          ([, single, double]) => [`server/${file}`, (single ?? double ?? '').replaceAll("\\'", "'")] as const,
        ),
      )
      // The names of languages for `Intl` are no words.
      .filter(([, text]) => !/^[a-z]{2}-[A-Z]{2}$/.test(text))
  )
}

const textsOf = (dictionary: Readonly<Record<string, string | { one: string; other: string }>>): Said =>
  Object.entries(dictionary).flatMap(([key, entry]) =>
    (typeof entry === 'string' ? [entry] : [entry.one, entry.other]).map((text) => [key, text] as const),
  )
const helpOf = ({ pages, glossary }: HelpTexts): Said => [
  ...Object.entries(pages).flatMap(([page, { title, what, todo, questions }]) =>
    [title, what, ...todo, ...questions.flat()].map((text) => [`help ${page}`, text] as const),
  ),
  ...Object.entries(glossary).map(([id, { word, meaning }]) => [`glossary ${id}`, `${word}. ${meaning}`] as const),
]

/** Names of things that people know by just these, and what stands on keys and files. */
const names = [
  ...['Excel', 'CSV', 'MP3', 'WAV', 'M4A', 'OGG', 'FLAC', 'AMR', 'Opus', 'QR', 'A4', 'MB', 'GB', 'https', 'Esc'],
  ...['Google', 'Authenticator', 'Microsoft', 'Chrome', 'Edge', 'Firefox', 'English', 'Loa', 'Khmer', 'loaxa'],
  // Words that Vietnamese took over and writes like this.
  ...['micro', 'ampli', 'byte', 'mili', 'cookie', 'kHz'],
  // Offices, and peoples whose names are written so.
  ...['UBND', 'BTTTT', 'TT', 'CN', 'Hrê', 'Raglai', 'Xtiêng', 'Bru'],
]
const isName = (word: string): boolean => names.some((name) => name.toLowerCase() === word.toLowerCase())

/** Commands for operators are quoted as they are typed, and placeholders are filled before anybody reads them. */
const withoutQuoted = (text: string): string =>
  text
    .replace(/(?:sudo )?loaxa(?:-agent)?(?: -{0,2}[a-z-]+)+/g, '')
    .replace(/\.txt\b/g, '')
    .replace(/\{\w+\}/g, ' 1 ')

/** A Vietnamese syllable without its marks: onset, vowels, coda. Nearly no English word passes for one. */
const syllable =
  /^(?:b|ch?|d|gh?|gi|h|kh?|l|m|n|nh|ngh?|ph?|qu|r|s|th?|tr|v|x)?(?:a[iouy]?|e[ou]?|i(?:a|eu?|u)?|o(?:a[iyo]?|eo?|i|o)?|u(?:a[iy]?|e|i|o[iu]?|u|y(?:a|en?|et|eu|u)?|ye)?|ye?u?)(?:ch?|m|nh?|ng|p|t)?$/
const fold = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
/** English words that look like Vietnamese ones without marks. */
const englishAlike = ['chat', 'on', 'off', 'not', 'the', 'and', 'from', 'that']

function findForeign(text: string): string[] {
  const words = withoutQuoted(text).match(/(?<![\p{L}\p{N}])\p{L}[\p{L}\p{M}]+(?![\p{L}\p{N}])/gu) ?? []
  return words.filter((word) => {
    if (isName(word)) return false
    const hasMarks = fold(word) !== word.toLowerCase()
    return !syllable.test(fold(word)) || (!hasMarks && englishAlike.includes(word))
  })
}

/** What only those understand who made the system. */
const jargon =
  /\b(API|MQTT|JSON|HTTP|SQL|UUID|TLS|JWS|JWT|RRULE|cron|clip|clips|revision|broker|payload|endpoint|token|null|undefined|NaN|timeout|backend|frontend|middleware|daemon|cache|hash|nonce|regex|parse|string|boolean|enum|schema|query|cursor|manifest|ledger)\b/i
/** Names for programs: camelCase, snake_case, ids, codes with hyphens in quotes. */
const rawCode = /\b[a-z]+[a-z0-9]*[A-Z]\w*|\b\w+_\w+\b|\b[0-9a-f]{8}-[0-9a-f]{4}/

const allowed = (where: string, word: string): boolean =>
  excused.some(([place, what]) => place === where && what === word)
/** Where such a word is meant, and why it may stay. */
const excused: readonly (readonly [where: string, word: string])[] = [
  // Told to programs: a person's browser sends neither.
  ['server/http/problem-texts.ts', 'JSON'],
  ['server/http/request-faults.ts', 'JSON'],
  ['server/http/problem-texts.ts', 'null'],
  // What an operator types.
  ['server/devices/problems.ts', 'replace'],
  // What the calendar standard calls it, beside the plain word, for who imports a calendar.
  ...['FREQ', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'].map((word) => ['server/broadcasts/problems.ts', word] as const),
]

const vietnamese: Said = [...textsOf(vi), ...helpOf(helpVi), ...readServer('vi')]
const english: Said = [...textsOf(en), ...helpOf(helpEn), ...readServer('en')]

describe('words that a commune officer understands', () => {
  test('the check itself finds what it looks for', () => {
    expect(findForeign('Đã gửi file lên server')).toEqual(['file', 'server'])
    expect(findForeign('Thứ Bảy, ngoài giờ được phép; nghiêng, khuya, quyển, oằn, yểu, thoái, xoáy, ngoằn')).toEqual([])
    expect('the clip of revision 3'.match(jargon)?.[0]).toBe('clip')
    expect('the field areaId'.match(rawCode)?.[0]).toBe('areaId')
  })

  test('no English and no codes in Vietnamese', () => {
    const found = vietnamese.flatMap(([where, text]) =>
      findForeign(text).flatMap((word) => (allowed(where, word) ? [] : [`${where}: ${word} – ${text}`])),
    )
    expect(found).toEqual([])
  })

  test.each([
    ['Vietnamese', vietnamese],
    ['English', english],
  ])('no jargon and no names for programs in %s', (_language, said) => {
    const found = said.flatMap(([where, text]) => {
      const plain = withoutQuoted(text)
      const word = plain.match(jargon)?.[0] ?? plain.match(rawCode)?.[0]
      return word === undefined || isName(word) || allowed(where, word) ? [] : [`${where}: ${word} – ${text}`]
    })
    expect(found).toEqual([])
  })

  test('nothing is empty, and no dictionary says its own placeholder wrongly', () => {
    for (const [where, text] of [...vietnamese, ...english]) {
      expect(text.trim(), where).not.toBe('')
      expect(text, where).not.toMatch(/\{\s|\s\}|\{\}|\$\{/)
    }
  })
})

describe('help', () => {
  test('says of every page in both languages what can be done, which words it has and what is asked', () => {
    for (const [page, help] of Object.entries(helpVi.pages)) {
      const other = Object.entries(helpEn.pages).find(([name]) => name === page)?.[1]
      expect(other?.words, page).toEqual(help.words)
      expect(other?.todo, page).toHaveLength(help.todo.length)
      expect(other?.questions, page).toHaveLength(help.questions.length)
      expect(help.todo.length * help.words.length * help.questions.length, page).toBeGreaterThan(0)
      expect(new Set(help.words).size, page).toBe(help.words.length)
    }
  })

  test.each([
    ['Vietnamese', helpVi, vi],
    ['English', helpEn, en],
  ])('names buttons and fields as they are called (%s)', (_language, help, dictionary) => {
    const labels = textsOf(dictionary).map(([, text]) => text.toLowerCase())
    const quoted = helpOf(help).flatMap(([where, text]) =>
      [...text.matchAll(/“([^”]+)”/g)].map(([, label = '']) => [where, label] as const),
    )
    const unknown = quoted.filter(([, label]) => !labels.some((text) => text.includes(label.toLowerCase())))
    // How a text is written for the voice.
    expect(unknown.filter(([, label]) => !['ủy ban nhân dân', 'UBND'].includes(label))).toEqual([])
    expect(quoted.length).toBeGreaterThan(20)
  })

  test('explains no word that no page uses', () => {
    const used = new Set(Object.values(helpVi.pages).flatMap(({ words }) => words))
    // Looked for in the glossary, though no page needs them.
    const only = ['filler', 'emergency', 'readAloud', 'trim', 'merger', 'freeTime', 'ready', 'playLog', 'chain']
    expect(Object.keys(helpVi.glossary).filter((id) => !used.has(id as never) && !only.includes(id))).toEqual([])
  })
})
