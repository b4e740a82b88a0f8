/**
 * Numbers in Vietnamese words, as an announcer reads them (northern standard: nghìn, linh, hai mươi tư).
 * Time is linear in the number of digits, whatever arrives.
 */

const digitWords = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'] as const

/** Beyond this many digits nobody grasps a quantity: it is a code, and is read digit by digit. */
const maxQuantityDigits = 18

/** A whole number given as ASCII digits, `1250000` → "một triệu hai trăm năm mươi nghìn". */
export function speakInteger(digits: string): string {
  const significant = digits.replace(/^0+(?=\d)/, '')
  if (significant.length > maxQuantityDigits) return speakDigits(digits)
  if (significant === '0') return digitWord('0')
  if (significant.length <= 9) return speakBelowBillion(significant, false).join(' ')
  const billions = significant.slice(0, -9)
  // "hai nghìn ba trăm tỷ": what stands before the billions is read as a number of its own.
  return [speakInteger(billions), 'tỷ', ...speakBelowBillion(significant.slice(-9), true)].join(' ')
}

const scaleWords = ['', 'nghìn', 'triệu'] as const

function speakBelowBillion(digits: string, isFollowing: boolean): string[] {
  const groupCount = Math.ceil(digits.length / 3)
  const padded = digits.padStart(groupCount * 3, '0')
  const words: string[] = []
  for (let group = 0; group < groupCount; group++) {
    const three = padded.slice(group * 3, group * 3 + 3)
    if (three === '000') continue
    words.push(...speakGroup(three, isFollowing || group > 0))
    const scale = scaleWords[groupCount - 1 - group]
    if (scale) words.push(scale)
  }
  return words
}

/** Up to three digits; a group that follows another one names its empty places ("hai nghìn không trăm linh sáu"). */
function speakGroup(three: string, isFollowing: boolean): string[] {
  const [hundreds = '0', tens = '0', units = '0'] = three
  const words: string[] = []
  if (hundreds !== '0' || isFollowing) words.push(digitWord(hundreds), 'trăm')
  if (tens === '0') {
    if (units !== '0' && words.length > 0) words.push('linh')
  } else if (tens === '1') {
    words.push('mười')
  } else {
    words.push(digitWord(tens), 'mươi')
  }
  if (units === '0') return words
  if (units === '5' && tens !== '0') words.push('lăm')
  else if (units === '1' && tens > '1') words.push('mốt')
  else if (units === '4' && tens > '1') words.push('tư')
  else words.push(digitWord(units))
  return words
}

/**
 * A number as people write it in Viet Nam: dots between thousands, a comma before decimals; English grouping and a
 * decimal dot are understood where they cannot be meant otherwise; anything else is a section number, "1.2.3".
 */
export function speakNumber(written: string): string {
  if (/^\d+$/.test(written)) {
    // A code with a leading zero is spelled ("007"), but "05 bộ hồ sơ" means five.
    return written.length > 2 && written.startsWith('0') ? speakCode(written) : speakInteger(written)
  }
  const vietnamese = /^([1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?$/.exec(written)
  const english =
    vietnamese ?? /^([1-9]\d{0,2}(?:,\d{3})+)\.(\d+)$/.exec(written) ?? /^([1-9]\d{0,2}(?:,\d{3}){2,})$/.exec(written)
  const decimal = english ?? /^(\d+)[.,](\d+)$/.exec(written)
  if (decimal !== null) {
    const [, whole = '', fraction] = decimal
    const words = speakInteger(whole.replace(/[.,]/g, ''))
    return fraction === undefined ? words : `${words} phẩy ${speakFraction(fraction)}`
  }
  const parts = written.split(/([.,])/)
  return parts.map((part) => (part === '.' ? 'chấm' : part === ',' ? 'phẩy' : speakInteger(part))).join(' ')
}

/** "25" after the comma is "hai mươi lăm"; "05" and three or more decimals are spelled. */
function speakFraction(decimals: string): string {
  return decimals.length <= 2 && !decimals.startsWith('0') ? speakInteger(decimals) : speakDigits(decimals)
}

/** Digit by digit, `0912` → "không chín một hai". */
export function speakDigits(digits: string): string {
  return Array.from(digits, digitWord).join(' ')
}

/**
 * A telephone or identity number: digit by digit, a pause between the groups as written, or between groups of three
 * and four where it was written in one piece (0912345678 → 0912 345 678, 02838221234 → 028 3822 1234).
 */
export function speakCode(written: string): string {
  const groups = written.split(/[ .-]+/).filter((group) => group !== '')
  const parts = groups.length === 1 ? splitDigits(groups[0] ?? '') : groups
  return parts.map(speakDigits).join(', ')
}

function splitDigits(digits: string): string[] {
  if (digits.length < 6) return [digits]
  const parts: string[] = []
  let at = 0
  const take = (count: number) => {
    parts.push(digits.slice(at, at + count))
    at += count
  }
  if (digits.length % 3 === 1) take(4)
  const tailLength = digits.length % 3 === 2 ? 8 : 0
  while (at < digits.length - tailLength) take(3)
  while (at < digits.length) take(4)
  return parts
}

/** The value of a Roman numeral up to XXXIX, or null; larger ones are rarely numerals ("CD", "MC"). */
export function parseRoman(text: string): number | null {
  if (!/^(?=[XVI])X{0,3}(?:IX|IV|V?I{0,3})$/.test(text)) return null
  const values: Record<string, number> = { I: 1, V: 5, X: 10 }
  let total = 0
  for (let at = 0; at < text.length; at++) {
    const value = values[text[at] ?? ''] ?? 0
    total += value < (values[text[at + 1] ?? ''] ?? 0) ? -value : value
  }
  return total
}

/** The number of a month: April is "tư", as in "tháng tư". */
export function speakMonth(month: number): string {
  return month === 4 ? 'tư' : speakInteger(String(month))
}

function digitWord(digit: string): string {
  return digitWords[Number(digit)] ?? ''
}
