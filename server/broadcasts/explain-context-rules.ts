import type { InstantMs } from '#protocol/time.ts'
import { intervalAt, permittedWithin, type WeekWindow } from '#server/planning/hours-rules.ts'
import { addMs } from './recurrence-rules.ts'
import type { OccurrenceState } from './rules.ts'
import type { SoundingPlace } from './sounding-rules.ts'

/** What an explanation names: which window of which area, who suspended it until when, who cancelled it, what went first. */

export interface Person {
  readonly id: string
  readonly name: string
  /** Where they acted: whoever may read the audit trail there may know who it was. */
  readonly areaPath: readonly string[]
}

export interface HoursOfArea {
  readonly areaId: string
  readonly areaName: string
  readonly timeZone: string
  readonly windows: readonly WeekWindow[]
}

export interface SuspensionOfArea {
  readonly areaId: string
  readonly areaName: string
  readonly reason: string
  readonly from: InstantMs
  readonly until: InstantMs
  readonly by: Person | null
}

export interface ActOfPerson {
  readonly kind: 'cancelled' | 'stopped'
  readonly at: InstantMs
  readonly by: Person | null
}

export interface ExplainContext {
  readonly areaPath: readonly string[]
  readonly startAt: InstantMs
  /** By device: where it stood, root first. */
  readonly paths: ReadonlyMap<string, readonly string[]>
  /** Newest first. */
  readonly acts: readonly ActOfPerson[]
  readonly suspensions: readonly SuspensionOfArea[]
  readonly hours: readonly HoursOfArea[]
  /** By device: the title of what went first. */
  readonly wentFirst: ReadonlyMap<string, string>
}

/** What made it silent, by name. */
export type Cause =
  | { readonly kind: 'hours'; readonly of: HoursOfArea }
  | { readonly kind: 'suspension'; readonly of: SuspensionOfArea }
  | { readonly kind: 'act'; readonly of: ActOfPerson }
  | { readonly kind: 'first'; readonly title: string }

/**
 * What stands behind a reason on a device (undefined: of the occurrence as a whole) at the instant at which it was, or
 * fell, silent; undefined: nothing is known beyond the reason itself.
 */
export function findCause(
  context: ExplainContext,
  code: string,
  at: InstantMs,
  deviceId: string | undefined,
): Cause | undefined {
  const path = (deviceId === undefined ? undefined : context.paths.get(deviceId)) ?? context.areaPath
  if (code === 'suspended') {
    const of = findAlong(path, context.suspensions, (one) => one.from - NEAR_MS <= at && at < one.until)
    return of === undefined ? undefined : { kind: 'suspension', of }
  }
  if (code === 'outside-hours') {
    const of = findAlong(path, context.hours, (one) => !isOpenAt(one, at) || !isOpenAt(one, addMs(at, NEAR_MS)))
    return of === undefined ? undefined : { kind: 'hours', of }
  }
  if (code === 'cancelled' || code === 'stopped') {
    const of = context.acts.find(({ kind }) => kind === code) ?? context.acts[0]
    return of === undefined ? undefined : { kind: 'act', of }
  }
  const title = deviceId === undefined ? undefined : context.wentFirst.get(deviceId)
  return code === 'gave-way' && title !== undefined ? { kind: 'first', title } : undefined
}

/** The first on the way from the root: what an area above says is no fault of those below. */
const findAlong = <T extends { readonly areaId: string }>(
  path: readonly string[],
  all: readonly T[],
  fits: (one: T) => boolean,
): T | undefined => path.flatMap((id) => all.filter((one) => one.areaId === id)).find(fits)

const DAY_MS = 86_400_000
/** What was cut off ended about then: devices stop a little before or after. */
const NEAR_MS = 60_000

function isOpenAt({ windows, timeZone }: HoursOfArea, at: InstantMs): boolean {
  const range = { from: addMs(at, -DAY_MS), to: addMs(at, DAY_MS) }
  return intervalAt(permittedWithin([windows], timeZone, range), at) !== undefined
}

/** Without the names of people of whom the reader may not know. */
export function withNames(context: ExplainContext, mayKnow: (person: Person) => boolean): ExplainContext {
  const known = <T extends { readonly by: Person | null }>(one: T): T =>
    one.by === null || mayKnow(one.by) ? one : { ...one, by: null }
  return { ...context, acts: context.acts.map(known), suspensions: context.suspensions.map(known) }
}

/** Why none of it sounds anywhere, or it ended early; null: neither is so. */
export type SilentReason = 'cancelled' | 'stopped' | 'suspended' | 'outside-hours' | 'gave-way' | null

export function reasonOfWhole(
  state: OccurrenceState,
  isEndedEarly: boolean,
  places: readonly SoundingPlace[],
): SilentReason {
  if (state === 'cancelled' || state === 'suspended') return state
  if (state === 'left-out') return places.find(({ leftOut }) => leftOut !== null)?.leftOut ?? null
  return isEndedEarly ? 'stopped' : null
}
