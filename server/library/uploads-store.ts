import type { Prisma } from '#prisma/client.ts'

type Db = Prisma.TransactionClient

const withArea = { include: { area: { select: { path: true } } } } satisfies Prisma.UploadDefaultArgs
/** With its area's path, which decides whether it may go on. */
export type UploadRow = Prisma.UploadGetPayload<typeof withArea>

export const findUpload = (db: Db, id: string): Promise<UploadRow | null> =>
  db.upload.findUnique({ where: { id }, ...withArea })

/** What this person has on the way, newest first. */
export function listOpenUploads(db: Db, createdById: string, now: Date): Promise<UploadRow[]> {
  return db.upload.findMany({
    where: { createdById, clipId: null, expiresAt: { gt: now } },
    orderBy: { createdAt: 'desc' },
    ...withArea,
  })
}

/** Of everybody: what may still become a clip. */
export function listUnfinished(db: Db): Promise<UploadRow[]> {
  return db.upload.findMany({ where: { clipId: null }, ...withArea })
}

/**
 * Enters it, unless this person has `limit` on the way already. Whoever begins two at once is counted one after the
 * other.
 */
export async function insertUpload(
  db: Db,
  upload: {
    id: string
    areaId: string
    createdById: string
    fileName: string
    source: 'upload' | 'recording'
    bytes: number
    at: Date
    expiresAt: Date
  },
  limit: number,
): Promise<boolean> {
  const { at, ...columns } = upload
  await db.$queryRaw`SELECT 1 FROM account WHERE id = ${upload.createdById}::uuid FOR UPDATE`
  const open = { createdById: upload.createdById, clipId: null, expiresAt: { gt: at } }
  if ((await db.upload.count({ where: open })) >= limit) return false
  await db.upload.create({ data: { ...columns, createdAt: at } })
  return true
}

export async function postponeExpiry(db: Db, id: string, expiresAt: Date): Promise<void> {
  await db.upload.updateMany({ where: { id, clipId: null }, data: { expiresAt } })
}

/** Marks it as the clip of the same id; false: it is that already, or is no more. */
export async function claimFinished(db: Db, id: string): Promise<boolean> {
  const { count } = await db.upload.updateMany({ where: { id, clipId: null }, data: { clipId: id } })
  return count === 1
}

/** False: it became a clip meanwhile, or is no more. */
export async function deleteOpenUpload(db: Db, id: string): Promise<boolean> {
  const { count } = await db.upload.deleteMany({ where: { id, clipId: null } })
  return count === 1
}

/** Removes what nobody goes on with, and what became clips long ago; the ids of the former. */
export async function deleteExpired(db: Db, now: Date): Promise<string[]> {
  await db.upload.deleteMany({ where: { expiresAt: { lte: now }, clipId: { not: null } } })
  const expired = await db.upload.findMany({ where: { expiresAt: { lte: now }, clipId: null }, select: { id: true } })
  const removed: string[] = []
  for (const { id } of expired) if (await deleteOpenUpload(db, id)) removed.push(id)
  return removed
}

export async function findUserName(db: Db, accountId: string): Promise<string> {
  const { userName } = await db.account.findUniqueOrThrow({ where: { id: accountId }, select: { userName: true } })
  return userName
}
