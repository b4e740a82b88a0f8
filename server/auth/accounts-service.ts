import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Audit } from '#server/audit/audit.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { createAccountHold, type Held, shown } from './account-hold.ts'
import type { AccountNews } from './account-news.ts'
import {
  type AccountAct,
  compareGrants,
  findOtherHalf,
  grantsWithinReach,
  mayBeOnePerson,
  type RoleHeld,
  rootsAdministered,
  rootsLeftAlone,
  TWO_PEOPLE_WITHIN_MS,
} from './account-rules.ts'
import { assertMay } from './authorise.ts'
import { invite, type Link, type LinkSettings, readFacts } from './invitations.ts'
import { removeFactor } from './proof-store.ts'
import { type Actor, type Grant, sharedPath } from './rules.ts'
import type { Sessions } from './sessions.ts'
import {
  type AccountRow,
  changeGrants,
  type Db,
  deleteInvitations,
  findAreasWithOtherAdministrator,
  findLinkMakers,
  insertAccount,
  updateAccount,
} from './store.ts'

export interface InvitedAccount extends Link {
  account: AccountRow
  expiresAt: InstantMs
}

export interface NewAccount {
  userName: string
  displayName: string
  grants: RoleHeld[]
}

/**
 * Accounts, as their administrators see and change them. Every act is refused as `refuseAccountAct` says; what it ends
 * (sessions, event streams) ends at once.
 */
export interface AccountsService {
  create(actor: Actor, input: NewAccount): Promise<InvitedAccount>
  rename(actor: Actor, accountId: string, displayName: string, ifMatch?: IfMatch): Promise<AccountRow>
  /** Replaces the roles within the actor's areas; those elsewhere stay. The account's sessions end. */
  changeRoles(actor: Actor, accountId: string, wanted: readonly RoleHeld[], ifMatch?: IfMatch): Promise<AccountRow>
  /** Ends the account's sessions and voids its open links. */
  disable(actor: Actor, accountId: string, ifMatch?: IfMatch): Promise<AccountRow>
  enable(actor: Actor, accountId: string, ifMatch?: IfMatch): Promise<AccountRow>
  /** A new one-time sign-in link, for instance when the password was forgotten; earlier unused ones are void. */
  makeLink(actor: Actor, accountId: string): Promise<InvitedAccount>
  /** For the day the phone and the recovery codes are lost. The account's sessions end, its open links are void. */
  resetSecondFactor(actor: Actor, accountId: string, ifMatch?: IfMatch): Promise<AccountRow>
}

export interface AccountsServiceDeps extends LinkSettings {
  db: Database
  clock: Clock
  audit: Audit
  security: SecurityEvents
  sessions: Pick<Sessions, 'closeAll' | 'announceChange'>
  news: AccountNews
}

export function createAccountsService(deps: AccountsServiceDeps): AccountsService {
  const { clock, audit, security, sessions, news } = deps
  const { change, findPaths, readWithinReach } = createAccountHold(deps)

  async function keepAnAdministrator(tx: Db, accountId: string, lost: readonly Grant[]): Promise<void> {
    const others = await findAreasWithOtherAdministrator(tx, rootsAdministered(lost), accountId)
    if (rootsLeftAlone(lost, others).length > 0) throw new Problem('last-administrator')
  }

  function report(code: SecurityCode, actor: Actor, subject: AccountRow, what: string): void {
    const { accountId, userName } = actor
    const detail = `${what}: ${subject.userName}`
    security.report(code, { accountId, userName, detail, ...actor.origin })
  }

  /** Whether the two people whom this takes may be one: nothing stops them, but it is said. */
  async function isSuspect(tx: Db, actor: Actor, act: AccountAct, held: Held): Promise<boolean> {
    const now = clock.now()
    const other = findOtherHalf(act, readFacts(held.row, held.grants), now)
    if (other === undefined) return false
    const { accountId } = actor
    const links = await findLinkMakers(tx, [accountId, other], new Date(now - TWO_PEOPLE_WITHIN_MS))
    return mayBeOnePerson(accountId, other, links)
  }

  const subjectOf = (id: string) => ({ type: 'account', id })

  return {
    async create(actor, input) {
      const now = clock.now()
      const created = await audit.act(actor, async (tx, note) => {
        const paths = await findPaths(tx, input.grants)
        for (const grant of input.grants) assertMay(actor, 'accounts.manage', paths.get(grant.areaId) ?? [])
        const { userName, displayName } = input
        const row = { id: newId(now), userName, displayName, passwordHash: null, createdAt: toDate(now) }
        if (!(await insertAccount(tx, row, input.grants))) throw new Problem('user-name-taken', { userName })
        const link = await invite(tx, deps, { accountId: row.id, byId: actor.accountId, now })
        note({
          action: 'account.created',
          areaPath: sharedPath([...paths.values()]),
          subject: subjectOf(row.id),
          after: { userName, displayName, grants: shown(input.grants) },
        })
        return { account: await readWithinReach(tx, actor, row.id), ...link }
      })
      await news.tell(created.account)
      report('account-changed', actor, created.account, 'made')
      return created
    },

    async rename(actor, accountId, displayName, ifMatch) {
      const row = await change(
        actor,
        accountId,
        'rename',
        async (tx, note, { row, areaPath }) => {
          await updateAccount(tx, accountId, { displayName })
          const before = { displayName: row.displayName }
          note({ action: 'account.changed', areaPath, subject: subjectOf(accountId), before, after: { displayName } })
          return readWithinReach(tx, actor, accountId)
        },
        ifMatch,
      )
      await news.tell(row)
      return row
    },

    async changeRoles(actor, accountId, wanted, ifMatch) {
      const changed = await change(
        actor,
        accountId,
        'change-roles',
        async (tx, note, { grants }) => {
          const within = grantsWithinReach(actor, grants)
          const paths = await findPaths(tx, wanted)
          for (const grant of wanted) assertMay(actor, 'accounts.manage', paths.get(grant.areaId) ?? [])
          const { remove, add } = compareGrants(within, wanted)
          if (remove.length + add.length === 0) {
            note.unchanged()
            return { row: await readWithinReach(tx, actor, accountId), isChanged: false }
          }
          if (grants.length + add.length === remove.length) throw new Problem('account-needs-a-role')
          await keepAnAdministrator(tx, accountId, remove)
          await changeGrants(tx, accountId, { remove, add })
          await sessions.closeAll(tx, accountId)
          note({
            action: 'account.grants-changed',
            areaPath: sharedPath([...grants.map((grant) => grant.areaPath), ...paths.values()]),
            subject: subjectOf(accountId),
            before: { grants: shown(within) },
            after: { grants: shown(wanted) },
          })
          return { row: await readWithinReach(tx, actor, accountId), isChanged: true }
        },
        ifMatch,
      )
      if (changed.isChanged) {
        sessions.announceChange(accountId)
        await news.tell(changed.row)
        report('roles-changed', actor, changed.row, 'roles')
      }
      return changed.row
    },

    async disable(actor, accountId, ifMatch) {
      const row = await change(
        actor,
        accountId,
        'disable',
        async (tx, note, held) => {
          if (held.row.disabledAt === null) {
            await keepAnAdministrator(tx, accountId, held.grants)
            await updateAccount(tx, accountId, { disabledAt: toDate(clock.now()) })
            await sessions.closeAll(tx, accountId)
            await deleteInvitations(tx, accountId)
            const [before, after] = [{ disabled: false }, { disabled: true }]
            note({ action: 'account.disabled', areaPath: held.areaPath, subject: subjectOf(accountId), before, after })
          } else note.unchanged()
          return readWithinReach(tx, actor, accountId)
        },
        ifMatch,
      )
      sessions.announceChange(accountId)
      await news.tell(row)
      report('account-changed', actor, row, 'disabled')
      return row
    },

    async enable(actor, accountId, ifMatch) {
      const row = await change(
        actor,
        accountId,
        'enable',
        async (tx, note, held) => {
          if (held.row.disabledAt !== null) {
            await updateAccount(tx, accountId, { disabledAt: null })
            const [before, after] = [{ disabled: true }, { disabled: false }]
            note({ action: 'account.enabled', areaPath: held.areaPath, subject: subjectOf(accountId), before, after })
          } else note.unchanged()
          return readWithinReach(tx, actor, accountId)
        },
        ifMatch,
      )
      await news.tell(row)
      report('account-changed', actor, row, 'enabled')
      return row
    },

    async makeLink(actor, accountId) {
      const { invited, suspect } = await change(actor, accountId, 'make-link', async (tx, note, held) => {
        const suspect = await isSuspect(tx, actor, 'make-link', held)
        const link = await invite(tx, deps, { accountId, byId: actor.accountId, now: clock.now() })
        note({ action: 'account.invited', areaPath: held.areaPath, subject: subjectOf(accountId) })
        return { invited: { account: await readWithinReach(tx, actor, accountId), ...link }, suspect }
      })
      await news.tell(invited.account)
      report('account-changed', actor, invited.account, 'one-time link')
      if (suspect) report('two-person-rule-suspect', actor, invited.account, 'one-time link after a reset')
      return invited
    },

    async resetSecondFactor(actor, accountId, ifMatch) {
      const { row, suspect } = await change(
        actor,
        accountId,
        'reset-second-factor',
        async (tx, note, held) => {
          if (held.row.totpConfirmedAt === null) throw new Problem('second-factor-not-active')
          const suspect = await isSuspect(tx, actor, 'reset-second-factor', held)
          await removeFactor(tx, accountId)
          // A link made before would be worth more now than its maker could do alone: who needs one asks for a new one.
          await deleteInvitations(tx, accountId)
          const at = toDate(clock.now())
          await updateAccount(tx, accountId, { factorResetAt: at, factorResetById: actor.accountId })
          await sessions.closeAll(tx, accountId)
          note({ action: 'account.second-factor-reset', areaPath: held.areaPath, subject: subjectOf(accountId) })
          return { row: await readWithinReach(tx, actor, accountId), suspect }
        },
        ifMatch,
      )
      sessions.announceChange(accountId)
      await news.tell(row)
      report('second-factor-changed', actor, row, 'reset')
      if (suspect) report('two-person-rule-suspect', actor, row, 'reset after a one-time link')
      return row
    },
  }
}
