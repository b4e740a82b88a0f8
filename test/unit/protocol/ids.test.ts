import { describe, expect, it } from 'vitest'
import { deviceId, makeOccurrenceId, newId, occurrenceId, parseOccurrenceId } from '#protocol/ids.ts'

const broadcast = '018f0000-0000-7000-8000-00000000abcd'

describe('an occurrence’s id', () => {
  it.each(['20260302T053000Z', '20240229T000000Z', '20001231T235959Z', '20991231T235959Z'])('names %s', (stamp) => {
    const id = occurrenceId.parse(`${broadcast}@${stamp}`)
    const { broadcastId, originalStartAtMs } = parseOccurrenceId(id)
    expect(broadcastId).toBe(broadcast)
    expect(makeOccurrenceId(broadcast, originalStartAtMs)).toBe(id)
  })

  it.each([
    ['a day that no calendar has', '20260230T053000Z'],
    ['29 February of a common year', '20250229T053000Z'],
    ['31 April', '20260431T053000Z'],
    ['day 0', '20260300T053000Z'],
    ['day 32', '20260332T053000Z'],
    ['month 0', '20260002T053000Z'],
    ['month 13', '20261302T053000Z'],
    ['hour 24', '20260302T240000Z'],
    ['minute 60', '20260302T056000Z'],
    ['a leap second', '20260302T055960Z'],
    ['a year before ours', '19991231T235959Z'],
    ['a year after ours', '21000101T000000Z'],
    ['no zone', '20260302T053000'],
    ['more behind it', '20260302T053000Z\n'],
    ['nothing', ''],
  ])('does not name %s', (_what, stamp) => {
    expect(occurrenceId.safeParse(`${broadcast}@${stamp}`).success).toBe(false)
  })

  it('is made of whole seconds within reach', () => {
    expect(makeOccurrenceId(broadcast, Date.UTC(2026, 2, 2, 5, 30))).toBe(`${broadcast}@20260302T053000Z`)
    expect(() => makeOccurrenceId(broadcast, Date.UTC(2100, 0, 1))).toThrow()
    expect(() => makeOccurrenceId(broadcast.toUpperCase(), Date.UTC(2026, 0, 1))).toThrow()
  })
})

describe('an id', () => {
  it('grows with time and is its own lower-case text', () => {
    const ids = [1, 2, 1_772_420_400_000].map((nowMs) => newId(nowMs))
    expect(ids.toSorted()).toEqual(ids)
    for (const id of ids) expect(deviceId.parse(id)).toBe(id)
    expect(deviceId.safeParse(newId(1).toUpperCase().replace(/\d/g, 'A')).success).toBe(false)
  })
})
