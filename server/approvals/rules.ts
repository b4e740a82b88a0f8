import type { InstantMs } from '#protocol/time.ts'
import { type Actor, mayAct, type Role } from '#server/auth/rules.ts'

/** Approving ahead and approving for another: pure decisions. Who may approve what at all is in library/rules.ts. */
const DAY_MS = 86_400_000
/** A standing approval ends after this long at the latest: somebody must look again. */
export const STANDING_MAX_MS = 366 * DAY_MS
/** An absence longer than this is a change of duties: the administrator gives roles for that. */
export const DELEGATION_MAX_MS = 90 * DAY_MS
/** How far ahead a delegation may begin. */
export const DELEGATION_AHEAD_MS = 365 * DAY_MS

/** In whose right somebody decides: null is the own, else that of the account who is away. */
export type Right = string | null

/** The rights in which the actor may approve in the area with this path; the own one goes first. */
export function listRights(actor: Actor, areaPath: readonly string[]): Right[] {
  const rights = actor.grants
    .filter((grant) => mayAct({ ...actor, grants: [grant] }, 'library.approve', areaPath))
    .map((grant) => grant.onBehalfOfId ?? null)
  return [...new Set(rights)].sort((a, b) => Number(a !== null) - Number(b !== null))
}

// ── standing approvals ──────────────────────────────────────────────────────────────────────────────────────────────

/** "What is submitted for this programme until then is approved." */
export interface StandingFacts {
  readonly id: string
  readonly programmeId: string
  readonly givenById: string
  /** The approver in whose place it was given. */
  readonly onBehalfOfId: Right
  readonly validUntil: InstantMs
  readonly withdrawnAt: InstantMs | null
}

/** That an account may approve now in an area and all below it. */
export interface HeldRight {
  readonly accountId: string
  readonly areaId: string
  readonly onBehalfOfId: Right
}

/**
 * Does it hold for content of the area with this path? Only as long as the giver could approve there still: with the role,
 * with the delegation in which it was given, or with the account it ends.
 */
export function isStandingInForce(
  standing: StandingFacts,
  areaPath: readonly string[],
  rights: readonly HeldRight[],
  now: InstantMs,
): boolean {
  if (standing.withdrawnAt !== null || standing.validUntil <= now) return false
  return rights.some(
    (right) =>
      right.accountId === standing.givenById &&
      right.onBehalfOfId === standing.onBehalfOfId &&
      areaPath.includes(right.areaId),
  )
}

export interface Submission {
  /** The programmes that the bulletin stands in. */
  readonly programmeIds: readonly string[]
  /** The bulletin's area, root first. */
  readonly areaPath: readonly string[]
  /** Everybody who had a hand in it. */
  readonly contributorIds: ReadonlySet<string>
  /** The last decision on it was to return it. */
  readonly wasReturned: boolean
}

/**
 * The standing approval by which a bulletin is approved as it is submitted, or undefined. An approval is of the bulletin
 * and not of its place, so every programme that it stands in must have one: otherwise it would be heard where nobody
 * approved it. Neither the giver nor the approver whose place the giver took had a hand in it (four eyes). What somebody has
 * returned, somebody looks at again.
 *
 * @param standing oldest first: of several that fit the oldest of the first programme is named.
 */
export function findStandingFor(
  submission: Submission,
  standing: readonly StandingFacts[],
  rights: readonly HeldRight[],
  now: InstantMs,
): StandingFacts | undefined {
  const { programmeIds, areaPath, contributorIds } = submission
  if (submission.wasReturned) return undefined
  const fitting = standing.filter(
    (one) =>
      isStandingInForce(one, areaPath, rights, now) &&
      !contributorIds.has(one.givenById) &&
      (one.onBehalfOfId === null || !contributorIds.has(one.onBehalfOfId)),
  )
  const found = programmeIds.map((id) => fitting.find((one) => one.programmeId === id))
  return found.includes(undefined) ? undefined : found[0]
}

export type StandingRefusal = 'approval-period-invalid' | 'standing-too-long'

export function refuseStanding(validUntil: InstantMs, now: InstantMs): StandingRefusal | undefined {
  if (validUntil <= now) return 'approval-period-invalid'
  return validUntil - now > STANDING_MAX_MS ? 'standing-too-long' : undefined
}

// ── delegations ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** An account that might stand in. */
export interface Candidate {
  readonly id: string
  readonly isDisabled: boolean
  readonly hasSecondFactor: boolean
  readonly grants: readonly { readonly areaId: string; readonly areaPath: readonly string[]; readonly role: Role }[]
}

/**
 * Who may stand in: somebody else who works there already, in the area itself, above or below it, as anything but an
 * auditor. A neighbouring commune's people do not, and nobody learns of them. An auditor does not, since they would
 * come to audit their own decisions.
 */
export function isSuitableDelegate(
  candidate: Candidate,
  fromId: string,
  area: { readonly id: string; readonly path: readonly string[] },
): boolean {
  return (
    candidate.id !== fromId &&
    !candidate.isDisabled &&
    candidate.grants.some(
      (grant) => grant.role !== 'auditor' && (area.path.includes(grant.areaId) || grant.areaPath.includes(area.id)),
    )
  )
}

export type DelegationRefusal =
  | 'delegation-not-own'
  | 'approval-period-invalid'
  | 'delegation-too-long'
  | 'delegation-too-far-ahead'
  | 'delegate-unsuitable'
  | 'delegate-unprotected'

/**
 * Why the actor may not delegate so; undefined: they may. Only an own right can be lent, so that no right travels further
 * than the one to whom its holder gave it.
 */
export function refuseDelegation(
  actor: Actor,
  delegation: {
    readonly startsAt: InstantMs
    readonly endsAt: InstantMs
    readonly candidate: Candidate | null
    /** Approvers must have a second factor: until the delegate has one, nothing would be lent. */
    readonly needsFactor: boolean
  },
  area: { readonly id: string; readonly path: readonly string[] },
  now: InstantMs,
): DelegationRefusal | undefined {
  const { startsAt, endsAt, candidate, needsFactor } = delegation
  if (!listRights(actor, area.path).includes(null)) return 'delegation-not-own'
  if (endsAt <= startsAt || endsAt <= now) return 'approval-period-invalid'
  if (endsAt - startsAt > DELEGATION_MAX_MS) return 'delegation-too-long'
  if (startsAt - now > DELEGATION_AHEAD_MS) return 'delegation-too-far-ahead'
  if (candidate === null || !isSuitableDelegate(candidate, actor.accountId, area)) return 'delegate-unsuitable'
  return needsFactor && !candidate.hasSecondFactor ? 'delegate-unprotected' : undefined
}

/** Either of the two may end it, and whoever manages the accounts of the area. */
export function mayEndDelegation(
  actor: Actor,
  delegation: { readonly fromId: string; readonly toId: string },
  areaPath: readonly string[],
): boolean {
  return (
    delegation.fromId === actor.accountId ||
    delegation.toId === actor.accountId ||
    mayAct(actor, 'accounts.manage', areaPath)
  )
}
