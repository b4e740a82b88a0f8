import type { LeadIn } from '#protocol/target.ts'
import { addMs, type InstantRange } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import { type ArrangeContext, type ArrangedAiring, arrangeAirings, type VolumeRule } from './arrange-rules.ts'
import { doesHear, type Listener } from './audience-rules.ts'
import { type Caps, type EffectiveCaps, effectiveCaps } from './caps-rules.ts'
import { type Interval, mergeIntervals, permittedWithin, subtractIntervals, type WeekWindow } from './hours-rules.ts'
import { DEFAULT_LANGUAGES } from './variant-rules.ts'

/** What one area asks of all that sounds in it and below. Null or empty: what holds above it. */
export interface AreaRules {
  readonly areaId: string
  readonly hours: readonly WeekWindow[] | null
  readonly caps: Caps
  readonly volumes: readonly VolumeRule[] | null
  /** `none` takes back what holds above. */
  readonly leadIn: LeadIn | 'none' | null
  readonly languages: readonly string[]
  readonly suspended: readonly Interval[]
  /** Broadcast → place among its equals, where the area chose one. */
  readonly ranks: ReadonlyMap<string, number>
}

/** A device, as far as the plan depends on it. */
export interface PlanDevice extends Listener {
  readonly timeZone: string
  /** Own ones, most wanted first; empty: those of its area. */
  readonly languages: readonly string[]
}

/** All that a plan is made of. The same input gives the same plan, whoever asks: preview, target or freezing. */
export interface PlanInput {
  /** Everything that airs or has begun within the range, and a day before and after it: neighbours decide places. */
  readonly airings: readonly Airing[]
  readonly areas: ReadonlyMap<string, AreaRules>
  readonly range: InstantRange
}

/** Devices that hear the same under the same rules. */
export interface PlanClass {
  readonly key: string
  readonly timeZone: string
  readonly areaPath: readonly string[]
  readonly languages: readonly string[]
  /** What these devices hear, by its place in the input. */
  readonly heard: readonly number[]
}

/** What a class of devices does within the range. */
export interface ClassPlan {
  readonly planClass: PlanClass
  /** Outside these nothing planned sounds: permitted hours without what is suspended. */
  readonly permitted: readonly Interval[]
  /** By start; with what the plan leaves out, and why. */
  readonly arranged: readonly ArrangedAiring[]
  /** What sounds before an occurrence. */
  readonly leadIn: LeadIn | null
}

export interface Plan {
  classOf(device: PlanDevice): PlanClass
  /** Worked out once for each class. */
  planOf(planClass: PlanClass): ClassPlan
}

/** Rules of the areas on a path, root first, where they say anything. */
const rulesAlong = (areas: PlanInput['areas'], path: readonly string[]): AreaRules[] =>
  path.flatMap((id) => areas.get(id) ?? [])

/** The nearest area's word: the last on the path that says anything. */
function nearest<T>(rules: readonly AreaRules[], read: (one: AreaRules) => T | null): T | null {
  for (let index = rules.length - 1; index >= 0; index--) {
    const one = rules[index]
    const value = one === undefined ? null : read(one)
    if (value !== null) return value
  }
  return null
}

const listOrNull = <T>(list: readonly T[]): readonly T[] | null => (list.length === 0 ? null : list)

/** Languages of a device: its own, else those of the nearest area that has any, else Vietnamese. */
export function languagesOf(
  device: Pick<PlanDevice, 'languages' | 'areaPath'>,
  areas: PlanInput['areas'],
): readonly string[] {
  return (
    listOrNull(device.languages) ??
    nearest(rulesAlong(areas, device.areaPath), (one) => listOrNull(one.languages)) ??
    DEFAULT_LANGUAGES
  )
}

/** The lowest caps of a path, root first, and the areas that set them. */
export const capsOf = (path: readonly string[], areas: PlanInput['areas']): EffectiveCaps =>
  effectiveCaps(rulesAlong(areas, path))

/**
 * The plan of any number of devices. Devices of a province fall into few classes, so that the work grows with what is
 * planned and not with how many listen.
 */
export function makePlan(input: PlanInput): Plan {
  const { airings, areas } = input
  const heardBy = indexAudience(airings)
  const classes = new Map<string, PlanClass>()
  const plans = new Map<string, ClassPlan>()

  function classOf(device: PlanDevice): PlanClass {
    const languages = languagesOf(device, areas)
    const heard = heardBy(device)
    const ruled = device.areaPath.filter((id) => areas.has(id))
    const key = [device.timeZone, languages.join(), ruled.join(), heard.join()].join(' ')
    const there = classes.get(key)
    if (there !== undefined) return there
    const made = { key, timeZone: device.timeZone, areaPath: ruled, languages, heard }
    classes.set(key, made)
    return made
  }

  function planOf(planClass: PlanClass): ClassPlan {
    const there = plans.get(planClass.key)
    if (there !== undefined) return there
    const rules = rulesAlong(areas, planClass.areaPath)
    const { from, to } = input.range
    const margin = { from: addMs(from, -MARGIN_MS), to: addMs(to, MARGIN_MS) }
    const permitted = permittedWithin(
      rules.map(({ hours }) => hours),
      planClass.timeZone,
      margin,
    )
    const suspended = mergeIntervals(rules.flatMap((one) => one.suspended))
    const leadIn = nearest(rules, (one) => one.leadIn)
    const context: ArrangeContext = {
      timeZone: planClass.timeZone,
      permitted,
      suspended,
      rankOf: (broadcastId) => nearest(rules, ({ ranks }) => ranks.get(broadcastId) ?? null) ?? 0,
      languages: planClass.languages,
      volumes: nearest(rules, (one) => one.volumes) ?? [],
    }
    const own = planClass.heard.flatMap((index) => airings[index] ?? [])
    const isWithin = ({ startAt, airing }: ArrangedAiring): boolean =>
      (startAt >= from && startAt < to) || (airing.startAt >= from && airing.startAt < to)
    const made: ClassPlan = {
      planClass,
      permitted: subtractIntervals(permitted, suspended),
      arranged: arrangeAirings(own, context).filter(isWithin),
      leadIn: leadIn === 'none' ? null : leadIn,
    }
    plans.set(planClass.key, made)
    return made
  }

  return { classOf, planOf }
}

/** What airs so long before and after a range may decide places within it. */
export const MARGIN_MS = 86_400_000

/** Finds what a device hears without asking every airing: by the areas, groups and devices that are named. */
function indexAudience(airings: readonly Airing[]): (device: Listener) => number[] {
  const byRef = new Map<string, number[]>()
  const add = (refId: string, index: number): void => {
    const own = byRef.get(refId)
    if (own === undefined) byRef.set(refId, [index])
    else own.push(index)
  }
  airings.forEach((airing, index) => {
    const included = airing.aims.filter((aim) => !aim.isExcluded)
    if (included.length === 0) add(airing.areaId, index)
    else for (const aim of included) add(aim.refId, index)
  })
  return (device) => {
    const found = new Set<number>()
    for (const refId of [...device.areaPath, ...device.groupIds, device.id]) {
      for (const index of byRef.get(refId) ?? []) {
        const airing = airings[index]
        if (airing !== undefined && doesHear(device, airing)) found.add(index)
      }
    }
    return [...found].sort((a, b) => a - b)
  }
}
