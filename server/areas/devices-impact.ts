import type { InstantMs } from '#protocol/time.ts'
import { makePlan, type PlanDevice } from '#server/planning/rules.ts'
import { readPlanDevices, readPlanInput } from '#server/planning/store.ts'
import { IMPACT_DAYS, type MoveImpact } from './moves/impact.ts'
import { readAreas } from './moves/store.ts'
import { comparePlans, daysAhead } from './rules-impact.ts'
import type { Db } from './store.ts'

/** These devices as far as plans depend on them: to be read before a change of what they are. */
export async function readFormer(db: Db, areaId: string, ids: readonly string[]): Promise<readonly PlanDevice[]> {
  if (ids.length === 0) return []
  const wanted = new Set(ids)
  return (await readPlanDevices(db, { within: [areaId] })).filter(({ id }) => wanted.has(id))
}

/**
 * What the plans of devices lose by a change of what they are (their groups, their languages) that is committed: what they
 * hear newly outside the permitted hours, limits that are broken newly, what comes later. By the function that targets
 * come from, 14 days ahead.
 */
export async function findDevicesImpact(db: Db, former: readonly PlanDevice[], now: InstantMs): Promise<MoveImpact> {
  const formerly = new Map(former.map((device) => [device.id, device]))
  const areaIds = [...new Set(former.flatMap(({ areaPath }) => areaPath.at(-1) ?? []))]
  const [first] = former
  if (first === undefined) return { devices: 0, noLongerFits: [], capsBroken: [], delayed: [], areaNames: new Map() }
  const range = daysAhead(now, IMPACT_DAYS, first.timeZone)
  const input = await readPlanInput(db, { range, soundingIn: areaIds, content: 'intended' })
  const side = { plan: makePlan(input), areas: input.areas }
  const changed = (await readPlanDevices(db, { within: areaIds })).filter(({ id }) => formerly.has(id))
  const impact = comparePlans(side, side, changed, {
    from: now,
    isCounted: () => true,
    formerly: (device) => formerly.get(device.id) ?? device,
  })
  const limiting = await readAreas(db, [...new Set(impact.capsBroken.map(({ areaId }) => areaId))])
  return { ...impact, devices: changed.length, areaNames: new Map(limiting.map(({ id, name }) => [id, name])) }
}
