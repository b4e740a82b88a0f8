import { describe, expect, test } from 'vitest'
import { toProblem } from '../../../web/src/api/problem.ts'
import { createFormat } from '../../../web/src/i18n/format.ts'
import { translate } from '../../../web/src/i18n/translate.ts'
import { vi } from '../../../web/src/i18n/vi/all.ts'
import { readUserAgent } from '../../../web/src/rooms/account/user-agent.ts'
import { addressOf, filterOf, parsePastDate, readWishes } from '../../../web/src/rooms/audit/query.ts'
import { fieldWords, valueWords, type Words } from '../../../web/src/rooms/audit/words.ts'
import { managedAreas, withoutRepeats } from '../../../web/src/rooms/people/grants.ts'

const zone = 'Asia/Ho_Chi_Minh'

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36', 'Chrome', 'Windows'],
  ['Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/141.0 Chrome/135.0 Safari/537.36', 'Cốc Cốc', 'Windows'],
  ['Mozilla/5.0 (Windows NT 10.0) Chrome/141.0 Safari/537.36 Edg/141.0', 'Edge', 'Windows'],
  [
    'Mozilla/5.0 (Linux; Android 14) SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36',
    'Samsung Internet',
    'Android',
  ],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1', 'Safari', 'iPhone'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox', 'Linux'],
])('%s', (userAgent, browser, system) => {
  expect(readUserAgent(userAgent)).toEqual({ browser, system })
})
test('what is no browser is not taken for one', () => {
  expect(readUserAgent('curl/8.5.0')).toBeUndefined()
})

test.each([
  ['25/11', '2025-11-25'],
  ['23/11', '2026-11-23'],
  ['1/1', '2026-01-01'],
  ['24/11/2026', '2026-11-24'],
  ['29/2', undefined],
  ['hôm qua', undefined],
])('“%s” on 23/11/2026 is a day that has been: %s', (typed, date) => {
  expect(parsePastDate(typed, '2026-11-23')).toBe(date)
})

describe('what is asked of the trail', () => {
  test('stands in the address, and comes back from it', () => {
    const wishes = readWishes(new URLSearchParams('tu=2026-11-01&den=2026-11-23&kq=refused&viec=session.opened&x=1'))
    expect(readWishes(new URLSearchParams(addressOf(wishes).split('?')[1]))).toEqual(wishes)
    expect(addressOf(readWishes(new URLSearchParams('tu=bad&kq=perhaps')))).toBe('#/nhat-ky')
  })
  test('holds whole days, the last one included', () => {
    const wishes = readWishes(new URLSearchParams('tu=2026-11-01&den=2026-11-01'))
    expect(filterOf(wishes, zone)).toEqual({ from: '2026-10-31T17:00:00.000Z', to: '2026-11-01T17:00:00.000Z' })
  })
})

describe('states in words', () => {
  const i18n: Words = {
    format: createFormat('vi', zone),
    t: (key, ...args) => translate(vi, 'vi', key, args[0]),
  }
  const nameOf = (id: string): string | undefined => (id === 'a1' ? 'Xã Hòa Bình' : undefined)
  test.each([
    [null, ['không có']],
    [false, ['không']],
    [1234.5, ['1.234,5']],
    ['2026-11-25T10:05:00.000Z', ['17:05 25/11/2026']],
    ['a1', ['Xã Hòa Bình']],
    [
      [
        { areaId: 'a1', role: 'editor' },
        { areaId: 'zz', role: 'approver' },
      ],
      ['Biên tập · Xã Hòa Bình', 'Lãnh đạo (duyệt) · không rõ tên'],
    ],
    [{ name: 'Đông', later: true }, ['Tên: Đông; Nội dung khác: có']],
    [[], ['không có']],
  ])('%j', (value, words) => {
    expect(valueWords(i18n, nameOf, value)).toEqual(words)
  })
  test('what has no words is said to be something else: a code tells a reader nothing', () => {
    expect(fieldWords(i18n, 'displayName')).toBe('Họ và tên')
    expect(fieldWords(i18n, 'constructor')).toBe('Nội dung khác')
  })
})

describe('roles', () => {
  const area = (id: string, path: string[]) => ({ id, path })
  test('are given where one is administrator, and below; not where one is something else', () => {
    const all = [area('p', ['p']), area('c', ['p', 'c']), area('v', ['p', 'c', 'v']), area('d', ['p', 'd'])]
    const me = {
      grants: [
        { areaId: 'p', role: 'auditor' as const },
        { areaId: 'c', role: 'administrator' as const },
      ],
    }
    expect(managedAreas(all, me).map(({ id }) => id)).toEqual(['c', 'v'])
  })
  test('twice the same is once', () => {
    const editor = { areaId: 'c', role: 'editor' } as const
    expect(withoutRepeats([editor, { ...editor }, { areaId: 'c', role: 'auditor' }])).toHaveLength(2)
  })
})

test.each([
  ['30', 30_000],
  [null, 0],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 0],
])('Retry-After %s', (header, retryAfterMs) => {
  const words = { wordsFor: () => '' }
  const body = '{"title":"Hãy đợi.","code":"sign-in-must-wait"}'
  expect(toProblem(body, 429, words, 'POST', header).retryAfterMs).toBe(retryAfterMs)
})
