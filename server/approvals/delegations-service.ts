import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { type AreaRow, findArea } from '#server/areas/store.ts'
import type { Audit } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor, mayAct, needsSecondFactor } from '#server/auth/rules.ts'
import type { Sessions } from '#server/auth/sessions.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { isSuitableDelegate, mayEndDelegation, refuseDelegation } from './rules.ts'
import {
  type CandidateRow,
  type DelegationRow,
  endDelegation,
  findCandidate,
  findDelegation,
  insertDelegation,
  listApprovalRights,
  listCandidates,
  listDelegations,
} from './store.ts'

export interface DelegationView {
  readonly row: DelegationRow
  readonly state: 'upcoming' | 'in-force' | 'lapsed'
  readonly mayEnd: boolean
}

export interface NewDelegation {
  readonly toId: string
  readonly areaId: string
  /** At once when left out. */
  readonly startsAt: InstantMs | undefined
  readonly endsAt: InstantMs
  readonly reason: string
}

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly audit: Audit
  readonly sessions: Pick<Sessions, 'announceChange' | 'secondFactorRoles'>
}

const listLimit = 500

export type DelegationsService = ReturnType<typeof createDelegationsService>

/** Approving in place of an approver who is away. Who holds what because of it, `auth/session-store.ts` reads anew with each request. */
export function createDelegationsService(deps: Deps) {
  const { db, clock } = deps

  async function viewAll(actor: Actor, rows: readonly DelegationRow[]): Promise<DelegationView[]> {
    const now = clock.now()
    const delegates = rows.map((row) => row.toId)
    const rights = await listApprovalRights(db.prisma, delegates, now)
    const isHeld = (row: DelegationRow): boolean =>
      rights.some((one) => one.accountId === row.toId && one.onBehalfOfId === row.fromId && one.areaId === row.areaId)
    return rows.map((row) => ({
      row,
      state: row.startsAt > toDate(now) ? 'upcoming' : isHeld(row) ? 'in-force' : 'lapsed',
      mayEnd: mayEndDelegation(actor, row, row.area.path),
    }))
  }

  async function view(actor: Actor, id: string): Promise<DelegationView> {
    const row = await findDelegation(db.prisma, id)
    const [one] = row === null ? [] : await viewAll(actor, [row])
    if (one === undefined) throw new Error(`delegation ${id} vanished`)
    return one
  }

  /** The area, for somebody who may approve there. */
  async function loadArea(actor: Actor, areaId: string): Promise<AreaRow> {
    const area = await findArea(db.prisma, areaId)
    if (area === null) throw new Problem('not-found')
    assertMay(actor, 'library.approve', area.path)
    return area
  }

  /** The delegate's open consoles follow at once: what they may hear of is another now. */
  function announce(areaPath: readonly string[], toId: string): void {
    deps.sessions.announceChange(toId)
    deps.events.publish({ kind: 'bulletins', areaPath })
  }

  return {
    /** Those that are not over, where the actor reads the library or is one of the two; what was, the audit trail tells. */
    async list(actor: Actor, areaId: string | undefined): Promise<DelegationView[]> {
      const { accountId } = actor
      const roots = areasFor(actor, 'library.read')
      const filter = { roots, areaId, accountId, now: clock.now(), limit: listLimit }
      return viewAll(actor, await listDelegations(db.prisma, filter))
    },

    /** Whom the actor may choose for the area. */
    async candidates(actor: Actor, areaId: string): Promise<CandidateRow[]> {
      const area = await loadArea(actor, areaId)
      const all = await listCandidates(db.prisma, area, listLimit)
      return all.filter((one) => isSuitableDelegate(one, actor.accountId, area))
    },

    async give(actor: Actor, input: NewDelegation): Promise<DelegationView> {
      const area = await loadArea(actor, input.areaId)
      const now = clock.now()
      // What lies in the past cannot be lent any more: what was decided then is decided.
      const startsAt = input.startsAt === undefined || input.startsAt < now ? now : input.startsAt
      const { toId, endsAt, reason } = input
      const candidate = await findCandidate(db.prisma, toId)
      const needsFactor = needsSecondFactor([{ role: 'approver' }], deps.sessions.secondFactorRoles)
      const refusal = refuseDelegation(actor, { startsAt, endsAt, candidate, needsFactor }, area, now)
      if (refusal !== undefined) throw new Problem(refusal)
      const id = newId(now)
      const columns = {
        fromId: actor.accountId,
        toId,
        areaId: area.id,
        reason,
        startsAt: toDate(startsAt),
        endsAt: toDate(endsAt),
      }
      await deps.audit.act(actor, async (tx, note) => {
        await insertDelegation(tx, { ...columns, id, at: toDate(now) })
        const subject = { type: 'delegation', id }
        note({ action: 'approval.delegated', areaPath: area.path, subject, after: columns })
      })
      announce(area.path, toId)
      return view(actor, id)
    },

    async end(actor: Actor, id: string): Promise<DelegationView> {
      const row = await findDelegation(db.prisma, id)
      if (row === null) throw new Problem('not-found')
      const { path } = row.area
      if (!mayEndDelegation(actor, row, path)) {
        throw new Problem(mayAct(actor, 'library.read', path) ? 'delegation-not-yours' : 'not-found')
      }
      await deps.audit.act(actor, async (tx, note) => {
        const at = toDate(clock.now())
        if (!(await endDelegation(tx, id, actor.accountId, at))) throw new Problem('delegation-over')
        const { fromId, toId, endsAt } = row
        note({
          action: 'approval.delegation-ended',
          areaPath: path,
          subject: { type: 'delegation', id },
          before: { fromId, toId, endsAt, endedAt: null },
          after: { fromId, toId, endsAt, endedAt: at },
        })
      })
      announce(path, row.toId)
      return view(actor, id)
    },
  }
}
