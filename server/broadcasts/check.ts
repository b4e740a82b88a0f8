import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import { listMissing } from '#server/library/missing-rules.ts'
import { doesHear } from '#server/planning/audience-rules.ts'
import { type Listeners, namedDevices, readListeners } from '#server/planning/audience-store.ts'
import { type Conflict, type Findings, findConflicts } from '#server/planning/conflict-rules.ts'
import { findNextFree, type Violation } from '#server/planning/fit-rules.ts'
import { hoursWords } from '#server/planning/hours-words.ts'
import { languagesOf, type PlanInput } from '#server/planning/rules.ts'
import { readAreaRules, readPlanInput } from '#server/planning/store.ts'
import type { BroadcastRow } from './airing-store.ts'
import { addDays, addMs, localDateOf, startOfLocalDay } from './recurrence-rules.ts'
import { type Airing, nextAiringStart, plannedDurationMs } from './rules.ts'
import { type Db, readAreaNames } from './store.ts'

/** What a broadcast would do if it were planned as it stands in this transaction. */

export const CHECK_DAYS = 60
const DAY_MS = 86_400_000

export interface Examined {
  readonly row: BroadcastRow
  readonly now: InstantMs
  /** What it airs within 60 days of its next start. */
  readonly own: readonly Airing[]
  readonly addressees: readonly Listeners[]
  readonly input: PlanInput
  readonly findings: Findings
}

export async function examine(db: Db, row: BroadcastRow, now: InstantMs): Promise<Examined> {
  const date = localDateOf(nextAiringStart(row, now) ?? now, row.timeZone)
  const range = {
    from: startOfLocalDay(date, row.timeZone),
    to: startOfLocalDay(addDays(date, CHECK_DAYS), row.timeZone),
  }
  const input = await readPlanInput(db, { range, soundingIn: [row.areaId] })
  const own = input.airings.filter(
    ({ broadcastId, isCancelled, startAt }) =>
      broadcastId === row.id && !isCancelled && startAt > now && startAt >= range.from && startAt < range.to,
  )
  const listeners = await readListeners(db, [row.areaId], namedDevices(input.airings))
  const addressees = listeners.filter((one) => doesHear(one, row))
  return { row, now, own, addressees, input, findings: findConflicts(own, addressees, input, row.timeZone) }
}

/** When the first of what does not fit would fit, for everybody who hears it; undefined: all fits, or nothing is found. */
export function findFreeTime({ own, addressees, input, findings }: Examined): InstantMs | undefined {
  const starts = [
    ...findings.violations.map(({ startAt }) => startAt),
    ...findings.conflicts.map((conflict) => conflict.own.startAt),
  ]
  const first = own.filter(({ startAt }) => starts.includes(startAt))[0]
  return first === undefined ? undefined : findNextFree(first, addressees, input)
}

const isLimited = (areas: PlanInput['areas']): boolean =>
  [...areas.values()].some(({ hours, caps }) => hours !== null || Object.values(caps).some((limit) => limit !== null))

/** What the broadcast breaks as it stands. Where nothing is limited nothing is broken: most acts ask no more than that. */
export async function findViolations(db: Db, row: BroadcastRow, now: InstantMs): Promise<readonly Violation[]> {
  const areas = await readAreaRules(db, { from: now, to: addMs(now, 1) })
  return isLimited(areas) ? (await examine(db, row, now)).findings.violations : []
}

const codes = {
  hours: 'broadcast-outside-hours',
  maxSessionsPerDay: 'broadcast-too-many-sessions',
  maxMinutesPerSession: 'broadcast-session-too-long',
  maxMinutesPerDay: 'broadcast-day-too-long',
} as const

/** Worse than before is new: on more days, or by more sessions or minutes. */
const isNew = (one: Violation, before: readonly Violation[]): boolean =>
  !before.some(
    (other) =>
      other.rule === one.rule &&
      other.areaId === one.areaId &&
      other.days >= one.days &&
      (other.actual ?? 0) >= (one.actual ?? 0),
  )

/**
 * Ends the act when the broadcast breaks permitted hours or limits; what queues keeps hours by itself. `before`: what it broke
 * already, which a change need not mend.
 *
 * @throws Problem `broadcast-outside-hours` and those of limits, with the rule and the next free time.
 */
export async function assertFits(
  db: Db,
  row: BroadcastRow,
  now: InstantMs,
  before: readonly Violation[] = [],
): Promise<void> {
  if (!isLimited(await readAreaRules(db, { from: now, to: addMs(now, 1) }))) return
  const examined = await examine(db, row, now)
  const violations = examined.findings.violations.filter((one) => isNew(one, before))
  const [first] = violations
  if (first === undefined) return
  const names = await readAreaNames(
    db,
    violations.map(({ areaId }) => areaId),
  )
  const nextFreeAt = findFreeTime(examined)
  const hours = examined.input.areas.get(first.areaId)?.hours ?? []
  const say = (at: InstantMs): string => sayLocal(at, row.timeZone)
  throw new Problem(
    codes[first.rule],
    {
      start: say(first.startAt),
      area: names.get(first.areaId) ?? '',
      limit: first.limit ?? '',
      actual: first.actual ?? '',
      hoursVi: hoursWords(hours, 'vi'),
      hoursEn: hoursWords(hours, 'en'),
      nextVi: nextFreeAt === undefined ? 'không có trong hai tuần tới' : say(nextFreeAt),
      nextEn: nextFreeAt === undefined ? 'none within two weeks' : say(nextFreeAt),
    },
    { facts: { violations: violations.map((one) => showViolation(one, names)), nextFreeAt: isoOrNull(nextFreeAt) } },
  )
}

const isoOrNull = (at: InstantMs | undefined): string | null => (at === undefined ? null : toDate(at).toISOString())

export const showViolation = ({ startAt, ...one }: Violation, names: ReadonlyMap<string, string>) => ({
  ...one,
  areaName: names.get(one.areaId) ?? '',
  startAt: toDate(startAt).toISOString(),
})

/** 05:30 24/11/2026: as people write it in Viet Nam, and understand it elsewhere. */
function sayLocal(at: InstantMs, timeZone: string): string {
  const date = localDateOf(at, timeZone)
  const minutes = Math.floor((at - startOfLocalDay(date, timeZone)) / 60_000)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)} ${date.split('-').reverse().join('/')}`
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
