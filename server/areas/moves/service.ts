import type { Logger } from 'pino'
import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { type Audit, type AuditBy, system, type TakeNote } from '#server/audit/audit.ts'
import { type Actor, areasFor, mayAct, mayHearOf } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import { Problem } from '#server/http/problem.ts'
import { lockTree } from '../store.ts'
import { findMoveImpact, type MoveImpact } from './impact.ts'
import { assertMayMove, type Facts, findWhy, judgeMove, type NewMove, pathOf, readFacts } from './judge.ts'
import { type Named, type Obstacle, placesOf } from './rules.ts'
import {
  closeMove,
  type Db,
  findMove,
  insertMove,
  listMovesWithin,
  listOpenMoves,
  type MoveRow,
  moveArea,
  moveDevice,
  nextMoveAt,
  readAreas,
} from './store.ts'

export interface MovesDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
  /** A move was planned or cancelled: the next one may be another. */
  readonly onPlanned?: () => void
}

export interface MoveView {
  readonly row: MoveRow
  readonly areas: readonly Named[]
  readonly devices: readonly Named[]
  readonly into: Named | null
  readonly state: 'planned' | 'done' | 'cancelled' | 'in-the-way'
  readonly obstacle: { readonly code: Obstacle['code']; readonly name: string; readonly into: string } | null
}

const MOVES_SHOWN = 200
const onceEach = (input: NewMove): NewMove => ({
  ...input,
  areaIds: unique(input.areaIds),
  deviceIds: unique(input.deviceIds),
})
const unique = (ids: readonly string[]): string[] => [...new Set(ids)]

export type MovesService = ReturnType<typeof createMovesService>

/** Mergers and moves: from a date on areas and devices stand elsewhere. What was recorded keeps the places of its time. */
export function createMovesService(deps: MovesDeps) {
  const { db, clock, log, events, plan, audit } = deps

  /** Moves everything, on record. The caller has frozen what has begun and holds the tree. */
  async function perform(tx: Db, move: MoveRow, facts: Facts, note: TakeNote, now: InstantMs): Promise<void> {
    const { into } = facts
    for (const { id, name } of facts.areas) {
      // Read again: one of those before it may have taken it along.
      const [[fresh], [place]] = [await readAreas(tx, [id]), await readAreas(tx, [into.id])]
      if (fresh === undefined || place === undefined) throw new Error(`area ${id} is gone`)
      await moveArea(tx, id, place)
      note({
        action: 'area.moved',
        areaPath: [...place.path, id],
        subject: { type: 'area', id },
        before: { name, parentId: fresh.parentId },
        after: { name, parentId: into.id },
      })
    }
    const [place] = await readAreas(tx, [into.id])
    for (const { id, name, areaId } of facts.devices) {
      await moveDevice(tx, id, into.id)
      note({
        action: 'device.moved',
        areaPath: place?.path ?? into.path,
        subject: { type: 'device', id },
        before: { name, areaId },
        after: { name, areaId: into.id },
      })
    }
    await closeMove(tx, move.id, { doneAt: toDate(now) })
  }

  /** Freezes what has begun, holds the tree, and runs the act; then tells who listens. */
  async function act<T>(by: AuditBy, work: (tx: Db, note: TakeNote, now: InstantMs) => Promise<T>): Promise<T> {
    let frozen: readonly FrozenOccurrence[] = []
    const done = await audit.act(
      by,
      async (tx, note) => {
        const now = clock.now()
        frozen = await freezeDueOccurrences(tx, now)
        await lockTree(tx, 'move')
        return work(tx, note, now)
      },
      planTransaction,
    )
    announceFrozen(events, frozen)
    return done
  }

  /** What is planned counts in the plans of its day at once: devices hold that day already. */
  function announce({ areas, devices, into }: Facts, isDone: boolean): void {
    for (const areaPath of [into.path, ...placesOf(areas, devices)]) {
      const id = areaPath.at(-1)
      if (id !== undefined) events.publish({ kind: 'areas', areaPath, id })
    }
    plan.areaChanged(into.id)
    if (!isDone) for (const { id } of areas) plan.areaChanged(id)
    for (const { id } of devices) plan.deviceChanged(id)
    if (isDone) for (const { id } of devices) events.publish({ kind: 'devices', areaPath: into.path, id })
  }

  async function view(actor: Actor, row: MoveRow): Promise<MoveView> {
    const facts = await readFacts(db.prisma, row)
    if (facts === undefined) throw new Error(`move ${row.id} has no destination`)
    const mayRead = (path: readonly string[]): boolean => mayAct(actor, 'areas.read', path)
    const isOverdue = row.doneAt === null && row.cancelledAt === null && row.effectiveAt <= toDate(clock.now())
    const why = isOverdue ? await findWhy(db.prisma, facts, []) : undefined
    const name = ({ id, name }: Named): Named => ({ id, name })
    const isKnown = mayHearOf(actor, 'areas.read', facts.into.path)
    return {
      row,
      areas: facts.areas.filter(({ path }) => mayRead(path)).map(name),
      devices: facts.devices.filter(({ areaPath }) => mayRead(areaPath)).map(name),
      into: isKnown ? name(facts.into) : null,
      state:
        row.doneAt !== null
          ? 'done'
          : row.cancelledAt !== null
            ? 'cancelled'
            : why === undefined
              ? 'planned'
              : 'in-the-way',
      // It names what stands in the destination.
      obstacle: why === undefined || !isKnown ? null : { ...why, into: facts.into.name },
    }
  }

  return {
    async list(actor: Actor, areaId: string | undefined): Promise<MoveView[]> {
      const roots = areasFor(actor, 'areas.read')
      const within = areaId === undefined ? roots : [areaId]
      const rows = await listMovesWithin(db.prisma, within, MOVES_SHOWN)
      const known = new Set((await listMovesWithin(db.prisma, roots, MOVES_SHOWN)).map((row) => row.id))
      return Promise.all(rows.filter((row) => known.has(row.id)).map((row) => view(actor, row)))
    },

    /**
     * What would no longer fit after the move: nothing is planned yet.
     *
     * @throws Problem as planning it would
     */
    async check(actor: Actor, input: NewMove): Promise<MoveImpact> {
      const { facts, effectiveAt } = await judgeMove(db.prisma, actor, onceEach(input), clock.now())
      return findMoveImpact(db.prisma, facts, effectiveAt)
    },

    /**
     * Plans a move, or moves at once. Needs the right over every place that something leaves, and over the destination.
     *
     * @throws Problem `move-empty`, `move-too-early`, `move-planned-already`, or what is in the way (rules.ts)
     */
    async plan(actor: Actor, input: NewMove): Promise<MoveView & { readonly impact: MoveImpact }> {
      const asked = onceEach(input)
      const impact = await this.check(actor, input)
      const done = await act(actor, async (tx, note, now) => {
        const { facts, effectiveAt, isNow } = await judgeMove(tx, actor, asked, now)
        const { intoId, reason } = asked
        const [areaIds, deviceIds] = [[...asked.areaIds], [...asked.deviceIds]]
        const id = newId(now)
        const row = { id, areaIds, deviceIds, intoId, reason, effectiveAt: toDate(effectiveAt), createdAt: toDate(now) }
        const move = await insertMove(tx, { ...row, createdById: actor.accountId })
        const after = { areaIds, deviceIds, intoId, reason, effectiveAt: toDate(effectiveAt).toISOString() }
        note({ action: 'move.planned', areaPath: pathOf(facts), subject: { type: 'move', id }, after })
        if (isNow) await perform(tx, move, facts, note, now)
        return { id, facts, isNow }
      })
      log.info({ event: 'move-planned', moveId: done.id, by: actor.accountId }, 'a move was planned')
      announce(done.facts, done.isNow)
      deps.onPlanned?.()
      const row = await findMove(db.prisma, done.id)
      if (row === null) throw new Error('a move that was planned is there')
      return { ...(await view(actor, row)), impact }
    },

    /** @throws Problem `move-over` once it has happened; cancelling twice is refused too. */
    async cancel(actor: Actor, id: string): Promise<MoveView> {
      const facts = await act(actor, async (tx, note, now) => {
        const move = await findMove(tx, id)
        const facts = move === null ? undefined : await readFacts(tx, move)
        if (move === null || facts === undefined) throw new Problem('not-found')
        assertMayMove(actor, facts)
        if (move.doneAt !== null || move.cancelledAt !== null) throw new Problem('move-over')
        await closeMove(tx, id, { cancelledAt: toDate(now) })
        const after = { cancelledAt: toDate(now).toISOString() }
        const before = { cancelledAt: null }
        note({ action: 'move.cancelled', areaPath: pathOf(facts), subject: { type: 'move', id }, before, after })
        return facts
      })
      log.info({ event: 'move-cancelled', moveId: id, by: actor.accountId }, 'a move was cancelled')
      announce(facts, false)
      deps.onPlanned?.()
      const row = await findMove(db.prisma, id)
      if (row === null) throw new Error('a move that was cancelled is there')
      return view(actor, row)
    },

    async nextAt(): Promise<InstantMs | undefined> {
      const at = await nextMoveAt(db.prisma, toDate(clock.now()))
      return at === undefined ? undefined : toInstant(at)
    },

    /**
     * Does what is due, each move in a transaction of its own. What is in the way of one (a name that was given
     * meanwhile) is told, and it is tried again the next time.
     */
    async runDue(): Promise<void> {
      for (const { id } of await listOpenMoves(db.prisma, toDate(clock.now()))) {
        const result = await act(system, async (tx, note, now) => {
          const move = await findMove(tx, id)
          const facts = move === null ? undefined : await readFacts(tx, move)
          const isOpen = move !== null && move.doneAt === null && move.cancelledAt === null
          if (!isOpen || facts === undefined) return undefined
          const why = await findWhy(tx, facts, [])
          if (why !== undefined) return { facts, why }
          await perform(tx, move, facts, note, now)
          return { facts, why }
        })
        if (result === undefined) continue
        const { facts, why } = result
        if (why === undefined) {
          log.info({ event: 'moved', moveId: id }, 'areas or devices stand elsewhere from now on')
          announce(facts, true)
        } else log.warn({ event: 'move-in-the-way', moveId: id, ...why }, 'a planned move could not happen')
      }
    },
  }
}
