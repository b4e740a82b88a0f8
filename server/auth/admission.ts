import type { TakeNote } from '#server/audit/audit.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { AccountNews } from './account-news.ts'
import type { Browsers } from './browsers.ts'
import { sharedPath } from './rules.ts'
import type { ClientInfo, Sessions, SignedIn } from './sessions.ts'
import { type AccountRow, type Db, findAccount, findAreaPaths } from './store.ts'

/**
 * The one door: whatever showed who somebody is, a session is opened here and nowhere else. What must hold for every
 * way in is done here: a new session id, the end of the session that the browser had, the browser remembered, the entry
 * in the audit trail, the security event.
 *
 * OpenID Connect will be one more `ProvenBy`. Its callback route finds the account by issuer and subject, checks that it
 * is not disabled, and calls `admit` with `{ by: 'openid-connect', secondFactor: … }`; whether the provider's `amr`
 * counts as a second factor is decided there, as `SecondFactor.prove` decides it for passwords. Nothing behind this
 * door knows how somebody came in.
 */
export type ProvenBy = 'set-up' | 'password' | 'one-time-code'
export interface Proof {
  readonly by: ProvenBy
  readonly secondFactor: 'totp' | 'recovery-code' | undefined
}

/** A request's origin, and what its browser brought along. */
export interface Client extends ClientInfo {
  readonly requestId: string
  readonly sessionToken?: string | undefined
  readonly browserCookie?: string | undefined
}

/** Of a transaction that is not committed yet. */
export interface Admitted {
  readonly accountId: string
  /** The session cookie's value; exists only here. */
  readonly token: string
  /** What the browser is to keep, so that it is known next time. */
  readonly browserCookie: string
  /** Whose sessions ended or began. */
  readonly changed: readonly string[]
}

export interface OpenedSession extends Admitted {
  readonly signedIn: SignedIn
  readonly account: AccountRow
}

export interface Admission {
  /** Opens a session for somebody who has shown who they are, in the transaction that decided so. */
  admit(tx: Db, note: TakeNote, account: AccountRow, proof: Proof, client: Client): Promise<Admitted>
  /** A new session in place of all that the account has: what was known of the old ones is worth nothing now. */
  renew(tx: Db, accountId: string, client: Client): Promise<Admitted>
  /** After the commit: the session as it is. `proof` when somebody came in by it. */
  open(admitted: Admitted, client: Client, proof?: Proof): Promise<OpenedSession>
}

/** From the root down to the area that all of the account's roles share: who audits there reads what happens to the account. */
export async function findAccountPath(
  tx: Db,
  account: { readonly grants: readonly { readonly areaId: string }[] },
): Promise<string[]> {
  const paths = await findAreaPaths(
    tx,
    account.grants.map((grant) => grant.areaId),
  )
  return sharedPath([...paths.values()])
}

export function createAdmission(deps: {
  db: Database
  sessions: Sessions
  browsers: Browsers
  security: SecurityEvents
  news: AccountNews
}): Admission {
  const { db, sessions, browsers, security, news } = deps

  async function openIn(tx: Db, accountId: string, client: Client): Promise<Admitted> {
    const browserCookie = await browsers.remember(tx, accountId, client.browserCookie)
    const token = await sessions.open(tx, accountId, client)
    return { accountId, token, browserCookie, changed: [accountId] }
  }

  return {
    async admit(tx, note, account, proof, client) {
      // Of whomever it was: two people at one PC are two sessions, one after the other.
      const ended = client.sessionToken === undefined ? [] : await sessions.close(client.sessionToken, tx)
      const admitted = await openIn(tx, account.id, client)
      note({
        action: 'session.opened',
        areaPath: await findAccountPath(tx, account),
        subject: { type: 'account', id: account.id },
        after: { provenBy: proof.by, factor: proof.secondFactor ?? null },
      })
      return { ...admitted, changed: [...admitted.changed, ...ended] }
    },
    async renew(tx, accountId, client) {
      await sessions.closeAll(tx, accountId)
      return openIn(tx, accountId, client)
    },
    async open(admitted, client, proof) {
      const { accountId, token } = admitted
      admitted.changed.forEach(sessions.announceChange)
      const account = await findAccount(db.prisma, accountId)
      const signedIn = await sessions.find(token)
      // Disabled in the same moment.
      if (signedIn === undefined || account === null) throw new Problem('not-signed-in')
      await news.tell(account)
      if (proof !== undefined) {
        const detail = [proof.by, proof.secondFactor].filter((one) => one !== undefined).join(', ')
        const { userName } = account
        security.report('signed-in', {
          accountId,
          userName,
          address: client.address,
          requestId: client.requestId,
          detail,
        })
      }
      // Rights may have changed since the commit.
      return { ...admitted, token: signedIn.renewal?.token ?? token, signedIn, account }
    },
  }
}
