import type { Pool } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { type Actor, type Role, roles } from './rules.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

// ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────

const sessionRow = z.object({
  accountId: z.string(),
  userName: z.string(),
  displayName: z.string(),
  lastSeenAt: z.date(),
  expiresAt: z.date(),
  grants: z.array(z.object({ areaId: z.string(), areaPath: z.array(z.string()), role: z.enum(roles) })),
})

/** One statement, since every request runs it. Sessions of disabled accounts do not exist. */
const FIND_SESSION = `
  SELECT a.id AS "accountId", a.user_name AS "userName", a.display_name AS "displayName",
         s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
         coalesce((SELECT json_agg(json_build_object('areaId', g.area_id, 'areaPath', r.path, 'role', g.role))
                     FROM role_grant g JOIN area r ON r.id = g.area_id WHERE g.account_id = a.id), '[]') AS grants
    FROM session s JOIN account a ON a.id = s.account_id
   WHERE s.token_hash = $1 AND a.disabled_at IS NULL`

export interface FoundSession {
  actor: Actor
  lastSeenAt: Date
  expiresAt: Date
}

export async function findSession(pool: Pool, tokenHash: string): Promise<FoundSession | undefined> {
  const { rows } = await pool.query({ name: 'find-session', text: FIND_SESSION, values: [tokenHash] })
  if (rows[0] === undefined) return undefined
  const { lastSeenAt, expiresAt, ...actor } = sessionRow.parse(rows[0])
  return { actor, lastSeenAt, expiresAt }
}

export async function insertSession(db: Db, session: Prisma.SessionUncheckedCreateInput): Promise<void> {
  await db.session.create({ data: session })
}

export async function touchSession(db: Db, tokenHash: string, lastSeenAt: Date): Promise<void> {
  // It may have been closed in the meantime, which stays so.
  await db.session.updateMany({ where: { tokenHash }, data: { lastSeenAt } })
}

export async function deleteSessions(db: Db, which: { tokenHash: string } | { accountId: string }): Promise<void> {
  await db.session.deleteMany({ where: which })
}

export async function sweepSessions(db: Db, expiredBefore: Date, idleSince: Date): Promise<number> {
  const { count } = await db.session.deleteMany({
    where: { OR: [{ expiresAt: { lte: expiredBefore } }, { lastSeenAt: { lte: idleSince } }] },
  })
  return count
}

// ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface AccountRow {
  id: string
  userName: string
  displayName: string
  passwordHash: string | null
  disabledAt: Date | null
  createdAt: Date
  grants: { areaId: string; role: Role }[]
}

const withGrants = { grants: { select: { areaId: true, role: true } } } as const

export const findAccount = (db: Db, id: string): Promise<AccountRow | null> =>
  db.account.findUnique({ where: { id }, include: withGrants })

export const findAccountByName = (db: Db, userName: string): Promise<AccountRow | null> =>
  db.account.findUnique({ where: { userName }, include: withGrants })

export const countAccounts = (db: Db): Promise<number> => db.account.count()

export interface NewAccountRow {
  id: string
  userName: string
  displayName: string
  passwordHash: string | null
  createdAt: Date
}

/** False when the user name is taken; a name that two people ask for at once goes to one of them. */
export async function insertAccount(
  db: Db,
  account: NewAccountRow,
  grants: readonly { areaId: string; role: Role }[],
): Promise<boolean> {
  const { count } = await db.account.createMany({ data: [account], skipDuplicates: true })
  if (count === 0) return false
  await db.roleGrant.createMany({
    data: grants.map((grant) => ({ accountId: account.id, ...grant })),
    skipDuplicates: true,
  })
  return true
}

export async function setPasswordHash(db: Db, accountId: string, passwordHash: string | null): Promise<void> {
  await db.account.update({ where: { id: accountId }, data: { passwordHash } })
}

/** Accounts with a role in or below one of these areas, by name. */
export async function listAccountsWithin(db: Db, areaIds: readonly string[]): Promise<AccountRow[]> {
  return db.account.findMany({
    where: { grants: { some: { area: { path: { hasSome: [...areaIds] } } } } },
    include: withGrants,
    orderBy: { userName: 'asc' },
  })
}

/** The paths of these areas, for deciding about roles held there. */
export async function findAreaPaths(db: Db, ids: readonly string[]): Promise<Map<string, string[]>> {
  const areas = await db.area.findMany({ where: { id: { in: [...ids] } }, select: { id: true, path: true } })
  return new Map(areas.map((area) => [area.id, area.path]))
}

// ── one-time codes ──────────────────────────────────────────────────────────────────────────────────────────────────

/** A new code replaces the older unused ones for the same account (or for the first account). */
export async function replaceInvitation(
  db: Db,
  invitation: { codeHash: string; accountId: string | null; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await db.invitation.deleteMany({ where: { accountId: invitation.accountId, usedAt: null } })
  await db.invitation.create({ data: invitation })
}

/**
 * Uses a code up: at most one caller ever gets the answer, however many try at once. Undefined: there is no such code
 * any more. `isForSetup` tells the first account's code from that of an account.
 */
export async function useInvitation(
  db: Db,
  codeHash: string,
  now: Date,
  isForSetup: boolean,
): Promise<{ accountId: string | null } | undefined> {
  const [used] = await db.invitation.updateManyAndReturn({
    where: { codeHash, usedAt: null, expiresAt: { gt: now }, accountId: isForSetup ? null : { not: null } },
    data: { usedAt: now },
    select: { accountId: true },
  })
  return used
}

/** Serialises setups across all server processes until the transaction ends. */
export async function lockSetup(db: Db): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('loaxa setup'))`
}
