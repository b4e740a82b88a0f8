import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseRoman, speakCode, speakInteger, speakNumber } from '#server/audio/speech-numbers.ts'

describe('whole numbers', () => {
  test.each([
    ['0', 'không'],
    ['000', 'không'],
    ['4', 'bốn'],
    ['10', 'mười'],
    ['11', 'mười một'],
    ['14', 'mười bốn'],
    ['15', 'mười lăm'],
    ['20', 'hai mươi'],
    ['21', 'hai mươi mốt'],
    ['24', 'hai mươi tư'],
    ['55', 'năm mươi lăm'],
    ['100', 'một trăm'],
    ['101', 'một trăm linh một'],
    ['105', 'một trăm linh năm'],
    ['110', 'một trăm mười'],
    ['115', 'một trăm mười lăm'],
    ['1000', 'một nghìn'],
    ['1001', 'một nghìn không trăm linh một'],
    ['2026', 'hai nghìn không trăm hai mươi sáu'],
    ['1250000', 'một triệu hai trăm năm mươi nghìn'],
    ['1000000005', 'một tỷ không trăm linh năm'],
    ['1234000000000', 'một nghìn hai trăm ba mươi tư tỷ'],
    [
      '5000000000000000000',
      'năm không không không không không không không không không không không không không không không không không không',
    ],
  ])('%s', (digits, words) => expect(speakInteger(digits)).toBe(words))

  test('different numbers are read differently, and never with a digit', () => {
    const value = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [wordsA, wordsB] = [speakInteger(String(a)), speakInteger(String(b))]
        expect(wordsA).toMatch(/^[\p{L} ]+$/u)
        expect(wordsA === wordsB).toBe(a === b)
      }),
    )
  })
})

describe('numbers as they are written', () => {
  test.each([
    ['1.250.000', 'một triệu hai trăm năm mươi nghìn'],
    ['1,250,000', 'một triệu hai trăm năm mươi nghìn'],
    ['1.250,5', 'một nghìn hai trăm năm mươi phẩy năm'],
    ['1,250.5', 'một nghìn hai trăm năm mươi phẩy năm'],
    ['3,5', 'ba phẩy năm'],
    ['3.5', 'ba phẩy năm'],
    ['0,25', 'không phẩy hai mươi lăm'],
    ['3,05', 'ba phẩy không năm'],
    ['3,141', 'ba phẩy một bốn một'],
    ['0.500', 'không phẩy năm không không'],
    ['1.2.3', 'một chấm hai chấm ba'],
    ['05', 'năm'],
    ['007', 'không không bảy'],
  ])('%s', (written, words) => expect(speakNumber(written)).toBe(words))
})

test.each([
  ['0912345678', 'không chín một hai, ba bốn năm, sáu bảy tám'],
  ['0912 345 678', 'không chín một hai, ba bốn năm, sáu bảy tám'],
  ['02838221234', 'không hai tám, ba tám hai hai, một hai ba bốn'],
  ['114', 'một một bốn'],
])('code %s', (written, words) => expect(speakCode(written)).toBe(words))

test('Roman numerals up to 39, and nothing else', () => {
  const numerals: [string, number | null][] = [
    ['I', 1],
    ['IV', 4],
    ['IX', 9],
    ['XIV', 14],
    ['XXI', 21],
    ['XXXIX', 39],
    ['', null],
    ['IIII', null],
    ['VX', null],
    ['IC', null],
    ['MC', null],
  ]
  expect(numerals.map(([text]) => [text, parseRoman(text)])).toEqual(numerals)
})
