import type { z } from 'zod'
import { makeOccurrenceId, newId, type OccurrenceId, parseOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor } from '#server/auth/rules.ts'
import { toDate } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import {
  actOnPlan,
  assertNotOnlyHolidays,
  type BroadcastEdit,
  type BroadcastsDeps,
  loadBroadcast,
  recordOf,
} from './act.ts'
import { type BroadcastRow, readBroadcasts } from './airing-store.ts'
import {
  asPlanned,
  copyChanges,
  copyRanks,
  hasBegun,
  keepChange,
  type OccurrenceChangeRow,
  readChange,
  setContinued,
} from './changes-store.ts'
import { checkProgramme, draftChange, timingOf } from './draft.ts'
import { assertFits } from './fits.ts'
import { freezeDueOccurrences } from './freeze.ts'
import { removeOccurrence } from './freeze-store.ts'
import { type BegunOccurrence, endWaiting, readBegun, restoreWaiting } from './occurrence-store.ts'
import { addMs, startsWithin } from './recurrence-rules.ts'
import { airingNamed, nextAiringStart } from './rules.ts'
import type { occurrenceChange } from './schemas.ts'
import type { BroadcastsService, BroadcastView } from './service.ts'
import { reachesBefore, repeatedStarts, restOfSeries } from './split-rules.ts'
import { countEdit, type Db, insertBroadcast, setCancelled } from './store.ts'

export type OccurrenceChange = z.infer<typeof occurrenceChange>
type ChangeOfThis = Extract<OccurrenceChange, { scope: 'this' }>
type ChangeOfFollowing = Extract<OccurrenceChange, { scope: 'following'; action: 'change' }>
type ChangeOfAll = Extract<OccurrenceChange, { scope: 'all'; action: 'change' }>

export interface ChangesDeps extends BroadcastsDeps {
  readonly broadcasts: Pick<BroadcastsService, 'get' | 'change' | 'cancel' | 'restore'>
}

interface Named {
  readonly broadcastId: string
  readonly originalStartAt: InstantMs
}

const actionsOfThis = {
  cancel: 'occurrence.cancelled',
  move: 'occurrence.changed',
  programme: 'occurrence.changed',
  restore: 'occurrence.restored',
} as const

export type ChangesService = ReturnType<typeof createChangesService>

/** Changes of one occurrence, of it and all that follow, or of all: what has begun is never changed. */
export function createChangesService(deps: ChangesDeps) {
  const { db, broadcasts } = deps

  async function loadFor(tx: Db, actor: Actor, { broadcastId }: Named): Promise<BroadcastRow> {
    const row = await loadBroadcast(tx, broadcastId)
    assertMay(actor, 'broadcasts.edit', row.areaPath)
    if (row.cancelledAt !== null) throw new Problem('broadcast-cancelled')
    return row
  }

  /** What is asked to be of one occurrence; undefined: as its series. */
  async function wantOfThis(
    tx: Db,
    actor: Actor,
    row: BroadcastRow,
    input: ChangeOfThis,
    before: OccurrenceChangeRow,
  ): Promise<OccurrenceChangeRow | undefined> {
    if (input.action === 'move') return { ...before, movedStartAt: instantMs.parse(Date.parse(input.startAt)) }
    if (input.action === 'programme') {
      await checkProgramme(tx, actor, input.programmeId, row.areaPath)
      return { ...before, programmeId: input.programmeId === row.programmeId ? null : input.programmeId }
    }
    return input.action === 'restore' ? undefined : { ...before, isCancelled: true }
  }

  function changeThis(actor: Actor, id: OccurrenceId, named: Named, input: ChangeOfThis): Promise<void> {
    return actOnPlan(deps, actor, actionsOfThis[input.action], async (tx, now) => {
      const row = await loadFor(tx, actor, named)
      const [begun] = await readBegun(tx, { ids: [id] })
      const standing = standingOf(begun, now)
      if (standing === 'begun') throw new Problem('occurrence-begun')
      if (begun !== undefined && (input.action === 'cancel' || standing === 'cancelled')) {
        return changeWaiting(tx, row, begun, input.action, now)
      }
      const airing = airingNamed({ ...row, timedSince: instantMs.parse(0) }, named.originalStartAt)
      // Its series has it no more: as it waits it stays, or is cancelled.
      if (airing === undefined) throw new Problem(begun === undefined ? 'not-found' : 'occurrence-begun')
      const before = (await readChange(tx, named.broadcastId, named.originalStartAt)) ?? asPlanned
      const after = await wantOfThis(tx, actor, row, input, before)
      if (isSame(before, after ?? asPlanned)) return undefined
      const startAt = after?.movedStartAt ?? named.originalStartAt
      const isPast = startAt <= now
      if (airing.startAt <= now && begun === undefined && !before.isCancelled) throw new Problem('occurrence-begun')
      if (isPast && startAt !== airing.startAt) throw new Problem('occurrence-start-past')
      await keepChange(tx, named, after, { accountId: actor.accountId, at: now })
      if (startAt !== airing.startAt && begun !== undefined) await removeOccurrence(tx, id)
      if (isPast && begun === undefined) await assertWaits(tx, id, now)
      await assertFits(tx, await loadBroadcast(tx, row.id), now, [row])
      const showOf = (change: OccurrenceChangeRow) => ({
        title: row.title,
        startAt: toDate(change.movedStartAt ?? named.originalStartAt),
        isCancelled: change.isCancelled,
        programmeId: change.programmeId ?? row.programmeId,
      })
      const shown = { before: showOf(before), after: showOf(after ?? asPlanned) }
      return { row, subject: { type: 'occurrence', id }, ...shown }
    })
  }

  /** Cancels what has begun by its plan and sounds nowhere yet, or takes that back; undefined: it is so already. */
  async function changeWaiting(
    tx: Db,
    row: BroadcastRow,
    begun: BegunOccurrence,
    action: ChangeOfThis['action'],
    now: InstantMs,
  ): Promise<BroadcastEdit | undefined> {
    const isCancelled = begun.endedEarlyAt !== null
    if (action === 'cancel' && isCancelled) return undefined
    const waiting = { broadcastId: row.id, occurrenceId: begun.id }
    if (action === 'cancel') await endWaiting(tx, waiting, now)
    // Moved or changed it can be again once it is restored.
    else if (action !== 'restore') throw new Problem('occurrence-begun')
    else if ((await restoreWaiting(tx, waiting, now)).length === 0) throw new Problem('occurrence-start-past')
    const after = { title: begun.title, startAt: toDate(begun.startAt), isCancelled: !isCancelled }
    return { row, subject: { type: 'occurrence', id: begun.id }, before: { isCancelled }, after }
  }

  /** From this occurrence on: it has not begun, and its series has it. */
  async function findSplit(
    tx: Db,
    actor: Actor,
    id: OccurrenceId,
    named: Named,
    now: InstantMs,
    mayWait = false,
  ): Promise<BroadcastRow> {
    const row = await loadFor(tx, actor, named)
    if (row.continuedAt !== null && named.originalStartAt >= row.continuedAt) throw new Problem('not-found')
    const [start] = startsWithin(row, { from: named.originalStartAt, to: addMs(named.originalStartAt, 1) })
    if (start === undefined) throw new Problem('not-found')
    const [begun] = await readBegun(tx, { ids: [id] })
    const isWaiting = begun !== undefined && ['waiting', 'cancelled'].includes(standingOf(begun, now))
    if (isWaiting ? !mayWait : named.originalStartAt <= now || begun !== undefined)
      throw new Problem('occurrence-begun')
    return row
  }

  function endBefore(actor: Actor, id: OccurrenceId, named: Named): Promise<void> {
    return actOnPlan(deps, actor, 'broadcast.ended', async (tx, now) => {
      const { continuedAt, continuedById } = await loadFor(tx, actor, named)
      if (continuedAt === named.originalStartAt && continuedById === null) return undefined
      const row = await findSplit(tx, actor, id, named, now, true)
      await endWaiting(tx, { broadcastId: row.id, occurrenceId: id }, now)
      await setContinued(tx, row.id, { at: named.originalStartAt, byId: null }, now)
      return { row, before: continuedOf(row), after: { title: row.title, ...continuedOf(row, named.originalStartAt) } }
    })
  }

  async function goOnOtherwise(
    actor: Actor,
    id: OccurrenceId,
    named: Named,
    input: ChangeOfFollowing,
  ): Promise<string> {
    const newBroadcastId = newId(deps.clock.now())
    await actOnPlan(deps, actor, 'broadcast.split', async (tx, now): Promise<BroadcastEdit> => {
      const row = await findSplit(tx, actor, id, named, now)
      const { scope: _scope, action: _action, programmeId = row.programmeId, ...asked } = input
      if (programmeId !== row.programmeId) await checkProgramme(tx, actor, programmeId, row.areaPath)
      const rest = restOfSeries<BroadcastRow>(row, named.originalStartAt)
      const { plan } = await draftChange(tx, rest, { ...timesAsked(rest), ...withoutUndefined(asked) })
      const timing = timingOf(plan, row.timeZone)
      if (reachesBefore(timing, named.originalStartAt)) throw new Problem('occurrence-following-before')
      const made = { ...plan, id: newBroadcastId, programmeId, areaId: row.areaId, timeZone: row.timeZone }
      await insertBroadcast(tx, { ...made, createdById: actor.accountId, at: now })
      await setContinued(tx, row.id, { at: named.originalStartAt, byId: newBroadcastId }, now)
      const by = { accountId: actor.accountId, at: now }
      for (const start of repeatedStarts(row, timing, named.originalStartAt)) {
        const repeated = { broadcastId: newBroadcastId, originalStartAt: start }
        await keepChange(tx, repeated, { ...asPlanned, isCancelled: true }, by)
      }
      const kept = row.edits
        .map(({ originalStartAt: at }) => at)
        .filter((at) => at >= named.originalStartAt && startsWithin(timing, { from: at, to: addMs(at, 1) }).length > 0)
      await copyChanges(tx, row.id, newBroadcastId, kept)
      await copyRanks(tx, row.id, newBroadcastId)
      const following = await loadBroadcast(tx, newBroadcastId)
      assertNotOnlyHolidays(following, now)
      if (nextAiringStart(following, now) === undefined) throw new Problem('broadcast-never-airs')
      await assertFits(tx, following, now, [row])
      return {
        row,
        otherAims: following.aims,
        before: { ...recordOf(row), ...continuedOf(row) },
        after: { ...recordOf(following), ...continuedOf(row, named.originalStartAt, newBroadcastId) },
      }
    })
    return newBroadcastId
  }

  /** Takes back that the series ends or goes on elsewhere, as long as nothing of the other has begun. */
  function joinAgain(actor: Actor, id: OccurrenceId, named: Named): Promise<void> {
    return actOnPlan(deps, actor, 'broadcast.joined', async (tx, now) => {
      const row = await loadFor(tx, actor, named)
      if (row.continuedAt === null) return undefined
      if (row.continuedAt !== named.originalStartAt) throw new Problem('not-found')
      const { continuedById } = row
      if (continuedById !== null) {
        const following = await loadBroadcast(tx, continuedById)
        if (following.continuedAt !== null || (await hasBegun(tx, continuedById))) {
          throw new Problem('occurrence-following-begun')
        }
        if (following.cancelledAt === null) {
          await setCancelled(tx, continuedById, now, now)
          await countEdit(tx, continuedById)
        }
      }
      await setContinued(tx, row.id, null, now)
      await restoreWaiting(tx, { broadcastId: row.id, occurrenceId: id }, now)
      await assertFits(tx, await loadBroadcast(tx, row.id), now)
      return { row, before: continuedOf(row), after: { title: row.title, continuedAt: null, continuedById: null } }
    })
  }

  async function changeAll(actor: Actor, { broadcastId }: Named, input: ChangeOfAll): Promise<void> {
    const row = await loadBroadcast(db.prisma, broadcastId)
    assertMay(actor, 'broadcasts.edit', row.areaPath)
    const { scope: _scope, action: _action, ...asked } = input
    await broadcasts.change(actor, broadcastId, { ...timesAsked(row), ...withoutUndefined(asked) })
  }

  return {
    /**
     * Answers the broadcast in which the occurrence stands afterwards, and its id there; null: in none.
     *
     * @throws Problem `occurrence-begun`, `occurrence-start-past`, `occurrence-following-before`, `occurrence-following-begun`, and those of a broadcast.
     */
    async change(
      actor: Actor,
      id: OccurrenceId,
      input: OccurrenceChange,
    ): Promise<{ view: BroadcastView; occurrenceId: OccurrenceId | null }> {
      const { broadcastId, originalStartAtMs } = parseOccurrenceId(id)
      const named = { broadcastId, originalStartAt: instantMs.parse(originalStartAtMs) }
      const [there] = await readBroadcasts(db.prisma, { ids: [broadcastId] })
      if (there === undefined) throw new Problem('not-found')
      // Before anything is asked of it: what one may not read does not exist.
      assertMay(actor, 'broadcasts.edit', there.areaPath)
      let inId: string = broadcastId
      if (input.scope === 'this') await changeThis(actor, id, named, input)
      else if (input.scope === 'following') {
        if (input.action === 'change') inId = await goOnOtherwise(actor, id, named, input)
        else if (input.action === 'cancel') await endBefore(actor, id, named)
        else await joinAgain(actor, id, named)
      } else if (input.action === 'change') await changeAll(actor, named, input)
      else await broadcasts[input.action](actor, broadcastId)
      const view = await broadcasts.get(actor, inId)
      const isNamed = airingNamed(view.row, named.originalStartAt) !== undefined
      return { view, occurrenceId: isNamed ? makeOccurrenceId(inId, named.originalStartAt) : null }
    },
  }
}

/** `waiting`: it has begun by its plan and sounds nowhere yet; `cancelled`: it was ended before it sounded. */
function standingOf(begun: BegunOccurrence | undefined, now: InstantMs): 'planned' | 'waiting' | 'cancelled' | 'begun' {
  if (begun === undefined) return 'planned'
  const { endedEarlyAt, soundsFrom } = begun
  if (endedEarlyAt !== null) return endedEarlyAt < soundsFrom ? 'cancelled' : 'begun'
  return soundsFrom > now ? 'waiting' : 'begun'
}

/**
 * What was cancelled before its planned time, and is restored after it, comes back as long as it would still be waiting.
 *
 * @throws Problem `occurrence-start-past`
 */
async function assertWaits(tx: Db, id: OccurrenceId, now: InstantMs): Promise<void> {
  await freezeDueOccurrences(tx, now)
  const [begun] = await readBegun(tx, { ids: [id] })
  if (standingOf(begun, now) !== 'waiting') throw new Problem('occurrence-start-past')
}

const isSame = (a: OccurrenceChangeRow, b: OccurrenceChangeRow): boolean =>
  a.isCancelled === b.isCancelled && a.movedStartAt === b.movedStartAt && a.programmeId === b.programmeId

const continuedOf = (
  row: BroadcastRow,
  at: InstantMs | null = row.continuedAt,
  byId: string | null = row.continuedById,
) => ({
  continuedAt: at === null ? null : toDate(at),
  continuedById: byId,
})

/** When it airs, as a client would have to say it. */
const timesAsked = (row: BroadcastRow) => ({
  priority: row.priority,
  rule: row.rule,
  firstDate: row.firstDate,
  localTimes: [...row.localTimes],
  lastDate: row.lastDate,
  extraDates: [...row.extraDates],
  exceptDates: [...row.exceptDates],
})

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> }
const withoutUndefined = <T extends object>(value: T): Partial<Defined<T>> =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Defined<T>>
