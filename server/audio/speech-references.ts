/** What refers to something else, as rules of the reader (speech-text.ts): addresses, documents, vehicles, telephones. */
import { speakCode, speakDigits, speakInteger } from './speech-numbers.ts'
import { lookUp, numberStart, previousWord, type SpeechRule, spell, wordEnd, wordStart } from './speech-rule.ts'
import { abbreviations, documentKinds } from './speech-table.ts'

export const addressRules: readonly SpeechRule[] = [
  {
    // Web and mail addresses, without the scheme: loaxa.gov.vn → "loaxa chấm gov chấm vn"
    pattern:
      /(?:https?:\/\/)?(?<![\p{L}\d@.])(?=[a-z\d.@_-]{1,200}\.(?:vn|com|net|org|gov|edu)(?![a-z\d]))[a-z\d][a-z\d.@_-]{1,200}(?:\/[\w./-]{0,200})?/giu,
    speak: ({ whole }) => {
      const sentenceEnd = /[.,-]$/.exec(whole)?.[0] ?? ''
      const address = whole.slice(0, whole.length - sentenceEnd.length).replace(/^https?:\/\//i, '')
      const names: Record<string, string> = {
        '.': ' chấm ',
        '@': ' a còng ',
        '/': ' gạch chéo ',
        '-': ' gạch ',
        _: ' gạch dưới ',
      }
      return address.replace(/[.@/_-]/g, (mark) => names[mark] ?? ' ') + sentenceEnd
    },
  },
]

export const documentRules: readonly SpeechRule[] = [
  {
    // 39/2020/TT-BTTTT and 13/KH-UBND (Decree 30/2020/NĐ-CP, appendix I)
    pattern: new RegExp(
      `${numberStart}(\\d{1,5})(?:/(\\d{4}))?/([A-ZĐ][\\p{L}&]{0,11}\\d{0,2}(?:-[A-ZĐ][\\p{L}&]{0,11}){0,3})${wordEnd}`,
      'gu',
    ),
    speak: ({ groups: [ordinal = '', year, codes = ''], text, offset }) => {
      const of = year === undefined ? '' : ` năm ${speakInteger(year)}`
      return `${speakInteger(ordinal)}${of}${speakDocumentCodes(codes.split('-'), text, offset)}`
    },
  },
  {
    // 60-NQ/TW, as the Party numbers its documents
    pattern: new RegExp(`${numberStart}(\\d{1,5})-([A-ZĐ]{2,6})/([A-ZĐ]{2,6})${wordEnd}`, 'gu'),
    speak: ({ groups: [ordinal = '', kind = '', issuer = ''], text, offset }) =>
      `${speakInteger(ordinal)}${speakDocumentCodes([kind, issuer], text, offset)}`,
  },
  {
    // 29A-123.45, a vehicle
    pattern: new RegExp(`${wordStart}(\\d{2})([A-Z]{1,2}\\d?)[- ]\\s?(\\d{3})\\.?(\\d{2})${wordEnd}`, 'gu'),
    speak: ({ groups: [province = '', series = '', head = '', tail = ''] }) =>
      `${speakDigits(province)} ${series}, ${speakDigits(head + tail)}`,
  },
  {
    // 3x4 cm
    pattern: /(?<=\d)\s?[x×]\s?(?=\d)/gu,
    speak: () => ' nhân ',
  },
]

/** Words before which 114 is a number to call. */
const callLeaders = ['gọi', 'số', 'đài', 'nóng', 'hotline', 'thoại', 'cứu', 'sđt', 'báo']

export const telephoneRules: readonly SpeechRule[] = [
  {
    pattern: /(?<![\p{L}\d.,/-])(\+84|0)((?:[ .-]?\d){9,10})(?![\d\p{L}]|[.,/]\d)/gu,
    speak: ({ groups: [prefix = '', rest = ''] }) =>
      prefix === '0' ? speakCode(prefix + rest) : `cộng ${speakCode('84')}, ${speakCode(rest)}`,
  },
  {
    pattern: new RegExp(String.raw`${wordStart}(1[89]00)[ .]?(\d(?:[ .]?\d){3,5})${wordEnd}(?![.,/]\d)`, 'gu'),
    speak: ({ groups: [prefix = '', rest = ''] }) => `${speakCode(prefix)}, ${speakCode(rest)}`,
  },
  {
    // 111 children, 112 rescue, 113 police, 114 fire, 115 ambulance; one or a list of them
    pattern: new RegExp(`${wordStart}11[1-5](?:(?:[,;]| và| hoặc) 11[1-5]){0,4}${wordEnd}(?![.,/:-]\\d)`, 'gu'),
    speak: ({ whole, text, offset }) =>
      callLeaders.includes(previousWord(text, offset)) ? whole.replace(/\d+/g, speakCode) : whole,
  },
  {
    // Short numbers: "tổng đài 1022"
    pattern: new RegExp(`(?<=(?:tổng đài|đường dây nóng|hotline):? (?:số )?)\\d{3,8}${wordEnd}(?![.,/:-]\\d)`, 'giu'),
    speak: ({ whole }) => speakCode(whole),
  },
]

/** What stands after a document's number; its kind is left out where the text has just named it. */
function speakDocumentCodes(codes: readonly string[], text: string, offset: number): string {
  const before = text.slice(Math.max(0, offset - 24), offset).toLowerCase()
  const names = codes.map((code) => {
    const [, letters = '', term = ''] = /^(\D+)(\d*)$/u.exec(code) ?? []
    const name = lookUp(documentKinds, letters) ?? lookUp(abbreviations, letters) ?? spell(letters)
    return term === '' ? name : `${name} khóa ${speakInteger(term)}`
  })
  const told = names.filter((name) => !before.includes(name))
  return told.length === 0 ? '' : `, ${told.join(' ')}`
}
