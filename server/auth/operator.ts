import type { InstantMs } from '#protocol/time.ts'
import { type Audit, system } from '#server/audit/audit.ts'
import { type Clock, toDate } from '#server/clock.ts'
import { findAccountPath } from './admission.ts'
import { invite, type Link, type LinkSettings } from './invitations.ts'
import { removeFactor } from './proof-store.ts'
import { deleteSessions } from './session-store.ts'
import { findAccountByName, lockAccount, updateAccount } from './store.ts'

export type OperatorLink =
  | ({ readonly ok: true; readonly expiresAt: InstantMs; readonly hadSecondFactor: boolean } & Link)
  | { readonly ok: false; readonly reason: 'no-such-account' | 'account-disabled' }

/**
 * The way out when nobody in the console can help: the only administrator has forgotten the password or lost the phone.
 * For the operator on the machine, who could read the database anyway; on record as done by the server.
 */
export async function makeOperatorLink(
  deps: { audit: Audit; clock: Clock } & LinkSettings,
  userName: string,
  options: { resetSecondFactor: boolean },
): Promise<OperatorLink> {
  const { audit, clock } = deps
  return audit.act(system, async (tx, note) => {
    const found = await findAccountByName(tx, userName.trim().toLowerCase())
    const account = found === null ? null : await lockAccount(tx, found.id)
    if (account === null) return { ok: false, reason: 'no-such-account' }
    if (account.disabledAt !== null) return { ok: false, reason: 'account-disabled' }
    const areaPath = await findAccountPath(tx, account)
    const subject = { type: 'account', id: account.id }
    const hadSecondFactor = account.totpConfirmedAt !== null
    if (options.resetSecondFactor && hadSecondFactor) {
      await removeFactor(tx, account.id)
      await deleteSessions(tx, { accountId: account.id })
      await updateAccount(tx, account.id, { factorResetAt: toDate(clock.now()), factorResetById: null })
      note({ action: 'account.second-factor-reset', areaPath, subject, after: { by: 'operator' } })
    }
    const link = await invite(tx, deps, { accountId: account.id, byId: null, now: clock.now() })
    note({ action: 'account.invited', areaPath, subject, after: { by: 'operator' } })
    return { ok: true, hadSecondFactor, ...link }
  })
}
