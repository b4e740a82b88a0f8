import { describe, expect, test } from 'vitest'
import { daysOf, isSpan, rangeOf } from '../../../web/src/rooms/airtime/period.ts'
import { addressOf, filterOf, readPlay, readWishes, stepInto, writePlay } from '../../../web/src/rooms/airtime/query.ts'

const ask = (hash: string) => readWishes(new URLSearchParams(hash))

describe('periods in one tap', () => {
  test.each([
    ['today', '2026-11-24', '2026-11-24', '2026-11-24'],
    ['week', '2026-11-24', '2026-11-23', '2026-11-29'],
    ['month', '2028-02-10', '2028-02-01', '2028-02-29'],
    ['lastMonth', '2026-01-31', '2025-12-01', '2025-12-31'],
    ['quarter', '2026-11-24', '2026-10-01', '2026-12-31'],
    ['quarter', '2026-03-31', '2026-01-01', '2026-03-31'],
  ] as const)('%s on %s is %s to %s', (period, today, first, last) => {
    expect(daysOf(period, today)).toEqual({ first, last })
  })

  test('run from midnight to midnight in the area’s zone, a year at most', () => {
    expect(rangeOf({ first: '2026-11-24', last: '2026-11-24' }, 'Asia/Ho_Chi_Minh')).toEqual({
      from: '2026-11-23T17:00:00.000Z',
      to: '2026-11-24T17:00:00.000Z',
    })
    expect(isSpan({ first: '2026-11-24', last: '2026-11-23' })).toBe(false)
    expect(isSpan({ first: '2026-01-01', last: '2027-01-01' })).toBe(true)
    expect(isSpan({ first: '2026-01-01', last: '2027-01-02' })).toBe(false)
  })
})

describe('the address', () => {
  test('says all that is asked, and what makes no sense is the usual', () => {
    const wishes = ask('tu=2026-11-01&den=2026-11-30&theo=topic&noi=a&cd=-&kq=missed')
    expect(ask(addressOf(wishes).split('?')[1] ?? '')).toEqual(wishes)
    expect(filterOf(wishes)).toEqual({ areaId: 'a', campaign: '' })
    expect(ask('ky=never&theo=nothing&tu=2026-11-30&den=2026-11-01&kq=x')).toMatchObject({
      ky: 'week',
      theo: 'below',
      tu: '',
      kq: '',
    })
  })

  test.each([
    ['theo=below', 'v', { noi: 'v', theo: 'below' }],
    ['theo=below&noi=v', 'v', { noi: 'v', theo: 'device' }],
    ['theo=device&noi=v', 'd', { loa: 'd' }],
    ['theo=day', '2026-11-24', { ky: '', tu: '2026-11-24', den: '2026-11-24', theo: 'below' }],
    ['theo=week', '2026-11-23', { tu: '2026-11-23', den: 'last of 2026-11-23', theo: 'day' }],
    ['theo=month', '2026-11', { tu: '2026-11-01', den: 'last of 2026-11-01', theo: 'day' }],
    ['theo=campaign', '', { cd: '-', theo: 'below' }],
    ['theo=language', 'hmn', { nn: 'hmn', theo: 'below' }],
  ])('one step from %s into %j', (from, key, expected) => {
    expect(stepInto(ask(from), key, (first) => `last of ${first}`)).toMatchObject(expected)
  })

  test('names a single play', () => {
    const planned = { occurrenceId: 'b@20261124T010000Z', itemId: 'i', language: 'vi', playId: null }
    expect(readPlay(writePlay(planned))).toEqual({ occurrenceId: 'b@20261124T010000Z', itemId: 'i', language: 'vi' })
    expect(readPlay(writePlay({ ...planned, playId: 'p' }))).toEqual({ playId: 'p' })
  })
})
