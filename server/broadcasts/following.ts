import { makeOccurrenceId, newId, type OccurrenceId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Actor } from '#server/auth/rules.ts'
import { toDate } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import type { Violation } from '#server/planning/fit-rules.ts'
import {
  actOnPlan,
  assertNotOnlyHolidays,
  type BroadcastEdit,
  type BroadcastsDeps,
  loadBroadcast,
  recordOf,
} from './act.ts'
import type { BroadcastRow } from './airing-store.ts'
import { asPlanned, copyChanges, copyRanks, hasBegun, keepChange, setContinued } from './changes-store.ts'
import { checkProgramme, draftChange, timingOf } from './draft.ts'
import { assertFits } from './fits.ts'
import {
  loadNamed,
  type Named,
  type OccurrenceChange,
  standingOf,
  timesAsked,
  withoutUndefined,
} from './named-occurrence.ts'
import { endWaiting, readBegun, restoreWaiting } from './occurrence-store.ts'
import { addMs, startsWithin } from './recurrence-rules.ts'
import { airingShown, endOfSeries, nextAiringStart } from './rules.ts'
import { assertAimedAtSomebody, assertNoTwin } from './sense.ts'
import { reachesBefore, repeatedStarts, restOfSeries } from './split-rules.ts'
import { countEdit, type Db, insertBroadcast, setCancelled } from './store.ts'

type ChangeOfFollowing = Extract<OccurrenceChange, { scope: 'following'; action: 'change' }>

/** "This and all that follow": a series ends, or goes on otherwise in a new one, or both are taken back. */
export function createFollowingChanges(deps: BroadcastsDeps) {
  /** From this occurrence on: it has not begun, and its series has it. */
  async function findSplit(
    tx: Db,
    actor: Actor,
    id: OccurrenceId,
    named: Named,
    now: InstantMs,
    mayWait = false,
  ): Promise<BroadcastRow> {
    const row = await loadNamed(tx, actor, named)
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
      const { continuedAt, continuedById } = await loadNamed(tx, actor, named)
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
  ): Promise<{ id: string; violations: readonly Violation[] }> {
    const newBroadcastId = newId(deps.clock.now())
    let violations: readonly Violation[] = []
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
      await assertAimedAtSomebody(tx, following, row)
      await assertNoTwin(tx, following, now)
      violations = await assertFits(tx, following, now, [row])
      return {
        row,
        otherAims: following.aims,
        before: { ...recordOf(row), ...continuedOf(row) },
        after: { ...recordOf(following), ...continuedOf(row, named.originalStartAt, newBroadcastId) },
      }
    })
    return { id: newBroadcastId, violations }
  }

  /**
   * Takes back that the series ends or goes on elsewhere, as long as nothing of the other has begun. Where it ends, any of
   * what was cancelled with it brings all of that back.
   */
  function joinAgain(actor: Actor, named: Named): Promise<void> {
    return actOnPlan(deps, actor, 'broadcast.joined', async (tx, now) => {
      const row = await loadNamed(tx, actor, named)
      if (row.continuedAt === null) return undefined
      const { continuedAt, continuedById } = row
      const endsAt = endOfSeries(row)
      const isOfEnd =
        endsAt !== null && named.originalStartAt > endsAt && airingShown(row, named.originalStartAt) !== undefined
      if (!isOfEnd && continuedAt !== named.originalStartAt) throw new Problem('not-found')
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
      await restoreWaiting(tx, { broadcastId: row.id, occurrenceId: makeOccurrenceId(row.id, continuedAt) }, now)
      const joined = await loadBroadcast(tx, row.id)
      await assertNoTwin(tx, joined, now)
      await assertFits(tx, joined, now)
      return { row, before: continuedOf(row), after: { title: row.title, continuedAt: null, continuedById: null } }
    })
  }

  return { endBefore, goOnOtherwise, joinAgain }
}

const continuedOf = (
  row: BroadcastRow,
  at: InstantMs | null = row.continuedAt,
  byId: string | null = row.continuedById,
) => ({
  continuedAt: at === null ? null : toDate(at),
  continuedById: byId,
})
