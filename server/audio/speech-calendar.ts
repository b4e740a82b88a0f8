/** Dates and times of day, as rules of the reader (speech-text.ts). */
import { speakInteger, speakMonth } from './speech-numbers.ts'
import { nextWord, previousWord, type SpeechRule, wordEnd } from './speech-rule.ts'
import { dateLeaders, fractionFollowers, knownDays, plainStrokeLeaders } from './speech-table.ts'

const day = '(0?[1-9]|[12]\\d|3[01])'
const month = '(0?[1-9]|1[0-2])'
const year = '((?:19|20)\\d{2})'
const hour = '([01]?\\d|2[0-4])'
const dash = '\\s?[-–—]\\s?'
/** Not inside a number, a date or an address. */
const start = String.raw`(?<![\p{L}\p{N}/])(?<!\d[.,:-])`
const end = String.raw`(?![\p{L}\p{N}/]|[.,:-]\d)`

/** Words that already announce a day, so that "ngày" is not said twice. */
const dayWords = ['ngày', 'mùng', 'mồng', 'rằm']

const dates: SpeechRule[] = [
  {
    // "CN" is also công nghiệp and công nghệ; before a date it is Sunday.
    pattern: /(?<![\p{L}\p{N}])CN(?=,? ?\(?(?:ngày )?\d{1,2}[/-]\d)/gu,
    speak: () => 'chủ nhật',
  },
  {
    // From one date to the next: the stroke between them is "đến".
    pattern: new RegExp(`(?<=\\d[/.]\\d{1,2}(?:[/.]\\d{4})?)${dash}(?=\\d{1,2}[/.]\\d{1,2}${wordEnd})`, 'gu'),
    speak: () => ' đến ',
  },
  {
    // 20-25/11/2026, 20-25/11
    pattern: new RegExp(`${start}${day}${dash}${day}/${month}(?:/${year})?${end}`, 'gu'),
    speak: ({ groups: [from = '', to = '', ofMonth = '', ofYear], text, offset }) =>
      `${sayDayWord(text, offset)}${speakInteger(from)} đến ngày ${speakDay(to, ofMonth, ofYear)}`,
  },
  {
    // 2026-11-20 (ISO 8601)
    pattern: new RegExp(`${start}${year}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])${end}`, 'gu'),
    speak: ({ groups: [ofYear = '', ofMonth = '', ofDay = ''], text, offset }) =>
      `${sayDayWord(text, offset)}${speakDay(ofDay, ofMonth, ofYear)}`,
  },
  {
    // 20/11/2026, 20.11.2026, 20 - 11 - 2026
    pattern: new RegExp(`${start}${day}(\\s?[/.-]\\s?)${month}\\2${year}${end}`, 'gu'),
    speak: ({ groups: [ofDay = '', , ofMonth = '', ofYear = ''], text, offset }) =>
      `${sayDayWord(text, offset)}${speakDay(ofDay, ofMonth, ofYear)}`,
  },
  {
    // 11/2026
    pattern: new RegExp(`${start}${month}/${year}${end}`, 'gu'),
    speak: ({ groups: [ofMonth = '', ofYear = ''], text, offset }) => {
      const before = previousWord(text, offset)
      if (before === 'tháng') return `${speakMonth(Number(ofMonth))} năm ${speakInteger(ofYear)}`
      // A quarter, or the number of a document of that year
      const isMonth = !['quý', 'quí', 'số', 'định', 'tư', 'quyết', 'thị', 'luật', 'hoạch', 'văn'].includes(before)
      return `${isMonth ? `tháng ${speakMonth(Number(ofMonth))}` : speakInteger(ofMonth)} năm ${speakInteger(ofYear)}`
    },
  },
  {
    // 13/2023: no month, so a document
    pattern: new RegExp(`${start}(\\d{1,5})/${year}${end}`, 'gu'),
    speak: ({ groups: [ordinal = '', ofYear = ''] }) => `${speakInteger(ordinal)} năm ${speakInteger(ofYear)}`,
  },
  {
    // "ngày 20-11", the newspapers' way; "ngày 5-10" stays a range
    pattern: new RegExp(`(?<=ngày )${day}-${month}${end}`, 'giu'),
    speak: ({ whole, groups: [ofDay = '', ofMonth = ''] }) =>
      Number(ofDay) > Number(ofMonth) ? speakDay(ofDay, ofMonth, undefined) : whole,
  },
  {
    pattern: new RegExp(`${start}${day}/${month}${end}`, 'gu'),
    speak: ({ whole, groups: [ofDay = '', ofMonth = ''], text, offset }) => {
      if (isDay(ofDay, ofMonth, previousWord(text, offset), nextWord(text, offset + whole.length))) {
        return `${sayDayWord(text, offset)}${speakDay(ofDay, ofMonth, undefined)}`
      }
      if (plainStrokeLeaders.includes(previousWord(text, offset)) || Number(ofDay) >= Number(ofMonth)) return whole
      return `${speakInteger(ofDay)} phần ${speakInteger(ofMonth)}`
    },
  },
  {
    // "tháng 4" is "tháng tư", also where the year follows in words or digits.
    pattern: new RegExp(`(?<=tháng )0?4${wordEnd}(?![.,/-]\\d)`, 'giu'),
    speak: () => 'tư',
  },
]

const times: SpeechRule[] = [
  {
    // 7h-9h30, 7:30 – 9:30: the stroke is "đến".
    pattern: new RegExp(`(?<=\\d[hHgG:](?:\\d{2}(?:['’]| ?phút)?)?)${dash}(?=\\d{1,2}(?:[hHgG]|:\\d))`, 'gu'),
    speak: () => ' đến ',
  },
  {
    // 7-9h
    pattern: new RegExp(`${start}${hour}${dash}(?=${hour}h(?:\\d{2})?${wordEnd})`, 'gu'),
    speak: ({ groups: [from = ''] }) => `${speakInteger(from)} đến `,
  },
  {
    // 7h30, 17h, 7g30; "5g" alone is five grams
    pattern: new RegExp(
      `${start}${hour}(?:\\s?[hH]|[gG](?=[0-5]\\d))([0-5]?\\d)?(?:\\s?(?:phút|ph|p|'|’))?${wordEnd}`,
      'gu',
    ),
    speak: ({ groups: [ofHour = '', minutes] }) => speakTime(ofHour, minutes),
  },
  {
    // 100mm/24h, 24h/24h
    pattern: /\/(\d{1,3})h(?![\p{L}\p{N}])/gu,
    speak: ({ groups: [hours = ''] }) => ` trên ${speakInteger(hours)} giờ`,
  },
  {
    // 07:30, 07:30:15; "tỷ lệ 1:10" is none
    pattern: new RegExp(`${start}${hour}:([0-5]\\d)(?::([0-5]\\d))?${end}`, 'gu'),
    speak: ({ whole, groups: [ofHour = '', minutes, seconds], text, offset }) => {
      if (['lệ', 'số'].includes(previousWord(text, offset))) return whole.replaceAll(':', '/')
      return speakTime(ofHour, minutes) + (seconds === undefined ? '' : ` ${speakInteger(seconds)} giây`)
    },
  },
]

/** In the order in which they must run: a time may follow a date, and never holds one. */
export const calendarRules: readonly SpeechRule[] = [...dates, ...times]

function speakDay(ofDay: string, ofMonth: string, ofYear: string | undefined): string {
  const dayAndMonth = `${speakInteger(ofDay)} tháng ${speakMonth(Number(ofMonth))}`
  return ofYear === undefined ? dayAndMonth : `${dayAndMonth} năm ${speakInteger(ofYear)}`
}

function sayDayWord(text: string, offset: number): string {
  return dayWords.includes(previousWord(text, offset)) ? '' : 'ngày '
}

function speakTime(ofHour: string, minutes: string | undefined): string {
  const spoken = `${speakInteger(ofHour)} giờ`
  return minutes === undefined || Number(minutes) === 0 ? spoken : `${spoken} ${speakInteger(minutes)} phút`
}

/** Whether d/m without a year is a day, a part of something, or a house number; the words around it tell. */
function isDay(ofDay: string, ofMonth: string, before: string, after: string): boolean {
  if (plainStrokeLeaders.includes(before)) return false
  const [left, right] = [Number(ofDay), Number(ofMonth)]
  if (left < right && right <= 10 && fractionFollowers.includes(after)) return false
  if (dateLeaders.includes(before) || knownDays.includes(`${left}/${right}`)) return true
  // "24/7" and "12/12 thôn" are said as they stand
  if ((left === 24 && right === 7) || left === right) return false
  return left > right || right > 10 || ofDay.startsWith('0') || ofMonth.startsWith('0')
}
