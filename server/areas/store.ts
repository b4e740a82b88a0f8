import type { Pool } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { isStillReferred, isUniqueViolation } from '#server/db.ts'
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
  revision: z.number().int(),
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
         a.revision, coalesce(c.devices, 0) AS "deviceCount", coalesce(c.online, 0) AS "onlineCount"
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
export async function lockArea(db: Db, id: string): Promise<(AreaRow & { readonly revision: number }) | null> {
  await db.$queryRaw`SELECT id FROM area WHERE id = ${id}::uuid FOR NO KEY UPDATE`
  return db.area.findUnique({ where: { id }, select: { ...columns, revision: true } })
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
  const self = await db.area.findUniqueOrThrow({ where: { id }, select: { parentId: true, name: true } })
  if ((await db.area.count({ where: { parentId: self.parentId, name, id: { not: id } } })) > 0) return false
  try {
    // To the name that it has is no other state.
    const revision = { increment: self.name === name ? 0 : 1 }
    await db.area.update({ where: { id }, data: { name, revision } })
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

/** Of the area and all below it. How many of them had another one. */
export const setTimeZone = (db: Db, id: string, timeZone: string): Promise<number> =>
  db.$executeRaw`
    UPDATE area SET time_zone = ${timeZone}, revision = revision + 1
     WHERE path @> ARRAY[${id}::uuid] AND time_zone <> ${timeZone}`

/**
 * Removes an area of which there has never been anything but its name. False when there is: an area below it, a speaker, a
 * grant, content, rules, a plan of a move, or anything that was recorded in it. Then the transaction is over.
 */
export async function removeUnusedArea(db: Db, id: string): Promise<boolean> {
  const recorded = await db.$queryRaw<{ is: boolean }[]>`
    SELECT EXISTS (SELECT FROM planned_move WHERE into_id = ${id}::uuid OR ${id}::uuid = ANY(area_ids))
        OR EXISTS (SELECT FROM airtime_slot WHERE area_id = ${id}::uuid)
        OR EXISTS (SELECT FROM airtime_touched WHERE area_id = ${id}::uuid)
        OR EXISTS (SELECT FROM broadcast_target WHERE ref_id = ${id}::uuid) AS is`
  if (recorded[0]?.is !== false) return false
  try {
    await db.area.delete({ where: { id } })
    return true
  } catch (error) {
    if (isStillReferred(error)) return false
    throw error
  }
}
