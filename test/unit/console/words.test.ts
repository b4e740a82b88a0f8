import { describe, expect, test } from 'vitest'
import { en } from '../../../web/src/i18n/en/all.ts'
import { createFormat } from '../../../web/src/i18n/format.ts'
import { type Key, translate } from '../../../web/src/i18n/translate.ts'
import { vi } from '../../../web/src/i18n/vi/all.ts'
import { matches } from '../../../web/src/ui/fold.ts'

const placeholders = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort()

describe('the dictionaries', () => {
  test('English has every key, no other, and the same placeholders', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(vi).sort())
    for (const key of Object.keys(vi) as Key[]) {
      const entry = en[key]
      const forms = typeof entry === 'string' ? [entry] : [entry.one, entry.other]
      for (const form of forms) expect(placeholders(form), key).toEqual(placeholders(vi[key]))
    }
  })

  test('numbers bend as the language bends', () => {
    expect(translate(vi, 'vi', 'count.devices', { count: 1 })).toBe('1 cụm loa')
    expect(translate(en, 'en', 'count.devices', { count: 1 })).toBe('1 speaker')
    expect(translate(en, 'en', 'count.devices', { count: 1234 })).toBe('1,234 speakers')
    expect(translate(vi, 'vi', 'count.devices', { count: 1234 })).toBe('1.234 cụm loa')
  })
})

describe('times and numbers as they are read', () => {
  const at = '2026-11-25T10:05:09.000Z'
  test.each(['vi', 'en'] as const)('%s: 24 hours, dd/mm/yyyy', (language) => {
    const format = createFormat(language, 'Asia/Ho_Chi_Minh')
    expect(format.time(at)).toBe('17:05')
    expect(format.timeWithSeconds(at)).toBe('17:05:09')
    expect(format.date(at)).toBe('25/11/2026')
    expect(format.dayMonth(at)).toBe('25/11')
    expect(format.time('2026-11-24T17:00:00Z')).toBe('00:00')
    expect([format.length(185_000), format.length(3_725_000), format.hours(360_000)]).toEqual([
      '3:05',
      '1:02:05',
      '0:06:00',
    ])
  })

  test('Vietnamese writes its weekdays and numbers', () => {
    const format = createFormat('vi', 'Asia/Ho_Chi_Minh')
    expect(format.weekday(at)).toBe('Thứ Tư')
    expect(format.number(1234.5, 1)).toBe('1.234,5')
  })
})

test.each([
  ['hoa binh', 'Bản tin xã Hòa Bình', true],
  ['dong', 'Thôn Đông', true],
  ['Đông', 'thon dong', true],
  ['binh hoa', 'Bản tin xã Hòa Bình', true],
  ['hoa dong', 'Bản tin xã Hòa Bình', false],
  ['', 'anything', true],
])('searching %s in %s: %s', (search, text, found) => {
  expect(matches(search, text)).toBe(found)
})
