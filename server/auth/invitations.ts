import type { InstantMs } from '#protocol/time.ts'
import { toDate, toInstant } from '#server/clock.ts'
import type { AccountFacts } from './account-rules.ts'
import type { Grant } from './rules.ts'
import { type AccountRow, type Db, replaceInvitation, updateAccount } from './store.ts'
import { drawCode, hashCode } from './tokens.ts'

export interface LinkSettings {
  /** Where people reach the console, without a slash at the end. */
  publicUrl: string
  /** How long a one-time link is good. */
  invitationValidMs: number
}

export interface Link {
  /** Shown once; the database has its hash. */
  signInCode: string
  /** The code stands in the fragment, which no browser sends to a server, so that no log on the way has it (RFC 3986 §3.5). */
  signInLink: string
}

/** The console's page that exchanges the code for a session. */
const linkTo = (publicUrl: string, code: string): string => `${publicUrl}/#/dang-nhap/${code}`

/** A one-time sign-in link; earlier unused ones are void. `byId`: null for the operator on the server. */
export async function invite(
  tx: Db,
  settings: LinkSettings,
  { accountId, byId, now }: { accountId: string; byId: string | null; now: InstantMs },
): Promise<Link & { expiresAt: InstantMs }> {
  const signInCode = drawCode()
  const createdAt = toDate(now)
  const expiresAt = new Date(now + settings.invitationValidMs)
  await replaceInvitation(tx, { codeHash: hashCode(signInCode), accountId, createdById: byId, createdAt, expiresAt })
  await updateAccount(tx, accountId, { invitedAt: createdAt, invitedById: byId })
  return { signInCode, signInLink: linkTo(settings.publicUrl, signInCode), expiresAt: toInstant(expiresAt) }
}

const happened = (at: Date | null, byId: string | null): AccountFacts['linkMade'] =>
  at === null || byId === null ? undefined : { atMs: at.getTime(), byId }

/** What the rules ask about an account. */
export const readFacts = (row: AccountRow, grants: readonly Grant[]): AccountFacts => ({
  id: row.id,
  isDisabled: row.disabledAt !== null,
  grants,
  linkMade: happened(row.invitedAt, row.invitedById),
  factorReset: happened(row.factorResetAt, row.factorResetById),
})
