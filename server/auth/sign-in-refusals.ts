import type { Audit } from '#server/audit/audit.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type Client, findAccountPath } from './admission.ts'
import type { FactorProof } from './second-factor.ts'
import { type AccountRow, NOBODY } from './store.ts'
import type { Attempt, Throttle, Trier } from './throttle.ts'

export type Refused = Extract<FactorProof, { ok: false }>['reason'] | 'wrong-credentials' | 'code-not-valid'

/** Sign-ins that are refused: on record, and told to the SOC. `account` is null when there is none. */
export interface SignInRefusals {
  /** @throws Problem with this reason, always. */
  refuse(reason: Refused, account: AccountRow | null, client: Client): Promise<never>
  /** What the throttle refuses is on record too; of a flood only the first few in a minute (audit/refusals.ts). @throws Problem `sign-in-must-wait` */
  beginAttempt(trier: Trier, account: AccountRow | null, client: Client): Promise<Attempt>
}

/** In place of an account that does not exist: the same is asked of the database, so that the time taken tells no names. */
const nobody = { grants: [{ areaId: NOBODY }] }

export function createSignInRefusals(deps: {
  db: Database
  audit: Audit
  security: SecurityEvents
  throttle: Throttle
}): SignInRefusals {
  const { db, audit, security, throttle } = deps

  /** The user name only of accounts that exist: what else is typed there may be a password in the wrong field. */
  async function note(reason: string, account: AccountRow | null, { address, requestId }: Client): Promise<void> {
    await audit.note(
      { accountId: null, userName: account?.userName ?? null, origin: { address, requestId } },
      {
        action: 'session.opened',
        areaPath: await findAccountPath(db.prisma, account ?? nobody),
        subject: { type: 'account', id: account?.id ?? null },
        outcome: 'refused',
        reason,
      },
    )
  }

  return {
    async refuse(reason, account, client) {
      // Asking for the code is the way in, and nothing that went wrong.
      if (reason !== 'second-factor-needed') {
        const { address, requestId } = client
        const facts = { accountId: account?.id, userName: account?.userName, address, requestId }
        security.report(reason === 'second-factor-wrong' ? 'second-factor-failed' : 'sign-in-failed', facts)
        await note(reason, account, client)
      }
      throw new Problem(reason)
    },
    async beginAttempt(trier, account, client) {
      try {
        return await throttle.begin(trier, { accountId: account?.id, requestId: client.requestId })
      } catch (cause) {
        if (cause instanceof Problem) await note(cause.code, account, client)
        throw cause
      }
    },
  }
}
