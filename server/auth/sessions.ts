import type { InstantMs } from '#protocol/time.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { Actor } from './rules.ts'
import { type Db, deleteSessions, findSession, insertSession, sweepSessions, touchSession } from './store.ts'
import { csrfTokenFor, drawToken, hashToken } from './tokens.ts'

/** A session ends when nobody used it for this long … */
export const SESSION_IDLE_MS = 12 * 3_600_000
/** … and in any case this long after the sign-in. */
export const SESSION_ABSOLUTE_MS = 7 * 24 * 3_600_000
/** "Last used" is written at most this often, so that reading pages does not mean writing rows. */
const TOUCH_INTERVAL_MS = 60_000

/** Where a session is used from; for the list of sessions, never for a decision. */
export interface ClientInfo {
  address: string
  userAgent: string
}

export interface SignedIn {
  readonly actor: Actor
  readonly tokenHash: string
  readonly csrfToken: string
  /** When it ends if nobody uses it from now on. */
  readonly expiresAt: InstantMs
}

export interface Sessions {
  /** Opens a session; the token exists only in the answer. `db` is the transaction that signs in. */
  open(db: Db, accountId: string, client: ClientInfo): Promise<string>
  /** Who uses this token; undefined when it is unknown or has ended. Counts as use unless `quietly`. */
  find(token: string, options?: { quietly: boolean }): Promise<SignedIn | undefined>
  /** Ends one session by its token. */
  close(token: string): Promise<void>
  /** Ends all sessions of an account. */
  closeAll(db: Db, accountId: string): Promise<void>
  /** Deletes what has ended. */
  sweep(): Promise<number>
}

const endOf = (lastSeenAt: Date, expiresAt: Date): number =>
  Math.min(lastSeenAt.getTime() + SESSION_IDLE_MS, expiresAt.getTime())

export function createSessions(deps: { db: Database; clock: Clock }): Sessions {
  const { db, clock } = deps
  return {
    async open(tx, accountId, client) {
      const token = drawToken()
      const now = clock.now()
      await insertSession(tx, {
        tokenHash: hashToken(token),
        accountId,
        createdAt: toDate(now),
        lastSeenAt: toDate(now),
        expiresAt: new Date(now + SESSION_ABSOLUTE_MS),
        userAgent: client.userAgent.slice(0, 300),
        address: client.address.slice(0, 100),
      })
      return token
    },
    async find(token, options = { quietly: false }) {
      const tokenHash = hashToken(token)
      const found = await findSession(db.pool, tokenHash)
      const now = clock.now()
      if (found === undefined || now >= endOf(found.lastSeenAt, found.expiresAt)) return undefined
      const isTouched = !options.quietly && now - found.lastSeenAt.getTime() >= TOUCH_INTERVAL_MS
      if (isTouched) await touchSession(db.prisma, tokenHash, toDate(now))
      const lastSeenAt = isTouched ? toDate(now) : found.lastSeenAt
      return {
        actor: found.actor,
        tokenHash,
        csrfToken: csrfTokenFor(token),
        expiresAt: toInstant(new Date(endOf(lastSeenAt, found.expiresAt))),
      }
    },
    close: (token) => deleteSessions(db.prisma, { tokenHash: hashToken(token) }),
    closeAll: (tx, accountId) => deleteSessions(tx, { accountId }),
    sweep: () => {
      const now = clock.now()
      return sweepSessions(db.prisma, toDate(now), new Date(now - SESSION_IDLE_MS))
    },
  }
}
