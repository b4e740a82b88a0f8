import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InstantMs } from '#protocol/time.ts'
import { localDateOf } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import { doesHear } from '#server/planning/audience-rules.ts'
import { noCaps } from '#server/planning/caps-rules.ts'
import { findConflicts } from '#server/planning/conflict-rules.ts'
import type { PlannedAddressee } from '#server/planning/findings-rules.ts'
import { makePlan, type PlanInput } from '#server/planning/rules.ts'
import { areaOf, areaRules, at, broadcast, broadcastOf, item, planDevice, planInput, variant, ZONE } from './fixture.ts'
import { chances } from './plans.fixture.ts'

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
      }),
      { numRuns: 100 },
    )
  })

  it('finds what only meets it since that follows on behind something else', () => {
    const [own, first, second] = [
      { id: broadcastOf(1), localTimes: ['05:20:00'], minutes: 5 },
      { id: broadcastOf(2), localTimes: ['05:00:00'], minutes: 15 },
      { id: broadcastOf(3), localTimes: ['05:10:00'], minutes: 8 },
    ].map(({ minutes, ...rest }, index) =>
      broadcast({
        ...rest,
        rule: null,
        firstDate: '2026-11-24',
        items: [item(index, [variant('vi', minutes * 60_000)])],
      }),
    )
    if (own === undefined || first === undefined || second === undefined) throw new Error('three are planned')
    const input = planInput([own, first, second], range)
    const mine = input.airings.filter(({ broadcastId }) => broadcastId === own.id)
    const [listener] = addressees
    if (listener === undefined) throw new Error('nobody hears it')
    const { conflicts } = findConflicts(mine, [{ ...listener, areaPath: [province] }], input, ZONE)
    expect(conflicts.map(({ airing, outcomes }) => [airing.broadcastId, outcomes])).toEqual([
      [second.id, [{ first: 'other', second: 'follows', at: at('2026-11-23T22:23:00Z'), devices: 1 }]],
    ])
  })

  it('counts what runs over midnight for both days: what is planned late, and what others planned the day before', () => {
    const caps = { ...noCaps, maxMinutesPerDay: 12 }
    const plan = (n: number, localTime: string, minutes: number, firstDate: string) =>
      broadcast({
        ...{ id: broadcastOf(n), rule: null, firstDate, localTimes: [localTime] },
        items: [item(n, [variant('vi', minutes * 60_000)])],
      })
    const late = plan(1, '23:50:00', 20, '2026-11-24')
    const early = plan(2, '06:00:00', 5, '2026-11-25')
    const input = planInput([late, early], range, [areaRules(areaOf(1), { caps })])
    const hearing = [{ ...planDevice(), areaId: areaOf(1), devices: 3 }]
    const violationsOf = (id: string) => {
      const own = input.airings.filter(({ broadcastId }) => broadcastId === id)
      return findConflicts(own, hearing, input, ZONE).violations
    }
    const broken = { rule: 'maxMinutesPerDay', limit: 12, actual: 15, days: 1, devices: 3 }
    expect(violationsOf(late.id)).toMatchObject([{ ...broken, startAt: at('2026-11-24T16:50:00Z') }])
    expect(violationsOf(early.id)).toMatchObject([{ ...broken, startAt: at('2026-11-24T23:00:00Z') }])
  })

  it('tells of days, devices and what is left out just what a plain look at each device and each day tells', () => {
    let [met, left] = [0, 0]
    fc.assert(
      fc.property(chances, fc.nat(7), fc.boolean(), (chance, place, hasCaps) => {
        // Limits make it look at everything; without them it looks only where something is met.
        const areas = hasCaps ? chance.areas : chance.areas.map((one) => ({ ...one, caps: noCaps }))
        const input = planInput(chance.broadcasts, chance.range, areas)
        const ownId = broadcastOf(place % chance.broadcasts.length)
        const own = input.airings.filter(
          ({ broadcastId, startAt, isCancelled }) =>
            broadcastId === ownId && startAt >= chance.now && startAt < chance.view.to && !isCancelled,
        )
        const hearing = chance.devices
          .map((device, index) => ({ ...device, areaId: device.areaPath.at(-1) ?? '', devices: 10 ** index }))
          .filter((one) => own.some((mine) => doesHear(one, mine)))
        const found = findConflicts(own, hearing, input, chance.timeZone)
        const plain = lookAtAll(own, hearing, input, chance.timeZone)
        met += plain.conflicts.size
        left += plain.leftOut.size
        expect(
          new Map(found.conflicts.map(({ airing, days, devices }) => [airing.broadcastId, { days, devices }])),
        ).toEqual(plain.conflicts)
        // What is fixed outside of the hours is refused, and told as that.
        const isTold = ([why]: [string, unknown]): boolean =>
          why === 'suspended' || own.some(({ placement }) => placement === 'queue')
        expect(
          new Map(
            found.leftOut
              .map(({ reason, days, devices }): [string, unknown] => [reason, { days, devices }])
              .filter(isTold),
          ),
        ).toEqual(new Map([...plain.leftOut].filter(isTold)))
      }),
      { numRuns: 200 },
    )
    expect([met > 40, left > 20]).toEqual([true, true])
  })
})

/** Each device by itself, over all days at once, and every pair of what sounds there. */
function lookAtAll(own: readonly Airing[], hearing: readonly PlannedAddressee[], input: PlanInput, zone: string) {
  const mine = new Set(own.map(({ occurrenceId }) => occurrenceId))
  const conflicts = new Map<string, { dates: Set<string>; heard: Set<PlannedAddressee> }>()
  const leftOut = new Map<string, { dates: Set<string>; heard: Set<PlannedAddressee> }>()
  const note = (all: typeof conflicts, key: string, at: InstantMs, listener: PlannedAddressee): void => {
    const there = all.get(key) ?? { dates: new Set(), heard: new Set() }
    there.dates.add(localDateOf(at, zone))
    there.heard.add(listener)
    all.set(key, there)
  }
  for (const listener of hearing) {
    const plan = makePlan(input)
    const { arranged } = plan.planOf(plan.classOf(listener))
    const isSilent = ({ leftOut: why }: ArrangedAiring): boolean => why === 'suspended' || why === 'outside-hours'
    const isBehind = (a: ArrangedAiring, b: ArrangedAiring): boolean =>
      a.moved?.behind === b.occurrenceId || a.gaveWayTo === b.occurrenceId
    for (const one of arranged.filter(({ occurrenceId }) => mine.has(occurrenceId))) {
      const at = one.airing.startAt
      if (isSilent(one)) note(leftOut, one.leftOut ?? '', at, listener)
      for (const other of arranged) {
        if (other === one) continue
        const { airing } = other
        const doOverlap = one.airing.startAt < airing.endAt && airing.startAt < one.airing.endAt
        const isTied = isBehind(one, other) || isBehind(other, one)
        if (isTied || (doOverlap && !isSilent(one) && !isSilent(other)))
          note(conflicts, airing.broadcastId, at, listener)
      }
    }
  }
  const count = (heard: Iterable<PlannedAddressee>): number => [...heard].reduce((sum, { devices }) => sum + devices, 0)
  return {
    conflicts: new Map(
      [...conflicts].map(([id, { dates, heard }]) => {
        const areas = new Set([...heard].map(({ areaId }) => areaId))
        const devices = new Map(
          [...areas].map((areaId) => [areaId, count([...heard].filter((one) => one.areaId === areaId))]),
        )
        return [id, { days: dates.size, devices }]
      }),
    ),
    leftOut: new Map([...leftOut].map(([why, { dates, heard }]) => [why, { days: dates.size, devices: count(heard) }])),
  }
}
