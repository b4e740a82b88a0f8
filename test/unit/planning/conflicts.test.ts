import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { doesHear } from '#server/planning/audience-rules.ts'
import { findConflicts } from '#server/planning/conflict-rules.ts'
import { areaOf, at, broadcast, broadcastOf, item, planDevice, planInput, variant, ZONE } from './fixture.ts'

const [province, commune, other] = [areaOf(1), areaOf(2), areaOf(3)]
const range = { from: at('2026-11-23T17:00:00Z'), to: at('2026-11-26T17:00:00Z') }
const addressees = [commune, other].map((areaId, index) => ({
  ...planDevice(index + 1, { areaPath: [province, areaId] }),
  ...{ areaId, devices: index + 1 },
}))

/** Three hours with long bulletins, so that most broadcasts meet some other. */
const planned = fc.record({
  areaId: fc.constantFrom(province, commune, other),
  rule: fc.constantFrom('FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=WE', null),
  minute: fc.integer({ min: 0, max: 179 }),
  durationMin: fc.integer({ min: 1, max: 40 }),
  priority: fc.constantFrom('filler' as const, 'normal' as const, 'priority' as const),
})

describe('findConflicts', () => {
  it('finds every broadcast that sounds at the same time for somebody, as asking pair by pair does', () => {
    fc.assert(
      fc.property(fc.array(planned, { minLength: 2, maxLength: 7 }), (all) => {
        const broadcasts = all.map(({ areaId, rule, minute, durationMin, priority }, index) =>
          broadcast({
            ...{ id: broadcastOf(index + 1), areaId, rule, priority, firstDate: '2026-11-24' },
            localTimes: [
              `${String(5 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`,
            ],
            items: [item(index + 1, [variant('vi', durationMin * 60_000)])],
          }),
        )
        const input = planInput(broadcasts, range)
        const own = input.airings.filter(
          ({ broadcastId, startAt }) => broadcastId === broadcastOf(1) && startAt >= range.from && startAt < range.to,
        )
        const hearing = addressees.filter((one) => own.some((mine) => doesHear(one, mine)))
        const met = input.airings.filter(
          (one) =>
            one.broadcastId !== broadcastOf(1) &&
            hearing.some((listener) => doesHear(listener, one)) &&
            own.some((mine) => mine.startAt < one.endAt && one.startAt < mine.endAt),
        )
        const found = findConflicts(own, hearing, input, ZONE).conflicts.map(({ airing }) => airing.broadcastId)
        // Following on may bring two together that do not overlap as planned: those are told beside.
        expect(found).toEqual(expect.arrayContaining([...new Set(met.map(({ broadcastId }) => broadcastId))]))
        expect(new Set(found).size).toBe(found.length)
        if (met.length === 0) expect(found).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})
