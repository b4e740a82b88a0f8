/** What administrators may do to accounts, and what they may not do alone. */
import { type Actor, type Grant, mayAct } from './rules.ts'

export const accountActs = [
  'rename',
  'change-roles',
  'disable',
  'enable',
  'make-link',
  'withdraw-link',
  'reset-second-factor',
  'end-sessions',
] as const
export type AccountAct = (typeof accountActs)[number]

/**
 * Who resets a second factor must not make the one-time link for the same account within this time, nor the other way
 * round: otherwise a single administrator could take over an approver, and approve what nobody else has seen.
 */
export const TWO_PEOPLE_WITHIN_MS = 7 * 24 * 3_600_000

export interface AccountFacts {
  readonly id: string
  readonly isDisabled: boolean
  readonly grants: readonly Grant[]
  readonly linkMade: { readonly atMs: number; readonly byId: string } | undefined
  readonly factorReset: { readonly atMs: number; readonly byId: string } | undefined
}

export type AccountRefusal =
  | 'not-found'
  | 'not-your-own-account'
  | 'account-beyond-your-areas'
  | 'account-disabled'
  | 'link-after-reset'
  | 'reset-after-link'

const mayManage = (actor: Actor, grant: Grant): boolean => mayAct(actor, 'accounts.manage', grant.areaPath)

/** The roles that the actor may know of and change. */
export const grantsWithinReach = (actor: Actor, grants: readonly Grant[]): Grant[] =>
  grants.filter((grant) => mayManage(actor, grant))

/** The roles that the actor may know of. */
export const readableGrants = (actor: Actor, grants: readonly Grant[]): Grant[] =>
  grants.filter((grant) => mayAct(actor, 'accounts.read', grant.areaPath))

/** Why the actor may not do this to the account; undefined: they may. The last administrator is looked after separately. */
export function refuseAccountAct(
  actor: Actor,
  act: AccountAct,
  account: AccountFacts,
  nowMs: number,
): AccountRefusal | undefined {
  const within = grantsWithinReach(actor, account.grants)
  if (within.length === 0) return 'not-found'
  if (act !== 'rename' && account.id === actor.accountId) return 'not-your-own-account'
  // Otherwise a commune's administrator could take over, or shut out, whoever also holds a role in the province.
  if (act !== 'change-roles' && within.length < account.grants.length) return 'account-beyond-your-areas'
  const didLately = (earlier: AccountFacts['linkMade']): boolean =>
    earlier !== undefined && earlier.byId === actor.accountId && nowMs - earlier.atMs < TWO_PEOPLE_WITHIN_MS
  if (act === 'make-link') {
    if (account.isDisabled) return 'account-disabled'
    if (didLately(account.factorReset)) return 'link-after-reset'
  }
  if (act === 'reset-second-factor' && didLately(account.linkMade)) return 'reset-after-link'
  return undefined
}

/**
 * The other person who, within the time, did the other half of what takes two; undefined: nobody did. `make-link` after a
 * reset and `reset-second-factor` after a link together open an account.
 */
export function findOtherHalf(act: AccountAct, account: AccountFacts, nowMs: number): string | undefined {
  const other = act === 'make-link' ? account.factorReset : act === 'reset-second-factor' ? account.linkMade : undefined
  return other !== undefined && nowMs - other.atMs < TWO_PEOPLE_WITHIN_MS ? other.byId : undefined
}

/**
 * Whether two accounts may be one person: one made the link with which the other can be entered (as is done when an
 * account is made), or the same third one made both.
 */
export function mayBeOnePerson(
  first: string,
  second: string,
  links: readonly { readonly accountId: string; readonly byId: string }[],
): boolean {
  const circleOf = (id: string): Set<string> =>
    new Set([id, ...links.filter((link) => link.accountId === id).map((link) => link.byId)])
  const around = circleOf(second)
  return [...circleOf(first)].some((id) => around.has(id))
}

export interface RoleHeld {
  readonly areaId: string
  readonly role: Grant['role']
}

/** What changes when an account is to hold exactly `wanted` of the roles that one may change. */
export function compareGrants<Held extends RoleHeld>(
  held: readonly Held[],
  wanted: readonly RoleHeld[],
): { remove: Held[]; add: RoleHeld[] } {
  const isSame = (left: RoleHeld, right: RoleHeld): boolean => left.areaId === right.areaId && left.role === right.role
  const unique = wanted.filter((grant, index) => wanted.findIndex((other) => isSame(other, grant)) === index)
  return {
    remove: held.filter((grant) => !unique.some((other) => isSame(other, grant))),
    add: unique.filter((grant) => !held.some((other) => isSame(other, grant))),
  }
}

/** The root areas that would be left without an administrator if these roles were taken away. */
export function rootsLeftAlone(lost: readonly Grant[], rootsWithOthers: ReadonlySet<string>): string[] {
  return rootsAdministered(lost).filter((areaId) => !rootsWithOthers.has(areaId))
}

/** The root areas that these roles administer. */
export const rootsAdministered = (grants: readonly Grant[]): string[] =>
  grants.filter((grant) => grant.role === 'administrator' && grant.areaPath.length === 1).map((grant) => grant.areaId)
