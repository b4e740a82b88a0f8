import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import { listMissing } from '#server/library/missing-rules.ts'
import { type Listeners, namedDevices, readListeners } from '#server/planning/audience-store.ts'
import { findConflicts } from '#server/planning/conflict-rules.ts'
import type { Conflict, Findings } from '#server/planning/findings-rules.ts'
import type { Violation } from '#server/planning/fit-rules.ts'
import { findNextFree } from '#server/planning/free-rules.ts'
import { withMovingAreas } from '#server/planning/move-store.ts'
import { languagesOf, MARGIN_MS, type PlanInput } from '#server/planning/rules.ts'
import { readPlanInput } from '#server/planning/store.ts'
import { everybodyIn, joinFindings, stretchesOf } from '#server/planning/stretch-rules.ts'
import type { BroadcastRow } from './airing-store.ts'
import { addDays, addMs, type InstantRange, localDateOf, startOfLocalDay } from './recurrence-rules.ts'
import {
  type Airing,
  type AwaitedBulletin,
  airingsOf,
  compareAirings,
  nextAiringStart,
  plannedDurationMs,
} from './rules.ts'
import type { Db } from './store.ts'

/**
 * What a broadcast would do if it were planned as it stands in this transaction, and all that is planned were approved.
 */

export const CHECK_DAYS = 60
const DAY_MS = 86_400_000

export interface Examined {
  readonly row: BroadcastRow
  readonly now: InstantMs
  /** What it airs within 60 days of its next start. */
  readonly own: readonly Airing[]
  readonly addressees: readonly Listeners[]
  /** The same at every place in which they will stand meanwhile (moves). */
  readonly atAllPlaces: readonly Listeners[]
  readonly input: PlanInput
  readonly findings: Findings
  readonly range: InstantRange
  /** All who stand in its area. */
  readonly listeners: readonly Listeners[]
}

/** `row` as it will be (`Content`), and so `former`: what it may be held against afterwards (`findFormerly`). */
export async function examine(
  db: Db,
  row: BroadcastRow,
  now: InstantMs,
  former: readonly BroadcastRow[] = [],
): Promise<Examined> {
  const date = localDateOf(nextAiringStart(row, now) ?? now, row.timeZone)
  const range = {
    from: startOfLocalDay(date, row.timeZone),
    to: startOfLocalDay(addDays(date, CHECK_DAYS), row.timeZone),
  }
  const input = await readPlanInput(db, { range, soundingIn: [row.areaId], content: 'intended' })
  const { moves = [] } = input
  const named = [...namedDevices([...input.airings, ...former]), ...moves.flatMap(({ deviceIds }) => deviceIds)]
  const listeners = await readListeners(db, await withMovingAreas(db, [row.areaId], moves), named)
  return judge({ row, now, input, range, listeners })
}

/** What would be found if these broadcasts were as they were, `row` among them, over the same days for the same devices. */
export function findFormerly(examined: Examined, row: BroadcastRow, former: readonly BroadcastRow[]): Findings {
  const { input, range, now } = examined
  const changed = new Set([examined.row.id, ...former.map(({ id }) => id)])
  const wide = { from: addMs(range.from, -MARGIN_MS), to: addMs(range.to, MARGIN_MS) }
  const airings = [
    ...input.airings.filter(({ broadcastId, startAt }) => startAt <= now || !changed.has(broadcastId)),
    ...former.flatMap((one) => airingsOf(one, wide).filter(({ startAt }) => startAt > now)),
  ].sort(compareAirings)
  return judge({ ...examined, row, input: { ...input, airings } }).findings
}

function judge(known: Pick<Examined, 'row' | 'now' | 'input' | 'range' | 'listeners'>): Examined {
  const { row, now, input, range, listeners } = known
  const own = input.airings.filter(
    ({ broadcastId, isCancelled, startAt }) =>
      broadcastId === row.id && !isCancelled && startAt > now && startAt >= range.from && startAt < range.to,
  )
  const stretches = stretchesOf(own, listeners, row, input.moves ?? [])
  const findings = stretches.map((one) => findConflicts(one.own, one.addressees, input, row.timeZone))
  return {
    ...known,
    own,
    addressees: everybodyIn(stretches),
    atAllPlaces: stretches.flatMap(({ addressees }) => addressees),
    findings: joinFindings(findings),
  }
}

/** When the first of what does not fit would fit, for everybody who hears it; undefined: all fits, or nothing is found. */
export function findFreeTime({ own, atAllPlaces, input, findings }: Examined): InstantMs | undefined {
  const starts = [
    ...findings.violations.map(({ startAt }) => startAt),
    ...findings.conflicts.map((conflict) => conflict.own.startAt),
  ]
  const first = own.filter(({ startAt }) => starts.includes(startAt))[0]
  return first === undefined ? undefined : findNextFree(first, atAllPlaces, input)
}

export const showViolation = ({ startAt, broken: _, ...one }: Violation, names: ReadonlyMap<string, string>) => ({
  ...one,
  areaName: names.get(one.areaId ?? '') ?? '',
  startAt: toDate(startAt).toISOString(),
})

/** What of its programmes does not air as things stand. */
export function findAwaiting({ row }: Examined): AwaitedBulletin[] {
  const all = [row, ...row.edits.flatMap(({ programme }) => programme ?? [])].flatMap(({ awaiting }) => awaiting ?? [])
  return [...new Map(all.map((one) => [one.bulletinId, one])).values()]
}

export interface MissingVariant {
  readonly language: string
  readonly devices: number
  readonly titles: readonly string[]
}

/** Languages that some of those who hear it ask for and its bulletins do not have, those of most devices first. */
export function findMissingLanguages({ row, addressees, input }: Examined): MissingVariant[] {
  const found = new Map<string, { devices: number; titles: Set<string> }>()
  for (const listener of addressees) {
    const wanted = languagesOf(listener, input.areas)
    const missing = new Map<string, string[]>()
    for (const { title, variants } of row.items) {
      const there = variants.map(({ language }) => language)
      for (const language of listMissing(there, wanted, row.languageMode)) {
        missing.set(language, [...(missing.get(language) ?? []), title])
      }
    }
    for (const [language, titles] of missing) {
      const former = found.get(language) ?? { devices: 0, titles: new Set<string>() }
      for (const title of titles) former.titles.add(title)
      found.set(language, { devices: former.devices + listener.devices, titles: former.titles })
    }
  }
  return [...found]
    .map(([language, { devices, titles }]) => ({ language, devices, titles: [...titles] }))
    .sort((a, b) => b.devices - a.devices || (a.language < b.language ? -1 : 1))
}

/** How long it sounds on each device: each time, in its first week, and within 60 days. */
export function countAirtime({ row, own }: Examined) {
  const sum = (airings: readonly Airing[]): number =>
    airings.reduce((all, { startAt, endAt }) => all + (endAt - startAt), 0)
  const first = own[0]?.startAt
  const week = first === undefined ? [] : own.filter(({ startAt }) => startAt < addMs(first, 7 * DAY_MS))
  return { occurrenceMs: plannedDurationMs(row), weekMs: sum(week), horizonMs: sum(own), horizonDays: CHECK_DAYS }
}

const MOST_AREAS = 100

/** Devices by area, where most are first. */
export function countByArea(addressees: readonly Listeners[]) {
  const areas = new Map<string, { areaId: string; areaName: string; devices: number; offline: number }>()
  for (const { areaId, areaName, devices, offline } of addressees) {
    const former = areas.get(areaId)
    const sum = { devices: devices + (former?.devices ?? 0), offline: offline + (former?.offline ?? 0) }
    areas.set(areaId, { areaId, areaName, ...sum })
  }
  const sorted = [...areas.values()].sort((a, b) => b.devices - a.devices)
  return { areas: sorted.slice(0, MOST_AREAS), areaCount: sorted.length }
}

export function showConflict({ airing, own, days, outcomes, devices }: Conflict, names: ReadonlyMap<string, string>) {
  const areas = [...devices]
    .map(([areaId, count]) => ({ areaId, areaName: names.get(areaId) ?? '', devices: count }))
    .sort((a, b) => b.devices - a.devices)
  return {
    broadcastId: airing.broadcastId,
    title: airing.title,
    areaId: airing.areaId,
    areaName: names.get(airing.areaId) ?? '',
    priority: airing.priority,
    startAt: toDate(airing.startAt).toISOString(),
    ownStartAt: toDate(own.startAt).toISOString(),
    days,
    devices: areas.reduce((sum, one) => sum + one.devices, 0),
    areas: areas.slice(0, MOST_AREAS),
    outcomes: outcomes.map(({ at, ...outcome }) => ({ ...outcome, at: at === null ? null : toDate(at).toISOString() })),
  }
}
