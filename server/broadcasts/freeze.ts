import { type OccurrenceId, parseOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import type { AimedAt } from '#server/console-events.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import { isWithinSpan, placeAt, placeSpans } from '#server/planning/move-rules.ts'
import { withMovingAreas } from '#server/planning/move-store.ts'
import { makePlan } from '#server/planning/rules.ts'
import { readPlanDevices, readPlanInput } from '#server/planning/store.ts'
import { readAimedAt } from './aims-store.ts'
import { readBroadcasts, readLastFrozenStarts, readTimings } from './airing-store.ts'
import { summariseAnnounced, type ToldDevices } from './announced-rules.ts'
import {
  insertExpected,
  insertOccurrence,
  keepAnnounced,
  keepContent,
  readWaiting,
  removeExpected,
} from './freeze-store.ts'
import { addMs, type KnownStarts } from './recurrence-rules.ts'
import { type Airing, airingNamed, airingsOf, durationOf, LATE_FREEZE_MS, type PlannedBroadcast } from './rules.ts'
import { type Db, lockPlan } from './store.ts'

export interface FrozenOccurrence {
  readonly airing: Airing
  readonly areaPath: readonly string[]
  /** Where it sounds within its area; undefined: in all of it. */
  readonly aimedAt?: AimedAt | undefined
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
  return withAims(db, frozen)
}

async function withAims(db: Db, frozen: readonly FrozenOccurrence[]): Promise<FrozenOccurrence[]> {
  const told: FrozenOccurrence[] = []
  for (const one of frozen) told.push({ ...one, aimedAt: await readAimedAt(db, [one.airing.aims]) })
  return told
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

/**
 * Brings what waits up to date: what has begun by its plan and sounds nowhere yet, because it is queued or follows on.
 * Until it sounds it says what its programme says (a bulletin may lose its approval meanwhile), and is expected where the
 * plan puts it now. To be called after any act that may change either; repeating it changes nothing. Answers what changed.
 *
 * `db` must be a transaction.
 */
export async function refreshWaiting(db: Db, now: InstantMs): Promise<FrozenOccurrence[]> {
  const waiting = await readWaiting(db, now)
  if (waiting.length === 0) return []
  await lockPlan(db)
  const rows = new Map(
    (await readBroadcasts(db, { ids: waiting.map(({ airing }) => airing.broadcastId) })).map((row) => [row.id, row]),
  )
  const changed = new Set<string>()
  for (const { airing } of waiting) {
    const row = rows.get(airing.broadcastId)
    const { originalStartAtMs } = parseOccurrenceId(airing.occurrenceId)
    // How it is played and for whom stays: only what it says is that of its series, as far as that still has it.
    const original = instantMs.parse(originalStartAtMs)
    const own = row === undefined ? undefined : airingNamed({ ...row, timedSince: instantMs.parse(0) }, original)
    if (own === undefined || own.startAt !== airing.startAt) continue
    const { title, items } = own
    const endAt = addMs(airing.startAt, durationOf(items, airing.languageMode))
    if (title === airing.title && JSON.stringify(items) === JSON.stringify(airing.items)) continue
    await keepContent(db, { ...airing, title, items, endAt })
    changed.add(airing.occurrenceId)
  }
  for (const together of groupByDay(waiting)) {
    const { groups } = await arrangeTogether(db, together, now)
    const announced = summariseAnnounced(groups.flatMap(byArea))
    for (const { airing } of together) {
      const own = announced.get(airing.occurrenceId) ?? []
      if (!changed.has(airing.occurrenceId) && JSON.stringify(own) === JSON.stringify(airing.announced ?? [])) continue
      changed.add(airing.occurrenceId)
      await removeExpected(db, airing.occurrenceId)
      await keepAnnounced(db, airing.occurrenceId, own)
      for (const group of groups) await keepExpected(db, group, new Set([airing.occurrenceId]))
    }
  }
  return withAims(
    db,
    waiting.filter((one) => changed.has(idOf(one))),
  )
}

/** Freezes occurrences of one day by the plan that the devices were sent: the same function, the same input. */
async function freezeTogether(db: Db, due: readonly FrozenOccurrence[], now: InstantMs): Promise<FrozenOccurrence[]> {
  const [first, last] = [due[0]?.airing.startAt, due.at(-1)?.airing.startAt]
  if (first === undefined || last === undefined) return []
  // Arranged before anything is kept: a move that is due and about to happen decides already.
  const { groups, dueMoves } = await arrangeTogether(db, due, first)
  const inserted: FrozenOccurrence[] = []
  for (const { airing, areaPath } of due) {
    const place = placeAt({ id: airing.areaId, areaPath, timeZone: '' }, dueMoves, airing.startAt)
    if (await insertOccurrence(db, airing, place.areaPath, now)) inserted.push({ airing, areaPath: place.areaPath })
  }
  const isNew = new Set(inserted.map(idOf))
  const announced = summariseAnnounced(groups.flatMap(byArea))
  for (const id of isNew) {
    const places = announced.get(id) ?? []
    if (places.length > 0) await keepAnnounced(db, id, places)
  }
  for (const group of groups) await keepExpected(db, group, isNew)
  return inserted
}

const idOf = ({ airing }: FrozenOccurrence): OccurrenceId => airing.occurrenceId

/** Devices for which the plan is one, by area. */
interface Group {
  readonly arranged: readonly ArrangedAiring[]
  readonly devices: Map<string, string[]>
  /** Where they stand then, root first; null: as it stands in the database. */
  readonly areaPath: readonly string[] | null
}

const byArea = ({ arranged, devices }: Group): ToldDevices[] =>
  [...devices].map(([areaId, deviceIds]) => ({ areaId, deviceIds, arranged }))

function keepExpected(db: Db, group: Group, ids: ReadonlySet<OccurrenceId>): Promise<void> {
  const arranged = group.arranged.filter(({ occurrenceId }) => ids.has(occurrenceId))
  return insertExpected(db, arranged, [...group.devices.values()].flat(), group.areaPath)
}

/** What the plan makes of these on each device that was in service at `inServiceAt`, alike devices of an area together. */
async function arrangeTogether(db: Db, together: readonly FrozenOccurrence[], inServiceAt: InstantMs) {
  const starts = together.map(({ airing }) => airing.startAt).sort((a, b) => a - b)
  const [first = inServiceAt, last = inServiceAt] = [starts[0], starts.at(-1)]
  const areaIds = [...new Set(together.map(({ airing }) => airing.areaId))]
  const input = await readPlanInput(db, { range: { from: first, to: addMs(last, 1) }, soundingIn: areaIds })
  // What devices were sent is made for the places after a move.
  const { moves = [] } = input
  const dueMoves = moves.filter(({ at }) => at <= last)
  const plan = makePlan(input)
  const within = await withMovingAreas(db, areaIds, moves)
  const isMeant = new Set(together.map(idOf))
  const groups = new Map<string, Group>()
  for (const device of await readPlanDevices(db, { within, inServiceAt: toDate(inServiceAt) })) {
    const planClass = plan.classOf(device)
    for (const span of placeSpans(device, dueMoves)) {
      // As it stands in the database, but for what moved by then.
      const areaPath = span.fromAt === null ? null : span.areaPath
      const areaId = span.areaPath.at(-1) ?? ''
      const key = `${planClass.key} ${areaPath?.join() ?? ''}`
      const there = groups.get(key)
      if (there === undefined) {
        const { arranged } = plan.planOf(planClass)
        const own = arranged.filter((one) => isMeant.has(one.occurrenceId) && isWithinSpan(one.airing.startAt, span))
        groups.set(key, { arranged: own, devices: new Map([[areaId, [device.id]]]), areaPath })
      } else {
        const ofArea = there.devices.get(areaId)
        if (ofArea === undefined) there.devices.set(areaId, [device.id])
        else ofArea.push(device.id)
      }
    }
  }
  return { groups: [...groups.values()], dueMoves }
}
