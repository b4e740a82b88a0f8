import type { Prisma } from '#prisma/client.ts'

/** The client, or the client of a running transaction. */
type Db = Prisma.TransactionClient

/**
 * These areas, and every area that was moved and stands below one of them today. What was recorded keeps the path of its
 * time, so that what happened in or below any of these is the whole history of what stands below `areaIds` today.
 */
export async function withMovedAreas(db: Db, areaIds: readonly string[]): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT a.id::text AS id FROM area a
     WHERE a.path && ${areaIds}::uuid[]
       AND a.id IN (SELECT unnest(m.area_ids) FROM planned_move m WHERE m.done_at IS NOT NULL)`
  return [...new Set([...areaIds, ...rows.map((row) => row.id)])]
}
