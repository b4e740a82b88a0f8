import type { Pool } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { isUniqueViolation } from '#server/db.ts'
import type { AreaKind } from './rules.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

export interface AreaRow {
  id: string
  parentId: string | null
  kind: AreaKind
  name: string
  path: string[]
  timeZone: string
}

const countedArea = z.object({
  id: z.string(),
  parentId: z.string().nullable(),
  kind: z.enum(['province', 'commune', 'village']),
  name: z.string(),
  path: z.array(z.string()),
  timeZone: z.string(),
  deviceCount: z.number().int(),
  onlineCount: z.number().int(),
})
export type CountedArea = z.infer<typeof countedArea>

/** Each device counts for its own area and all above it; one pass over the devices, whatever the depth of the tree. */
const LIST_AREAS = `
  WITH counted AS (
    SELECT above.id, count(*)::int AS devices, count(*) FILTER (WHERE p.online AND i.id IS NOT NULL)::int AS online
      FROM device d
      JOIN area a ON a.id = d.area_id
      LEFT JOIN device_presence p ON p.device_id = d.id
      LEFT JOIN installation i ON i.device_id = d.id AND i.revoked_at IS NULL
     CROSS JOIN LATERAL unnest(a.path) AS above(id)
     WHERE d.retired_at IS NULL AND a.path && $1::uuid[]
     GROUP BY above.id)
  SELECT a.id, a.parent_id AS "parentId", a.kind, a.name, a.path::text[] AS path, a.time_zone AS "timeZone",
         coalesce(c.devices, 0) AS "deviceCount", coalesce(c.online, 0) AS "onlineCount"
    FROM area a LEFT JOIN counted c ON c.id = a.id
   WHERE a.path && $1::uuid[]
   ORDER BY cardinality(a.path), a.name COLLATE "vi-x-icu"`

/** All areas in or below these, from the top down, with what stands in them. */
export async function listAreasWithin(pool: Pool, areaIds: readonly string[]): Promise<CountedArea[]> {
  const { rows } = await pool.query({ name: 'list-areas', text: LIST_AREAS, values: [areaIds] })
  return z.array(countedArea).parse(rows)
}

const columns = { id: true, parentId: true, kind: true, name: true, path: true, timeZone: true } as const

export const findArea = (db: Db, id: string): Promise<AreaRow | null> =>
  db.area.findUnique({ where: { id }, select: columns })

/** The area as it stays until the transaction ends, but for what this one does. */
export async function lockArea(db: Db, id: string): Promise<AreaRow | null> {
  await db.$queryRaw`SELECT id FROM area WHERE id = ${id}::uuid FOR NO KEY UPDATE`
  return findArea(db, id)
}

/**
 * Until the transaction ends nothing of the tree moves; `move`: and nobody adds to it. A new area takes its path from
 * that of its parent, which must not change in between.
 */
export async function lockTree(db: Db, use: 'grow' | 'move'): Promise<void> {
  if (use === 'move') await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('loaxa.areas', 0))`
  else await db.$executeRaw`SELECT pg_advisory_xact_lock_shared(hashtextextended('loaxa.areas', 0))`
}

/** False when there is one of this name in the same place. */
export async function insertArea(db: Db, area: AreaRow & { createdAt: Date }): Promise<boolean> {
  const { count } = await db.area.createMany({ data: [area], skipDuplicates: true })
  return count === 1
}

/** False when there is another one of this name in the same place, also one that was named in the same instant: then the transaction is over. */
export async function renameArea(db: Db, id: string, name: string): Promise<boolean> {
  // No index says that two roots may not have the same name.
  const self = await db.area.findUniqueOrThrow({ where: { id }, select: { parentId: true } })
  if ((await db.area.count({ where: { parentId: self.parentId, name, id: { not: id } } })) > 0) return false
  try {
    await db.area.update({ where: { id }, data: { name } })
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}
