import { describe, expect, test } from 'vitest'
import { findClash, sharesSpeakers } from '../../../web/src/rooms/schedule/clashes.ts'
import { type PlanFields, readWhen } from '../../../web/src/rooms/schedule/plan.ts'

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
  const fields: PlanFields = {
    what: '',
    timing: 'once',
    days: [],
    keptRule: null,
    skipHolidays: false,
    reach: 'all',
    targets: [],
    date: '25/11/2026',
    time: '17h30',
    lastDate: '',
    areaId: '',
    priority: 'normal',
  }
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
