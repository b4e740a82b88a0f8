import type { InstantMs } from '#protocol/time.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { type Actor, type Grant, needsSecondFactor, type Role, rightsOf } from './rules.ts'
import {
  deleteSessions,
  deleteSurplusSessions,
  type FoundSession,
  findGrants,
  findSession,
  insertSession,
  listSessions,
  rotateSession,
  type SessionRow,
  sweepSessions,
  touchSession,
} from './session-store.ts'
import type { Db } from './store.ts'
import { csrfTokenFor, drawSessionToken, hashToken, renewSessionToken } from './tokens.ts'

/** A session ends when nobody used it for `idleMs`, and in any case `absoluteMs` after the sign-in. */
export interface SessionLimits {
  readonly idleMs: number
  readonly absoluteMs: number
}

export const defaultSessionLimits: SessionLimits = { idleMs: 12 * 3_600_000, absoluteMs: 7 * 24 * 3_600_000 }

/** "Last used" is written at most this often, so that reading pages does not mean writing rows. */
const TOUCH_INTERVAL_MS = 60_000

/**
 * So long the id before a change of rights is still taken, for what it was made for: requests that were on their way
 * must not sign anybody out.
 */
const PREVIOUS_ID_MS = 10_000

/** Far more than one person has browsers; the one used the longest ago ends for the one that is opened. */
const MAX_SESSIONS_PER_ACCOUNT = 30

/** Where a session is used from; for the list of sessions, never for a decision. */
export interface ClientInfo {
  address: string
  userAgent: string
}

export interface SignedIn {
  /** With the grants that this id of the session was made under, as far as they are still in force. */
  readonly actor: Actor
  /** What is in force, also what needs a new id (`rightsOf`). */
  readonly rightsInForce: readonly string[]
  /** The session was just given this id, since other rights are in force than before: the browser must have it. */
  readonly renewal: { readonly token: string; readonly endsInMs: number } | undefined
  /** There is a newer id; this one ends within seconds. */
  readonly isSuperseded: boolean
  /** For the list of sessions; opens nothing. */
  readonly sessionId: string
  readonly csrfToken: string
  /** When it ends if nobody uses it from now on. */
  readonly expiresAt: InstantMs
  /** Needed but not active: this session reaches only the person's own account, where it is set up. */
  readonly secondFactor: { readonly needed: boolean; readonly active: boolean }
}

/**
 * `renewing`: the answer goes out at once and can bring another id. `keeping`: what the answer waits for (an upload) may
 * take longer than the earlier id is still taken, so the id stays. `quietly`: this is no use at all.
 */
export type SessionUse = 'renewing' | 'keeping' | 'quietly'

export interface Sessions {
  readonly limits: SessionLimits
  /** Who holds one of these must have a second factor, and nobody without one is lent them. */
  readonly secondFactorRoles: readonly Role[]
  /** Opens a session, in place of the oldest when there are too many; the token exists only in the answer. `db` is the transaction that signs in. */
  open(db: Db, accountId: string, client: ClientInfo): Promise<string>
  /**
   * Who uses this token; undefined when it is unknown or has ended. When the person's
   * rights have changed since the session's id was made, the session is given another id, and with it the new rights
   * (OWASP Session Management Cheat Sheet, “Renew the Session ID After Any Privilege Level Change”). Not where it is kept:
   * then what the id was made for is all it gives, as far as that is still in force.
   */
  find(token: string, use?: SessionUse): Promise<SignedIn | undefined>
  /** An account's open sessions, the one used last first. */
  list(accountId: string): Promise<SessionRow[]>
  /** Ends one session by its token, and answers whose it was. Within a transaction the change is the caller’s to announce. */
  close(token: string, tx?: Db): Promise<string[]>
  /** Ends one session of an account by its id; false: it has none such. */
  closeOne(tx: Db, accountId: string, sessionId: string): Promise<boolean>
  /** Ends all sessions of an account. */
  closeAll(db: Db, accountId: string): Promise<void>
  /** To be called after the commit of what ended sessions, or changed what they may do: whoever holds one open looks again. */
  announceChange(accountId: string): void
  /** `listener` is told whose sessions have changed; the answer ends the subscription. */
  onChange(listener: (accountId: string) => void): () => void
  /** Deletes what has ended. */
  sweep(): Promise<number>
}

/** In whatever order: the database sorts otherwise than we do. */
const isSameRights = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((one) => right.includes(one))

/** Who must have a second factor. */
export interface SessionRules {
  limits?: SessionLimits
  secondFactorRoles?: readonly Role[]
}

export function createSessions(deps: { db: Database; clock: Clock } & SessionRules): Sessions {
  const { db, clock, limits = defaultSessionLimits, secondFactorRoles = [] } = deps
  const listeners = new Set<(accountId: string) => void>()
  const endOf = (lastSeenAt: Date, expiresAt: Date): number =>
    Math.min(lastSeenAt.getTime() + limits.idleMs, expiresAt.getTime())
  const announceChange: Sessions['announceChange'] = (accountId) => {
    for (const listener of listeners) listener(accountId)
  }

  const rotatedAfter = (now: InstantMs): Date => new Date(now - PREVIOUS_ID_MS)

  function show(found: FoundSession, token: string, renewal?: SignedIn['renewal']): SignedIn {
    const { actor, rights, lastSeenAt, expiresAt } = found
    const grants = actor.grants.filter((grant) => rightsOf([grant]).every((right) => rights.includes(right)))
    return {
      actor: { ...actor, grants },
      rightsInForce: rightsOf(actor.grants),
      renewal,
      isSuperseded: !found.isCurrent,
      sessionId: found.sessionId,
      csrfToken: csrfTokenFor(token),
      expiresAt: toInstant(new Date(endOf(lastSeenAt, expiresAt))),
      secondFactor: { needed: needsSecondFactor(grants, secondFactorRoles), active: found.hasSecondFactor },
    }
  }

  /** What needs a second factor is lent once it is there: a loan keeps nobody from the own work. */
  function withoutUnprotectedLoans(found: FoundSession): FoundSession {
    if (found.hasSecondFactor) return found
    const isLent = (grant: Grant): boolean =>
      grant.onBehalfOfId === undefined || !needsSecondFactor([grant], secondFactorRoles)
    return { ...found, actor: { ...found.actor, grants: found.actor.grants.filter(isLent) } }
  }

  async function find(token: string, use: SessionUse = 'renewing'): Promise<SignedIn | undefined> {
    const now = clock.now()
    const tokenHash = hashToken(token)
    const known = await findSession(db.pool, { tokenHash, now: toDate(now), rotatedAfter: rotatedAfter(now) })
    const stored = known === undefined ? undefined : withoutUnprotectedLoans(known)
    if (stored === undefined || now >= endOf(stored.lastSeenAt, stored.expiresAt)) return undefined
    if (use === 'quietly') return show(stored, token)
    const isTouched = now - stored.lastSeenAt.getTime() >= TOUCH_INTERVAL_MS
    if (isTouched) await touchSession(db.prisma, stored.sessionId, toDate(now))
    const found = { ...stored, lastSeenAt: isTouched ? toDate(now) : stored.lastSeenAt }
    const rights = rightsOf(found.actor.grants)
    if (use === 'keeping' || !found.isCurrent || isSameRights(rights, found.rights)) return show(found, token)
    const renewed = renewSessionToken(token)
    const change = { previousRights: found.rights, rights, rotatedAt: toDate(now) }
    // Another request was first: by now this is the id before, or no id any more.
    if (!(await rotateSession(db.prisma, { from: tokenHash, to: hashToken(renewed) }, change))) {
      return find(token, use)
    }
    announceChange(found.actor.accountId)
    return show({ ...found, ...change }, renewed, { token: renewed, endsInMs: found.expiresAt.getTime() - now })
  }

  return {
    limits,
    secondFactorRoles,
    async open(tx, accountId, client) {
      const token = drawSessionToken()
      const now = clock.now()
      await deleteSurplusSessions(tx, accountId, MAX_SESSIONS_PER_ACCOUNT - 1)
      await insertSession(tx, {
        tokenHash: hashToken(token),
        accountId,
        createdAt: toDate(now),
        lastSeenAt: toDate(now),
        expiresAt: new Date(now + limits.absoluteMs),
        userAgent: client.userAgent.slice(0, 300),
        address: client.address.slice(0, 100),
        rights: rightsOf(await findGrants(tx, accountId, toDate(now))),
      })
      return token
    },
    find,
    async list(accountId) {
      const now = clock.now()
      const all = await listSessions(db.prisma, accountId)
      return all.filter((one) => now < endOf(one.lastSeenAt, one.expiresAt))
    },
    async close(token, tx) {
      const ended = await deleteSessions(tx ?? db.prisma, {
        tokenHash: hashToken(token),
        rotatedAfter: rotatedAfter(clock.now()),
      })
      if (tx === undefined) ended.forEach(announceChange)
      return ended
    },
    async closeOne(tx, accountId, id) {
      const ended = await deleteSessions(tx, { accountId, id })
      return ended.length > 0
    },
    async closeAll(tx, accountId) {
      await deleteSessions(tx, { accountId })
    },
    announceChange,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    sweep: () => {
      const now = clock.now()
      return sweepSessions(db.prisma, toDate(now), new Date(now - limits.idleMs))
    },
  }
}
