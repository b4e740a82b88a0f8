/**
 * From text as an office writes it to text as an announcer reads it aloud: pure, and linear in the length of the text.
 *
 * The rules run one after another, the most specific first; what a rule has turned into words holds no digit any more
 * and is out of reach of the later ones. Every pattern starts at a boundary and repeats nothing inside a repetition
 * without a separator, so that a page of digits costs no more than a page of words.
 */
import { calendarRules } from './speech-calendar.ts'
import { parseRoman, speakInteger, speakNumber } from './speech-numbers.ts'
import { addressRules, documentRules, telephoneRules } from './speech-references.ts'
import { alternatives, lookUp, number, numberStart, type SpeechRule, spell, wordEnd, wordStart } from './speech-rule.ts'
import { abbreviations, currencies, perWords, romanLeaders, shorthand, symbols, titles, units } from './speech-table.ts'

/**
 * Text for a Vietnamese voice: dates, times, numbers, money, units, telephone numbers, Roman numerals and abbreviations
 * spelled out as words; control characters, pictures and markup removed.
 */
export function normaliseSpeechText(text: string): string {
  let spoken = prepare(text)
  for (const rule of rules) spoken = spoken.replace(rule.pattern, (...args) => rule.speak(readMatch(args)))
  return tidy(spoken)
}

/** Is there anything in this text that a voice can say? Digits and known signs count, since they become words. */
export const isSpeakable = (text: string): boolean => hasLetters(normaliseSpeechText(text))

/** The same, of a text that is normalised already. */
export const hasLetters = (spokenText: string): boolean => /\p{L}/u.test(spokenText)

/** `String.replace` hands over match, groups, offset, text; the patterns name no groups. */
function readMatch(args: unknown[]): Parameters<SpeechRule['speak']>[0] {
  const text = String(args.at(-1))
  const offset = Number(args.at(-2))
  const groups = args.slice(1, -2).map((group) => (group === undefined ? undefined : String(group)))
  return { whole: String(args[0]), groups, offset, text }
}

const dash = String.raw`\s?[-–—−]\s?`

const currencyPattern = alternatives(Object.keys(currencies).filter((key) => !['k', 'tr', '$'].includes(key)))
const everyAbbreviation = withOtherCases(abbreviations)

const quantities: SpeechRule[] = [
  {
    pattern: new RegExp(String.raw`\$\s?(${number})`, 'gu'),
    speak: ({ groups: [amount = ''] }) => `${speakNumber(amount)} đô la`,
  },
  {
    pattern: new RegExp(
      `${numberStart}(${number})(?:${dash}(${number}))?(?:\\s?(${currencyPattern})|(k|tr|\\$))(?![\\p{L}\\d])((?:/\\p{L}[\\p{L}\\d²³]{0,11}){0,3})`,
      'gu',
    ),
    speak: ({ groups: [low = '', high, spaced, touching, per = ''] }) =>
      `${speakRange(low, high)} ${currencies[spaced ?? touching ?? ''] ?? ''}${speakPer(per, 'một')}`,
  },
  {
    // "1,5 triệu đ", "2-3 tỷ VNĐ": the amount is read below
    pattern: new RegExp(`(nghìn|ngàn|triệu|tỷ|tỉ)\\s(đ|₫)${wordEnd}((?:/\\p{L}[\\p{L}\\d]{0,11}){0,3})`, 'gu'),
    speak: ({ groups: [scale = '', , per = ''] }) => `${scale} đồng${speakPer(per, 'một')}`,
  },
  {
    pattern: new RegExp(
      `(?:(?<![^\\s(])(?<!\\d\\s)([-−]))?(?<!\\d\\s?/\\s?)${numberStart}(${number})(?:${dash}(${number}))?\\s?(${alternatives(Object.keys(units))})(?![\\p{L}\\d])((?:/\\p{L}[\\p{L}\\d²³]{0,11}){0,3})`,
      'gu',
    ),
    speak: ({ groups: [minus, low = '', high, unit = '', per = ''] }) =>
      `${minus === undefined ? '' : 'âm '}${speakRange(low, high)} ${units[unit] ?? ''}${speakPer(per, 'trên')}`,
  },
  {
    // "2 con/hộ", "10 phút/lần"
    pattern: new RegExp(`${numberStart}(${number})\\s(\\p{L}{1,12})/(\\p{L}{1,12})${wordEnd}`, 'gu'),
    speak: ({ groups: [count = '', what = '', per = ''] }) => `${speakNumber(count)} ${what} một ${per}`,
  },
]

const ordinals: SpeechRule[] = [
  {
    pattern: new RegExp(`${wordStart}(${alternatives(romanLeaders)})\\s([XVI]{1,7})${wordEnd}`, 'giu'),
    speak: ({ whole, groups: [leader = '', numeral = ''] }) => {
      const value = parseRoman(numeral)
      return value === null ? whole : `${leader} ${speakOrdinal(leader, value)}`
    },
  },
  {
    // Headings: "II. Nội dung"
    pattern: /^([XVI]{1,7})(?=[.)/]\s)/gmu,
    speak: ({ whole, groups: [numeral = ''] }) => {
      const value = parseRoman(numeral)
      return value === null ? whole : speakInteger(String(value))
    },
  },
  {
    pattern: new RegExp(`${wordStart}(thứ)\\s0?([14])${wordEnd}(?![.,/]\\d)`, 'giu'),
    speak: ({ groups: [leader = '', value = ''] }) => `${leader} ${speakOrdinal('thứ', Number(value))}`,
  },
]

const words: SpeechRule[] = [
  {
    pattern: new RegExp(`${wordStart}(${alternatives(Object.keys(shorthand))})(?![\\p{L}])`, 'gu'),
    speak: ({ groups: [key = ''] }) => shorthand[key] ?? key,
  },
  {
    pattern: new RegExp(`${wordStart}(${alternatives(Object.keys(titles))})\\s?(?=[\\p{Lu}\\d])`, 'gu'),
    speak: ({ groups: [key = ''] }) => `${titles[key] ?? key} `,
  },
  {
    pattern: new RegExp(`${wordStart}(${alternatives([...everyAbbreviation.keys()])})(?!\\p{L})`, 'gu'),
    speak: ({ groups: [key = ''] }) => everyAbbreviation.get(key) ?? key,
  },
  {
    // "giá một m2": units of area and volume also without a number
    pattern: new RegExp(`${wordStart}(k?m[23²³])${wordEnd}`, 'gu'),
    speak: ({ groups: [key = ''] }) => units[key] ?? key,
  },
  {
    // No vowel, so no word: an abbreviation that nobody has listed.
    pattern: new RegExp(`${wordStart}[BCDĐFGHJKLMNPQRSTVWXZ]{2,8}(?!\\p{L})`, 'gu'),
    speak: ({ whole }) => spell(whole),
  },
]

const numbers: SpeechRule[] = [
  {
    pattern: new RegExp(
      `${numberStart}(?<![-–—]\\s?)(${number})${dash}(${number})(?![\\p{L}\\d]|\\s?[-–—/]\\s?\\d)`,
      'gu',
    ),
    speak: ({ groups: [low = '', high = ''] }) => speakRange(low, high),
  },
  {
    pattern: new RegExp(`${numberStart}(\\d{1,6})/(\\d{1,6})${wordEnd}`, 'gu'),
    speak: ({ groups: [left = '', right = ''] }) => `${speakNumber(left)} trên ${speakNumber(right)}`,
  },
  {
    pattern: new RegExp(number, 'gu'),
    speak: ({ whole, text, offset }) => {
      // A letter that touches the number is read apart: 1A → "một A", H5N1 → "H năm N một".
      const before = /\p{L}$/u.test(text.slice(Math.max(0, offset - 1), offset)) ? ' ' : ''
      const after = /^\p{L}/u.test(text.slice(offset + whole.length, offset + whole.length + 1)) ? ' ' : ''
      return `${before}${speakNumber(whole)}${after}`
    },
  },
]

const remainingSymbols: SpeechRule[] = [
  {
    pattern: new RegExp(alternatives(Object.keys(symbols)), 'gu'),
    speak: ({ whole }) => ` ${symbols[whole] ?? ''} `,
  },
]

const rules: readonly SpeechRule[] = [
  ...addressRules,
  ...documentRules,
  ...calendarRules,
  ...telephoneRules,
  ...quantities,
  ...ordinals,
  ...words,
  ...numbers,
  ...remainingSymbols,
]

/** One alphabet, one kind of space, no markup; every line a sentence, so that the voice pauses where the eye does. */
function prepare(text: string): string {
  return (
    text
      .normalize('NFC')
      .replace(/\r\n?/g, '\n')
      .replace(/\p{Cf}|\p{Extended_Pictographic}|\ufe0f|[^\P{Cc}\n\t]/gu, '')
      // Thousands grouped by a space that does not break
      .replace(/(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))/gu, '.')
      .replace(/[^\S\n]+/gu, ' ')
      // [[…]] is espeak's phoneme notation; the other marks are decoration
      .replace(/[[\]{}*_#|\\^`]+/g, ' ')
      .replace(/^ ?[-–—•·+●○▪►➢✓] ?(?!\d)/gmu, '')
      .replace(/ ?\n[ \n]*/g, '\n')
      .replace(/(?<![.,;:!?…])\n/g, '.\n')
  )
}

function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ (?=[.,;:!?…)])/g, '')
    .replace(/\( /g, '(')
    .trim()
}

function speakRange(low: string, high: string | undefined): string {
  return high === undefined ? speakNumber(low) : `${speakNumber(low)} đến ${speakNumber(high)}`
}

/** "/người/tháng" → " một người một tháng"; `link` stands before a unit: "ki lô mét trên giờ". */
function speakPer(per: string, link: string): string {
  const parts = per.split('/').filter((part) => part !== '')
  return parts
    .map((part) => {
      const unit = lookUp(perWords, part) ?? lookUp(units, part)
      return unit === undefined ? ` một ${part}` : ` ${link} ${unit}`
    })
    .join('')
}

/** After "thứ" the first and the fourth have names of their own. */
function speakOrdinal(leader: string, value: number): string {
  if (leader.toLowerCase() === 'thứ' && value === 1) return 'nhất'
  if (leader.toLowerCase() === 'thứ' && value === 4) return 'tư'
  return speakInteger(String(value))
}

/** Long abbreviations are also typed in lower case and as names: "ubnd", "Covid". Shorter ones might be words. */
function withOtherCases(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const all = new Map(Object.entries(table))
  for (const [key, words] of Object.entries(table)) {
    if (key.length < 4) continue
    all.set(key.toLowerCase(), words)
    all.set(key.charAt(0) + key.slice(1).toLowerCase(), words)
  }
  return all
}
