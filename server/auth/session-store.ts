import type { Pool } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { type Actor, roles } from './rules.ts'
import type { Db } from './store.ts'

const sessionRow = z.object({
  sessionId: z.string(),
  accountId: z.string(),
  userName: z.string(),
  displayName: z.string(),
  hasSecondFactor: z.boolean(),
  lastSeenAt: z.date(),
  expiresAt: z.date(),
  grants: z.array(
    z.object({
      areaId: z.string(),
      areaPath: z.array(z.string()),
      role: z.enum(roles),
      onBehalfOfId: z.string().exactOptional(),
    }),
  ),
})

/**
 * One statement, since every request runs it. Sessions of disabled accounts do not exist. Besides the account's own roles
 * come those of approvers who delegated to it and are away now ($2), as long as they are approvers there themselves.
 */
const FIND_SESSION = `
  SELECT s.id AS "sessionId", a.id AS "accountId", a.user_name AS "userName", a.display_name AS "displayName",
         a.totp_confirmed_at IS NOT NULL AS "hasSecondFactor",
         s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
         coalesce((SELECT json_agg(json_build_object('areaId', g.area_id, 'areaPath', r.path, 'role', g.role))
                     FROM role_grant g JOIN area r ON r.id = g.area_id WHERE g.account_id = a.id), '[]')::jsonb
         ||
         coalesce((SELECT json_agg(json_build_object('areaId', d.area_id, 'areaPath', r.path, 'role', 'approver',
                                                     'onBehalfOfId', d.from_id))
                     FROM approval_delegation d
                     JOIN area r ON r.id = d.area_id
                     JOIN account f ON f.id = d.from_id AND f.disabled_at IS NULL
                    WHERE d.to_id = a.id AND d.starts_at <= $2 AND $2 < d.ends_at AND d.ended_at IS NULL
                      AND EXISTS (SELECT 1 FROM role_grant h WHERE h.account_id = d.from_id AND h.role = 'approver'
                                     AND h.area_id = ANY (r.path))), '[]')::jsonb AS grants
    FROM session s JOIN account a ON a.id = s.account_id
   WHERE s.token_hash = $1 AND a.disabled_at IS NULL`

export interface FoundSession {
  sessionId: string
  actor: Actor
  hasSecondFactor: boolean
  lastSeenAt: Date
  expiresAt: Date
}

export async function findSession(pool: Pool, tokenHash: string, now: Date): Promise<FoundSession | undefined> {
  const { rows } = await pool.query({ name: 'find-session', text: FIND_SESSION, values: [tokenHash, now] })
  if (rows[0] === undefined) return undefined
  const { sessionId, hasSecondFactor, lastSeenAt, expiresAt, ...actor } = sessionRow.parse(rows[0])
  return { sessionId, actor, hasSecondFactor, lastSeenAt, expiresAt }
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

export async function touchSession(db: Db, tokenHash: string, lastSeenAt: Date): Promise<void> {
  // It may have been closed in the meantime, which stays so.
  await db.session.updateMany({ where: { tokenHash }, data: { lastSeenAt } })
}

/** Answers whose sessions ended. */
export async function deleteSessions(
  db: Db,
  which: { tokenHash: string } | { accountId: string } | { accountId: string; id: string },
): Promise<string[]> {
  const ended = await db.session.findMany({ where: which, select: { accountId: true } })
  await db.session.deleteMany({ where: which })
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
