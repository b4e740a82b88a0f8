import { type ClipSource, type ClipState, Prisma } from '#prisma/client.ts'
import { foldForSearch } from './rules.ts'
import { foldedSql } from './search-store.ts'

type Db = Prisma.TransactionClient

/** A clip's row with its area's path, which decides who may see it. */
const withArea = {
  include: { area: { select: { path: true } }, trimmedFrom: { select: { sha256: true } } },
} satisfies Prisma.ClipDefaultArgs
export type ClipRow = Prisma.ClipGetPayload<typeof withArea>

export const findClip = (db: Db, id: string): Promise<ClipRow | null> =>
  db.clip.findUnique({ where: { id }, ...withArea })

/** Newest first, in the areas below `roots` (and below `areaId` when given). */
export async function listClips(
  db: Db,
  filter: {
    roots: string[]
    areaId?: string | undefined
    state?: ClipState | undefined
    /** Words in the name, with or without their diacritics. */
    search?: string | undefined
    limit: number
  },
): Promise<ClipRow[]> {
  const { roots, areaId, state, search = '', limit } = filter
  const within = areaId === undefined ? roots : [areaId]
  const words = foldForSearch(search).split(/\s+/).filter(Boolean)
  const conditions = [
    ...(state === undefined ? [] : [Prisma.sql`c.state::text = ${state}`]),
    ...words.map((word) => Prisma.sql`position(${word} IN ${foldedSql(Prisma.sql`c.original_name`)}) > 0`),
  ].map((one) => Prisma.sql`AND ${one}`)
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT c.id::text AS id FROM clip c JOIN area a ON a.id = c.area_id
     WHERE a.path && ${roots}::uuid[] AND a.path && ${within}::uuid[]
       ${conditions.length === 0 ? Prisma.empty : Prisma.join(conditions, ' ')}
     ORDER BY c.created_at DESC, c.id DESC LIMIT ${limit}`
  const found = await db.clip.findMany({ where: { id: { in: rows.map((row) => row.id) } }, ...withArea })
  const byId = new Map(found.map((one) => [one.id, one]))
  return rows.flatMap((row) => byId.get(row.id) ?? [])
}

export interface NewClip {
  id: string
  areaId: string
  source: ClipSource
  originalName: string
  sourceBytes?: number
  /** What is read aloud, and by which voice. */
  speechText?: string | null
  speechVoice?: string | null
  /** What it is cut from: [trimStartMs, trimEndMs) of that clip. */
  trimmedFromId?: string
  trimStartMs?: number
  trimEndMs?: number
  createdById: string
  at: Date
}

export async function insertClip(db: Db, clip: NewClip): Promise<void> {
  const { at, ...columns } = clip
  await db.clip.create({ data: { ...columns, state: 'uploaded', createdAt: at, updatedAt: at } })
}

/** Everything that still has to become a clip, oldest first: what a crash interrupted is among it. */
export async function listUnprocessed(db: Db): Promise<{ id: string }[]> {
  return db.clip.findMany({
    where: { state: { in: ['uploaded', 'processing'] } },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  })
}

/** Takes a clip in hand and counts the attempt; null when it needs no processing (any more). */
export async function beginProcessing(db: Db, id: string, at: Date): Promise<ClipRow | null> {
  const { count } = await db.clip.updateMany({
    where: { id, state: { in: ['uploaded', 'processing'] } },
    data: { state: 'processing', attempts: { increment: 1 }, updatedAt: at },
  })
  return count === 0 ? null : findClip(db, id)
}

export interface ReadyClip {
  sha256: string
  bytes: number
  durationMs: number
  loudnessLufs: number
  peakDbfs: number
  peaks: Uint8Array<ArrayBuffer>
}

/** Only what is in processing becomes ready, and only once: an approval may rest on the audio of a clip that is. */
export async function finishClip(db: Db, id: string, clip: ReadyClip, at: Date): Promise<void> {
  await db.clip.updateMany({
    where: { id, state: 'processing' },
    data: { ...clip, state: 'ready', rejectionCode: null, updatedAt: at },
  })
}

export async function rejectClip(db: Db, id: string, rejectionCode: string, at: Date): Promise<void> {
  await db.clip.update({ where: { id }, data: { state: 'rejected', rejectionCode, updatedAt: at } })
}
