import { Prisma } from '#prisma/client.ts'

/** What of the library lies in an area. */
export type LibraryThing = 'clip' | 'bulletin' | 'programme'

const tables = {
  clip: Prisma.sql`clip`,
  bulletin: Prisma.sql`bulletin`,
  programme: Prisma.sql`programme`,
} as const satisfies Record<LibraryThing, Prisma.Sql>

/**
 * The path of the area in which it lies (root first); undefined: there is none such. One statement, as long as it takes
 * for what there is not: by this alone it is judged who may know of it.
 */
export async function findPathOf(
  db: Prisma.TransactionClient,
  thing: LibraryThing,
  id: string,
): Promise<string[] | undefined> {
  const rows = await db.$queryRaw<{ path: string[] }[]>`
    SELECT a.path::text[] AS path FROM ${tables[thing]} t JOIN area a ON a.id = t.area_id WHERE t.id = ${id}::uuid`
  return rows[0]?.path
}
