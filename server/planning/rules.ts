import type { OccurrenceId } from '#protocol/ids.ts'
import type { LeadIn } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'
import { announcedAt } from '#server/broadcasts/announced-rules.ts'
import { addMs, type InstantRange } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import {
  type Announced,
  type ArrangeContext,
  type ArrangedAiring,
  arrangeAirings,
  type VolumeRule,
} from './arrange-rules.ts'
import { doesHear, type Listener } from './audience-rules.ts'
import { type Caps, type EffectiveCaps, effectiveCaps } from './caps-rules.ts'
import { type Interval, mergeIntervals, permittedWithin, subtractIntervals, type WeekWindow } from './hours-rules.ts'
import { isWithinSpan, type PendingMove, type PlaceSpan, placeSpans } from './move-rules.ts'
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
  /** Moves that will happen, in order: from then on a device stands elsewhere. None: everything stays. */
  readonly moves?: readonly PendingMove[]
}

/** Devices that hear the same under the same rules. */
export interface PlanClass {
  readonly key: string
  readonly timeZone: string
  readonly areaPath: readonly string[]
  readonly languages: readonly string[]
  /** What these devices hear, by its place in the input. */
  readonly heard: readonly number[]
  /** What they were told otherwise than planned of what has begun. */
  readonly announced: ReadonlyMap<string, Announced>
  /** What they are one after the other where they will move, the present first; empty: they stay. */
  readonly parts: readonly { readonly span: PlaceSpan; readonly planClass: PlanClass }[]
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
  /** The same after moves, in order; undefined: nothing moves. */
  readonly laterLeadIns?: readonly { readonly fromAt: InstantMs; readonly leadIn: LeadIn | null }[]
}

/** What sounds before what is planned for `at`. */
export const leadInAt = ({ leadIn, laterLeadIns = [] }: Pick<ClassPlan, 'leadIn' | 'laterLeadIns'>, at: InstantMs) =>
  laterLeadIns.reduce((former, one) => (one.fromAt <= at ? one.leadIn : former), leadIn)

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
  const { airings, areas, moves = [] } = input
  const heardBy = indexAudience(airings)
  // Few have begun and are not as planned: they alone are asked for each device.
  const moved = airings.flatMap((airing, index) => ((airing.announced?.length ?? 0) > 0 ? [{ airing, index }] : []))
  const classes = new Map<string, PlanClass>()
  const plans = new Map<string, ClassPlan>()
  const permittedByHours = new Map<string, Interval[]>()
  const named = new Set(
    airings.flatMap(({ aims, announced = [] }) => [
      ...aims.flatMap(({ kind, refId }) => (kind === 'device' ? refId : [])),
      ...announced.flatMap(({ deviceIds }) => deviceIds),
    ]),
  )
  const classesByPlace = new Map<string, PlanClass>()

  function classOf(device: PlanDevice): PlanClass {
    const spans = moves.length === 0 ? [] : placeSpans(device, moves)
    if (spans.length < 2) return classAt(device)
    const parts = spans.map((span) => {
      const { areaPath, timeZone } = span
      return { span, planClass: classAt({ ...device, areaPath, timeZone }) }
    })
    const key = parts.map(({ span, planClass }) => `${planClass.key} ${span.toAt ?? ''}`).join(' | ')
    const there = classes.get(key)
    if (there !== undefined) return there
    const made = { ...classAt(device), key, parts }
    classes.set(key, made)
    return made
  }

  /** Those whom nothing names by themselves hear alike wherever they stand alike. */
  function classAt(device: PlanDevice): PlanClass {
    if (named.has(device.id)) return findClass(device)
    const { timeZone, languages, areaPath, groupIds } = device
    const place = `${timeZone} ${languages.join()} ${areaPath.join()} ${groupIds.join()}`
    const there = classesByPlace.get(place) ?? findClass(device)
    classesByPlace.set(place, there)
    return there
  }

  function findClass(device: PlanDevice): PlanClass {
    const languages = languagesOf(device, areas)
    const heard = heardBy(device)
    const ruled = device.areaPath.filter((id) => areas.has(id))
    const announced = new Map<string, Announced>()
    for (const { airing, index } of moved) {
      const told = heard.includes(index) ? announcedAt(airing, device) : undefined
      if (told !== undefined) announced.set(airing.occurrenceId, told)
    }
    const told = [...announced].map(([id, { startAt, leftOut }]) => `${id} ${startAt} ${leftOut}`)
    const key = [device.timeZone, languages.join(), ruled.join(), heard.join(), told.join()].join(' ')
    const there = classes.get(key)
    if (there !== undefined) return there
    const made = { key, timeZone: device.timeZone, areaPath: ruled, languages, heard, announced, parts: [] }
    classes.set(key, made)
    return made
  }

  /** Most communes of a province permit the same hours, and a zone's rules cost more than all the rest. */
  function permittedBy(hours: readonly AreaRules['hours'][], timeZone: string): Interval[] {
    const key = `${timeZone} ${JSON.stringify(hours)}`
    const there = permittedByHours.get(key)
    if (there !== undefined) return there
    const { from, to } = input.range
    const made = permittedWithin(hours, timeZone, { from: addMs(from, -MARGIN_MS), to: addMs(to, MARGIN_MS) })
    permittedByHours.set(key, made)
    return made
  }

  function planOf(planClass: PlanClass): ClassPlan {
    const there = plans.get(planClass.key)
    if (there !== undefined) return there
    if (planClass.parts.length > 0) {
      const joined = joinPlans(planClass, planOf)
      plans.set(planClass.key, joined)
      return joined
    }
    const rules = rulesAlong(areas, planClass.areaPath)
    const { from, to } = input.range
    const permitted = permittedBy(
      rules.map(({ hours }) => hours),
      planClass.timeZone,
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
    const begun = own.filter((airing) => airing.announced !== undefined)
    const announced = new Map(
      begun.map(({ occurrenceId, startAt }): [OccurrenceId, Announced] => [
        occurrenceId,
        planClass.announced.get(occurrenceId) ?? { startAt, leftOut: null },
      ]),
    )
    const isWithin = ({ startAt, airing }: ArrangedAiring): boolean =>
      (startAt >= from && startAt < to) || (airing.startAt >= from && airing.startAt < to)
    const made: ClassPlan = {
      planClass,
      permitted: subtractIntervals(permitted, suspended),
      arranged: arrangeAirings(own, { ...context, announced }).filter(isWithin),
      leadIn: leadIn === 'none' ? null : leadIn,
    }
    plans.set(planClass.key, made)
    return made
  }

  return { classOf, planOf }
}

/** Of each place what is planned for the time there: what begins before a move is heard where it began. */
function joinPlans(planClass: PlanClass, planOf: (part: PlanClass) => ClassPlan): ClassPlan {
  const parts = planClass.parts.map((part) => ({ span: part.span, plan: planOf(part.planClass) }))
  return {
    planClass,
    permitted: mergeIntervals(
      parts.flatMap(({ span, plan: { permitted } }) =>
        permitted.flatMap(({ fromAt, toAt }) => {
          const from = span.fromAt !== null && span.fromAt > fromAt ? span.fromAt : fromAt
          const to = span.toAt !== null && span.toAt < toAt ? span.toAt : toAt
          return from < to ? [{ fromAt: from, toAt: to }] : []
        }),
      ),
    ),
    arranged: parts
      .flatMap(({ span, plan }) => plan.arranged.filter(({ airing }) => isWithinSpan(airing.startAt, span)))
      .sort((a, b) => a.startAt - b.startAt || a.order - b.order),
    leadIn: parts[0]?.plan.leadIn ?? null,
    laterLeadIns: parts.flatMap(({ span: { fromAt }, plan: { leadIn } }) =>
      fromAt === null ? [] : [{ fromAt, leadIn }],
    ),
  }
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
