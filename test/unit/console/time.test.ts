import { describe, expect, test } from 'vitest'
import { parseDate, parseTime, writeDate } from '../../../web/src/time/typed.ts'
import { addDays, mondayOf, toInstant, toLocal, weekdayOf } from '../../../web/src/time/zone.ts'

describe('times as people type them', () => {
  test.each([
    ['17h30', '17:30'],
    ['17:30', '17:30'],
    ['1730', '17:30'],
    ['17.30', '17:30'],
    ['5h', '05:00'],
    ['5', '05:00'],
    ['17', '17:00'],
    ['530', '05:30'],
    ['5 giờ 30 phút', '05:30'],
    [' 7h5 ', '07:05'],
    ['0h00', '00:00'],
    ['24:00', undefined],
    ['17h60', undefined],
    ['5 chiều', undefined],
    ['', undefined],
  ])('%s → %s', (typed, time) => {
    expect(parseTime(typed)).toBe(time)
  })
})

describe('dates as people type them', () => {
  const today = '2026-11-25'
  test.each([
    ['25/11/2026', '2026-11-25'],
    ['1/12/26', '2026-12-01'],
    ['25-11', '2026-11-25'],
    ['26.11', '2026-11-26'],
    // A day that has passed is meant for next year.
    ['24/11', '2027-11-24'],
    ['29/2/2028', '2028-02-29'],
    ['29/2/2026', undefined],
    ['31/4/2026', undefined],
    ['hôm nay', undefined],
  ])('%s → %s', (typed, date) => {
    expect(parseDate(typed, today)).toBe(date)
  })

  test('is written back as it is read', () => {
    expect(writeDate('2026-11-25')).toBe('25/11/2026')
  })
})

describe('the wall clock of a zone', () => {
  test.each([
    ['2026-11-25', '17:30', 'Asia/Ho_Chi_Minh', '2026-11-25T10:30:00.000Z'],
    ['2026-11-25', '05:00:20', 'Asia/Ho_Chi_Minh', '2026-11-24T22:00:20.000Z'],
    // Another zone, on both sides of a change of its offset.
    ['2026-03-29', '01:30', 'Europe/Paris', '2026-03-29T00:30:00.000Z'],
    ['2026-03-29', '03:30', 'Europe/Paris', '2026-03-29T01:30:00.000Z'],
  ])('%s %s in %s is %s', (date, time, zone, iso) => {
    const at = toInstant(date, time, zone)
    expect(new Date(at).toISOString()).toBe(iso)
    expect(toLocal(at, zone)).toEqual({ date, time: time.length === 5 ? `${time}:00` : time })
  })

  test('weeks begin on Monday', () => {
    expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([1, 7])
    expect(mondayOf('2026-11-29')).toBe('2026-11-23')
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
  })
})
