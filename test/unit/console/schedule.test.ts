import { describe, expect, test } from 'vitest'
import { findClash, sharesSpeakers } from '../../../web/src/rooms/schedule/clashes.ts'
import { gatherRows, intoLevels, type Ordered, orderAfter } from '../../../web/src/rooms/schedule/order.ts'
import { emptyFields, mannerOf, type PlanFields, readWhen, unusualOf } from '../../../web/src/rooms/schedule/plan.ts'

const zone = 'Asia/Ho_Chi_Minh'
const at = (time: string): number => Date.parse(`2026-11-25T${time}:00+07:00`)
const paths: Record<string, string[]> = { commune: ['commune'], east: ['commune', 'east'], west: ['commune', 'west'] }
const areaById = (id: string): { path: string[] } | undefined => {
  const path = paths[id]
  return path && { path }
}
const planned = (from: string, to: string, areaId: string, state: 'planned' | 'cancelled' = 'planned') => ({
  startAt: new Date(at(from)).toISOString(),
  endAt: new Date(at(to)).toISOString(),
  areaId,
  state,
})

describe('clashes', () => {
  const minutes = 60_000
  const slot = (time: string, areaId: string) => ({ startMs: at(time), durationMs: 15 * minutes, areaId })

  test.each([
    ['commune', 'east', true],
    ['east', 'commune', true],
    ['east', 'east', true],
    ['east', 'west', false],
  ])('%s and %s share speakers: %s', (a, b, shared) => {
    expect(sharesSpeakers(a, b, areaById)).toBe(shared)
  })

  test.each([
    ['17:10', 'east', true],
    ['16:50', 'east', true],
    // One ends as the other begins.
    ['17:20', 'east', false],
    ['16:45', 'east', false],
  ])('a slot at %s in %s clashes with 17:00–17:20 of the commune: %s', (time, areaId, clashes) => {
    expect(findClash(slot(time, areaId), [planned('17:00', '17:20', 'commune')], areaById) !== undefined).toBe(clashes)
  })

  test('what is cancelled or elsewhere is no clash', () => {
    const others = [planned('17:00', '17:20', 'commune', 'cancelled'), planned('17:00', '17:20', 'west')]
    expect(findClash(slot('17:00', 'east'), others, areaById)).toBeUndefined()
  })
})

describe('when', () => {
  const fields: PlanFields = { ...emptyFields('2026-11-25'), time: '17h30' }
  const now = at('17:00')

  test.each<[string, Partial<PlanFields>, object]>([
    [
      'once',
      {},
      {
        ok: true,
        when: { startMs: at('17:30'), firstDate: '2026-11-25', localTimes: ['17:30'], lastDate: null, rule: null },
      },
    ],
    ['a time that has passed', { time: '16h' }, { ok: false, time: 'add.past' }],
    ['daily may begin tomorrow', { time: '16h', timing: 'daily' }, { ok: true, when: { rule: 'FREQ=DAILY' } }],
    [
      'on weekdays, several times a day',
      { timing: 'weekdays', time: '17h30, 5h' },
      {
        ok: true,
        when: { startMs: at('05:00'), localTimes: ['05:00', '17:30'], rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR' },
      },
    ],
    ['weekly on the day it begins', { timing: 'weekly' }, { ok: true, when: { rule: 'FREQ=WEEKLY;BYDAY=WE' } }],
    ['one of several times is nonsense', { time: '5h, mai' }, { ok: false, time: 'add.badTime' }],
    ['daily until a day', { timing: 'daily', lastDate: '1/12' }, { ok: true, when: { lastDate: '2026-12-01' } }],
    [
      'an end before the start',
      { timing: 'daily', date: '1/12', lastDate: '30/11' },
      { ok: false, lastDate: 'add.badDate' },
    ],
    ['an end is only for daily', { lastDate: 'x' }, { ok: true, when: { lastDate: null } }],
    ['nonsense', { date: 'mai', time: '25h' }, { ok: false, date: 'add.badDate', time: 'add.badTime' }],
    ['yesterday', { date: '24/11/2026' }, { ok: false, date: 'add.past' }],
    [
      'now, in 20 seconds',
      { timing: 'now', time: '' },
      { ok: true, when: { startMs: now + 20_000, localTimes: ['17:00:20'], rule: null } },
    ],
  ])('%s', (_name, change, expected) => {
    expect(readWhen({ ...fields, ...change }, now, zone)).toMatchObject(expected)
  })
})

describe('how it airs', () => {
  test('what is not as usual is named; only a province’s priority broadcasts queue', () => {
    const form = { ...emptyFields('2026-11-25'), onConflict: 'drop', placement: 'queue' } as const
    expect(unusualOf(emptyFields('2026-11-25'))).toEqual([])
    expect(unusualOf(form)).toEqual(['placement', 'onConflict'])
    expect(mannerOf(form, 'province').placement).toBe('fixed')
    expect(mannerOf({ ...form, priority: 'priority' }, 'commune').placement).toBe('fixed')
    expect(mannerOf({ ...form, priority: 'priority' }, 'province').placement).toBe('queue')
  })
})

describe('the order among equals', () => {
  const row = (broadcastId: string, localTime: string, priority: Ordered['priority'] = 'normal'): Ordered => ({
    ...{ broadcastId, title: broadcastId, areaId: 'commune', areaName: '', priority, localTime, meets: [] },
  })
  const rows = [row('late', '17:00'), row('early', '05:00'), row('noon', '11:00'), row('first', '06:00', 'priority')]
  const order = ['late', 'gone']
  const idsOf = (chosen: readonly string[], priority = 'normal'): string[] =>
    (intoLevels(rows, chosen).find((one) => one.priority === priority)?.rows ?? []).map((one) => one.broadcastId)

  test('what was chosen comes first, the rest by when it starts, each level for itself', () => {
    expect(idsOf(order)).toEqual(['late', 'early', 'noon'])
    expect(intoLevels(rows, order).map(({ priority, chosen }) => [priority, chosen])).toEqual([
      ['priority', 0],
      ['normal', 1],
    ])
  })

  test.each([
    ['up into what was chosen', 2, 0, ['noon', 'late']],
    ['up below it: what stands above gets its place too', 2, 1, ['late', 'noon']],
    ['down out of it', 0, 2, ['early', 'noon', 'late']],
  ])('a row moved %s', (_name, from, to, expected) => {
    const kept = orderAfter(intoLevels(rows, order), 'normal', from, to)
    expect(kept).toEqual(expected)
    // As it was seen when it was let go.
    const seen = idsOf(order)
    seen.splice(to, 0, ...seen.splice(from, 1))
    expect(idsOf(kept)).toEqual(seen)
  })

  test('equals that are planned at once where speakers are shared are named to each other', () => {
    const one = (broadcastId: string, from: string, to: string, areaId: string) => ({
      ...{ broadcastId, title: broadcastId, areaName: '', priority: 'normal' as const },
      ...planned(from, to, areaId),
    })
    const all = [
      one('a', '17:00', '17:20', 'commune'),
      one('b', '17:10', '17:30', 'east'),
      one('c', '17:10', '17:30', 'west'),
    ]
    const shares = (a: string, b: string): boolean => sharesSpeakers(a, b, areaById)
    const found = gatherRows(all, { shares, localTimeOf: (instant) => instant.slice(11, 16) })
    expect(found.map(({ broadcastId, meets }) => [broadcastId, meets])).toEqual([
      ['a', ['b', 'c']],
      ['b', ['a']],
      ['c', ['a']],
    ])
  })
})
