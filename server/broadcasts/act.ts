import type { InstantMs } from '#protocol/time.ts'
import type { AuditAction } from '#server/audit/actions.ts'
import type { Audit } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import type { Actor } from '#server/auth/rules.ts'
import type { Clock } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import type { Aim } from '#server/planning/audience-rules.ts'
import { readAimedAt } from './aims-store.ts'
import { type BroadcastRow, readBroadcasts } from './airing-store.ts'
import { type FrozenOccurrence, freezeDueOccurrences, refreshWaiting } from './freeze.ts'
import { sayDate } from './local-words.ts'
import { localDateOf, nextDateWithout } from './recurrence-rules.ts'
import { nextAiringStart } from './rules.ts'
import { countEdit, type Db } from './store.ts'

export interface BroadcastsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
}

/** A province's occurrence freezes 10,000 devices in one statement; what waits for it must not give up before. */
export const planTransaction = { timeout: 60_000, maxWait: 30_000 } as const

export function announceFrozen(events: ConsoleEvents, frozen: readonly FrozenOccurrence[]): void {
  for (const { airing, areaPath, aimedAt } of frozen) {
    events.publish({ kind: 'occurrences', areaPath, id: airing.occurrenceId, aimedAt })
  }
}

/**
 * A broadcast as it will be when all of it is approved: what is planned is judged by that.
 *
 * @throws Problem `not-found`
 */
export async function loadBroadcast(tx: Db, id: string): Promise<BroadcastRow> {
  const [row] = await readBroadcasts(tx, { ids: [id], content: 'intended' })
  if (row === undefined) throw new Problem('not-found')
  return row
}

/** What changes the `revision` of a broadcast, by its names in the trail. */
const edits = [
  'broadcast.changed',
  'broadcast.cancelled',
  'broadcast.restored',
  'broadcast.ended',
  'broadcast.split',
  'broadcast.joined',
] as const

const occurrenceEdits = ['occurrence.cancelled', 'occurrence.changed', 'occurrence.restored'] as const

/** Asked under the plan's lock: nobody edits it in between. @throws Problem `changed-meanwhile` */
export const assertUnedited = (
  tx: Db,
  actor: Actor,
  ifMatch: IfMatch | undefined,
  { id, revision }: BroadcastRow,
): Promise<void> => assertUnchanged(tx, actor, ifMatch, { id, revision, actions: edits, partActions: occurrenceEdits })

const noDates: ReadonlySet<string> = new Set()

/** @throws Problem `broadcast-only-holidays` when every day that is left of it is a holiday, with the next day that is none. */
export function assertNotOnlyHolidays(row: BroadcastRow, now: InstantMs): void {
  if (row.skippedDates.size === 0 || nextAiringStart(row, now) !== undefined) return
  const start = nextAiringStart({ ...row, skippedDates: noDates }, now)
  if (start === undefined) return
  const date = localDateOf(start, row.timeZone)
  throw new Problem('broadcast-only-holidays', {
    date: sayDate(date),
    next: sayDate(nextDateWithout(date, row.skippedDates)),
  })
}

/** What of a broadcast stands in the audit trail. */
export const recordOf = (row: BroadcastRow) => ({
  title: row.title,
  programmeId: row.programmeId,
  areaId: row.areaId,
  priority: row.priority,
  rule: row.rule,
  localTimes: row.localTimes,
  timeZone: row.timeZone,
  firstDate: row.firstDate,
  lastDate: row.lastDate,
  extraDates: row.extraDates,
  exceptDates: row.exceptDates,
  targets: row.aims,
  languageMode: row.languageMode,
  lateStart: row.lateStart,
  placement: row.placement,
  onConflict: row.onConflict,
  skipHolidays: row.skipHolidays,
})

/** What an act did to a broadcast: the row it ended or began with, and what of it people know, before and after. */
export interface BroadcastEdit {
  readonly row: BroadcastRow
  /** Of the whole broadcast, unless another is named. */
  readonly subject?: { readonly type: 'occurrence' | 'area'; readonly id: string }
  readonly areaPath?: readonly string[]
  /** Whom else it concerns: those at whom it was aimed before, or those of what goes on instead. */
  readonly otherAims?: readonly Aim[]
  readonly before: object | null
  readonly after: object
}

/**
 * One act that may change what airs. What has begun is frozen first, in the same transaction: an edit never changes what
 * was expected. What waits goes along with it. Undefined: everything was as it was asked to be.
 */
export async function actOnPlan(
  deps: BroadcastsDeps,
  actor: Actor,
  action: AuditAction,
  work: (tx: Db, now: InstantMs) => Promise<BroadcastEdit | undefined>,
): Promise<void> {
  let frozen: FrozenOccurrence[] = []
  const changed = await deps.audit.act(
    actor,
    async (tx, note) => {
      const now = deps.clock.now()
      frozen = await freezeDueOccurrences(tx, now)
      const edit = await work(tx, now)
      if (edit === undefined) note.unchanged()
      else {
        frozen = [...frozen, ...(await refreshWaiting(tx, now))]
        const { row, before, after, subject = { type: 'broadcast', id: row.id }, areaPath = row.areaPath } = edit
        note({ action, areaPath, subject, before, after })
        if (before !== null) await countEdit(tx, row.id)
      }
      if (edit === undefined) return undefined
      return { row: edit.row, aimedAt: await readAimedAt(tx, [edit.row.aims, edit.otherAims ?? edit.row.aims]) }
    },
    planTransaction,
  )
  announceFrozen(deps.events, frozen)
  if (changed === undefined) return
  const { row, aimedAt } = changed
  deps.events.publish({ kind: 'broadcasts', areaPath: row.areaPath, id: row.id, aimedAt })
  deps.plan.areaChanged(row.areaId)
}
