import { describe, expect, test } from 'vitest'
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
const edit = (change: Partial<RulesFields>) => readFields({ ...fieldsOf(rules), ...change }, rules)

describe('the form of an area’s rules', () => {
  test('gives back what it was filled with, and keeps what does not stand in it', () => {
    expect(readFields(fieldsOf(rules), rules).rules).toEqual(rules)
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
