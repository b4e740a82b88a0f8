import { Prisma } from '#prisma/client.ts'
import { foldForSearch } from './rules.ts'
import { foldedSql } from './search-store.ts'

type Db = Prisma.TransactionClient

const withItems = {
  include: {
    area: { select: { path: true } },
    items: {
      where: { removedAt: null },
      orderBy: { position: 'asc' },
      include: {
        bulletin: {
          include: {
            revisions: { orderBy: { number: 'desc' }, take: 1, include: { clip: { select: { durationMs: true } } } },
          },
        },
      },
    },
  },
} satisfies Prisma.ProgrammeDefaultArgs
export type ProgrammeRow = Prisma.ProgrammeGetPayload<typeof withItems>

export const findProgramme = (db: Db, id: string): Promise<ProgrammeRow | null> =>
  db.programme.findUnique({ where: { id }, ...withItems })

export async function lockProgramme(db: Db, id: string): Promise<void> {
  await db.$queryRaw`SELECT 1 FROM programme WHERE id = ${id}::uuid FOR UPDATE`
}

export interface ProgrammeFilter {
  readonly roots: string[]
  readonly areaId?: string | undefined
  /** Words in the title, with or without their diacritics. */
  readonly search?: string | undefined
  /** Those that hold this bulletin, once, and nothing else. */
  readonly onlyBulletinId?: string | undefined
  /** The last one of the page before, as it was then. */
  readonly after?: { readonly updatedAt: Date; readonly id: string } | undefined
  readonly limit: number
}

/** Last changed first, in the areas below `roots` (and below `areaId` when given). */
export async function listProgrammes(db: Db, filter: ProgrammeFilter): Promise<ProgrammeRow[]> {
  const { roots, areaId, search = '', onlyBulletinId, after, limit } = filter
  const items = Prisma.sql`SELECT FROM programme_item i WHERE i.programme_id = p.id AND i.removed_at IS NULL`
  const conditions = [
    Prisma.sql`a.path && ${roots}::uuid[]`,
    ...(areaId === undefined ? [] : [Prisma.sql`a.path @> ${[areaId]}::uuid[]`]),
    ...foldForSearch(search)
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => Prisma.sql`position(${word} IN ${foldedSql(Prisma.sql`p.title`)}) > 0`),
    ...(onlyBulletinId === undefined
      ? []
      : [
          Prisma.sql`EXISTS (${items} AND i.bulletin_id = ${onlyBulletinId}::uuid)`,
          Prisma.sql`(SELECT count(*) FROM (${items}) AS held) = 1`,
        ]),
    ...(after === undefined ? [] : [Prisma.sql`(p.updated_at, p.id) < (${after.updatedAt}, ${after.id}::uuid)`]),
  ]
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT p.id::text AS id FROM programme p JOIN area a ON a.id = p.area_id
    WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY p.updated_at DESC, p.id DESC LIMIT ${limit}`
  const found = await db.programme.findMany({ where: { id: { in: rows.map((row) => row.id) } }, ...withItems })
  const byId = new Map(found.map((one) => [one.id, one]))
  return rows.flatMap((row) => byId.get(row.id) ?? [])
}

export async function insertProgramme(
  db: Db,
  programme: { id: string; areaId: string; title: string; at: Date },
): Promise<void> {
  const { at, ...columns } = programme
  await db.programme.create({ data: { ...columns, createdAt: at, updatedAt: at } })
}

/** Called once for each change of a programme: with it its revision counts up. */
export async function renameProgramme(db: Db, id: string, title: string, at: Date): Promise<void> {
  await db.programme.update({ where: { id }, data: { title, updatedAt: at, revision: { increment: 1 } } })
}

export async function insertItem(
  db: Db,
  item: { id: string; programmeId: string; bulletinId: string; position: number },
): Promise<void> {
  await db.programmeItem.create({ data: item })
}

export async function moveItem(db: Db, id: string, position: number): Promise<void> {
  await db.programmeItem.update({ where: { id }, data: { position } })
}

/** Past occurrences name it still: an item is taken out, never deleted. */
export async function removeItem(db: Db, id: string, at: Date): Promise<void> {
  await db.programmeItem.update({ where: { id }, data: { removedAt: at } })
}

/** Broadcasts that play it, also on a single day; past ones are among them. */
export async function listBroadcastsWith(db: Db, programmeId: string): Promise<string[]> {
  const rows = await db.broadcast.findMany({
    where: { OR: [{ programmeId }, { changes: { some: { programmeId } } }] },
    select: { id: true },
  })
  return rows.map((row) => row.id)
}

export async function listProgrammeAreas(db: Db, programmeId: string): Promise<string[]> {
  const rows = await db.broadcast.findMany({ where: { programmeId }, distinct: ['areaId'], select: { areaId: true } })
  return rows.map((row) => row.areaId)
}
