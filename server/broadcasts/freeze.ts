import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import { makePlan } from '#server/planning/rules.ts'
import { readPlanDevices, readPlanInput } from '#server/planning/store.ts'
import { readBroadcasts, readLastFrozenStarts, readTimings } from './airing-store.ts'
import { insertExpected, insertOccurrence } from './freeze-store.ts'
import { addMs, type KnownStarts } from './recurrence-rules.ts'
import { type Airing, airingsOf, LATE_FREEZE_MS, type PlannedBroadcast } from './rules.ts'
import { type Db, lockPlan } from './store.ts'

export interface FrozenOccurrence {
  readonly airing: Airing
  readonly areaPath: readonly string[]
}

/**
 * Freezes what has begun and is not frozen yet: what each device is expected to play stands from here on, whatever is
 * edited later. To be called in the transaction of every act that could change what a begun occurrence plays, before
 * the act; repeating it changes nothing. What began while the server was down is frozen late, up to 60 days back. An
 * occurrence with nothing to air is frozen too, so that a late approval does not make it expected afterwards.
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
  const dueIds = timings.filter((timing) => dueOf(timing).length > 0).map((timing) => timing.id)
  if (dueIds.length === 0) return []
  const due = (await readBroadcasts(db, { ids: dueIds })).flatMap((broadcast) =>
    dueOf(broadcast).map((airing) => ({ airing, areaPath: broadcast.areaPath })),
  )
  // What began at about the same time was arranged together.
  const frozen: FrozenOccurrence[] = []
  for (const together of groupByDay(due)) frozen.push(...(await freezeTogether(db, together, now)))
  return frozen
}

const DAY_MS = 86_400_000

function groupByDay(due: readonly FrozenOccurrence[]): FrozenOccurrence[][] {
  const days = new Map<number, FrozenOccurrence[]>()
  for (const one of [...due].sort((a, b) => a.airing.startAt - b.airing.startAt)) {
    const day = Math.floor(one.airing.startAt / DAY_MS)
    days.set(day, [...(days.get(day) ?? []), one])
  }
  return [...days.values()]
}

/** Freezes occurrences of one day by the plan that the devices were sent: the same function, the same input. */
async function freezeTogether(db: Db, due: readonly FrozenOccurrence[], now: InstantMs): Promise<FrozenOccurrence[]> {
  const starts = due.map(({ airing }) => airing.startAt)
  const [first, last] = [starts[0], starts.at(-1)]
  if (first === undefined || last === undefined) return []
  const range = { from: first, to: addMs(last, 1) }
  const areaIds = [...new Set(due.map(({ airing }) => airing.areaId))]
  const plan = makePlan(await readPlanInput(db, { range, soundingIn: areaIds }))
  const devices = await readPlanDevices(db, { within: areaIds, inServiceAt: toDate(first) })
  const inserted: FrozenOccurrence[] = []
  for (const one of due) if (await insertOccurrence(db, one.airing, one.areaPath, now)) inserted.push(one)
  const isNew = new Set(inserted.map(({ airing }) => airing.occurrenceId))
  const byClass = new Map<string, { arranged: ArrangedAiring[]; deviceIds: string[] }>()
  for (const device of devices) {
    const planClass = plan.classOf(device)
    const there = byClass.get(planClass.key)
    if (there === undefined) {
      const arranged = plan.planOf(planClass).arranged.filter(({ occurrenceId }) => isNew.has(occurrenceId))
      byClass.set(planClass.key, { arranged, deviceIds: [device.id] })
    } else there.deviceIds.push(device.id)
  }
  for (const { arranged, deviceIds } of byClass.values()) await insertExpected(db, arranged, deviceIds)
  return inserted
}
