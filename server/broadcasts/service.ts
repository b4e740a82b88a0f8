import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { toDate } from '#server/clock.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import type { Aim } from '#server/planning/audience-rules.ts'
import type { Violation } from '#server/planning/fit-rules.ts'
import {
  actOnPlan,
  assertNotOnlyHolidays,
  assertUnedited,
  type BroadcastsDeps,
  loadBroadcast,
  recordOf,
} from './act.ts'
import { readNearAims } from './aims-store.ts'
import { type BroadcastRow, readBroadcasts } from './airing-store.ts'
import { type BroadcastChange, draftChange, draftNew, type NewBroadcast, timingOf } from './draft.ts'
import { assertFits } from './fits.ts'
import { countReady, endWaiting, type ReadinessCounts, restoreWaiting } from './occurrence-store.ts'
import { type PlanWarning, tellViolations, warnNobodyHears } from './plan-warnings.ts'
import type { KnownStarts } from './recurrence-rules.ts'
import { nextAiringStart } from './rules.ts'
import { assertAimedAtSomebody, assertNoTwin, assertTiming } from './sense.ts'
import { findTwins, insertBroadcast, setCancelled, updateBroadcast } from './store.ts'

export interface BroadcastView {
  readonly row: BroadcastRow
  readonly nextStartAt: InstantMs | undefined
  readonly readiness: ReadinessCounts
  /** Of what it is aimed at, what lies within or above the reader's areas. */
  readonly targets: readonly Aim[]
  /** How many more there are. */
  readonly targetsElsewhere: number
}

export interface PlannedView extends BroadcastView {
  readonly planWarnings: readonly PlanWarning[]
}

export type BroadcastsService = ReturnType<typeof createBroadcastsService>

export function createBroadcastsService(deps: BroadcastsDeps) {
  const { db, clock } = deps

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
    const near = await readNearAims(
      db.prisma,
      rows.flatMap(({ aims }) => aims),
      roots,
    )
    return rows.map((row) => {
      const targets = row.aims.filter(({ refId }) => near.has(refId))
      return {
        row,
        nextStartAt: nextStarts.get(row.id),
        readiness: readiness.get(row.id) ?? { total: 0, ready: 0, offline: 0 },
        targets,
        targetsElsewhere: row.aims.length - targets.length,
      }
    })
  }

  async function viewOne(actor: Actor, id: string): Promise<BroadcastView> {
    const soundingIn = areasFor(actor, 'broadcasts.read')
    const [one] = await view(await readBroadcasts(db.prisma, { ids: [id], soundingIn }), soundingIn)
    if (one === undefined) throw new Problem('not-found')
    return one
  }

  /** With what it breaks and need not mend, and whether nobody hears it yet. */
  async function viewPlanned(actor: Actor, id: string, violations: readonly Violation[] = []): Promise<PlannedView> {
    const view = await viewOne(actor, id)
    const { row, nextStartAt, readiness } = view
    const unheard = readiness.total === 0 && nextStartAt !== undefined ? [warnNobodyHears(row, nextStartAt)] : []
    return { ...view, planWarnings: [...unheard, ...(await tellViolations(db.prisma, row, violations))] }
  }

  return {
    async list(actor: Actor, areaId?: string, ids?: readonly string[]): Promise<BroadcastView[]> {
      const soundingIn = areasFor(actor, 'broadcasts.read')
      const filter = { soundingIn, alsoSoundingIn: areaId, ...(ids === undefined ? {} : { ids }) }
      return view(await readBroadcasts(db.prisma, filter), soundingIn)
    },

    get: viewOne,

    /** After it was planned or changed: `violations` is what it breaks and need not mend. */
    planned: viewPlanned,

    /** @throws Problem `broadcast-…` when the plan cannot be, `not-found` and `not-allowed` by the actor's rights. */
    async create(actor: Actor, input: NewBroadcast): Promise<PlannedView> {
      const { area, programmeId, plan } = await draftNew(db.prisma, actor, input)
      const id = newId(clock.now())
      await actOnPlan(deps, actor, 'broadcast.created', async (tx, now) => {
        assertTiming(timingOf(plan, area.timeZone), now)
        const { id: areaId, timeZone } = area
        await insertBroadcast(tx, { ...plan, id, programmeId, areaId, timeZone, createdById: actor.accountId, at: now })
        const row = await loadBroadcast(tx, id)
        assertNotOnlyHolidays(row, now)
        await assertAimedAtSomebody(tx, row)
        await assertNoTwin(tx, row, now)
        await assertFits(tx, row, now)
        return { row, before: null, after: recordOf(row) }
      })
      return viewPlanned(actor, id)
    },

    async change(actor: Actor, id: string, input: BroadcastChange, ifMatch?: IfMatch): Promise<PlannedView> {
      let violations: readonly Violation[] = []
      await actOnPlan(deps, actor, 'broadcast.changed', async (tx, now) => {
        const before = await loadBroadcast(tx, id)
        assertMay(actor, 'broadcasts.edit', before.areaPath)
        await assertUnedited(tx, actor, ifMatch, before)
        if (before.cancelledAt !== null) throw new Problem('broadcast-cancelled')
        const { plan } = await draftChange(tx, before, input)
        assertTiming(timingOf(plan, before.timeZone), now, before)
        const wasTwin = (await findTwins(tx, id)).length > 0
        await updateBroadcast(tx, id, plan, now)
        const row = await loadBroadcast(tx, id)
        assertNotOnlyHolidays(row, now)
        await assertAimedAtSomebody(tx, row, before)
        // Two that were alike before may be changed one after the other.
        if (!wasTwin) await assertNoTwin(tx, row, now)
        violations = await assertFits(tx, row, now, [before])
        return { row, otherAims: before.aims, before: recordOf(before), after: recordOf(row) }
      })
      return viewPlanned(actor, id, violations)
    },

    /** From now on nothing of it begins, nor what waits in a queue. What is on air finishes; `stop` ends that. */
    async cancel(actor: Actor, id: string, ifMatch?: IfMatch): Promise<BroadcastView> {
      await actOnPlan(deps, actor, 'broadcast.cancelled', async (tx, now) => {
        const before = await loadBroadcast(tx, id)
        assertMay(actor, 'broadcasts.edit', before.areaPath)
        await assertUnedited(tx, actor, ifMatch, before)
        if (before.cancelledAt !== null) return undefined
        await setCancelled(tx, id, now, now)
        await endWaiting(tx, { broadcastId: id }, now)
        return { row: before, before: { cancelledAt: null }, after: { title: before.title, cancelledAt: toDate(now) } }
      })
      return viewOne(actor, id)
    },

    /**
     * Takes a cancelling back, where it still fits. What would have begun in between did not, and stays so; what waited
     * then waits again, as long as its time has not come.
     */
    async restore(actor: Actor, id: string, ifMatch?: IfMatch): Promise<BroadcastView> {
      await actOnPlan(deps, actor, 'broadcast.restored', async (tx, now) => {
        const before = await loadBroadcast(tx, id)
        assertMay(actor, 'broadcasts.edit', before.areaPath)
        await assertUnedited(tx, actor, ifMatch, before)
        if (before.cancelledAt === null) return undefined
        const restored = { ...before, cancelledAt: null, timedSince: now }
        const waiting = await restoreWaiting(tx, { broadcastId: id, endedAt: before.cancelledAt }, now)
        if (waiting.length === 0 && nextAiringStart(restored, now) === undefined)
          throw new Problem('broadcast-never-airs')
        await setCancelled(tx, id, null, now)
        // What others planned meanwhile took its place: it comes back under the same rules as something new.
        const row = await loadBroadcast(tx, id)
        await assertNoTwin(tx, row, now)
        await assertFits(tx, row, now)
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
