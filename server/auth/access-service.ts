import type { Audit } from '#server/audit/audit.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { createAccountHold, findPaths, placeGrants } from './account-hold.ts'
import type { AccountNews } from './account-news.ts'
import { refuseAccountAct } from './account-rules.ts'
import { readFacts } from './invitations.ts'
import type { Actor } from './rules.ts'
import type { SessionRow } from './session-store.ts'
import type { Sessions } from './sessions.ts'
import { type AccountRow, deleteInvitations, findAccount } from './store.ts'

/** How somebody else gets in, or is already in: the open sessions and the open one-time link of an account. */
export interface AccessService {
  /** The account's open sessions, the one used last first. */
  listSessions(actor: Actor, accountId: string): Promise<SessionRow[]>
  /** Ends one of the account's sessions; without `sessionId` all of them. */
  endSessions(actor: Actor, accountId: string, sessionId?: string): Promise<void>
  /** The one-time link that was made and not used yet opens nothing any more. */
  withdrawLink(actor: Actor, accountId: string): Promise<AccountRow>
}

export function createAccessService(deps: {
  db: Database
  clock: Clock
  audit: Audit
  security: SecurityEvents
  sessions: Pick<Sessions, 'list' | 'closeAll' | 'closeOne' | 'announceChange'>
  news: AccountNews
}): AccessService {
  const { db, clock, security, sessions, news } = deps
  const { change, readWithinReach } = createAccountHold(deps)
  const subjectOf = (id: string) => ({ type: 'account', id })

  function report(actor: Actor, { userName: subject }: AccountRow, what: string): void {
    const { accountId, userName } = actor
    security.report('account-changed', { accountId, userName, detail: `${what}: ${subject}`, ...actor.origin })
  }

  return {
    async listSessions(actor, accountId) {
      const row = await findAccount(db.prisma, accountId)
      if (row === null) throw new Problem('not-found')
      const facts = readFacts(row, placeGrants(row.grants, await findPaths(db.prisma, row.grants)))
      const refusal = refuseAccountAct(actor, 'end-sessions', facts, clock.now())
      if (refusal !== undefined) throw new Problem(refusal)
      return sessions.list(accountId)
    },

    async endSessions(actor, accountId, sessionId) {
      const row = await change(actor, accountId, 'end-sessions', async (tx, note, held) => {
        if (sessionId === undefined) {
          await sessions.closeAll(tx, accountId)
        } else if (!(await sessions.closeOne(tx, accountId, sessionId))) throw new Problem('not-found')
        const after = { all: sessionId === undefined }
        note({ action: 'account.sessions-ended', areaPath: held.areaPath, subject: subjectOf(accountId), after })
        return held.row
      })
      sessions.announceChange(accountId)
      await news.tell(row)
      report(actor, row, 'sessions ended')
    },

    async withdrawLink(actor, accountId) {
      const { row, isChanged } = await change(actor, accountId, 'withdraw-link', async (tx, note, held) => {
        const isChanged = (await deleteInvitations(tx, accountId)) > 0
        if (isChanged) {
          note({ action: 'account.link-withdrawn', areaPath: held.areaPath, subject: subjectOf(accountId) })
        } else note.unchanged()
        return { row: await readWithinReach(tx, actor, accountId), isChanged }
      })
      if (isChanged) {
        await news.tell(row)
        report(actor, row, 'one-time link withdrawn')
      }
      return row
    },
  }
}
