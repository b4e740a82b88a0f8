import { Prisma } from '#prisma/client.ts'
import { type ApprovalState, type AudioUpload, type Contribution, foldForSearch } from './rules.ts'
import { foldedSql } from './search-store.ts'

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

/** What of the newest revision is asked for; nothing of it: all. */
export interface BulletinWish {
  readonly areaId?: string | undefined
  readonly topic?: string | undefined
  readonly campaign?: string | undefined
  /** Words in the title, the campaign or the author's name, with or without their diacritics. */
  readonly search?: string | undefined
}

export interface BulletinFilter extends BulletinWish {
  readonly roots: string[]
  readonly state: ApprovalState | undefined
  /** The last one of the page before. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Newest first, in the areas below `roots` (and below `areaId` when given). */
export async function listBulletins(db: Db, filter: BulletinFilter): Promise<BulletinRow[]> {
  const { state, after, limit } = filter
  const inState = state === undefined ? Prisma.empty : Prisma.sql`AND r.state::text = ${state}`
  // Ids are made in the order of time.
  const below = after === undefined ? Prisma.empty : Prisma.sql`AND b.id < ${after}::uuid`
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT b.id::text AS id ${matching(filter)} ${inState} ${below} ORDER BY b.id DESC LIMIT ${limit}`
  const found = await db.bulletin.findMany({ where: { id: { in: rows.map((row) => row.id) } }, ...newest })
  const byId = new Map(found.map((one) => [one.id, one]))
  return rows.flatMap((row) => byId.get(row.id) ?? [])
}

/** How many there are in each state. */
export async function countBulletins(
  db: Db,
  filter: BulletinWish & { readonly roots: string[] },
): Promise<Map<string, number>> {
  const rows = await db.$queryRaw<{ state: string; count: number }[]>`
    SELECT r.state::text AS state, count(*)::int AS count ${matching(filter)} GROUP BY r.state`
  return new Map(rows.map((row) => [row.state, row.count]))
}

/** The state is that of the newest revision: one that was pending when it was edited is pending no more. */
function matching({
  roots,
  areaId,
  topic,
  campaign,
  search = '',
}: BulletinWish & { readonly roots: string[] }): Prisma.Sql {
  const within = areaId === undefined ? roots : [areaId]
  const words = foldForSearch(search).split(/\s+/).filter(Boolean)
  const conditions = [
    ...(topic === undefined ? [] : [Prisma.sql`r.topic = ${topic}`]),
    ...(campaign === undefined ? [] : [Prisma.sql`r.campaign = ${campaign}`]),
    ...words.map((word) => Prisma.sql`position(${word} IN ${foldedSql(shownText)}) > 0`),
  ].map((one) => Prisma.sql`AND ${one}`)
  return Prisma.sql`FROM bulletin b JOIN area a ON a.id = b.area_id
    CROSS JOIN LATERAL (
      SELECT * FROM bulletin_revision r WHERE r.bulletin_id = b.id ORDER BY r.number DESC LIMIT 1
    ) r
    JOIN account u ON u.id = r.author_id
    WHERE a.path && ${roots}::uuid[] AND a.path && ${within}::uuid[] ${conditions.length === 0 ? Prisma.empty : Prisma.join(conditions, ' ')}`
}

const shownText = Prisma.sql`r.title || ' ' || coalesce(r.campaign, '') || ' ' || u.display_name`

/** Campaigns of the newest revisions here, the last used first. */
export async function listCampaigns(
  db: Db,
  { roots, areaId, limit }: { roots: string[]; areaId: string | undefined; limit: number },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ campaign: string }[]>`
    SELECT r.campaign ${matching({ roots, areaId })} AND r.campaign IS NOT NULL
     GROUP BY r.campaign ORDER BY max(r.created_at) DESC LIMIT ${limit}`
  return rows.map((row) => row.campaign)
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
  const upload = { select: { id: true, sha256: true, createdById: true } } as const
  const rows = await db.bulletinRevision.findMany({
    where: { bulletinId: { in: [...bulletinIds] } },
    select: { bulletinId: true, authorId: true, clip: upload, variants: { select: { clip: upload } } },
  })
  const all = rows.map(({ clip, variants, ...row }) => ({ ...row, clips: [clip, ...variants.map((one) => one.clip)] }))
  const wholes = await listWholes(
    db,
    all.flatMap((row) => row.clips.map((one) => one.id)),
  )
  return all.map((row) => ({ ...row, clips: row.clips.flatMap((one) => [one, ...(wholes.get(one.id) ?? [])]) }))
}

/** Clip → what it was cut from, and that from: whoever brought the whole brought every piece of it. */
async function listWholes(db: Db, clipIds: readonly string[]): Promise<Map<string, AudioUpload[]>> {
  const rows = await db.$queryRaw<{ pieceId: string; sha256: string | null; createdById: string }[]>`
    WITH RECURSIVE whole AS (
      SELECT c.id AS piece_id, c.trimmed_from_id AS id FROM clip c
       WHERE c.id = ANY(${[...clipIds]}::uuid[]) AND c.trimmed_from_id IS NOT NULL
      UNION
      SELECT w.piece_id, c.trimmed_from_id FROM whole w JOIN clip c ON c.id = w.id WHERE c.trimmed_from_id IS NOT NULL
    )
    SELECT w.piece_id::text AS "pieceId", c.sha256, c.created_by_id::text AS "createdById"
      FROM whole w JOIN clip c ON c.id = w.id`
  const wholes = new Map<string, AudioUpload[]>()
  for (const { pieceId, ...whole } of rows) wholes.set(pieceId, [...(wholes.get(pieceId) ?? []), whole])
  return wholes
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
  campaign?: string | null | undefined
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
  const { at, variants, campaign = null, ...columns } = revision
  await db.bulletinRevision.create({ data: { ...columns, campaign, state: 'draft', createdAt: at } })
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
