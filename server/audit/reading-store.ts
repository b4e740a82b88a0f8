import type { Prisma } from '#prisma/client.ts'
import type { AuditOutcome } from './rules.ts'
import type { Db } from './store.ts'
import type { StoredEntry } from './verification-rules.ts'

/** Which entries somebody wants to see; what is absent does not narrow. */
export interface AuditFilter {
  /** From then on. */
  from?: Date | undefined
  /** Before then. */
  to?: Date | undefined
  actorId?: string | undefined
  action?: string | undefined
  /** In this area and all below it. */
  areaId?: string | undefined
  subjectId?: string | undefined
  outcome?: AuditOutcome | undefined
}

/** Which entries somebody may see. */
export interface AuditScope {
  /** Areas from which downwards. */
  areaIds: readonly string[]
  /** Also what belongs to no area: the server itself, sign-ins of nobody known. */
  withoutArea: boolean
}

const isDefined = <T>(value: T | undefined): value is T => value !== undefined

function whereOf(scope: AuditScope, filter: AuditFilter, before: number | undefined): Prisma.AuditEntryWhereInput {
  const conditions: (Prisma.AuditEntryWhereInput | undefined)[] = [
    {
      OR: [
        { areaPath: { hasSome: [...scope.areaIds] } },
        ...(scope.withoutArea ? [{ areaPath: { isEmpty: true } }] : []),
      ],
    },
    before === undefined ? undefined : { seq: { lt: before } },
    filter.from === undefined ? undefined : { at: { gte: filter.from } },
    filter.to === undefined ? undefined : { at: { lt: filter.to } },
    filter.actorId === undefined ? undefined : { actorId: filter.actorId },
    filter.action === undefined ? undefined : { action: filter.action },
    filter.areaId === undefined ? undefined : { areaPath: { has: filter.areaId } },
    filter.subjectId === undefined ? undefined : { subjectId: filter.subjectId },
    filter.outcome === undefined ? undefined : { outcome: filter.outcome },
  ]
  return { AND: conditions.filter(isDefined) }
}

/** Newest first, at most `limit` of them, older than the entry `before`. */
export const listEntries = (
  db: Db,
  scope: AuditScope,
  filter: AuditFilter,
  page: { before: number | undefined; limit: number },
): Promise<StoredEntry[]> =>
  db.auditEntry.findMany({
    where: whereOf(scope, filter, page.before),
    orderBy: { seq: 'desc' },
    take: page.limit,
  })

/** What the ids in these entries are called now. */
export async function nameIds(
  db: Db,
  ids: { accountIds: readonly string[]; areaIds: readonly string[] },
): Promise<{ accounts: ReadonlyMap<string, string>; areas: ReadonlyMap<string, string> }> {
  const [accounts, areas] = await Promise.all([
    db.account.findMany({ where: { id: { in: [...ids.accountIds] } }, select: { id: true, displayName: true } }),
    db.area.findMany({ where: { id: { in: [...ids.areaIds] } }, select: { id: true, name: true } }),
  ])
  return {
    accounts: new Map(accounts.map(({ id, displayName }) => [id, displayName])),
    areas: new Map(areas.map(({ id, name }) => [id, name])),
  }
}

export interface LastChange {
  readonly at: Date
  readonly actorId: string | null
  /** What the account is called now; null: the server itself. */
  readonly actorName: string | null
  readonly areaPath: readonly string[]
}

/** The newest of these acts upon something, or upon a part of it: what has its id, an @, and more. */
export async function findLastChange(
  db: Db,
  id: string,
  actions: { readonly ofIt: readonly string[]; readonly ofParts: readonly string[] },
): Promise<LastChange | undefined> {
  const { ofIt, ofParts } = actions
  const entry = await db.auditEntry.findFirst({
    where: {
      outcome: 'done',
      OR: [
        { subjectId: id, action: { in: [...ofIt] } },
        ...(ofParts.length === 0 ? [] : [{ subjectId: { startsWith: `${id}@` }, action: { in: [...ofParts] } }]),
      ],
    },
    orderBy: { seq: 'desc' },
    select: { at: true, actorId: true, areaPath: true },
  })
  if (entry === null) return undefined
  const account =
    entry.actorId === null
      ? null
      : await db.account.findUnique({ where: { id: entry.actorId }, select: { displayName: true } })
  return { ...entry, actorName: account?.displayName ?? null }
}
