import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import { type ArrangeContext, type ArrangedAiring, arrangeAirings, volumeAt } from '#server/planning/arrange-rules.ts'
import { type Interval, intervalAt, mergeIntervals } from '#server/planning/hours-rules.ts'
import { areaOf, at, broadcastOf, item, variant, ZONE } from './fixture.ts'

const MINUTE_MS = 60_000
const midnight = at('2026-11-23T17:00:00Z')
/** HH:MM of 24 November in Viet Nam. */
const local = (time: string): InstantMs => at(`2026-11-24T${time}:00+07:00`)
const sayTime = (instant: number): string => new Date(instant + 7 * 3_600_000).toISOString().slice(11, 16)

let made = 0
function airing(time: string, minutes: number, change: Partial<Airing> = {}): Airing {
  const [startAt, number] = [local(time), ++made]
  const broadcastId = broadcastOf(number)
  return {
    occurrenceId: makeOccurrenceId(broadcastId, startAt),
    broadcastId,
    areaId: areaOf(1),
    aims: [],
    title: `${number}`,
    priority: 'normal',
    languageMode: 'first',
    lateStart: 'join',
    placement: 'fixed',
    onConflict: 'follow',
    order: number,
    startAt,
    endAt: instantMs.parse(startAt + minutes * MINUTE_MS),
    isCancelled: false,
    endedEarlyAt: null,
    items: [item(number, [variant('vi', minutes * MINUTE_MS)])],
    ...change,
  }
}

const allDay: Interval[] = [{ fromAt: midnight, toAt: instantMs.parse(midnight + 86_400_000) }]
const hours = (...windows: [string, string][]): Interval[] =>
  windows.map(([from, to]) => ({ fromAt: local(from), toAt: local(to) }))
const context = (change: Partial<ArrangeContext> = {}): ArrangeContext => ({
  timeZone: ZONE,
  permitted: allDay,
  suspended: [],
  rankOf: () => 0,
  languages: ['vi'],
  volumes: [],
  ...change,
})
const say = ({ startAt, endAt, leftOut }: ArrangedAiring): string => leftOut ?? `${sayTime(startAt)}–${sayTime(endAt)}`
const arranged = (airings: readonly Airing[], change: Partial<ArrangeContext> = {}): string[] => {
  const found = new Map(arrangeAirings(airings, context(change)).map((one) => [one.occurrenceId, say(one)]))
  return airings.map(({ occurrenceId }) => found.get(occurrenceId) ?? 'nothing')
}

describe('priority goes first within the programme, the rest follows on, moves or is dropped (Circular 39/2020)', () => {
  const high = { priority: 'priority' } as const
  const low = { priority: 'filler' } as const
  const drop = { onConflict: 'drop' } as const
  it.each<[string, Airing[], string[]]>([
    ['what does not meet keeps its time', [airing('05:00', 10), airing('05:10', 10)], ['05:00–05:10', '05:10–05:20']],
    [
      'among equals what starts first, whichever was planned first',
      [airing('05:05', 10), airing('05:00', 10)],
      ['05:10–05:20', '05:00–05:10'],
    ],
    [
      'among equals at one time what was planned first',
      [airing('05:00', 10), airing('05:00', 10)],
      ['05:00–05:10', '05:10–05:20'],
    ],
    ['a higher one at the same time', [airing('05:00', 10), airing('05:00', 10, high)], ['05:10–05:20', '05:00–05:10']],
    [
      'a lower one that has begun is held, and ends later by that',
      [airing('05:00', 10), airing('05:05', 10, high)],
      ['05:00–05:20', '05:05–05:15'],
    ],
    [
      'one that would start inside of a higher one follows on',
      [airing('05:05', 10), airing('05:00', 10, high)],
      ['05:10–05:20', '05:00–05:10'],
    ],
    [
      '…or is left out, as its planner chose',
      [airing('05:05', 10, drop), airing('05:00', 10, high)],
      ['gave-way', '05:00–05:10'],
    ],
    [
      'filler below normal below priority',
      [airing('05:00', 5, low), airing('05:00', 5), airing('05:00', 5, high)],
      ['05:10–05:15', '05:05–05:10', '05:00–05:05'],
    ],
    [
      'a chain of equals',
      [airing('05:00', 60), airing('05:30', 60), airing('05:40', 60)],
      ['05:00–06:00', '06:00–07:00', '07:00–08:00'],
    ],
    [
      'news of the morning is none in the evening',
      [airing('05:00', 200), airing('05:10', 10)],
      ['05:00–08:20', 'gave-way'],
    ],
    [
      'what was stopped keeps its place',
      [airing('05:00', 10, { endedEarlyAt: local('05:01') }), airing('05:05', 10)],
      ['05:00–05:10', '05:10–05:20'],
    ],
    [
      'what is cancelled, or has nothing approved, has no place',
      [airing('05:00', 10, { isCancelled: true }), airing('05:00', 10, { items: [] }), airing('05:00', 10)],
      ['nothing', 'nothing', '05:00–05:10'],
    ],
  ])('%s', (_name, airings, expected) => {
    expect(arranged(airings)).toEqual(expected)
  })

  it('lets the commune decide the order among equals, and never above priority', () => {
    const [first, second, higher] = [airing('05:00', 10), airing('05:05', 10), airing('05:05', 10, high)]
    const rankOf = (id: string): number => (id === second.broadcastId ? -1 : 0)
    expect(arranged([first, second], { rankOf })).toEqual(['05:15–05:25', '05:05–05:15'])
    expect(arranged([second, higher], { rankOf })).toEqual(['05:15–05:25', '05:05–05:15'])
  })

  it('keeps what was announced once its planned time has come, whatever is taken away or planned before it meanwhile', () => {
    const [late, gone] = [airing('05:05', 10), airing('05:10', 60)]
    const rankOf = (id: string): number => (id === gone.broadcastId ? -1 : 0)
    expect(arranged([late, gone], { rankOf })).toEqual(['06:10–06:20', '05:10–06:10'])
    // At 05:08 the one that goes before it is cancelled: 05:05 has passed, and half of it nobody would hear.
    const cancelled = { ...gone, isCancelled: true }
    expect(arranged([late, cancelled], { rankOf })).toEqual(['05:05–05:15', 'nothing'])
    const announced = new Map([[late.occurrenceId, { startAt: local('06:10'), leftOut: null }]])
    expect(arranged([late, cancelled], { rankOf, announced })).toEqual(['06:10–06:20', 'nothing'])
    expect(arranged([late, gone], { rankOf, announced })).toEqual(['06:10–06:20', '05:10–06:10'])
    // What is planned now on its level comes after it, though it goes first among equals; what is higher does not.
    const fresh = airing('06:00', 15)
    const first = (id: string): number => (id === fresh.broadcastId ? -1 : 0)
    expect(arranged([late, fresh], { rankOf: first, announced })).toEqual(['06:10–06:20', '06:20–06:35'])
    const higher = airing('06:00', 15, high)
    expect(arranged([late, higher], { announced })).toEqual(['06:15–06:25', '06:00–06:15'])
    const leftOut = new Map([[late.occurrenceId, { startAt: late.startAt, leftOut: 'gave-way' as const }]])
    expect(arranged([late, cancelled], { rankOf, announced: leftOut })).toEqual(['gave-way', 'nothing'])
  })

  it('says behind what it follows or to what it gave way', () => {
    const [first, second] = [airing('05:00', 10), airing('05:05', 10)]
    const told = arrangeAirings([first, second, { ...airing('05:06', 10), onConflict: 'drop' }], context())
    expect(told.map(({ moved, gaveWayTo }) => moved?.behind ?? gaveWayTo)).toEqual([
      null,
      first.occurrenceId,
      first.occurrenceId,
    ])
  })
})

describe('permitted hours bind everything that is planned (Decree 49/2024: each commune its own)', () => {
  const permitted = hours(['05:00', '06:00'], ['17:00', '18:00'])
  const queue = { placement: 'queue', priority: 'priority' } as const
  it.each<[string, Airing[], string[]]>([
    ['outside them nothing starts', [airing('03:15', 10)], ['outside-hours']],
    [
      'what follows on does so within them or not at all',
      [airing('05:00', 50), airing('05:45', 15)],
      ['05:00–05:50', 'gave-way'],
    ],
    ['a queue waits for the next window', [airing('12:00', 10, queue)], ['17:00–17:10']],
    [
      'a queue takes the next free time',
      [airing('05:00', 10, { priority: 'priority' }), airing('05:00', 10, queue)],
      ['05:00–05:10', '05:10–05:20'],
    ],
    ['a queue needs room to its end', [airing('05:55', 10, queue)], ['17:00–17:10']],
    ['a queue ends with its day', [airing('17:55', 10, queue)], ['outside-hours']],
  ])('%s', (_name, airings, expected) => {
    expect(arranged(airings, { permitted })).toEqual(expected)
  })

  it('cuts what was held off where the window closes', () => {
    const [one] = arrangeAirings([airing('05:50', 8)], context({ permitted }))
    expect(one?.latestEndAt).toBe(local('06:00'))
  })

  const cutOf = (one: Airing, change: Partial<ArrangeContext>) => {
    const [told] = arrangeAirings([one], context(change))
    return [told === undefined ? '' : say(told), told?.cut && `${told.cut.by} ${sayTime(told.cut.at)}`]
  }
  it.each<[string, Airing, Partial<ArrangeContext>, [string, string | null]]>([
    ['what ends with its window is whole', airing('05:50', 10), { permitted }, ['05:50–06:00', null]],
    ['what goes on past it ends there', airing('05:55', 10), { permitted }, ['05:55–06:00', 'outside-hours 06:00']],
    [
      'though another window opens before its own end',
      airing('05:55', 30),
      { permitted: hours(['05:00', '06:00'], ['06:10', '07:00']) },
      ['05:55–06:00', 'outside-hours 06:00'],
    ],
    [
      'and at a suspension, whichever comes first',
      airing('05:55', 10),
      { permitted, suspended: hours(['05:57', '07:00']) },
      ['05:55–05:57', 'suspended 05:57'],
    ],
    [
      'but an item that begins after a suspension sounds',
      airing('05:30', 20, { items: [item(1, [variant('vi', 600_000)]), item(2, [variant('vi', 600_001)])] }),
      { permitted, suspended: hours(['05:35', '05:40']) },
      ['05:30–05:50', 'suspended 05:35'],
    ],
    ['what does not sound is not cut', airing('07:00', 10), { permitted }, ['outside-hours', null]],
  ])('cuts off as devices do: %s', (_name, one, change, expected) => {
    expect(cutOf(one, change)).toEqual(expected)
  })

  it('leaves its time to others where it is cut off', () => {
    const two = hours(['05:00', '06:00'], ['06:10', '07:00'])
    const asked = [airing('05:55', 30), airing('06:10', 10)]
    expect(arranged(asked, { permitted: two })).toEqual(['05:55–06:00', '06:10–06:20'])
  })

  it('starts nothing while an area is suspended, not even what queues', () => {
    const suspended = hours(['05:00', '17:30'])
    const asked = [airing('05:30', 10), airing('12:00', 10, queue), airing('17:40', 10)]
    expect(arranged(asked, { permitted, suspended })).toEqual(['suspended', 'suspended', '17:40–17:50'])
  })
})

describe('languages and volumes', () => {
  it('spaces items by the longest variant, so that neighbours start together; each plays its own', () => {
    const items = [item(1, [variant('vi', 60_000), variant('hmn', 90_000)]), item(2, [variant('vi', 30_000)])]
    const one = airing('05:00', 2, { items })
    const offsets = (languages: string[]) =>
      arrangeAirings([one], context({ languages }))[0]?.items.map(({ language, offsetMs }) => [language, offsetMs])
    expect(offsets(['vi'])).toEqual([
      ['vi', 0],
      ['vi', 90_000],
    ])
    expect(offsets(['hmn'])).toEqual([
      ['hmn', 0],
      ['vi', 90_000],
    ])
    const each = { ...one, languageMode: 'each' as const }
    const told = arrangeAirings([each], context({ languages: ['hmn', 'vi'] }))[0]?.items
    expect(told?.map(({ language, offsetMs }) => [language, offsetMs])).toEqual([
      ['hmn', 0],
      ['vi', 90_000],
      ['vi', 150_000],
    ])
  })

  it('takes the first volume that fits the time of the day, also over midnight, and the priority', () => {
    const volumes = [
      { from: '21:00', to: '05:00', priority: null, percent: 40 },
      { from: '05:00', to: '06:00', priority: 'priority' as const, percent: 90 },
      { from: '05:00', to: '24:00', priority: null, percent: 70 },
    ]
    const at = (time: string, priority: 'priority' | 'normal') =>
      volumeAt({ volumes, timeZone: ZONE }, local(time), priority)
    expect([at('04:59', 'normal'), at('05:00', 'normal'), at('05:00', 'priority'), at('21:00', 'normal')]).toEqual([
      40, 70, 90, 40,
    ])
  })
})

describe('whatever is planned', () => {
  const random = fc
    .array(
      fc.record({
        minute: fc.integer({ min: 0, max: 24 * 60 - 1 }),
        minutes: fc.integer({ min: 1, max: 50 }),
        priority: fc.constantFrom('priority', 'normal', 'filler'),
        placement: fc.constantFrom('fixed', 'fixed', 'queue'),
        onConflict: fc.constantFrom('follow', 'drop'),
        rank: fc.integer({ min: -2, max: 2 }),
      }),
      { minLength: 1, maxLength: 25 },
    )
    .map((all) =>
      all.map(({ minute, minutes, rank, ...rest }) => ({
        rank,
        one: airing(sayTime(midnight + minute * MINUTE_MS), minutes, rest),
      })),
    )
  const windows = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 22 }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 4 })
    .map((all) =>
      mergeIntervals(
        all.map(([from, length]) => ({
          fromAt: instantMs.parse(midnight + from * 3_600_000),
          toAt: instantMs.parse(midnight + Math.min(24, from + length) * 3_600_000),
        })),
      ),
    )
  const plans = fc.tuple(random, windows)
  const contextOf = (all: readonly { rank: number; one: Airing }[], permitted: readonly Interval[]): ArrangeContext => {
    const ranks = new Map(all.map(({ rank, one }) => [one.broadcastId, rank]))
    return context({ permitted, rankOf: (id) => ranks.get(id) ?? 0 })
  }

  it('no two of one level overlap, nothing starts outside the hours, and nothing starts while a higher one sounds', () => {
    fc.assert(
      fc.property(plans, ([all, permitted]) => {
        const told = arrangeAirings(
          all.map(({ one }) => one),
          contextOf(all, permitted),
        )
        expect(told).toHaveLength(all.length)
        const sounding = told.filter(({ leftOut }) => leftOut === null)
        for (const one of sounding) {
          expect(intervalAt(permitted, one.startAt)).toBeDefined()
          for (const other of sounding) {
            if (one === other) continue
            const isSame = one.airing.priority === other.airing.priority
            if (isSame)
              expect(one.endAt <= other.startAt || other.endAt <= one.startAt, `${say(one)} ${say(other)}`).toBe(true)
            const isHigher = other.order < one.order && !isSame
            if (isHigher) expect(other.startAt <= one.startAt && one.startAt < other.endAt).toBe(false)
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('what goes first keeps its time, and the order of asking changes nothing', () => {
    fc.assert(
      fc.property(plans, fc.integer(), ([all, permitted], seed) => {
        const airings = all.map(({ one }) => one)
        const told = arrangeAirings(airings, contextOf(all, permitted))
        const first = told.reduce((least, one) => (one.order < least.order ? one : least))
        if (first.airing.placement === 'fixed')
          expect([first.startAt, first.moved]).toEqual([first.airing.startAt, null])
        const shuffled = [...airings].sort((a, b) => ((a.order * 7919 + seed) % 101) - ((b.order * 7919 + seed) % 101))
        expect(arrangeAirings(shuffled, contextOf(all, permitted))).toEqual(told)
      }),
      { numRuns: 150 },
    )
  })
})
