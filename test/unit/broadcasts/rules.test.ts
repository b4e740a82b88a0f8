import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { refuseTiming, startsWithin, type Timing } from '#server/broadcasts/recurrence-rules.ts'
import { airingsOf, mergeAirings, nextAiringStart, occurrenceState } from '#server/broadcasts/rules.ts'
import { at, item, broadcast as makeBroadcast, variant } from '../planning/fixture.ts'

const range = (from: string, to: string) => ({ from: at(from), to: at(to) })
const starts = (timing: Timing, from: string, to: string) =>
  startsWithin(timing, range(from, to)).map((start) => new Date(start).toISOString())

const daily: Timing = {
  rule: 'FREQ=DAILY',
  localTimes: ['05:30:00'],
  extraDates: [],
  exceptDates: [],
  timeZone: 'Asia/Ho_Chi_Minh',
  firstDate: '2026-11-24',
  lastDate: '2026-11-26',
}
const broadcast = makeBroadcast({
  ...daily,
  items: [item(1), item(2, [variant('vi', 30_000)])],
  bulletinCount: 2,
})

describe('startsWithin', () => {
  it('gives local 05:30 of every day from the first to the last, inclusive', () => {
    expect(starts(daily, '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z')).toEqual([
      '2026-11-23T22:30:00.000Z',
      '2026-11-24T22:30:00.000Z',
      '2026-11-25T22:30:00.000Z',
    ])
  })

  it('takes the start of the window in and leaves its end out', () => {
    expect(starts(daily, '2026-11-23T22:30:00Z', '2026-11-24T22:30:00Z')).toEqual(['2026-11-23T22:30:00.000Z'])
  })

  it('airs a one-off broadcast on its one day, whatever its last date says', () => {
    expect(starts({ ...daily, rule: null }, '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z')).toEqual([
      '2026-11-23T22:30:00.000Z',
    ])
  })

  it.each<[string, Partial<Timing>, string[]]>([
    [
      'a skipped hour counts from before the gap',
      { timeZone: 'America/New_York', localTimes: ['02:30:00'], firstDate: '2026-03-07', lastDate: '2026-03-09' },
      ['2026-03-07T07:30:00.000Z', '2026-03-08T07:30:00.000Z', '2026-03-09T06:30:00.000Z'],
    ],
    [
      'an hour that comes twice airs once, at its first',
      { timeZone: 'America/New_York', localTimes: ['01:30:00'], firstDate: '2026-10-31', lastDate: '2026-11-02' },
      ['2026-10-31T05:30:00.000Z', '2026-11-01T05:30:00.000Z', '2026-11-02T06:30:00.000Z'],
    ],
    [
      'a day that a zone skips airs once, not twice',
      { timeZone: 'Pacific/Apia', localTimes: ['12:00:00'], firstDate: '2011-12-29', lastDate: '2011-12-31' },
      ['2011-12-29T22:00:00.000Z', '2011-12-30T22:00:00.000Z'],
    ],
  ])('%s', (_name, change, expected) => {
    expect(starts({ ...daily, ...change }, '2011-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual(expected)
  })

  it('gives the same starts whether a window is read whole or in pieces', () => {
    const zones = ['Asia/Ho_Chi_Minh', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Pacific/Apia']
    const base = Date.parse('2026-01-01T00:00:00Z')
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 86_399 }),
        fc.integer({ min: 0, max: 400 * 86_400 }),
        fc.integer({ min: 0, max: 20 * 86_400 }),
        fc.integer({ min: 0, max: 20 * 86_400 }),
        (timeZone, second, fromS, firstS, secondS) => {
          const localTime = new Date(second * 1000).toISOString().slice(11, 19)
          const timing: Timing = {
            ...daily,
            timeZone,
            localTimes: [localTime],
            firstDate: '2026-01-01',
            lastDate: null,
          }
          const [a, b, c] = [fromS, fromS + firstS, fromS + firstS + secondS].map((s) =>
            instantMs.parse(base + s * 1000),
          )
          if (a === undefined || b === undefined || c === undefined) throw new Error('three instants')
          const whole = startsWithin(timing, { from: a, to: c })
          // Worked out together with others it is the same.
          expect(startsWithin(timing, { from: a, to: c }, new Map())).toEqual(whole)
          expect([...startsWithin(timing, { from: a, to: b }), ...startsWithin(timing, { from: b, to: c })]).toEqual(
            whole,
          )
          expect(new Set(whole).size).toBe(whole.length)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('refuseTiming', () => {
  const now = at('2026-11-24T00:00:00Z')
  it.each<[string, Timing, Timing | undefined, ReturnType<typeof refuseTiming>]>([
    [
      'once, when that has passed',
      { ...daily, rule: null, firstDate: '2026-11-24' },
      undefined,
      'broadcast-start-past',
    ],
    [
      'a series that is over',
      { ...daily, firstDate: '2026-11-20', lastDate: '2026-11-23' },
      undefined,
      'broadcast-start-past',
    ],
    [
      'once, this very instant',
      { ...daily, rule: null, firstDate: '2026-11-24', localTimes: ['07:00:00'] },
      undefined,
      'broadcast-start-past',
    ],
    [
      'once, of whose two times the first has passed',
      { ...daily, rule: null, firstDate: '2026-11-24', localTimes: ['05:00:00', '18:00:00'] },
      undefined,
      undefined,
    ],
    [
      'daily from today, of whose times the first has passed',
      { ...daily, firstDate: '2026-11-24', localTimes: ['05:00:00', '18:00:00'] },
      undefined,
      undefined,
    ],
    ['a start a second ahead', { ...daily, localTimes: ['07:00:01'] }, undefined, undefined],
    ['a last day before the first', { ...daily, lastDate: '2026-11-20' }, undefined, 'broadcast-dates-reversed'],
    ['a running broadcast moved to another hour', { ...daily, localTimes: ['06:00:00'] }, daily, undefined],
    [
      'a running broadcast that would never air again',
      { ...daily, lastDate: '2026-11-24' },
      daily,
      'broadcast-never-airs',
    ],
    ['the same timing once more', daily, daily, undefined],
  ])('%s', (_name, timing, before, expected) => {
    expect(refuseTiming(timing, now, before)).toBe(expected)
  })
})

describe('airingsOf', () => {
  const week = range('2026-11-20T00:00:00Z', '2026-11-30T00:00:00Z')

  it('adds the items up to a duration, and names the occurrence by its start', () => {
    const [first] = airingsOf(broadcast, week)
    expect(first).toMatchObject({
      occurrenceId: `${broadcast.id}@20261123T223000Z`,
      startAt: at('2026-11-23T22:30:00Z'),
      endAt: at('2026-11-23T22:31:30Z'),
    })
  })

  it('marks what starts at or after the cancelling', () => {
    const cancelled = { ...broadcast, cancelledAt: at('2026-11-24T22:30:00Z') }
    expect(airingsOf(cancelled, week).map((airing) => airing.isCancelled)).toEqual([false, true, true])
    expect(nextAiringStart(cancelled, at('2026-11-24T00:00:00Z'))).toBeUndefined()
  })

  it('derives nothing from before the timing was set: that is frozen or never was', () => {
    const edited = { ...broadcast, timedSince: at('2026-11-24T22:30:00Z') }
    expect(airingsOf(edited, week).map((airing) => airing.startAt)).toEqual([at('2026-11-25T22:30:00Z')])
  })

  it('lets a frozen occurrence stand for its own', () => {
    const [first] = airingsOf(broadcast, week)
    if (first === undefined) throw new Error('no airing')
    const merged = mergeAirings([broadcast], [{ ...first, title: 'Như đã phát' }], week)
    expect(merged.map((airing) => airing.title)).toEqual(['Như đã phát', 'Bản tin sáng', 'Bản tin sáng'])
  })
})

describe('occurrenceState', () => {
  const airing = { startAt: at('2026-11-24T00:00:00Z'), endAt: at('2026-11-24T00:10:00Z') }
  const open = { ...airing, isCancelled: false, endedEarlyAt: null }
  it.each([
    [open, '2026-11-23T23:59:59Z', 'planned'],
    [open, '2026-11-24T00:00:00Z', 'playing'],
    [open, '2026-11-24T00:10:00Z', 'ended'],
    [{ ...open, endedEarlyAt: at('2026-11-24T00:01:00Z') }, '2026-11-24T00:02:00Z', 'ended'],
    [{ ...open, isCancelled: true }, '2026-11-24T00:05:00Z', 'cancelled'],
    [{ ...open, endAt: open.startAt }, '2026-11-23T00:00:00Z', 'not-approved'],
  ] as const)('%# is %s', (value, now, expected) => {
    expect(occurrenceState(value, at(now))).toBe(expected)
  })
})
