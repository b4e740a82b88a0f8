import type { InstantMs } from '#protocol/time.ts'
import { addDays, type InstantRange, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import type { ArrangedAiring, LeftOut } from '#server/planning/arrange-rules.ts'
import { type CapViolation, findCapViolations } from '#server/planning/caps-rules.ts'
import { type AreaRules, capsOf, makePlan } from '#server/planning/rules.ts'
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

/** What no longer sounds of an occurrence that did: all of it, or its end. */
function findLoss({ airing, leftOut, cut }: ArrangedAiring, former: ArrangedAiring): Loss[] {
  if (leftOut !== null) return [{ airing, reason: leftOut, cutAt: null }]
  const isCutNow = cut !== null && (former.cut === null || cut.at < former.cut.at)
  return isCutNow ? [{ airing, reason: cut.by, cutAt: cut.at }] : []
}

const isWorse = (a: Loss, b: Loss): boolean => a.cutAt === null || (b.cutAt !== null && a.cutAt < b.cutAt)

/**
 * What the plans of an area and all below it lost with a change of rules that is committed: `before` are the rules until
 * then. Worked out by the plan itself, once for each class of devices.
 */
export async function findRulesImpact(
  db: Db,
  change: { areaPath: readonly string[]; before: ReadonlyMap<string, AreaRules>; range: InstantRange; now: InstantMs },
): Promise<RulesImpact> {
  const within = change.areaPath.slice(-1)
  const input = await readPlanInput(db, { range: change.range, soundingIn: within, content: 'intended' })
  const [plan, former] = [makePlan(input), makePlan({ ...input, areas: change.before })]
  const misfits = new Map<string, Misfit>()
  const broken = new Map<string, CapViolation>()
  const classes = new Map<string, readonly Loss[]>()
  for (const device of await readPlanDevices(db, { within })) {
    const [planClass, formerClass] = [plan.classOf(device), former.classOf(device)]
    const key = `${planClass.key} | ${formerClass.key}`
    let lost = classes.get(key)
    if (lost === undefined) {
      const [now, then] = [plan.planOf(planClass).arranged, former.planOf(formerClass).arranged]
      const sounded = new Map(then.filter((one) => one.leftOut === null).map((one) => [one.occurrenceId, one]))
      lost = now.flatMap((one) => {
        const former = sounded.get(one.occurrenceId)
        return former === undefined || one.airing.startAt <= change.now ? [] : findLoss(one, former)
      })
      classes.set(key, lost)
      const zone = device.timeZone
      const keyOf = ({ rule, date }: CapViolation): string => `${date} ${rule}`
      const formerly = findCapViolations(then, capsOf(formerClass.areaPath, change.before), zone).map(keyOf)
      for (const violation of findCapViolations(now, capsOf(planClass.areaPath, input.areas), zone)) {
        // An area below may have limits of its own: this change did not set them.
        const isOfPath = change.areaPath.includes(violation.areaId)
        if (isOfPath && !formerly.includes(keyOf(violation)))
          broken.set(`${keyOf(violation)} ${violation.areaId}`, violation)
      }
    }
    for (const one of lost) {
      const there = misfits.get(one.airing.occurrenceId)
      const worst = there !== undefined && isWorse(there, one) ? there : one
      misfits.set(one.airing.occurrenceId, { ...worst, deviceCount: (there?.deviceCount ?? 0) + 1 })
    }
  }
  return {
    noLongerFits: [...misfits.values()].sort((a, b) => a.airing.startAt - b.airing.startAt),
    capsBroken: [...broken.values()].sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0)),
  }
}
