import { describe, expect, test } from 'vitest'
import { helpPageOf } from '../../../web/src/help/pages.ts'
import { periodsOf } from '../../../web/src/rooms/audit/periods.ts'
import { hrefOf, readFilter } from '../../../web/src/rooms/people/filter.ts'
import { type KeyState, letterOf, newIn, pageLetters, readKey } from '../../../web/src/shortcuts/keys.ts'

/** Presses keys a tenth of a second apart; answers what each asked for. */
function press(...keys: string[]) {
  let state: KeyState
  return keys.map((key, index) => {
    const read = readKey(state, key, index * 100)
    state = read.state
    return read.act
  })
}

describe('shortcuts', () => {
  test.each([
    [
      ['g', 'l'],
      [undefined, { kind: 'go', slug: 'lich-phat' }],
    ],
    [
      ['G', 'H'],
      [undefined, { kind: 'go', slug: 'hom-nay' }],
    ],
    [
      ['g', 'q'],
      [undefined, undefined],
    ],
    // After `g` the letter names a page, whatever it does alone.
    [
      ['g', 'n', 'n'],
      [undefined, { kind: 'go', slug: 'nguoi-dung' }, { kind: 'new' }],
    ],
    [['/'], [{ kind: 'search' }]],
    [['?'], [{ kind: 'list' }]],
    [['h'], [{ kind: 'help' }]],
    [
      ['x', 'y'],
      [undefined, undefined],
    ],
  ])('%j', (keys, acts) => {
    expect(press(...keys)).toEqual(acts)
  })

  test('`g` is forgotten after a while', () => {
    const { state } = readKey(undefined, 'g', 0)
    expect(readKey(state, 'l', 2_001).act).toBeUndefined()
  })

  test('letters are known also while an input method takes them', () => {
    expect(letterOf({ key: 'Process', code: 'KeyG' })).toBe('g')
    expect(letterOf({ key: '?', code: 'Slash' })).toBe('?')
    expect(letterOf({ key: 'Shift', code: 'ShiftLeft' })).toBe('')
  })

  test('no letter names two pages, and what `n` opens lies in its room', () => {
    expect(new Set(Object.values(pageLetters)).size).toBe(Object.keys(pageLetters).length)
    for (const [slug, { hash }] of Object.entries(newIn)) expect(hash.startsWith(`#/${slug}`)).toBe(true)
  })
})

test.each([
  ['hom-nay', 'today'],
  ['thu-vien/moi', 'compose'],
  ['thu-vien/0190/sua', 'compose'],
  ['thu-vien/0190', 'bulletin'],
  ['thu-vien/chuong-trinh/0190', 'programmes'],
  ['cum-loa/0190/tai-cot', 'pole'],
  ['cum-loa/ban-do', 'map'],
  ['dia-ban/chuyen', 'moves'],
  ['nguoi-dung/0190', 'person'],
  ['khong-co', 'help'],
])('the help of %s is that of %s', (address, page) => {
  expect(helpPageOf(address.split('/'))).toBe(page)
})

test('the address of the people’s list says all that is asked, and what makes no sense is nothing', () => {
  const filter = readFilter(new URLSearchParams('loc=waiting&dia-ban=a&vai=editor&tim=lan'))
  expect(hrefOf(filter)).toBe('#/nguoi-dung?loc=waiting&dia-ban=a&vai=editor&tim=lan')
  expect(hrefOf(filter, { state: undefined, role: undefined })).toBe('#/nguoi-dung?dia-ban=a&tim=lan')
  expect(hrefOf(readFilter(new URLSearchParams('loc=never&vai=king')))).toBe('#/nguoi-dung')
})

test('periods of the trail end today', () => {
  expect(periodsOf('2026-03-01')).toEqual([
    { key: 'any', tu: '', den: '' },
    { key: 'today', tu: '2026-03-01', den: '2026-03-01' },
    { key: 'week', tu: '2026-02-23', den: '2026-03-01' },
    { key: 'month', tu: '2026-01-31', den: '2026-03-01' },
  ])
})
