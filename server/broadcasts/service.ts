import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { AuditAction } from '#server/audit/actions.ts'
import type { Audit, TakeNote } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import { Problem } from '#server/http/problem.ts'
import { type BroadcastRow, readBroadcasts } from './airing-store.ts'
import { type BroadcastChange, draftChange, draftNew, type NewBroadcast, timingOf } from './draft.ts'
import { isBroadcastElsewhere } from './elsewhere.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from './freeze.ts'
import { countReady, type ReadinessCounts } from './occurrence-store.ts'
import { type KnownStarts, nextStartOf, refuseTiming } from './recurrence-rules.ts'
import { nextAiringStart } from './rules.ts'
import { type Db, insertBroadcast, setCancelled, updateBroadcast } from './store.ts'

export interface BroadcastsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
}

export interface BroadcastView {
  readonly row: BroadcastRow
  readonly nextStartAt: InstantMs | undefined
  readonly readiness: ReadinessCounts
}

export type BroadcastsService = ReturnType<typeof createBroadcastsService>

/** A province's occurrence freezes 10,000 devices in one statement; what waits for it must not give up before. */
export const planTransaction = { timeout: 60_000, maxWait: 30_000 } as const

export function announceFrozen(events: ConsoleEvents, frozen: readonly FrozenOccurrence[]): void {
  for (const { airing, areaPath } of frozen) events.publish({ kind: 'occurrences', areaPath, id: airing.occurrenceId })
}

/** What an act did to a broadcast: the row it ended or began with, and what of it people know, before and after. */
interface BroadcastEdit {
  readonly row: BroadcastRow
  readonly before: object | null
  readonly after: object
}

/** What of a broadcast stands in the audit trail. */
const recordOf = (row: BroadcastRow) => ({
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

function noteEdit(note: TakeNote, action: AuditAction, edit: BroadcastEdit | undefined): void {
  if (edit === undefined) {
    note.unchanged()
    return
  }
  const { row, before, after } = edit
  note({ action, areaPath: row.areaPath, subject: { type: 'broadcast', id: row.id }, before, after })
}

export function createBroadcastsService(deps: BroadcastsDeps) {
  const { db, clock } = deps

  async function load(tx: Db, id: string): Promise<BroadcastRow> {
    const [row] = await readBroadcasts(tx, { ids: [id] })
    if (row === undefined) throw new Problem('not-found')
    return row
  }

  async function view(rows: readonly BroadcastRow[], roots: readonly string[]): Promise<BroadcastView[]> {
    const [now, known]: [InstantMs, KnownStarts] = [clock.now(), new Map()]
    const nextStarts = new Map(rows.map((row) => [row.id, nextAiringStart(row, now, known)]))
    const plays = rows.map((row) => {
      const next = nextStarts.get(row.id)
      const clips = [...new Set(row.items.flatMap((item) => item.variants.map(({ clip }) => clip.sha256)))]
      const isAimed = row.aims.length > 0
      return {
        id: row.id,
        areaId: row.areaId,
        isAimed,
        startAt: next === undefined ? null : toDate(next).toISOString(),
        clips,
      }
    })
    const readiness = await countReady(db.prisma, plays, roots)
    return rows.map((row) => ({
      row,
      nextStartAt: nextStarts.get(row.id),
      readiness: readiness.get(row.id) ?? { total: 0, ready: 0, offline: 0 },
    }))
  }

  async function viewOne(actor: Actor, id: string): Promise<BroadcastView> {
    const soundingIn = areasFor(actor, 'broadcasts.read')
    const [one] = await view(await readBroadcasts(db.prisma, { ids: [id], soundingIn }), soundingIn)
    if (one === undefined) throw new Problem('not-found', {}, { hides: () => isBroadcastElsewhere(db, actor, id) })
    return one
  }

  /** What has begun is frozen first, in the same transaction: an edit never changes what was expected. */
  async function act(
    actor: Actor,
    action: 'broadcast.created' | 'broadcast.changed' | 'broadcast.cancelled' | 'broadcast.restored',
    work: (tx: Db, now: InstantMs) => Promise<BroadcastEdit | undefined>,
  ): Promise<void> {
    let frozen: FrozenOccurrence[] = []
    const changed = await deps.audit.act(
      actor,
      async (tx, note) => {
        const now = clock.now()
        frozen = await freezeDueOccurrences(tx, now)
        const edit = await work(tx, now)
        noteEdit(note, action, edit)
        return edit?.row
      },
      planTransaction,
    )
    announceFrozen(deps.events, frozen)
    if (changed === undefined) return
    deps.events.publish({ kind: 'broadcasts', areaPath: changed.areaPath, id: changed.id })
    deps.plan.areaChanged(changed.areaId)
  }

  return {
    async list(actor: Actor, areaId: string | undefined): Promise<BroadcastView[]> {
      const soundingIn = areasFor(actor, 'broadcasts.read')
      return view(await readBroadcasts(db.prisma, { soundingIn, alsoSoundingIn: areaId }), soundingIn)
    },

    get: viewOne,

    /** @throws Problem `broadcast-…` when the plan cannot be, `not-found` and `not-allowed` by the actor's rights. */
    async create(actor: Actor, input: NewBroadcast): Promise<BroadcastView> {
      const { area, programmeId, plan } = await draftNew(db.prisma, actor, input)
      const id = newId(clock.now())
      await act(actor, 'broadcast.created', async (tx, now) => {
        const refusal = refuseTiming(timingOf(plan, area.timeZone), now)
        if (refusal !== undefined) throw new Problem(refusal)
        const { id: areaId, timeZone } = area
        await insertBroadcast(tx, { ...plan, id, programmeId, areaId, timeZone, createdById: actor.accountId, at: now })
        const row = await load(tx, id)
        return { row, before: null, after: recordOf(row) }
      })
      return viewOne(actor, id)
    },

    async change(actor: Actor, id: string, input: BroadcastChange): Promise<BroadcastView> {
      await act(actor, 'broadcast.changed', async (tx, now) => {
        const before = await load(tx, id)
        assertMay(actor, 'broadcasts.edit', before.areaPath)
        if (before.cancelledAt !== null) throw new Problem('broadcast-cancelled')
        const { plan } = await draftChange(tx, before, input)
        const refusal = refuseTiming(timingOf(plan, before.timeZone), now, before)
        if (refusal !== undefined) throw new Problem(refusal)
        await updateBroadcast(tx, id, plan, now)
        const row = await load(tx, id)
        return { row, before: recordOf(before), after: recordOf(row) }
      })
      return viewOne(actor, id)
    },

    /** From now on nothing of it begins. What is on air finishes; `stop` ends that. */
    async cancel(actor: Actor, id: string): Promise<BroadcastView> {
      await act(actor, 'broadcast.cancelled', async (tx, now) => {
        const before = await load(tx, id)
        assertMay(actor, 'broadcasts.edit', before.areaPath)
        if (before.cancelledAt !== null) return undefined
        await setCancelled(tx, id, now, now)
        return { row: before, before: { cancelledAt: null }, after: { title: before.title, cancelledAt: toDate(now) } }
      })
      return viewOne(actor, id)
    },

    /** Takes a cancelling back. What would have begun in between did not, and stays so. */
    async restore(actor: Actor, id: string): Promise<BroadcastView> {
      await act(actor, 'broadcast.restored', async (tx, now) => {
        const before = await load(tx, id)
        assertMay(actor, 'broadcasts.edit', before.areaPath)
        if (before.cancelledAt === null) return undefined
        if (nextStartOf(before, now) === undefined) throw new Problem('broadcast-never-airs')
        await setCancelled(tx, id, null, now)
        return {
          row: before,
          before: { cancelledAt: toDate(before.cancelledAt) },
          after: { title: before.title, cancelledAt: null },
        }
      })
      return viewOne(actor, id)
    },
  }
}
