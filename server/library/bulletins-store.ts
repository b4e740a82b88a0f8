import type { Prisma } from '#prisma/client.ts'
import type { ApprovalState, AudioUpload, Contribution } from './rules.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

const audio = { state: true, durationMs: true, sha256: true } as const

/** What a revision is read with: its audio in every language, and the standing approval that approved it. */
const withClip = {
  clip: { select: audio },
  variants: { orderBy: { position: 'asc' }, include: { clip: { select: audio } } },
  standingApproval: { select: { validUntil: true } },
} satisfies Prisma.BulletinRevisionInclude

const newest = {
  include: {
    area: { select: { path: true } },
    revisions: {
      orderBy: { number: 'desc' },
      take: 1,
      include: withClip,
    },
  },
} satisfies Prisma.BulletinDefaultArgs
export type BulletinRow = Prisma.BulletinGetPayload<typeof newest>
export type RevisionRow = BulletinRow['revisions'][number]

export const findBulletin = (db: Db, id: string): Promise<BulletinRow | null> =>
  db.bulletin.findUnique({ where: { id }, ...newest })

/** Locks the bulletin, so that two people deciding at once decide one after the other. */
export async function lockBulletin(db: Db, id: string): Promise<void> {
  await db.$queryRaw`SELECT 1 FROM bulletin WHERE id = ${id}::uuid FOR UPDATE`
}

export interface BulletinFilter {
  readonly roots: string[]
  readonly areaId: string | undefined
  readonly state: ApprovalState | undefined
  readonly limit: number
}

/** Newest first, in the areas below `roots` (and below `areaId` when given), with their newest revision in this state. */
export async function listBulletins(db: Db, filter: BulletinFilter): Promise<BulletinRow[]> {
  const below = filter.areaId === undefined ? {} : { path: { has: filter.areaId } }
  const inState = filter.state === undefined ? {} : { id: { in: await listIdsInState(db, filter, filter.state) } }
  return db.bulletin.findMany({
    where: { ...inState, AND: [{ area: { path: { hasSome: filter.roots } } }, { area: below }] },
    orderBy: { createdAt: 'desc' },
    take: filter.limit,
    ...newest,
  })
}

/** The state is that of the newest revision: one that was pending when it was edited is pending no more. */
async function listIdsInState(db: Db, filter: BulletinFilter, state: ApprovalState): Promise<string[]> {
  const within = filter.areaId === undefined ? filter.roots : [filter.areaId]
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT b.id FROM bulletin b JOIN area a ON a.id = b.area_id
     WHERE a.path && ${filter.roots}::uuid[] AND a.path && ${within}::uuid[]
       AND (SELECT r.state FROM bulletin_revision r WHERE r.bulletin_id = b.id ORDER BY r.number DESC LIMIT 1)::text = ${state}
     ORDER BY b.created_at DESC LIMIT ${filter.limit}`
  return rows.map((row) => row.id)
}

export async function listRevisions(db: Db, bulletinId: string): Promise<RevisionRow[]> {
  return db.bulletinRevision.findMany({
    where: { bulletinId },
    orderBy: { number: 'desc' },
    include: withClip,
  })
}

/** The decision on the newest revision on which there was one; undefined: nothing was decided yet. */
export async function findLastDecision(db: Db, bulletinId: string): Promise<ApprovalState | undefined> {
  const decided = await db.bulletinRevision.findFirst({
    where: { bulletinId, state: { in: ['approved', 'returned'] } },
    orderBy: { number: 'desc' },
    select: { state: true },
  })
  return decided?.state
}

/** The newest revision that was approved and is that still: what broadcasts played last. */
export async function findApprovedRevision(db: Db, bulletinId: string): Promise<string | null> {
  const approved = await db.bulletinRevision.findFirst({
    where: { bulletinId, state: 'approved' },
    orderBy: { number: 'desc' },
    select: { id: true },
  })
  return approved?.id ?? null
}

/** Every revision of these bulletins, as far as it says who had a hand in it. */
export async function listContributions(db: Db, bulletinIds: readonly string[]): Promise<Contribution[]> {
  const upload = { select: { sha256: true, createdById: true } } as const
  const rows = await db.bulletinRevision.findMany({
    where: { bulletinId: { in: [...bulletinIds] } },
    select: { bulletinId: true, authorId: true, clip: upload, variants: { select: { clip: upload } } },
  })
  return rows.map(({ clip, variants, ...row }) => ({ ...row, clips: [clip, ...variants.map((one) => one.clip)] }))
}

/** Who brought audio with these hashes into the library, each once. */
export async function listAudioUploads(db: Db, hashes: readonly string[]): Promise<AudioUpload[]> {
  return db.clip.findMany({
    where: { sha256: { in: [...hashes] } },
    distinct: ['sha256', 'createdById'],
    select: { sha256: true, createdById: true },
  })
}

export interface RevisionContent {
  title: string
  topic: string
  language: string
  clipId: string
  /** The same in other languages. */
  variants: readonly { readonly language: string; readonly clipId: string }[]
}

export async function insertBulletin(db: Db, bulletin: { id: string; areaId: string; at: Date }): Promise<void> {
  await db.bulletin.create({ data: { id: bulletin.id, areaId: bulletin.areaId, createdAt: bulletin.at } })
}

export async function insertRevision(
  db: Db,
  revision: RevisionContent & {
    id: string
    bulletinId: string
    number: number
    contentHash: string
    authorId: string
    at: Date
  },
): Promise<void> {
  const { at, variants, ...columns } = revision
  await db.bulletinRevision.create({ data: { ...columns, state: 'draft', createdAt: at } })
  await db.bulletinVariant.createMany({
    data: variants.map(({ language, clipId }, position) => ({ revisionId: revision.id, language, clipId, position })),
  })
}

export async function submitRevision(db: Db, id: string, contentHash: string, at: Date): Promise<void> {
  await db.bulletinRevision.update({
    where: { id },
    data: {
      state: 'pending',
      contentHash,
      submittedAt: at,
      deciderId: null,
      onBehalfOfId: null,
      standingApprovalId: null,
      decidedAt: null,
      comment: null,
    },
  })
}

export async function decideRevision(
  db: Db,
  id: string,
  decision: {
    state: 'approved' | 'returned'
    deciderId: string
    onBehalfOfId: string | null
    standingApprovalId: string | null
    comment: string | null
    at: Date
  },
): Promise<void> {
  const { at, ...columns } = decision
  await db.bulletinRevision.update({ where: { id }, data: { ...columns, decidedAt: at } })
}

/** Areas in which a broadcast plays this bulletin. */
export async function listBroadcastAreas(db: Db, bulletinId: string): Promise<string[]> {
  const rows = await db.broadcast.findMany({
    where: { programme: { items: { some: { bulletinId, removedAt: null } } } },
    distinct: ['areaId'],
    select: { areaId: true },
  })
  return rows.map((row) => row.areaId)
}

/** Broadcasts in whose programme it stands, also in that of one changed occurrence; past ones are among them. */
export async function listBroadcastsOf(db: Db, bulletinId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH standing AS (SELECT programme_id FROM programme_item WHERE bulletin_id = ${bulletinId}::uuid AND removed_at IS NULL)
    SELECT b.id::text AS id FROM broadcast b WHERE b.programme_id IN (SELECT programme_id FROM standing)
    UNION
    SELECT x.broadcast_id::text FROM occurrence_change x WHERE x.programme_id IN (SELECT programme_id FROM standing)`
  return rows.map((row) => row.id)
}

export async function findAccountNames(db: Db, ids: string[]): Promise<Map<string, string>> {
  const rows = await db.account.findMany({ where: { id: { in: ids } }, select: { id: true, displayName: true } })
  return new Map(rows.map((row) => [row.id, row.displayName]))
}
