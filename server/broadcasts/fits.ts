import { limits } from '#protocol/limits.ts'
import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import { SESSION_GAP_MS } from '#server/planning/caps-rules.ts'
import { isNoWorse, type Violation } from '#server/planning/fit-rules.ts'
import { hoursWords } from '#server/planning/hours-words.ts'
import { mayHaveTooManyClips } from '#server/planning/room-rules.ts'
import type { PlanInput } from '#server/planning/rules.ts'
import { readAreaRules } from '#server/planning/store.ts'
import { type BroadcastRow, countMostStarts, readBroadcasts } from './airing-store.ts'
import { type Examined, examine, findFormerly, findFreeTime, showViolation } from './check.ts'
import type { Content } from './content-store.ts'
import { sayLocal, sayTime } from './local-words.ts'
import { addMs } from './recurrence-rules.ts'
import type { AirableItem } from './rules.ts'
import { type Db, readAreaNames } from './store.ts'

/** Refuses what would break permitted hours, limits, or what devices have room for. */

const codes = {
  hours: 'broadcast-outside-hours',
  /** It begins within them. */
  hoursEnd: 'broadcast-runs-over-hours',
  maxSessionsPerDay: 'broadcast-too-many-sessions',
  maxMinutesPerSession: 'broadcast-session-too-long',
  maxMinutesPerDay: 'broadcast-day-too-long',
  maxOccurrencesPerDay: 'broadcast-day-full',
  maxClipsPerOccurrence: 'broadcast-too-many-clips',
} as const

const isLimited = (areas: PlanInput['areas']): boolean =>
  [...areas.values()].some(({ hours, caps }) => hours !== null || Object.values(caps).some((limit) => limit !== null))

/** Where nothing is limited and there is room for all, nothing is broken: most acts ask no more than that. */
async function mayBreak(db: Db, row: BroadcastRow, now: InstantMs): Promise<boolean> {
  const { languageMode } = row
  const all = [row.items, ...row.edits.flatMap(({ programme }) => (programme === null ? [] : [programme.items]))]
  if (all.some((items) => mayHaveTooManyClips({ items, languageMode }))) return true
  if (isLimited(await readAreaRules(db, { from: now, to: addMs(now, 1) }))) return true
  return (await countMostStarts(db, row.areaId, now)) > limits.maxOccurrencesPerDay
}

/** What of a broadcast breaks rules as it will be when all of it is approved. `row`: as it will be. */
export async function findViolations(db: Db, row: BroadcastRow, now: InstantMs): Promise<readonly Violation[]> {
  return (await mayBreak(db, row, now)) ? (await examine(db, row, now)).findings.violations : []
}

/**
 * Ends the act when the broadcast breaks permitted hours, limits or what devices have room for; what queues keeps hours by
 * itself. What it broke already, a change need not mend.
 *
 * @param row as it will be when all of it is approved (`Content`)
 * @param former all broadcasts that the act changes, as they were and would have been, the one that is judged first.
 * Answers what it broke before and breaks still.
 *
 * @throws Problem `broadcast-outside-hours` and those of limits, with the rule and the next free time.
 */
export async function assertFits(
  db: Db,
  row: BroadcastRow,
  now: InstantMs,
  former: readonly BroadcastRow[] = [],
): Promise<readonly Violation[]> {
  if (!(await mayBreak(db, row, now))) return []
  const examined = await examine(db, row, now, former)
  const all = examined.findings.violations
  const [own] = former
  if (all.length === 0) return []
  const before = own === undefined ? [] : findFormerly(examined, own, former).violations
  const violations = all.filter((one) => !isNoWorse(one, before))
  if (violations.length > 0) await refuse(db, examined, violations)
  return all
}

async function refuse(db: Db, examined: Examined, violations: readonly Violation[]): Promise<void> {
  const [first] = violations
  if (first === undefined) return
  const { row, input } = examined
  const names = await readAreaNames(
    db,
    violations.flatMap(({ areaId }) => areaId ?? []),
  )
  const nextFreeAt = findFreeTime(examined)
  const hours = input.areas.get(first.areaId ?? '')?.hours ?? []
  const say = (at: InstantMs): string => sayLocal(at, row.timeZone)
  const runsOver = first.rule === 'hours' && first.actual !== null
  const endAt = examined.own.find(({ startAt }) => startAt === first.startAt)?.endAt ?? first.startAt
  throw new Problem(
    codes[runsOver ? 'hoursEnd' : first.rule],
    {
      // To the whole minute that is reached: 11:04:30 is five minutes after eleven.
      end: sayTime(addMs(endAt, 59_999), row.timeZone),
      title: row.title,
      start: say(first.startAt),
      area: names.get(first.areaId ?? '') ?? '',
      limit: first.limit ?? '',
      gap: SESSION_GAP_MS / 60_000,
      actual: first.actual ?? '',
      hoursVi: hoursWords(hours, 'vi'),
      hoursEn: hoursWords(hours, 'en'),
      nextVi: nextFreeAt === undefined ? 'không có trong hai tuần tới' : say(nextFreeAt),
      nextEn: nextFreeAt === undefined ? 'none within two weeks' : say(nextFreeAt),
    },
    {
      facts: {
        broadcastId: row.id,
        title: row.title,
        violations: violations.map((one) => showViolation(one, names)),
        nextFreeAt: nextFreeAt === undefined ? null : toDate(nextFreeAt).toISOString(),
      },
    },
  )
}

/** Broadcasts that air from now on, as they will be when all of them is approved. */
export async function readIntended(
  db: Db,
  ids: readonly string[],
  now: InstantMs,
  insteadOf?: Content['insteadOf'],
): Promise<BroadcastRow[]> {
  if (ids.length === 0) return []
  const other = insteadOf === undefined ? {} : { insteadOf }
  return readBroadcasts(db, { ids, airingFrom: now, content: 'intended', ...other })
}

/** How long it sounds and in how many clips, but not which. */
const soundOf = ({ items, edits }: BroadcastRow): string => {
  const lengthsOf = (all: readonly AirableItem[]) =>
    all.map(({ variants }) => variants.map(({ language, durationMs }) => [language, durationMs]))
  return JSON.stringify([lengthsOf(items), edits.map(({ programme }) => programme && lengthsOf(programme.items))])
}

/**
 * The same for a change of what broadcasts say: of a programme, or a bulletin.
 *
 * @param former the broadcasts as they would have been (`readIntended`)
 * @throws Problem as `assertFits`
 */
export async function assertStillFit(db: Db, former: readonly BroadcastRow[], now: InstantMs): Promise<void> {
  const ids = former.map(({ id }) => id)
  for (const row of await readIntended(db, ids, now)) {
    const own = former.find(({ id }) => id === row.id)
    if (own === undefined || soundOf(own) === soundOf(row)) continue
    await assertFits(db, row, now, [own, ...former.filter((one) => one !== own)])
  }
}
