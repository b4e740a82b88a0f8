import type { InstantMs } from '#protocol/time.ts'
import { addMs, type KnownStarts } from './recurrence-rules.ts'
import { type Airing, airingsOf, LATE_FREEZE_MS, type PlannedBroadcast } from './rules.ts'
import {
  type BroadcastRow,
  type Db,
  freezeOccurrence,
  lockPlan,
  readBroadcasts,
  readLastFrozenStarts,
  readTimings,
} from './store.ts'

export interface FrozenOccurrence {
  readonly airing: Airing
  readonly areaPath: readonly string[]
}

/**
 * Freezes what has begun and is not frozen yet: what each device is expected to play stands from here on, whatever is
 * edited later. To be called in the transaction of every act that could change what a begun occurrence plays, before
 * the act; repeating it changes nothing. What began while the server was down is frozen late, up to 60 days back.
 *
 * `db` must be a transaction: it takes a lock that lasts until its end.
 */
export async function freezeDueOccurrences(db: Db, now: InstantMs): Promise<FrozenOccurrence[]> {
  await lockPlan(db)
  const since = addMs(now, -LATE_FREEZE_MS)
  const [timings, lastFrozen] = [await readTimings(db, since), await readLastFrozenStarts(db, since)]
  const known: KnownStarts = new Map()
  const dueOf = (broadcast: PlannedBroadcast): Airing[] => {
    // Occurrences of one broadcast are frozen in order, so that nothing before the last frozen one is left.
    const last = lastFrozen.get(broadcast.id)
    const range = { from: last === undefined ? since : addMs(last, 1), to: addMs(now, 1) }
    return airingsOf(broadcast, range, known).filter((airing) => !airing.isCancelled)
  }
  const dueIds = timings.filter((timing) => dueOf({ ...timing, items: [] }).length > 0).map((timing) => timing.id)
  if (dueIds.length === 0) return []
  const frozen: FrozenOccurrence[] = []
  for (const broadcast of await readBroadcasts(db, { ids: dueIds })) {
    for (const airing of dueOf(broadcast)) {
      const { areaPath }: Pick<BroadcastRow, 'areaPath'> = broadcast
      if (await freezeOccurrence(db, airing, areaPath, now)) frozen.push({ airing, areaPath })
    }
  }
  return frozen
}
