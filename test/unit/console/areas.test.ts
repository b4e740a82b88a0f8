import { describe, expect, test } from 'vitest'
import { groupBrokenDays, groupMisfits } from '../../../web/src/rooms/areas/impact.ts'
import { fieldsOf, type RulesFields, readFields } from '../../../web/src/rooms/areas/rules-fields.ts'
import type { OwnRules } from '../../../web/src/rooms/areas/types.ts'

const rules: OwnRules = {
  hours: [{ days: [1, 2, 3], from: '05:00', to: '07:30' }],
  maxSessionsPerDay: 4,
  maxMinutesPerSession: null,
  maxMinutesPerDay: null,
  volumes: [{ from: '21:00', to: '24:00', priority: null, percent: 40 }],
  leadIn: { kind: 'chime' },
  languages: ['hmn', 'vi'],
}
const edit = (change: Partial<RulesFields>) => readFields({ ...fieldsOf(rules), ...change })

describe('the form of an area’s rules', () => {
  test.each([
    rules,
    { ...rules, hours: null, volumes: [], leadIn: { kind: 'clip', clipId: 'a' } },
    { ...rules, volumes: null, leadIn: null, languages: [] },
  ] satisfies OwnRules[])('gives back what it was filled with', (own) => {
    expect(readFields(fieldsOf(own)).rules).toEqual(own)
  })
  test('takes volumes in per cent, in their order, and says what is wrong with which', () => {
    const line = { from: '21h', to: '24h', priority: 'filler', percent: ' 40 % ' } as const
    expect(edit({ volumes: [line, { ...line, priority: '', percent: '0' }] }).rules?.volumes).toEqual([
      { from: '21:00', to: '24:00', priority: 'filler', percent: 40 },
      { from: '21:00', to: '24:00', priority: null, percent: 0 },
    ])
    const read = edit({
      volumes: [{ ...line, percent: '101' }, { ...line, percent: 'to' }, { ...line, to: '20h' }, line],
    })
    expect(read.volumes).toEqual(['areas.badPercent', 'areas.badPercent', 'areas.badOrder', undefined])
    expect(read.rules).toBeUndefined()
  })
  test('a lead-in of the library names its sound', () => {
    const read = edit({ leadIn: { kind: 'clip', clipId: '' } })
    expect([read.leadIn, read.rules]).toEqual(['areas.leadInUnset', undefined])
  })
  test('takes times as people type them, to the end of the day', () => {
    const { rules: read } = edit({ windows: [{ days: [7, 1], from: '17h30', to: '24h' }] })
    expect(read?.hours).toEqual([{ days: [1, 7], from: '17:30', to: '24:00' }])
  })
  test('says what is wrong with which window', () => {
    const windows = [
      { days: [1], from: 'sáng', to: '7h' },
      { days: [1], from: '8h', to: '7h' },
      { days: [], from: '5h', to: '7h' },
    ]
    const read = edit({ windows })
    expect(read.windows).toEqual(['areas.badTime', 'areas.badOrder', 'areas.noDays'])
    expect(read.rules).toBeUndefined()
  })
  test('own hours without a window are a mistake; none of its own are none', () => {
    expect(edit({ windows: [] })).toMatchObject({ rules: undefined, hours: 'areas.noHours' })
    expect(edit({ hasHours: false }).rules?.hours).toBeNull()
  })
  test.each(['0', '49', '2,5', 'x'])('%s sessions a day are no limit that can be set', (text) => {
    const read = edit({ caps: { ...fieldsOf(rules).caps, maxSessionsPerDay: text } })
    expect(read.caps.maxSessionsPerDay).toBe('areas.badCap')
    expect(read.rules).toBeUndefined()
  })
})

describe('what no longer fits', () => {
  const misfit = (occurrenceId: string, startAt: string, change: object = {}) => ({
    ...{ occurrenceId, startAt, title: 'Bản tin sáng', areaId: 'a', priority: 'normal' as const, deviceCount: 2 },
    ...{ reason: 'outside-hours' as const, cutAt: null, ...change },
  })
  test('is one line for what happens alike day after day, with the most speakers of any day', () => {
    const groups = groupMisfits(
      [
        misfit('1', '2026-11-24T22:30:00Z'),
        misfit('2', '2026-11-25T22:30:00Z', { deviceCount: 5 }),
        misfit('3', '2026-11-26T10:00:00Z'),
        misfit('4', '2026-11-26T22:30:00Z', { cutAt: '2026-11-26T22:40:00Z' }),
      ],
      (at) => at.slice(11, 16),
    )
    expect(groups.map(({ all, deviceCount }) => [all.map((one) => one.occurrenceId).join(), deviceCount])).toEqual([
      ['1,2', 5],
      ['3', 2],
      ['4', 2],
    ])
  })
  test('days that break the same limit by as much are told together', () => {
    const day = { rule: 'maxMinutesPerDay' as const, limit: 30, actual: 40, from: { id: 'a', name: 'Hà Nội' } }
    const days = [
      { ...day, date: '2026-11-24' },
      { ...day, date: '2026-11-25' },
      { ...day, date: '2026-11-26', actual: 50 },
    ]
    expect(groupBrokenDays(days).map(({ all }) => all.length)).toEqual([2, 1])
  })
})
