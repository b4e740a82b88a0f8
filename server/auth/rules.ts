/** Who may do what, where. One table; every route names its action (architecture.md: server/auth). */
export const roles = ['administrator', 'province_official', 'auditor', 'editor', 'approver', 'technician'] as const
export type Role = (typeof roles)[number]

const everyone: readonly Role[] = roles

/** Action → the roles that may do it within the area of their grant and all below it. */
export const actions = {
  'areas.read': everyone,
  'areas.manage': ['administrator'],
  // Mergers are decided above the communes; whoever plans one needs this over every place that takes part.
  'areas.move': ['administrator', 'province_official'],
  // Hours, caps, holidays and suspensions: the commune's leader keeps them, within what the province permits.
  'areas.rules': ['administrator', 'province_official', 'approver'],
  'accounts.read': ['administrator', 'auditor'],
  'accounts.manage': ['administrator'],
  'devices.read': everyone,
  'devices.manage': ['administrator', 'technician'],
  // For good: its history stays, and nothing is expected of it any more.
  'devices.retire': ['administrator'],
  'devices.command': ['administrator', 'technician', 'editor', 'approver'],
  // It cuts an emergency short, until the agent is back: for those who look after speakers, not for those who fill them.
  'devices.restart': ['administrator', 'technician'],
  // Who aims broadcasts at them, and who knows where they stand.
  'devices.group': ['administrator', 'province_official', 'editor', 'technician'],
  'library.read': everyone,
  'library.edit': ['administrator', 'province_official', 'editor'],
  'library.approve': ['approver'],
  'broadcasts.read': everyone,
  'broadcasts.edit': ['administrator', 'province_official', 'editor'],
  'broadcasts.stop': ['administrator', 'province_official', 'editor', 'approver', 'technician'],
  'alerts.read': everyone,
  'alerts.issue': ['administrator', 'province_official', 'approver'],
  'airtime.read': everyone,
  'audit.read': ['administrator', 'province_official', 'auditor'],
} as const satisfies Record<string, readonly Role[]>

export type Action = keyof typeof actions
export const isAction = (name: string): name is Action => Object.hasOwn(actions, name)

/** A role in an area, held for all below it. */
export interface Grant {
  readonly areaId: string
  /** From the root down to the area itself. */
  readonly areaPath: readonly string[]
  readonly role: Role
  /** Held for a while in place of this account, who is away (a delegation). */
  readonly onBehalfOfId?: string
}

/** Where a request came from, for the audit trail; never for a decision. */
export interface Origin {
  readonly address: string
  readonly requestId: string
}

/** Who makes a request. */
export interface Actor {
  readonly accountId: string
  readonly userName: string
  readonly displayName: string
  readonly grants: readonly Grant[]
  /** Absent for what no request caused. */
  readonly origin?: Origin
}

/**
 * A delegation lends approving, and the reading that goes with it. The approver's emergencies and commands to speakers are
 * not lent: an absence is no reason for one more person who can start a siren (least privilege).
 */
const isLent = (action: Action): boolean => action === 'library.approve' || action.endsWith('.read')

const holds = (action: Action, grant: Grant): boolean =>
  actions[action].some((allowed) => allowed === grant.role) && (grant.onBehalfOfId === undefined || isLent(action))

/** May the actor do this in the area with this path (root first, the area itself last)? */
export function mayAct(actor: Actor, action: Action, areaPath: readonly string[]): boolean {
  return actor.grants.some((grant) => holds(action, grant) && areaPath.includes(grant.areaId))
}

/** The areas from which downwards the actor may do this; empty: nowhere. For filters: `area.path && $1`. */
export function areasFor(actor: Actor, action: Action): string[] {
  return [...new Set(actor.grants.filter((grant) => holds(action, grant)).map((grant) => grant.areaId))]
}

/**
 * May the actor know of what sounds in the area with this path? Besides what lies within the own areas this is what
 * comes from above: a province's broadcast sounds in its communes, but for those in `notIn` and what lies below them.
 */
export function mayHearOf(
  actor: Actor,
  action: Action,
  areaPath: readonly string[],
  notIn: readonly string[] = [],
): boolean {
  const area = areaPath.at(-1)
  if (area === undefined) return false
  return (
    mayAct(actor, action, areaPath) ||
    actor.grants.some(
      (grant) =>
        holds(action, grant) && grant.areaPath.includes(area) && !grant.areaPath.some((id) => notIn.includes(id)),
    )
  )
}

/** What these grants give, as texts that can be kept and compared: the same list for the same rights. */
export const rightsOf = (grants: readonly Pick<Grant, 'areaId' | 'role' | 'onBehalfOfId'>[]): string[] =>
  [...new Set(grants.map(({ areaId, role, onBehalfOfId }) => `${areaId} ${role} ${onBehalfOfId ?? ''}`))].sort()

/** Whether somebody who holds these roles must have a second factor. */
export const needsSecondFactor = (grants: readonly Pick<Grant, 'role'>[], rolesThatNeedIt: readonly Role[]): boolean =>
  grants.some((grant) => rolesThatNeedIt.includes(grant.role))

/** How far down all these paths agree: the area in whose trail something is told that concerns all of them. */
export function sharedPath(paths: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = paths
  const end = first.findIndex((areaId, depth) => others.some((path) => path[depth] !== areaId))
  return first.slice(0, end === -1 ? first.length : end)
}

/** The same of somebody's own roles, without those that they hold for others. */
export const ownPath = (actor: Actor): string[] =>
  sharedPath(actor.grants.filter((grant) => grant.onBehalfOfId === undefined).map((grant) => grant.areaPath))
