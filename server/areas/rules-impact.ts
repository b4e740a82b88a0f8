import type { InstantMs } from '#protocol/time.ts'
import { addDays, type InstantRange, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import type { ArrangedAiring, LeftOut } from '#server/planning/arrange-rules.ts'
import { type CapViolation, findCapViolations } from '#server/planning/caps-rules.ts'
import { type AreaRules, capsOf, makePlan, type Plan, type PlanClass, type PlanDevice } from '#server/planning/rules.ts'
import { readPlanDevices, readPlanInput } from '#server/planning/store.ts'
import type { Db } from './store.ts'

/** An occurrence that would have sounded and no longer does, or no longer to its end, somewhere. */
export interface Misfit {
  readonly airing: Airing
  readonly reason: LeftOut
  /** From when on it is silent where it is only cut off; null: somewhere it does not sound at all. */
  readonly cutAt: InstantMs | null
  readonly deviceCount: number
}

/** An occurrence that comes later than before somewhere, since something else goes first there. */
export interface Delay {
  readonly airing: Airing
  readonly startAt: InstantMs
  readonly deviceCount: number
}

export interface RulesImpact {
  readonly noLongerFits: readonly Misfit[]
  readonly capsBroken: readonly CapViolation[]
}

/** Whole local days, today and so many after it: limits are counted by the day. */
export function daysAhead(now: InstantMs, days: number, timeZone: string): InstantRange {
  const today = localDateOf(now, timeZone)
  return { from: startOfLocalDay(today, timeZone), to: startOfLocalDay(addDays(today, days), timeZone) }
}

type Loss = Omit<Misfit, 'deviceCount'>

/** What does not sound of an occurrence that did, or that these devices did not hear at all: all of it, or its end. */
function findLoss({ airing, leftOut, cut }: ArrangedAiring, former: ArrangedAiring | undefined): Loss[] {
  if (leftOut !== null) return [{ airing, reason: leftOut, cutAt: null }]
  const formerCut = former?.cut ?? null
  const isCutNow = cut !== null && (formerCut === null || cut.at < formerCut.at)
  return isCutNow ? [{ airing, reason: cut.by, cutAt: cut.at }] : []
}

const isWorse = (a: Loss, b: Loss): boolean => a.cutAt === null || (b.cutAt !== null && a.cutAt < b.cutAt)

/** One way of planning, and the rules by which it is. */
export interface PlanSide {
  readonly plan: Plan
  readonly areas: ReadonlyMap<string, AreaRules>
}

/**
 * What these devices lose by `now` against `then`, from after `from` on: occurrences that no longer sound, or no longer
 * to their end, and limits that are broken newly. Worked out once for each class of devices.
 */
export function comparePlans(
  now: PlanSide,
  then: PlanSide,
  devices: readonly PlanDevice[],
  {
    from,
    isCounted,
    formerly = (device) => device,
  }: {
    readonly from: InstantMs
    readonly isCounted: (violation: CapViolation) => boolean
    /** What a device was then, where it was not what it is. */
    readonly formerly?: (device: PlanDevice) => PlanDevice
  },
): RulesImpact & { readonly delayed: readonly Delay[] } {
  const misfits = new Map<string, Misfit>()
  const broken = new Map<string, CapViolation>()
  const delays = new Map<string, Delay>()
  const classes = new Map<
    string,
    { readonly lost: readonly Loss[]; readonly later: readonly Omit<Delay, 'deviceCount'>[] }
  >()
  for (const device of devices) {
    const formerDevice = formerly(device)
    const [planClass, formerClass] = [now.plan.classOf(device), then.plan.classOf(formerDevice)]
    const key = `${planClass.key} || ${formerClass.key}`
    let found = classes.get(key)
    if (found === undefined) {
      const [arranged, formerPlan] = [now.plan.planOf(planClass).arranged, then.plan.planOf(formerClass).arranged]
      const former = new Map(formerPlan.map((one) => [one.occurrenceId, one]))
      const coming = arranged.filter((one) => one.airing.startAt > from)
      found = {
        lost: coming.flatMap((one) => {
          const before = former.get(one.occurrenceId)
          return before?.leftOut == null ? findLoss(one, before) : []
        }),
        later: coming.filter(
          ({ occurrenceId, leftOut, startAt, airing }) =>
            leftOut === null && startAt > (former.get(occurrenceId)?.startAt ?? airing.startAt),
        ),
      }
      classes.set(key, found)
      const keyOf = ({ rule, date }: CapViolation): string => `${date} ${rule}`
      const formerCaps = capsOf(lastPathOf(formerClass), then.areas)
      const known = findCapViolations(formerPlan, formerCaps, formerDevice.timeZone).map(keyOf)
      const caps = capsOf(lastPathOf(planClass), now.areas)
      for (const violation of findCapViolations(arranged, caps, device.timeZone)) {
        if (isCounted(violation) && !known.includes(keyOf(violation)))
          broken.set(`${keyOf(violation)} ${violation.areaId}`, violation)
      }
    }
    for (const { airing, startAt } of found.later) {
      const there = delays.get(airing.occurrenceId)
      const last = there !== undefined && there.startAt > startAt ? there.startAt : startAt
      delays.set(airing.occurrenceId, { airing, startAt: last, deviceCount: (there?.deviceCount ?? 0) + 1 })
    }
    for (const one of found.lost) {
      const there = misfits.get(one.airing.occurrenceId)
      const worst = there !== undefined && isWorse(there, one) ? there : one
      misfits.set(one.airing.occurrenceId, { ...worst, deviceCount: (there?.deviceCount ?? 0) + 1 })
    }
  }
  return {
    noLongerFits: [...misfits.values()].sort((a, b) => a.airing.startAt - b.airing.startAt),
    capsBroken: [...broken.values()].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)),
    delayed: [...delays.values()].sort((a, b) => a.airing.startAt - b.airing.startAt),
  }
}

/** Where devices stand in the end. */
const lastPathOf = ({ areaPath, parts }: PlanClass): readonly string[] => parts.at(-1)?.planClass.areaPath ?? areaPath

/** What the plans of an area and all below it lost with a change of rules that is committed: `before` are the rules until then. */
export async function findRulesImpact(
  db: Db,
  change: { areaPath: readonly string[]; before: ReadonlyMap<string, AreaRules>; range: InstantRange; now: InstantMs },
): Promise<RulesImpact> {
  const within = change.areaPath.slice(-1)
  const input = await readPlanInput(db, { range: change.range, soundingIn: within, content: 'intended' })
  const former = { plan: makePlan({ ...input, areas: change.before }), areas: change.before }
  const devices = await readPlanDevices(db, { within })
  return comparePlans({ plan: makePlan(input), areas: input.areas }, former, devices, {
    from: change.now,
    // An area below may have limits of its own: this change did not set them.
    isCounted: ({ areaId }) => change.areaPath.includes(areaId),
  })
}

/** What the plans of an area and all below it lost with a change of its zone that is committed: `devices` are those until then. */
export async function findZoneImpact(
  db: Db,
  change: {
    areaPath: readonly string[]
    devices: readonly PlanDevice[]
    range: InstantRange
    now: InstantMs
  },
): Promise<RulesImpact> {
  const within = change.areaPath.slice(-1)
  const input = await readPlanInput(db, { range: change.range, soundingIn: within, content: 'intended' })
  const side = { plan: makePlan(input), areas: input.areas }
  const former = new Map(change.devices.map((device) => [device.id, device]))
  return comparePlans(side, side, await readPlanDevices(db, { within }), {
    from: change.now,
    isCounted: () => true,
    formerly: (device) => former.get(device.id) ?? device,
  })
}
