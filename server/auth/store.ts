import type { Prisma } from '#prisma/client.ts'
import type { Role } from './rules.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

// ── accounts ────────────────────────────────────────────────────────────────────────────────────────────────────────

export interface AccountRow {
  id: string
  userName: string
  displayName: string
  revision: number
  passwordHash: string | null
  disabledAt: Date | null
  createdAt: Date
  totpSealed: Uint8Array | null
  totpConfirmedAt: Date | null
  totpLastStep: number | null
  factorResetAt: Date | null
  factorResetById: string | null
  invitedAt: Date | null
  invitedById: string | null
  grants: { areaId: string; role: Role }[]
}

const withGrants = { grants: { select: { areaId: true, role: true } } } as const

export const findAccount = (db: Db, id: string): Promise<AccountRow | null> =>
  db.account.findUnique({ where: { id }, include: withGrants })

/** The id that no account and no area has (RFC 9562 §5.9). */
export const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Takes as many statements for a name that does not exist: the time taken must not tell which ones do. */
export async function findAccountByName(db: Db, userName: string): Promise<AccountRow | null> {
  const account = await db.account.findUnique({ where: { userName } })
  const grants = await db.roleGrant.findMany({
    where: { accountId: account?.id ?? NOBODY },
    select: withGrants.grants.select,
  })
  return account === null ? null : { ...account, grants }
}

/** The account as it is, and as it stays until the transaction ends. */
export async function lockAccount(tx: Db, id: string): Promise<AccountRow | null> {
  await tx.$queryRaw`SELECT 1 FROM account WHERE id = ${id}::uuid FOR UPDATE`
  return findAccount(tx, id)
}

/** One after the other: two administrators must not take each other's role away at once. */
export async function lockAccounts(tx: Db): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('loaxa accounts'))`
}

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

export async function updateAccount(
  db: Db,
  id: string,
  data: Pick<
    Prisma.AccountUncheckedUpdateInput,
    'displayName' | 'disabledAt' | 'invitedAt' | 'invitedById' | 'factorResetAt' | 'factorResetById'
  >,
): Promise<void> {
  // Links and second factors stand on no form.
  const isEdit = data.displayName !== undefined || data.disabledAt !== undefined
  await db.account.update({ where: { id }, data: isEdit ? { ...data, revision: { increment: 1 } } : data })
}

/** Takes these roles away and gives those. */
export async function changeGrants(
  db: Db,
  accountId: string,
  change: { remove: readonly { areaId: string; role: Role }[]; add: readonly { areaId: string; role: Role }[] },
): Promise<void> {
  if (change.remove.length > 0) {
    await db.roleGrant.deleteMany({
      where: { OR: change.remove.map(({ areaId, role }) => ({ accountId, areaId, role })) },
    })
  }
  await db.roleGrant.createMany({
    data: change.add.map(({ areaId, role }) => ({ accountId, areaId, role })),
    skipDuplicates: true,
  })
  await db.account.update({ where: { id: accountId }, data: { revision: { increment: 1 } } })
}

/** Which of these areas have an administrator of their own, other than this account, who is not disabled. */
export async function findAreasWithOtherAdministrator(
  db: Db,
  areaIds: readonly string[],
  exceptAccountId: string,
): Promise<Set<string>> {
  const grants = await db.roleGrant.findMany({
    where: {
      areaId: { in: [...areaIds] },
      role: 'administrator',
      accountId: { not: exceptAccountId },
      account: { disabledAt: null },
    },
    select: { areaId: true },
  })
  return new Set(grants.map((grant) => grant.areaId))
}

/** Names of these areas. */
export async function findAreaNames(db: Db, ids: readonly string[]): Promise<string[]> {
  const areas = await db.area.findMany({ where: { id: { in: [...ids] } }, select: { name: true } })
  return areas.map((area) => area.name)
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
  invitation: {
    codeHash: string
    accountId: string | null
    createdById: string | null
    createdAt: Date
    expiresAt: Date
  },
): Promise<void> {
  await db.invitation.deleteMany({ where: { accountId: invitation.accountId, usedAt: null } })
  await db.invitation.create({ data: invitation })
}

/** Whose one-time code this is, without using it up; undefined: there is no such code any more. */
export async function findInvitation(
  db: Db,
  codeHash: string,
  now: Date,
): Promise<{ accountId: string | null } | undefined> {
  const found = await db.invitation.findFirst({
    where: { codeHash, usedAt: null, expiresAt: { gt: now } },
    select: { accountId: true },
  })
  return found ?? undefined
}

/** Answers how many that were not used yet are void now. */
export async function deleteInvitations(db: Db, accountId: string): Promise<number> {
  const { count } = await db.invitation.deleteMany({ where: { accountId, usedAt: null } })
  return count
}

/** Who made one-time links for these accounts since then; those of the operator on the server are not among them. */
export async function findLinkMakers(
  db: Db,
  accountIds: readonly string[],
  since: Date,
): Promise<{ accountId: string; byId: string }[]> {
  const found = await db.invitation.findMany({
    where: { accountId: { in: [...accountIds] }, createdAt: { gt: since } },
    select: { accountId: true, createdById: true },
  })
  return found.flatMap(({ accountId, createdById }) =>
    accountId === null || createdById === null ? [] : [{ accountId, byId: createdById }],
  )
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
