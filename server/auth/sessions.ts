import type { InstantMs } from '#protocol/time.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { type Actor, needsSecondFactor, type Role } from './rules.ts'
import {
  deleteSessions,
  deleteSurplusSessions,
  findSession,
  insertSession,
  listSessions,
  type SessionRow,
  sweepSessions,
  touchSession,
} from './session-store.ts'
import type { Db } from './store.ts'
import { csrfTokenFor, drawToken, hashToken } from './tokens.ts'

/** A session ends when nobody used it for `idleMs`, and in any case `absoluteMs` after the sign-in. */
export interface SessionLimits {
  readonly idleMs: number
  readonly absoluteMs: number
}

export const defaultSessionLimits: SessionLimits = { idleMs: 12 * 3_600_000, absoluteMs: 7 * 24 * 3_600_000 }

/** "Last used" is written at most this often, so that reading pages does not mean writing rows. */
const TOUCH_INTERVAL_MS = 60_000

/** Far more than one person has browsers; the one used the longest ago ends for the one that is opened. */
const MAX_SESSIONS_PER_ACCOUNT = 30

/** Where a session is used from; for the list of sessions, never for a decision. */
export interface ClientInfo {
  address: string
  userAgent: string
}

export interface SignedIn {
  readonly actor: Actor
  /** For the list of sessions; opens nothing. */
  readonly sessionId: string
  readonly tokenHash: string
  readonly csrfToken: string
  /** When it ends if nobody uses it from now on. */
  readonly expiresAt: InstantMs
  /** Needed but not active: this session reaches only the person's own account, where it is set up. */
  readonly secondFactor: { readonly needed: boolean; readonly active: boolean }
}

export interface Sessions {
  readonly limits: SessionLimits
  /** Opens a session, in place of the oldest when there are too many; the token exists only in the answer. `db` is the transaction that signs in. */
  open(db: Db, accountId: string, client: ClientInfo): Promise<string>
  /** Who uses this token; undefined when it is unknown or has ended. Counts as use unless `quietly`. */
  find(token: string, options?: { quietly: boolean }): Promise<SignedIn | undefined>
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

  return {
    limits,
    async open(tx, accountId, client) {
      const token = drawToken()
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
      })
      return token
    },
    async find(token, options = { quietly: false }) {
      const tokenHash = hashToken(token)
      const now = clock.now()
      const found = await findSession(db.pool, tokenHash, toDate(now))
      if (found === undefined || now >= endOf(found.lastSeenAt, found.expiresAt)) return undefined
      const isTouched = !options.quietly && now - found.lastSeenAt.getTime() >= TOUCH_INTERVAL_MS
      if (isTouched) await touchSession(db.prisma, tokenHash, toDate(now))
      const lastSeenAt = isTouched ? toDate(now) : found.lastSeenAt
      return {
        actor: found.actor,
        sessionId: found.sessionId,
        tokenHash,
        csrfToken: csrfTokenFor(token),
        expiresAt: toInstant(new Date(endOf(lastSeenAt, found.expiresAt))),
        secondFactor: {
          needed: needsSecondFactor(found.actor.grants, secondFactorRoles),
          active: found.hasSecondFactor,
        },
      }
    },
    async list(accountId) {
      const now = clock.now()
      const all = await listSessions(db.prisma, accountId)
      return all.filter((one) => now < endOf(one.lastSeenAt, one.expiresAt))
    },
    async close(token, tx) {
      const ended = await deleteSessions(tx ?? db.prisma, { tokenHash: hashToken(token) })
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
