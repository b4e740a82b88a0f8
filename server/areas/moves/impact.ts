import type { InstantMs } from '#protocol/time.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import { inOrder, type PendingMove, placeSpans } from '#server/planning/move-rules.ts'
import { makePlan } from '#server/planning/rules.ts'
import { readPlanDevices, readPlanInput } from '#server/planning/store.ts'
import { comparePlans, type Delay, daysAhead, type RulesImpact } from '../rules-impact.ts'
import { type Db, type PlacedArea, type PlacedDevice, readAreas } from './store.ts'

/** What the plans of what moves lose by the move, in the days from it on. */
export interface MoveImpact extends RulesImpact {
  readonly devices: number
  readonly delayed: readonly Delay[]
  /** Of areas whose limits are broken. */
  readonly areaNames: ReadonlyMap<string, string>
}

/** So many days from the day of the move on are looked at: as far as devices hold their plan by default. */
export const IMPACT_DAYS = 14

/**
 * Holds the plan of these areas and devices at their new place against that at the old one, with every other move that is
 * planned: by the function that targets come from. The move itself is not in the database yet.
 */
export async function findMoveImpact(
  db: Db,
  facts: {
    readonly areas: readonly PlacedArea[]
    readonly devices: readonly PlacedDevice[]
    readonly into: PlacedArea
  },
  effectiveAt: InstantMs,
): Promise<MoveImpact> {
  const { areas, devices, into } = facts
  const from = [...areas.map(({ id }) => id), ...devices.map(({ areaId }) => areaId)]
  const range = daysAhead(effectiveAt, IMPACT_DAYS, into.timeZone)
  const input = await readPlanInput(db, { range, soundingIn: [...new Set([...from, into.id])] })
  const [areaIds, deviceIds] = [areas.map(({ id }) => id), devices.map(({ id }) => id)]
  const move: PendingMove = { at: effectiveAt, areaIds, deviceIds, into }
  const moves = inOrder([...(input.moves ?? []), move])
  const all = await readPlanDevices(db, { within: from })
  const moved = all.filter(({ id, areaPath, timeZone }) => placeSpans({ id, areaPath, timeZone }, [move]).length > 1)
  const [after, before] = [makePlan({ ...input, moves }), makePlan(input)]
  const impact = comparePlans({ plan: after, areas: input.areas }, { plan: before, areas: input.areas }, moved, {
    from: addMs(effectiveAt, -1),
    isCounted: () => true,
  })
  const limiting = await readAreas(db, [...new Set(impact.capsBroken.map(({ areaId }) => areaId))])
  return { ...impact, devices: moved.length, areaNames: new Map(limiting.map(({ id, name }) => [id, name])) }
}
