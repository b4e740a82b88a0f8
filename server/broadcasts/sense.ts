import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import type { Aim } from '#server/planning/audience-rules.ts'
import { isHeardByAnybody } from '#server/planning/audience-store.ts'
import { type BroadcastRow, readBroadcasts } from './airing-store.ts'
import { sayDate, sayLocal } from './local-words.ts'
import {
  addDays,
  addMs,
  localDateOf,
  MOST_DAYS_AHEAD,
  MOST_DAYS_OF_SERIES,
  refuseTiming,
  type Timing,
} from './recurrence-rules.ts'
import { nextAiringStart } from './rules.ts'
import { type Db, findTwins } from './store.ts'

/** Refuses what makes no sense in itself, whatever hours and limits there are. */

const DAY_MS = 86_400_000

/** @throws Problem as `refuseTiming` says, with the last day that may be. */
export function assertTiming(timing: Timing, now: InstantMs, before?: Timing): void {
  const refusal = refuseTiming(timing, now, before)
  if (refusal === undefined) return
  const days = refusal === 'broadcast-too-long-ahead' ? MOST_DAYS_OF_SERIES : MOST_DAYS_AHEAD
  throw new Problem(refusal, { limit: sayDate(addDays(localDateOf(now, timing.timeZone), days)) })
}

/** @throws Problem `broadcast-too-far`: of a single occurrence that is moved. */
export function assertNotTooFar(startAt: InstantMs, now: InstantMs, timeZone: string): void {
  if (startAt < addMs(now, (MOST_DAYS_AHEAD + 1) * DAY_MS)) return
  throw new Problem('broadcast-too-far', { limit: sayDate(addDays(localDateOf(now, timeZone), MOST_DAYS_AHEAD)) })
}

/**
 * Ends the act when another broadcast says the same at the same times for the same speakers, and still airs: who presses
 * twice wants it once. The plan must be locked, so that of two that are made at once one sees the other.
 *
 * @throws Problem `broadcast-already`, which names the one that is there.
 */
export async function assertNoTwin(db: Db, row: BroadcastRow, now: InstantMs): Promise<void> {
  const ids = await findTwins(db, row.id)
  if (ids.length === 0) return
  for (const twin of await readBroadcasts(db, { ids, content: 'intended' })) {
    const startAt = nextAiringStart(twin, now)
    if (startAt === undefined) continue
    const { id: broadcastId, title, timeZone } = twin
    throw new Problem(
      'broadcast-already',
      { title, start: sayLocal(startAt, timeZone) },
      { facts: { broadcastId, title, startAt: toDate(startAt).toISOString() } },
    )
  }
}

/**
 * Can nobody ever hear it, because of what was chosen and not for want of speakers? Groups and single speakers of which
 * none is left, or all of the area left out. An area without speakers may plan: they come.
 */
const isEmptyChoice = (areaId: string, aims: readonly Aim[]): boolean => {
  const included = aims.filter(({ isExcluded }) => !isExcluded)
  return (
    (included.length > 0 && included.every(({ kind }) => kind !== 'area')) ||
    aims.some(({ isExcluded, refId }) => isExcluded && refId === areaId)
  )
}

const keyOf = (aims: readonly Aim[]): string =>
  aims
    .map(({ kind, refId, isExcluded }) => `${kind} ${refId} ${isExcluded}`)
    .sort()
    .join()

/**
 * @param before the same broadcast before the change: what it was aimed at then may have been taken away meanwhile, which
 * is no fault of the change.
 * @throws Problem `broadcast-target-empty`
 */
export async function assertAimedAtSomebody(
  db: Db,
  { id, areaId, aims }: BroadcastRow,
  before?: Pick<BroadcastRow, 'aims'>,
): Promise<void> {
  if (!isEmptyChoice(areaId, aims) || (before !== undefined && keyOf(before.aims) === keyOf(aims))) return
  if (!(await isHeardByAnybody(db, id))) throw new Problem('broadcast-target-empty')
}
