import type { Prisma } from '#prisma/client.ts'
import type { InstantMs } from '#protocol/time.ts'
import { actions } from '#server/auth/rules.ts'
import { toDate, toInstant } from '#server/clock.ts'
import type { Candidate, HeldRight, StandingFacts } from './rules.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

/** Where these accounts may approve now: by roles of their own, and in place of approvers who are away. */
export async function listApprovalRights(db: Db, accountIds: readonly string[], now: InstantMs): Promise<HeldRight[]> {
  if (accountIds.length === 0) return []
  const [ids, at] = [[...new Set(accountIds)], toDate(now)]
  const approves = { role: { in: [...actions['library.approve']] } }
  const own = await db.roleGrant.findMany({
    where: { accountId: { in: ids }, account: { disabledAt: null }, ...approves },
    select: { accountId: true, areaId: true },
  })
  const lent = await db.approvalDelegation.findMany({
    where: {
      toId: { in: ids },
      startsAt: { lte: at },
      endsAt: { gt: at },
      endedAt: null,
      to: { disabledAt: null },
      from: { disabledAt: null },
    },
    select: {
      toId: true,
      fromId: true,
      areaId: true,
      area: { select: { path: true } },
      from: { select: { grants: { where: approves, select: { areaId: true } } } },
    },
  })
  return [
    ...own.map((grant) => ({ ...grant, onBehalfOfId: null })),
    ...lent
      .filter(({ area, from }) => from.grants.some((grant) => area.path.includes(grant.areaId)))
      .map(({ toId, fromId, areaId }) => ({ accountId: toId, areaId, onBehalfOfId: fromId })),
  ]
}

// ── standing approvals ──────────────────────────────────────────────────────────────────────────────────────────────

const withProgramme = {
  include: {
    programme: { select: { title: true, areaId: true, area: { select: { path: true } } } },
    givenBy: { select: { displayName: true } },
  },
} satisfies Prisma.StandingApprovalDefaultArgs
export type StandingRow = Prisma.StandingApprovalGetPayload<typeof withProgramme>

export const standingFactsOf = (
  row: Pick<StandingRow, 'id' | 'programmeId' | 'givenById' | 'onBehalfOfId' | 'validUntil' | 'withdrawnAt'>,
): StandingFacts => ({
  id: row.id,
  programmeId: row.programmeId,
  givenById: row.givenById,
  onBehalfOfId: row.onBehalfOfId,
  validUntil: toInstant(row.validUntil),
  withdrawnAt: row.withdrawnAt === null ? null : toInstant(row.withdrawnAt),
})

export const findStanding = (db: Db, id: string): Promise<StandingRow | null> =>
  db.standingApproval.findUnique({ where: { id }, ...withProgramme })

/** Of programmes below `roots` (and below `areaId` when given), neither over nor withdrawn; the one that ends first is first. */
export function listStanding(
  db: Db,
  filter: { roots: string[]; areaId: string | undefined; now: InstantMs; limit: number },
): Promise<StandingRow[]> {
  const below = filter.areaId === undefined ? {} : { path: { has: filter.areaId } }
  return db.standingApproval.findMany({
    where: {
      withdrawnAt: null,
      validUntil: { gt: toDate(filter.now) },
      programme: { AND: [{ area: { path: { hasSome: filter.roots } } }, { area: below }] },
    },
    orderBy: [{ validUntil: 'asc' }, { id: 'asc' }],
    take: filter.limit,
    ...withProgramme,
  })
}

/** What may be in force for these programmes, oldest first. */
export async function listStandingOf(
  db: Db,
  programmeIds: readonly string[],
  now: InstantMs,
): Promise<StandingFacts[]> {
  const rows = await db.standingApproval.findMany({
    where: { programmeId: { in: [...programmeIds] }, withdrawnAt: null, validUntil: { gt: toDate(now) } },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(standingFactsOf)
}

export async function insertStanding(
  db: Db,
  standing: Pick<
    Prisma.StandingApprovalUncheckedCreateInput,
    'id' | 'programmeId' | 'areaId' | 'givenById' | 'onBehalfOfId' | 'reason'
  > & { at: Date; validUntil: Date },
): Promise<void> {
  const { at, ...columns } = standing
  await db.standingApproval.create({ data: { ...columns, createdAt: at } })
}

/** False: it was withdrawn or over already. */
export async function withdrawStanding(db: Db, id: string, byId: string, at: Date): Promise<boolean> {
  const { count } = await db.standingApproval.updateMany({
    where: { id, withdrawnAt: null, validUntil: { gt: at } },
    data: { withdrawnAt: at, withdrawnById: byId },
  })
  return count === 1
}

/** The programmes that a bulletin stands in now. */
export async function listProgrammesOf(db: Db, bulletinId: string): Promise<string[]> {
  const items = await db.programmeItem.findMany({
    where: { bulletinId, removedAt: null },
    distinct: ['programmeId'],
    orderBy: { programmeId: 'asc' },
    select: { programmeId: true },
  })
  return items.map((item) => item.programmeId)
}

// ── delegations ─────────────────────────────────────────────────────────────────────────────────────────────────────

const withPeople = {
  include: {
    area: { select: { name: true, path: true } },
    from: { select: { displayName: true } },
    to: { select: { displayName: true } },
  },
} satisfies Prisma.ApprovalDelegationDefaultArgs
export type DelegationRow = Prisma.ApprovalDelegationGetPayload<typeof withPeople>

export const findDelegation = (db: Db, id: string): Promise<DelegationRow | null> =>
  db.approvalDelegation.findUnique({ where: { id }, ...withPeople })

/** Those that are not over, below `roots` or of this account; the one that begins first is first. */
export function listDelegations(
  db: Db,
  filter: { roots: string[]; areaId: string | undefined; accountId: string; now: InstantMs; limit: number },
): Promise<DelegationRow[]> {
  const { accountId } = filter
  const below = filter.areaId === undefined ? {} : { path: { has: filter.areaId } }
  return db.approvalDelegation.findMany({
    where: {
      endedAt: null,
      endsAt: { gt: toDate(filter.now) },
      area: below,
      OR: [{ area: { path: { hasSome: filter.roots } } }, { fromId: accountId }, { toId: accountId }],
    },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: filter.limit,
    ...withPeople,
  })
}

export async function insertDelegation(
  db: Db,
  delegation: Pick<
    Prisma.ApprovalDelegationUncheckedCreateInput,
    'id' | 'fromId' | 'toId' | 'areaId' | 'reason' | 'startsAt' | 'endsAt'
  > & { at: Date },
): Promise<void> {
  const { at, ...columns } = delegation
  await db.approvalDelegation.create({ data: { ...columns, createdAt: at } })
}

/** False: it had ended already. */
export async function endDelegation(db: Db, id: string, byId: string, at: Date): Promise<boolean> {
  const { count } = await db.approvalDelegation.updateMany({
    where: { id, endedAt: null, endsAt: { gt: at } },
    data: { endedAt: at, endedById: byId },
  })
  return count === 1
}

export interface CandidateRow extends Candidate {
  readonly displayName: string
  readonly userName: string
}

const candidateColumns = {
  id: true,
  displayName: true,
  userName: true,
  disabledAt: true,
  totpConfirmedAt: true,
  grants: { select: { areaId: true, role: true, area: { select: { path: true } } } },
} satisfies Prisma.AccountSelect

const toCandidate = ({
  disabledAt,
  totpConfirmedAt,
  grants,
  ...account
}: Prisma.AccountGetPayload<{ select: typeof candidateColumns }>): CandidateRow => ({
  ...account,
  isDisabled: disabledAt !== null,
  hasSecondFactor: totpConfirmedAt !== null,
  grants: grants.map(({ areaId, role, area }) => ({ areaId, role, areaPath: area.path })),
})

export async function findCandidate(db: Db, id: string): Promise<CandidateRow | null> {
  const account = await db.account.findUnique({ where: { id }, select: candidateColumns })
  return account === null ? null : toCandidate(account)
}

/** Accounts with a role in, above or below the area, by name. */
export async function listCandidates(
  db: Db,
  area: { id: string; path: readonly string[] },
  limit: number,
): Promise<CandidateRow[]> {
  const accounts = await db.account.findMany({
    where: {
      disabledAt: null,
      grants: { some: { OR: [{ areaId: { in: [...area.path] } }, { area: { path: { has: area.id } } }] } },
    },
    select: candidateColumns,
    orderBy: [{ displayName: 'asc' }, { userName: 'asc' }],
    take: limit,
  })
  return accounts.map(toCandidate)
}

export async function findNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.account.findMany({ where: { id: { in: [...ids] } }, select: { id: true, displayName: true } })
  return new Map(rows.map((row) => [row.id, row.displayName]))
}
