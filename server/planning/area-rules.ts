import type { VolumeRule } from './arrange-rules.ts'
import { type CapName, type Caps, capNames, type EffectiveCaps, effectiveCaps, noCaps } from './caps-rules.ts'
import { intersectHours, isWithinHours, type WeekWindow } from './hours-rules.ts'
import { DEFAULT_LANGUAGES } from './variant-rules.ts'

/** `none`: nothing sounds before a session, although an area above says otherwise. */
export type LeadInSetting = { kind: 'none' } | { kind: 'chime' } | { kind: 'clip'; clipId: string }

/** What an area itself says. Null or empty: what holds above it. */
export interface OwnRules {
  readonly hours: readonly WeekWindow[] | null
  readonly caps: Caps
  readonly volumes: readonly VolumeRule[] | null
  readonly leadIn: LeadInSetting | null
  /** Most wanted first. */
  readonly languages: readonly string[]
}

export const noRules: OwnRules = { hours: null, caps: noCaps, volumes: null, leadIn: null, languages: [] }

/** An area of a path with what it says. */
export interface RuledArea {
  readonly areaId: string
  readonly rules: OwnRules
}

/** What holds, and the areas that say so (none: nobody does, and it is as everywhere). */
export interface Sourced<T> {
  readonly value: T
  readonly areaIds: readonly string[]
}

export interface EffectiveRules {
  /** What every area of the path permits; null: all hours. */
  readonly hours: Sourced<readonly WeekWindow[] | null>
  readonly caps: EffectiveCaps
  readonly volumes: Sourced<readonly VolumeRule[]>
  readonly leadIn: Sourced<LeadInSetting>
  readonly languages: Sourced<readonly string[]>
}

/** What holds at the end of a path (root first): hours and caps add up, the rest is the nearest area's word. */
export function resolveRules(path: readonly RuledArea[]): EffectiveRules {
  const withHours = path.filter(({ rules }) => rules.hours !== null)
  return {
    hours: {
      value: intersectHours(withHours.map(({ rules }) => rules.hours)),
      areaIds: withHours.map(({ areaId }) => areaId),
    },
    caps: effectiveCaps(path.map(({ areaId, rules }) => ({ areaId, caps: rules.caps }))),
    volumes: nearest<readonly VolumeRule[]>(path, ({ volumes }) => volumes, []),
    leadIn: nearest<LeadInSetting>(path, ({ leadIn }) => leadIn, { kind: 'none' }),
    languages: nearest<readonly string[]>(
      path,
      ({ languages }) => (languages.length === 0 ? null : languages),
      DEFAULT_LANGUAGES,
    ),
  }
}

function nearest<T>(path: readonly RuledArea[], read: (rules: OwnRules) => T | null, otherwise: T): Sourced<T> {
  const last = path.findLast(({ rules }) => read(rules) !== null)
  const value = last === undefined ? null : read(last.rules)
  return value === null || last === undefined ? { value: otherwise, areaIds: [] } : { value, areaIds: [last.areaId] }
}

/** In what an area would permit more than what holds above it, and which area says less. */
export type Widening =
  | {
      readonly rule: 'hours'
      readonly areaId: string
      readonly window: WeekWindow
      readonly above: readonly WeekWindow[]
    }
  | { readonly rule: CapName; readonly areaId: string; readonly limit: number; readonly asked: number }

/** An area may only tighten what holds above it. */
export function findWidening(own: OwnRules, above: readonly RuledArea[]): Widening | undefined {
  for (const { areaId, rules } of above) {
    for (const window of own.hours ?? []) {
      if (rules.hours !== null && !isWithinHours([window], rules.hours)) {
        return { rule: 'hours', areaId, window, above: rules.hours }
      }
    }
  }
  const caps = effectiveCaps(above.map(({ areaId, rules }) => ({ areaId, caps: rules.caps })))
  for (const rule of capNames) {
    const [cap, asked] = [caps[rule], own.caps[rule]]
    if (cap !== null && asked !== null && asked > cap.limit) return { rule, ...cap, asked }
  }
  return undefined
}
