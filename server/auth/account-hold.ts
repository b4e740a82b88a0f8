import type { Audit, TakeNote } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import type { Clock } from '#server/clock.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { type AccountAct, grantsWithinReach, type RoleHeld, refuseAccountAct } from './account-rules.ts'
import { readFacts } from './invitations.ts'
import { type Actor, type Grant, sharedPath } from './rules.ts'
import { type AccountRow, type Db, findAccount, findAreaPaths, lockAccount, lockAccounts } from './store.ts'

/** An account under the hand of an administrator who may do what they are about to do. */
export interface Held {
  readonly row: AccountRow
  readonly grants: Grant[]
  readonly areaPath: string[]
}

export interface AccountHold {
  /** One act on one account, alone: decided on what nobody else changes meanwhile, and refused as `refuseAccountAct` says. */
  change<T>(
    actor: Actor,
    accountId: string,
    act: AccountAct,
    work: (tx: Db, note: TakeNote, held: Held) => Promise<T>,
    ifMatch?: IfMatch,
  ): Promise<T>
  /** The account with those of its roles that the actor administers. */
  readWithinReach(tx: Db, actor: Actor, accountId: string): Promise<AccountRow>
  findPaths(tx: Db, grants: readonly RoleHeld[]): Promise<Map<string, string[]>>
}

/** Roles as they are told and compared: in one order, without what the database knows besides. */
export const shown = (grants: readonly RoleHeld[]): RoleHeld[] =>
  grants
    .map(({ areaId, role }) => ({ areaId, role }))
    .sort((left, right) => `${left.areaId} ${left.role}`.localeCompare(`${right.areaId} ${right.role}`))

export const placeGrants = (grants: readonly RoleHeld[], paths: ReadonlyMap<string, string[]>): Grant[] =>
  grants.map(({ areaId, role }) => ({ areaId, role, areaPath: paths.get(areaId) ?? [] }))

export const findPaths = (tx: Db, grants: readonly RoleHeld[]): Promise<Map<string, string[]>> =>
  findAreaPaths(
    tx,
    grants.map((grant) => grant.areaId),
  )

/** What changes the `revision` of an account, by its names in the trail. */
const edits = ['account.changed', 'account.grants-changed', 'account.disabled', 'account.enabled'] as const

export function createAccountHold({ clock, audit }: { readonly clock: Clock; readonly audit: Audit }): AccountHold {
  return {
    async change(actor, accountId, act, work, ifMatch) {
      return audit.act(actor, async (tx, note) => {
        await lockAccounts(tx)
        const row = await lockAccount(tx, accountId)
        if (row === null) throw new Problem('not-found')
        const grants = placeGrants(row.grants, await findPaths(tx, row.grants))
        const refusal = refuseAccountAct(actor, act, readFacts(row, grants), clock.now())
        if (refusal !== undefined) throw new Problem(refusal)
        await assertUnchanged(tx, actor, ifMatch, { id: accountId, revision: row.revision, actions: edits })
        return work(tx, note, { row, grants, areaPath: sharedPath(grants.map((grant) => grant.areaPath)) })
      })
    },
    async readWithinReach(tx, actor, accountId) {
      const row = await findAccount(tx, accountId)
      if (row === null) throw new Error(`account ${accountId} vanished while it was changed`)
      const paths = await findPaths(tx, row.grants)
      return { ...row, grants: shown(grantsWithinReach(actor, placeGrants(row.grants, paths))) }
    },
    findPaths,
  }
}
