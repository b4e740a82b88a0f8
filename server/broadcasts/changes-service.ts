import { makeOccurrenceId, type OccurrenceId, parseOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor } from '#server/auth/rules.ts'
import { toDate } from '#server/clock.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { actOnPlan, type BroadcastEdit, type BroadcastsDeps, loadBroadcast } from './act.ts'
import { type BroadcastRow, readBroadcasts } from './airing-store.ts'
import { asPlanned, keepChange, type OccurrenceChangeRow, readChange } from './changes-store.ts'
import { checkProgramme } from './draft.ts'
import { assertFits } from './fits.ts'
import { createFollowingChanges } from './following.ts'
import { freezeDueOccurrences } from './freeze.ts'
import { removeOccurrence } from './freeze-store.ts'
import { sayLocal } from './local-words.ts'
import {
  loadNamed,
  type Named,
  type OccurrenceChange,
  standingOf,
  timesAsked,
  withoutUndefined,
} from './named-occurrence.ts'
import { type BegunOccurrence, endWaiting, readBegun, restoreWaiting } from './occurrence-store.ts'
import { airingNamed, airingShown, endOfSeries } from './rules.ts'
import { assertNotTooFar } from './sense.ts'
import type { BroadcastsService, PlannedView } from './service.ts'
import type { Db } from './store.ts'

type ChangeOfThis = Extract<OccurrenceChange, { scope: 'this' }>
type ChangeOfAll = Extract<OccurrenceChange, { scope: 'all'; action: 'change' }>

export interface ChangesDeps extends BroadcastsDeps {
  readonly broadcasts: Pick<BroadcastsService, 'planned' | 'change' | 'cancel' | 'restore'>
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
  const following = createFollowingChanges(deps)

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
      const row = await loadNamed(tx, actor, named)
      const [begun] = await readBegun(tx, { ids: [id] })
      const standing = standingOf(begun, now)
      if (standing === 'begun') throw new Problem('occurrence-begun')
      if (begun !== undefined && (input.action === 'cancel' || standing === 'cancelled')) {
        return changeWaiting(tx, row, begun, input.action, now)
      }
      const untimed = { ...row, timedSince: instantMs.parse(0) }
      const airing = airingNamed(untimed, named.originalStartAt)
      if (airing === undefined && begun === undefined && airingShown(untimed, named.originalStartAt) !== undefined) {
        if (input.action === 'cancel') return undefined
        throw new Problem('occurrence-series-ended', { start: sayLocal(endOfSeries(row) ?? now, row.timeZone) })
      }
      // Its series has it no more: as it waits it stays, or is cancelled.
      if (airing === undefined) throw new Problem(begun === undefined ? 'not-found' : 'occurrence-begun')
      const before = (await readChange(tx, named.broadcastId, named.originalStartAt)) ?? asPlanned
      const after = await wantOfThis(tx, actor, row, input, before)
      if (isSame(before, after ?? asPlanned)) return undefined
      const startAt = after?.movedStartAt ?? named.originalStartAt
      const isPast = startAt <= now
      if (airing.startAt <= now && begun === undefined && !before.isCancelled) throw new Problem('occurrence-begun')
      if (isPast && startAt !== airing.startAt) throw new Problem('occurrence-start-past')
      if (startAt !== airing.startAt) assertNotTooFar(startAt, now, row.timeZone)
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

  async function changeAll(actor: Actor, { broadcastId, ifMatch }: Named, input: ChangeOfAll): Promise<PlannedView> {
    const row = await loadBroadcast(db.prisma, broadcastId)
    assertMay(actor, 'broadcasts.edit', row.areaPath)
    const { scope: _scope, action: _action, ...asked } = input
    return broadcasts.change(actor, broadcastId, { ...timesAsked(row), ...withoutUndefined(asked) }, ifMatch)
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
      ifMatch?: IfMatch,
    ): Promise<{ view: PlannedView; occurrenceId: OccurrenceId | null }> {
      const { broadcastId, originalStartAtMs } = parseOccurrenceId(id)
      const named = { broadcastId, originalStartAt: instantMs.parse(originalStartAtMs), ifMatch }
      const [there] = await readBroadcasts(db.prisma, { ids: [broadcastId] })
      if (there === undefined) throw new Problem('not-found')
      // Before anything is asked of it: what one may not read does not exist.
      assertMay(actor, 'broadcasts.edit', there.areaPath)
      let planned: PlannedView | undefined
      if (input.scope === 'this') await changeThis(actor, id, named, input)
      else if (input.scope === 'following') {
        if (input.action === 'change') {
          const made = await following.goOnOtherwise(actor, id, named, input)
          planned = await broadcasts.planned(actor, made.id, made.violations)
        } else if (input.action === 'cancel') await following.endBefore(actor, id, named)
        else await following.joinAgain(actor, named)
      } else if (input.action === 'change') planned = await changeAll(actor, named, input)
      else await broadcasts[input.action](actor, broadcastId, ifMatch)
      const view = planned ?? (await broadcasts.planned(actor, broadcastId))
      const isNamed = airingShown(view.row, named.originalStartAt) !== undefined
      return { view, occurrenceId: isNamed ? makeOccurrenceId(view.row.id, named.originalStartAt) : null }
    },
  }
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
