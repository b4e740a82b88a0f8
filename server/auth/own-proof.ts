import type { Audit } from '#server/audit/audit.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { ProblemCode } from '#server/http/problem-texts.ts'
import type { SecurityCode } from '#server/security/codes.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { Client } from './admission.ts'
import type { Passwords } from './passwords.ts'
import { type Actor, ownPath } from './rules.ts'
import { findAccount } from './store.ts'
import type { Throttle } from './throttle.ts'

/** Lets somebody who is signed in show once more who they are: an open page is not yet its owner. */
export interface OwnProof {
  /**
   * Runs `work` after the current password was right, or where the account has none (somebody who came in by a one-time
   * code). Slowed down like a sign-in, but not by what strangers do.
   * @throws Problem `current-password-wrong`, `sign-in-must-wait`, and what `work` throws.
   */
  attempt<T>(actor: Actor, password: string | undefined, client: Client, work: () => Promise<T>): Promise<T>
  /** The same where only a code is judged, by `work`. */
  attemptCode<T>(actor: Actor, client: Client, work: () => Promise<T>): Promise<T>
}

const refusals: ReadonlyMap<ProblemCode, SecurityCode> = new Map([
  ['current-password-wrong', 'sign-in-failed'],
  ['second-factor-code-wrong', 'second-factor-failed'],
])

export function createOwnProof(deps: {
  db: Database
  passwords: Passwords
  throttle: Throttle
  audit: Audit
  security: SecurityEvents
}): OwnProof {
  const { db, passwords, throttle, audit, security } = deps

  /** On record, since whoever guesses here sits at somebody's open session. */
  async function noteRefusal(actor: Actor, client: Client, cause: unknown): Promise<void> {
    if (!(cause instanceof Problem)) return
    const event = refusals.get(cause.code)
    const mustWait = cause.code === 'sign-in-must-wait'
    if (event === undefined && !mustWait) return
    const { accountId, userName } = actor
    const { address, requestId } = client
    const detail = 'within an open session'
    // That it must wait, the throttle tells.
    if (event !== undefined) security.report(event, { accountId, userName, address, requestId, detail })
    await audit.note(
      { accountId, userName, origin: { address, requestId } },
      {
        action: 'account.proof-refused',
        areaPath: ownPath(actor),
        subject: { type: 'account', id: accountId },
        outcome: 'refused',
        reason: cause.code,
      },
    )
  }

  async function judge<T>(actor: Actor, client: Client, work: () => Promise<T>): Promise<T> {
    const { accountId } = actor
    const { address, requestId } = client
    try {
      const attempt = await throttle.begin(
        { kind: 'holder', of: `own ${accountId}`, address },
        { accountId, requestId },
      )
      const done = await work()
      await throttle.succeed(attempt)
      return done
    } catch (cause) {
      await noteRefusal(actor, client, cause)
      throw cause
    }
  }

  return {
    attempt: (actor, password, client, work) =>
      judge(actor, client, async () => {
        const account = await findAccount(db.prisma, actor.accountId)
        if (account === null) throw new Problem('not-signed-in')
        const hash = account.passwordHash
        if (hash !== null && !(await passwords.isRight(hash, password ?? ''))) {
          throw new Problem('current-password-wrong')
        }
        return work()
      }),
    attemptCode: judge,
  }
}
