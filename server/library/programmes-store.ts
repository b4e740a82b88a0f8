import type { Prisma } from '#prisma/client.ts'

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

export function listProgrammes(
  db: Db,
  filter: { roots: string[]; areaId: string | undefined; limit: number },
): Promise<ProgrammeRow[]> {
  const below = filter.areaId === undefined ? {} : { path: { has: filter.areaId } }
  return db.programme.findMany({
    where: { AND: [{ area: { path: { hasSome: filter.roots } } }, { area: below }] },
    orderBy: { updatedAt: 'desc' },
    take: filter.limit,
    ...withItems,
  })
}

export async function insertProgramme(
  db: Db,
  programme: { id: string; areaId: string; title: string; at: Date },
): Promise<void> {
  const { at, ...columns } = programme
  await db.programme.create({ data: { ...columns, createdAt: at, updatedAt: at } })
}

export async function renameProgramme(db: Db, id: string, title: string, at: Date): Promise<void> {
  await db.programme.update({ where: { id }, data: { title, updatedAt: at } })
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
