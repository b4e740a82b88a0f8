import type { Logger } from 'pino'
import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { assertMay } from './authorise.ts'
import { type Actor, areasFor, mayAct, type Role } from './rules.ts'
import { CODE_VALID_MS } from './service.ts'
import {
  type AccountRow,
  type Db,
  findAccount,
  findAreaPaths,
  insertAccount,
  listAccountsWithin,
  replaceInvitation,
} from './store.ts'
import { drawCode, hashCode } from './tokens.ts'

export interface InvitedAccount {
  account: AccountRow
  /** Shown once. */
  signInCode: string
  expiresAt: InstantMs
}

export interface NewAccount {
  userName: string
  displayName: string
  grants: { areaId: string; role: Role }[]
}

export interface AccountsService {
  /** Accounts with a role where the actor administers, with those roles only: what they hold elsewhere is not told. */
  list(actor: Actor): Promise<AccountRow[]>
  create(actor: Actor, input: NewAccount): Promise<InvitedAccount>
  /** A new one-time sign-in code, for instance when the password was forgotten. Only for who holds no role beyond the actor's areas. */
  makeSignInCode(actor: Actor, accountId: string): Promise<InvitedAccount>
}

export function createAccountsService(deps: { db: Database; clock: Clock; log: Logger }): AccountsService {
  const { db, clock, log } = deps

  async function invite(
    tx: Db,
    accountId: string,
    now: InstantMs,
  ): Promise<{ signInCode: string; expiresAt: InstantMs }> {
    const signInCode = drawCode()
    const expiresAt = new Date(now + CODE_VALID_MS)
    await replaceInvitation(tx, { codeHash: hashCode(signInCode), accountId, createdAt: toDate(now), expiresAt })
    return { signInCode, expiresAt: toInstant(expiresAt) }
  }

  const withinReach = (actor: Actor, account: AccountRow, paths: Map<string, string[]>): AccountRow => ({
    ...account,
    grants: account.grants.filter((grant) => mayAct(actor, 'accounts.manage', paths.get(grant.areaId) ?? [])),
  })

  return {
    async list(actor) {
      const accounts = await listAccountsWithin(db.prisma, areasFor(actor, 'accounts.manage'))
      const areaIds = new Set(accounts.flatMap((account) => account.grants.map((grant) => grant.areaId)))
      const paths = await findAreaPaths(db.prisma, [...areaIds])
      return accounts.map((account) => withinReach(actor, account, paths))
    },

    async create(actor, input) {
      const now = clock.now()
      const created = await db.prisma.$transaction(async (tx) => {
        const paths = await findAreaPaths(
          tx,
          input.grants.map((grant) => grant.areaId),
        )
        for (const grant of input.grants) assertMay(actor, 'accounts.manage', paths.get(grant.areaId) ?? [])
        const { userName, displayName } = input
        const row = { id: newId(now), userName, displayName, passwordHash: null, createdAt: toDate(now) }
        if (!(await insertAccount(tx, row, input.grants))) throw new Problem('user-name-taken', { userName })
        const invited = await invite(tx, row.id, now)
        const account = await findAccount(tx, row.id)
        if (account === null) throw new Error(`account ${row.id} vanished while it was made`)
        return { account, ...invited }
      })
      log.info({ event: 'account-made', accountId: created.account.id, by: actor.accountId }, 'an account was made')
      return created
    },

    async makeSignInCode(actor, accountId) {
      const now = clock.now()
      const invited = await db.prisma.$transaction(async (tx) => {
        const account = await findAccount(tx, accountId)
        if (account === null) throw new Problem('not-found')
        const paths = await findAreaPaths(
          tx,
          account.grants.map((grant) => grant.areaId),
        )
        const reachable = withinReach(actor, account, paths)
        if (reachable.grants.length === 0) throw new Problem('not-found')
        // Otherwise a commune's administrator could take over whoever also holds a role in the province.
        if (reachable.grants.length < account.grants.length) throw new Problem('account-beyond-your-areas')
        if (account.disabledAt !== null) throw new Problem('not-found')
        return { account: reachable, ...(await invite(tx, accountId, now)) }
      })
      log.info({ event: 'sign-in-code-made', accountId, by: actor.accountId }, 'a sign-in code was made')
      return invited
    },
  }
}
