import type { InstantMs } from '#protocol/time.ts'
import { localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import type { CapName } from './caps-rules.ts'
import type { WeekWindow } from './hours-rules.ts'
import { capsOf, type PlanDevice, type PlanInput } from './rules.ts'

/** Does what somebody is about to plan keep the permitted hours? When all of it would fit is in free-rules.ts. */

/** Devices that no rule tells apart, and how many they are. */
export interface Addressee extends PlanDevice {
  readonly devices: number
}

/** A rule that a plan breaks: the permitted hours of an area, one of its limits, or what devices have room for. */
export interface Violation {
  readonly rule: 'hours' | CapName | RoomName
  /** The area that set it; null for what devices have room for. */
  readonly areaId: string | null
  /** Sessions, minutes, occurrences or clips; null for hours. */
  readonly limit: number | null
  /** Of hours: by how many minutes it runs over the end of those in which it begins; null: it begins outside. */
  readonly actual: number | null
  /** The first start that breaks it, and on how many days it is broken. */
  readonly startAt: InstantMs
  readonly days: number
  readonly devices: number
  /**
   * What exactly breaks it, and by how much: starts where each is judged by itself (hours, a session, clips), else days.
   * Told to nobody; a change is held against it.
   */
  readonly broken: ReadonlyMap<string, number>
}

/** What a device's plan has room for (room-rules.ts). */
export type RoomName = 'maxOccurrencesPerDay' | 'maxClipsPerOccurrence'

/** Does it break no more than `before`: the same rules of the same areas, by the same starts or on the same days, for no more devices? */
export const isNoWorse = (one: Violation, before: readonly Violation[]): boolean =>
  before.some(
    (other) =>
      other.rule === one.rule &&
      other.areaId === one.areaId &&
      other.devices >= one.devices &&
      [...one.broken].every(([what, actual]) => (other.broken.get(what) ?? -1) >= actual),
  )

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** Windows of a week as stretches of it, one week and a day long, so that what runs over its end is seen as a whole. */
function stretchesOf(hours: readonly WeekWindow[]): [fromMs: number, toMs: number][] {
  const all = hours.flatMap(({ days, from, to }) =>
    days.flatMap((day) =>
      [0, WEEK_MS].map((week): [number, number] => {
        const startMs = week + (day - 1) * DAY_MS
        return [startMs + minutesOf(from) * MINUTE_MS, startMs + minutesOf(to) * MINUTE_MS]
      }),
    ),
  )
  const merged: [number, number][] = []
  for (const [from, to] of all.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else merged.push([from, to])
  }
  return merged
}

const isoWeekday = (date: string): number => ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1

interface Placed {
  readonly startAt: InstantMs
  readonly date: string
  /** From the beginning of Monday, by the local clock. */
  readonly ofWeekMs: number
  readonly lengthMs: number
}

function placeInWeek({ startAt, endAt }: Airing, timeZone: string): Placed {
  const date = localDateOf(startAt, timeZone)
  const ofWeekMs = (isoWeekday(date) - 1) * DAY_MS + (startAt - startOfLocalDay(date, timeZone))
  return { startAt, date, ofWeekMs, lengthMs: endAt - startAt }
}

/** Where airings of one broadcast lie outside the permitted hours of those who hear it; whole, from start to end. */
export function findOutsideHours(
  own: readonly Airing[],
  addressees: readonly Addressee[],
  areas: PlanInput['areas'],
): Violation[] {
  const placed = new Map<string, readonly Placed[]>()
  const stretches = new Map<string, ReturnType<typeof stretchesOf>>()
  const found = new Map<string, { violation: Violation; dates: Set<string> }>()
  for (const addressee of addressees) {
    const { timeZone } = addressee
    const inWeek = placed.get(timeZone) ?? own.map((airing) => placeInWeek(airing, timeZone))
    placed.set(timeZone, inWeek)
    for (const areaId of addressee.areaPath) {
      const hours = areas.get(areaId)?.hours ?? null
      if (hours === null) continue
      const open = stretches.get(areaId) ?? stretchesOf(hours)
      stretches.set(areaId, open)
      const outside = inWeek.filter(
        ({ ofWeekMs, lengthMs }) =>
          !open.some(([from, to]) => from <= ofWeekMs && ofWeekMs < to && ofWeekMs + lengthMs <= to),
      )
      const [first] = outside
      if (first === undefined) continue
      const former = found.get(areaId)
      const dates = new Set([...(former?.dates ?? []), ...outside.map(({ date }) => date)])
      const devices = addressee.devices + (former?.violation.devices ?? 0)
      const within = open.find(([from, to]) => from <= first.ofWeekMs && first.ofWeekMs < to)
      const actual = within === undefined ? null : Math.ceil((first.ofWeekMs + first.lengthMs - within[1]) / MINUTE_MS)
      const rule = { rule: 'hours', areaId, limit: null, actual } as const
      const starts = outside.map(({ startAt }): [string, number] => [String(startAt), 0])
      const broken = new Map([...(former?.violation.broken ?? []), ...starts])
      found.set(areaId, { violation: { ...rule, startAt: first.startAt, days: dates.size, devices, broken }, dates })
      // What an area above forbids is no fault of those below.
      break
    }
  }
  return [...found.values()].map(({ violation, dates }) => ({ ...violation, days: dates.size }))
}

export function hasCaps(areaPath: readonly string[], areas: PlanInput['areas']): boolean {
  const caps = capsOf(areaPath, areas)
  return caps.maxSessionsPerDay !== null || caps.maxMinutesPerSession !== null || caps.maxMinutesPerDay !== null
}
