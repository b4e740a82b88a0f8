import type { Pool } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { type Actor, type Grant, roles } from './rules.ts'
import type { Db } from './store.ts'

const grantsRow = z.array(
  z.object({
    areaId: z.string(),
    areaPath: z.array(z.string()),
    role: z.enum(roles),
    onBehalfOfId: z.string().exactOptional(),
  }),
)
const sessionRow = z.object({
  sessionId: z.string(),
  isCurrent: z.boolean(),
  rights: z.array(z.string()),
  previousRights: z.array(z.string()).nullable(),
  rotatedAt: z.date().nullable(),
  accountId: z.string(),
  userName: z.string(),
  displayName: z.string(),
  hasSecondFactor: z.boolean(),
  lastSeenAt: z.date(),
  expiresAt: z.date(),
  grants: grantsRow,
})

/**
 * The grants of `account` at `now` (both SQL), as JSON. Besides the account's own roles come those of approvers who
 * delegated to it and are away now, as long as they are approvers there themselves.
 */
const grantsOf = (account: string, now: string): string => `
         coalesce((SELECT json_agg(json_build_object('areaId', g.area_id, 'areaPath', r.path, 'role', g.role))
                     FROM role_grant g JOIN area r ON r.id = g.area_id WHERE g.account_id = ${account}), '[]')::jsonb
         ||
         coalesce((SELECT json_agg(json_build_object('areaId', d.area_id, 'areaPath', r.path, 'role', 'approver',
                                                     'onBehalfOfId', d.from_id))
                     FROM approval_delegation d
                     JOIN area r ON r.id = d.area_id
                     JOIN account f ON f.id = d.from_id AND f.disabled_at IS NULL
                    WHERE d.to_id = ${account} AND d.starts_at <= ${now} AND ${now} < d.ends_at AND d.ended_at IS NULL
                      AND EXISTS (SELECT 1 FROM role_grant h WHERE h.account_id = d.from_id AND h.role = 'approver'
                                     AND h.area_id = ANY (r.path))), '[]')::jsonb`

/**
 * One statement, since every request runs it. Sessions of disabled accounts do not exist. The id before the last change
 * of rights is found while that change came after $3.
 */
const FIND_SESSION = `
  SELECT s.id AS "sessionId", s.token_hash = $1 AS "isCurrent",
         CASE WHEN s.token_hash = $1 THEN s.rights ELSE s.previous_rights END AS rights,
         s.previous_rights AS "previousRights", s.rotated_at AS "rotatedAt",
         a.id AS "accountId", a.user_name AS "userName", a.display_name AS "displayName",
         a.totp_confirmed_at IS NOT NULL AS "hasSecondFactor",
         s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
         ${grantsOf('a.id', '$2')} AS grants
    FROM session s JOIN account a ON a.id = s.account_id
   WHERE (s.token_hash = $1 OR (s.previous_token_hash = $1 AND s.rotated_at > $3)) AND a.disabled_at IS NULL`

const FIND_GRANTS = `SELECT ${grantsOf('$1::uuid', '$2::timestamptz')} AS grants`

export interface FoundSession {
  sessionId: string
  /** False: by the id that it had before the last change of rights. */
  isCurrent: boolean
  /** Under which the id was made that it was found by (`rightsOf`). */
  rights: string[]
  /** What the id before it was made under, and when it was replaced; null: never. */
  previousRights: string[] | null
  rotatedAt: Date | null
  /** With the grants that are in force. */
  actor: Actor
  hasSecondFactor: boolean
  lastSeenAt: Date
  expiresAt: Date
}

export async function findSession(
  pool: Pool,
  which: { tokenHash: string; now: Date; rotatedAfter: Date },
): Promise<FoundSession | undefined> {
  const values = [which.tokenHash, which.now, which.rotatedAfter]
  const { rows } = await pool.query({ name: 'find-session', text: FIND_SESSION, values })
  if (rows[0] === undefined) return undefined
  const { accountId, userName, displayName, grants, ...session } = sessionRow.parse(rows[0])
  return { ...session, actor: { accountId, userName, displayName, grants } }
}

/** What an account may do now. */
export async function findGrants(db: Db, accountId: string, now: Date): Promise<Grant[]> {
  const rows = await db.$queryRawUnsafe<unknown>(FIND_GRANTS, accountId, now)
  const [found] = z.array(z.object({ grants: grantsRow })).parse(rows)
  return found?.grants ?? []
}

/** Gives a session another id; false: it has another one already, or has ended. */
export async function rotateSession(
  db: Db,
  id: { readonly from: string; readonly to: string },
  change: { previousRights: string[]; rights: string[]; rotatedAt: Date },
): Promise<boolean> {
  const data = { tokenHash: id.to, previousTokenHash: id.from, ...change }
  const { count } = await db.session.updateMany({ where: { tokenHash: id.from }, data })
  return count === 1
}

export async function insertSession(db: Db, session: Prisma.SessionUncheckedCreateInput): Promise<void> {
  await db.session.create({ data: session })
}

/** Ends those of an account's sessions that were used the longest ago, until `atMost` are left. */
export async function deleteSurplusSessions(db: Db, accountId: string, atMost: number): Promise<void> {
  await db.$executeRaw`
    DELETE FROM session WHERE token_hash IN (
      SELECT token_hash FROM session WHERE account_id = ${accountId}::uuid
       ORDER BY last_seen_at DESC, created_at DESC, id OFFSET ${atMost})`
}

export async function touchSession(db: Db, id: string, lastSeenAt: Date): Promise<void> {
  // It may have been closed in the meantime, which stays so.
  await db.session.updateMany({ where: { id }, data: { lastSeenAt } })
}

/** Answers whose sessions ended. `rotatedAfter`: an id that the session had before counts if it was changed later. */
export async function deleteSessions(
  db: Db,
  which: { tokenHash: string; rotatedAfter: Date } | { accountId: string } | { accountId: string; id: string },
): Promise<string[]> {
  const where: Prisma.SessionWhereInput =
    'tokenHash' in which
      ? {
          OR: [
            { tokenHash: which.tokenHash },
            { previousTokenHash: which.tokenHash, rotatedAt: { gt: which.rotatedAfter } },
          ],
        }
      : which
  const ended = await db.session.findMany({ where, select: { accountId: true } })
  await db.session.deleteMany({ where })
  return ended.map((one) => one.accountId)
}

export interface SessionRow {
  id: string
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
}

/** An account's sessions, the one used last first; those that have ended but are not swept yet included. */
export async function listSessions(db: Db, accountId: string): Promise<SessionRow[]> {
  return db.session.findMany({
    where: { accountId },
    select: { id: true, address: true, userAgent: true, createdAt: true, lastSeenAt: true, expiresAt: true },
    orderBy: [{ lastSeenAt: 'desc' }, { id: 'asc' }],
  })
}

export async function sweepSessions(db: Db, expiredBefore: Date, idleSince: Date): Promise<number> {
  const { count } = await db.session.deleteMany({
    where: { OR: [{ expiresAt: { lte: expiredBefore } }, { lastSeenAt: { lte: idleSince } }] },
  })
  return count
}
