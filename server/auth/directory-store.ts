import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import type { PagePlace } from '#server/devices/directory/rules.ts'
import { foldedSql } from '#server/library/search-store.ts'
import type { accountStates } from './directory-schemas.ts'
import type { Role } from './rules.ts'
import type { AccountRow, Db } from './store.ts'

/** Which accounts of those that one may know of. */
export interface AccountsFilter {
  /** With a role in or below these. */
  readonly within: readonly string[]
  readonly areaId: string | undefined
  readonly role: Role | undefined
  /** Words that all stand in the name or the user name (`searchWords`). */
  readonly words: readonly string[]
}

export type AccountState = (typeof accountStates)[number]

const states: Readonly<Record<AccountState, Prisma.Sql>> = {
  waiting: Prisma.sql`a.disabled_at IS NULL AND a.password_hash IS NULL`,
  unprotected: Prisma.sql`a.disabled_at IS NULL AND a.totp_confirmed_at IS NULL`,
  disabled: Prisma.sql`a.disabled_at IS NOT NULL`,
}

/** By the roles that the reader may know of, and by no other: a filter must not tell what the list does not. */
function conditionOf({ within, areaId, role, words }: AccountsFilter): Prisma.Sql {
  const name = foldedSql(Prisma.sql`a.display_name || ' ' || a.user_name`)
  return Prisma.join(
    [
      Prisma.sql`EXISTS (
        SELECT FROM role_grant g JOIN area r ON r.id = g.area_id
         WHERE g.account_id = a.id AND r.path && ${[...within]}::uuid[]
           AND (${areaId ?? null}::uuid IS NULL OR r.path @> ARRAY[${areaId ?? null}::uuid])
           AND (${role ?? null}::text IS NULL OR g.role::text = ${role ?? null}))`,
      ...words.map((word) => Prisma.sql`position(${word} IN ${name}) > 0`),
    ],
    ' AND ',
  )
}

/** Who may come in before who may not, each by name. */
const SORT_KEY = Prisma.sql`((a.disabled_at IS NOT NULL)::int || ${foldedSql(Prisma.sql`a.display_name`)}) COLLATE "C"`
const keyedRows = z.array(z.object({ id: z.string(), key: z.string() }))

/** A page of them in order, with all their roles, and the key that each was ordered by. */
export async function listAccountsPage(
  db: Db,
  filter: AccountsFilter,
  page: { readonly state: AccountState | undefined; readonly after: PagePlace | undefined; readonly limit: number },
): Promise<{ account: AccountRow; key: string }[]> {
  const { state, after, limit } = page
  const rows = keyedRows.parse(
    await db.$queryRaw`
      SELECT k.id, k.key
        FROM (SELECT a.id, ${SORT_KEY} AS key FROM account a
               WHERE ${conditionOf(filter)} AND ${state === undefined ? Prisma.sql`true` : states[state]}) k
       WHERE ${after === undefined ? Prisma.sql`true` : Prisma.sql`(k.key, k.id) > (${after.key} COLLATE "C", ${after.id}::uuid)`}
       ORDER BY k.key, k.id LIMIT ${limit}`,
  )
  const accounts = await db.account.findMany({
    where: { id: { in: rows.map(({ id }) => id) } },
    include: { grants: { select: { areaId: true, role: true } } },
  })
  const byId = new Map(accounts.map((account) => [account.id, account]))
  return rows.flatMap(({ id, key }) => {
    const account = byId.get(id)
    return account === undefined ? [] : [{ account, key }]
  })
}

const countsRow = z.object({
  all: z.number().int(),
  waiting: z.number().int(),
  unprotected: z.number().int(),
  disabled: z.number().int(),
})

/** How many there are in all, and in each state. */
export async function countAccountsWithin(db: Db, filter: AccountsFilter): Promise<z.infer<typeof countsRow>> {
  const rows = await db.$queryRaw`
    SELECT count(*)::int AS all,
           count(*) FILTER (WHERE ${states.waiting})::int AS waiting,
           count(*) FILTER (WHERE ${states.unprotected})::int AS unprotected,
           count(*) FILTER (WHERE ${states.disabled})::int AS disabled
      FROM account a WHERE ${conditionOf(filter)}`
  const [counts] = z.tuple([countsRow]).parse(rows)
  return counts
}

/** The one-time link of an account that still opens it, without what opens it. */
export async function findOpenLink(
  db: Db,
  accountId: string,
  now: Date,
): Promise<{ createdAt: Date; expiresAt: Date; createdById: string | null } | undefined> {
  const found = await db.invitation.findFirst({
    where: { accountId, usedAt: null, expiresAt: { gt: now } },
    select: { createdAt: true, expiresAt: true, createdById: true },
  })
  return found ?? undefined
}

/** What these accounts are called. */
export async function findDisplayNames(db: Db, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await db.account.findMany({ where: { id: { in: [...ids] } }, select: { id: true, displayName: true } })
  return new Map(found.map(({ id, displayName }) => [id, displayName]))
}
