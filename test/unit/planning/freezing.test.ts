import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { OccurrenceId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { summariseAnnounced } from '#server/broadcasts/announced-rules.ts'
import { addMs, type InstantRange } from '#server/broadcasts/recurrence-rules.ts'
import { type Airing, mergeAirings } from '#server/broadcasts/rules.ts'
import { compileDayPlans } from '#server/delivery/rules.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import { MARGIN_MS, makePlan, type PlanInput } from '#server/planning/rules.ts'
import { type Chance, chances } from './plans.fixture.ts'

/** What is expected of devices, written down as it begins, is what they were told before: nothing changes by its beginning. */

function inputOf({ broadcasts, areas }: Chance, frozen: readonly Airing[], range: InstantRange): PlanInput {
  const wide = { from: addMs(range.from, -MARGIN_MS), to: addMs(range.to, MARGIN_MS) }
  const rules = new Map(areas.map((one) => [one.areaId, one]))
  return { airings: mergeAirings(broadcasts, frozen, wide), areas: rules, range }
}

/** What each device is told for the days ahead, as bytes. */
function compileAll(chance: Chance, frozen: readonly Airing[]): string[][] {
  const plan = makePlan(inputOf(chance, frozen, chance.range))
  return chance.devices.map((device) =>
    compileDayPlans(plan.planOf(plan.classOf(device)), chance.window).map(({ bytes }) => bytes.toString()),
  )
}

/** As freezing does it, whenever somebody looks: what has begun since, day by day of UTC (server/broadcasts/freeze.ts). */
function freezeUntil(
  chance: Chance,
  frozen: Airing[],
  now: InstantMs,
  keep: (id: string, one: ArrangedAiring) => void,
) {
  const known = new Set(frozen.map(({ occurrenceId }) => occurrenceId))
  const due = mergeAirings(chance.broadcasts, [], { from: chance.now, to: addMs(now, 1) })
    .filter((one) => !one.isCancelled && !known.has(one.occurrenceId))
    .sort((a, b) => a.startAt - b.startAt)
  const days = new Set(due.map(({ startAt }) => Math.floor(startAt / 86_400_000)))
  for (const day of days) {
    const together = due.filter(({ startAt }) => Math.floor(startAt / 86_400_000) === day)
    const [first, last] = [together[0]?.startAt ?? now, together.at(-1)?.startAt ?? now]
    const plan = makePlan(inputOf(chance, frozen, { from: first, to: addMs(last, 1) }))
    const isMeant = new Set<OccurrenceId>(together.map(({ occurrenceId }) => occurrenceId))
    const told = chance.devices.map((device) => {
      const { arranged } = plan.planOf(plan.classOf(device))
      const own = arranged.filter(({ occurrenceId }) => isMeant.has(occurrenceId))
      for (const one of own) keep(device.id, one)
      return { areaId: device.areaPath.at(-1) ?? '', deviceIds: [device.id], arranged: own }
    })
    const announced = summariseAnnounced(told)
    frozen.push(...together.map((one) => ({ ...one, announced: announced.get(one.occurrenceId) ?? [] })))
  }
}

it('expects of each device what it was told, whenever that is written down, and tells nobody anything new by it', () => {
  let [expected, leftOut] = [0, 0]
  fc.assert(
    fc.property(chances, fc.constantFrom(7, 60, 600, 2_000), (chance, everyMinutes) => {
      const before = makePlan(inputOf(chance, [], chance.range))
      const bytes = compileAll(chance, [])
      const rows = new Map<string, string[]>(chance.devices.map(({ id }) => [id, []]))
      const say = (one: ArrangedAiring): string[] =>
        one.items.map(
          ({ itemId, language, offsetMs, durationMs }) =>
            `${one.occurrenceId} ${itemId} ${language} ${one.startAt + offsetMs} ${durationMs} ${one.leftOut}`,
        )
      const frozen: Airing[] = []
      const { to } = chance.view
      for (let at = chance.now; at < to; at = addMs(at, everyMinutes * 60_000)) {
        freezeUntil(chance, frozen, at, (id, one) => rows.get(id)?.push(...say(one)))
      }
      freezeUntil(chance, frozen, addMs(to, -1), (id, one) => rows.get(id)?.push(...say(one)))
      for (const device of chance.devices) {
        const { arranged } = before.planOf(before.classOf(device))
        const told = arranged.filter(({ airing }) => airing.startAt >= chance.now && airing.startAt < to)
        expect(rows.get(device.id)?.sort()).toEqual(told.flatMap(say).sort())
        expected += told.filter((one) => one.leftOut === null).length
        leftOut += told.filter((one) => one.leftOut !== null).length
      }
      expect(compileAll(chance, frozen)).toEqual(bytes)
    }),
    { numRuns: 40 },
  )
  expect(expected).toBeGreaterThan(60)
  expect(leftOut).toBeGreaterThan(5)
})
