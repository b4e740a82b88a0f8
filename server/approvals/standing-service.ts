import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Audit } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor, mayAct } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { assertMayDo } from '#server/library/area-path.ts'
import { findProgramme } from '#server/library/programmes-store.ts'
import { isStandingInForce, listRights, refuseStanding } from './rules.ts'
import {
  findNames,
  findStanding,
  insertStanding,
  listApprovalRights,
  listStanding,
  type StandingRow,
  standingFactsOf,
  withdrawStanding,
} from './store.ts'

export interface StandingView {
  readonly row: StandingRow
  readonly onBehalfOfName: string | null
  readonly isInForce: boolean
  readonly mayWithdraw: boolean
}

export interface NewStanding {
  readonly programmeId: string
  readonly validUntil: InstantMs
  readonly reason: string
}

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly audit: Audit
}

const listLimit = 500

export type StandingService = ReturnType<typeof createStandingService>

/**
 * Approvals given ahead for a programme. They work as a bulletin is submitted (library/decisions-service.ts), never on
 * what is pending already: that, somebody has been asked to listen to.
 */
export function createStandingService(deps: Deps) {
  const { db, clock } = deps

  async function viewAll(actor: Actor, rows: readonly StandingRow[]): Promise<StandingView[]> {
    const now = clock.now()
    const givers = rows.map((row) => row.givenById)
    const rights = await listApprovalRights(db.prisma, givers, now)
    const names = await findNames(
      db.prisma,
      rows.flatMap((row) => row.onBehalfOfId ?? []),
    )
    return rows.map((row) => ({
      row,
      onBehalfOfName: row.onBehalfOfId === null ? null : (names.get(row.onBehalfOfId) ?? ''),
      isInForce: isStandingInForce(standingFactsOf(row), row.programme.area.path, rights, now),
      mayWithdraw: mayAct(actor, 'library.approve', row.programme.area.path),
    }))
  }

  async function load(id: string): Promise<StandingRow> {
    const row = await findStanding(db.prisma, id)
    if (row === null) throw new Problem('not-found')
    return row
  }

  async function view(actor: Actor, id: string): Promise<StandingView> {
    const [one] = await viewAll(actor, [await load(id)])
    if (one === undefined) throw new Error('one standing approval in, none out')
    return one
  }

  const announce = (areaPath: readonly string[]): void => deps.events.publish({ kind: 'bulletins', areaPath })

  return {
    /** Those that are neither over nor withdrawn; what was, the audit trail tells. */
    async list(actor: Actor, areaId: string | undefined): Promise<StandingView[]> {
      const roots = areasFor(actor, 'library.read')
      return viewAll(actor, await listStanding(db.prisma, { roots, areaId, now: clock.now(), limit: listLimit }))
    },

    async give(actor: Actor, input: NewStanding): Promise<StandingView> {
      const wish = { action: 'library.approve', thing: 'programme', id: input.programmeId } as const
      await assertMayDo(db.prisma, actor, wish)
      const programme = await findProgramme(db.prisma, input.programmeId)
      if (programme === null) throw new Problem('not-found')
      const areaPath = programme.area.path
      const refusal = refuseStanding(input.validUntil, clock.now())
      if (refusal !== undefined) throw new Problem(refusal)
      const [onBehalfOfId = null] = listRights(actor, areaPath)
      const id = newId(clock.now())
      await deps.audit.act(actor, async (tx, note) => {
        await insertStanding(tx, {
          id,
          programmeId: programme.id,
          areaId: programme.areaId,
          givenById: actor.accountId,
          onBehalfOfId,
          reason: input.reason,
          at: toDate(clock.now()),
          validUntil: toDate(input.validUntil),
        })
        note({
          action: 'approval.standing-given',
          areaPath,
          subject: { type: 'standing-approval', id },
          after: {
            programmeId: programme.id,
            programmeTitle: programme.title,
            validUntil: toDate(input.validUntil),
            reason: input.reason,
          },
          onBehalfOfId: onBehalfOfId ?? undefined,
        })
      })
      announce(areaPath)
      return view(actor, id)
    },

    /** From now on nothing more is approved by it; what was, stays approved until somebody returns it. */
    async withdraw(actor: Actor, id: string): Promise<StandingView> {
      const row = await load(id)
      const areaPath = row.programme.area.path
      assertMay(actor, 'library.approve', areaPath)
      const [onBehalfOfId = null] = listRights(actor, areaPath)
      await deps.audit.act(actor, async (tx, note) => {
        const at = toDate(clock.now())
        if (!(await withdrawStanding(tx, id, actor.accountId, at))) throw new Problem('standing-over')
        const { programmeId, validUntil } = row
        note({
          action: 'approval.standing-withdrawn',
          areaPath,
          subject: { type: 'standing-approval', id },
          before: { programmeId, validUntil, withdrawnAt: null },
          after: { programmeId, validUntil, withdrawnAt: at },
          onBehalfOfId: onBehalfOfId ?? undefined,
        })
      })
      announce(areaPath)
      return view(actor, id)
    },
  }
}
