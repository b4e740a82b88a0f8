import type { Prisma } from '#prisma/client.ts'
import type { AreaKind } from '../rules.ts'
import type { Named } from './rules.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

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

export interface MoveRow {
  id: string
  areaIds: string[]
  deviceIds: string[]
  intoId: string
  reason: string
  effectiveAt: Date
  createdAt: Date
  doneAt: Date | null
  cancelledAt: Date | null
}

export const insertMove = async (
  db: Db,
  move: Omit<MoveRow, 'doneAt' | 'cancelledAt'> & { createdById: string },
): Promise<MoveRow> => db.plannedMove.create({ data: move })

export const findMove = (db: Db, id: string): Promise<MoveRow | null> => db.plannedMove.findUnique({ where: { id } })

const isOpen = { doneAt: null, cancelledAt: null } as const

/** Moves that have neither happened nor been cancelled, soonest first; up to `until` only when it is given. */
export const listOpenMoves = (db: Db, until?: Date): Promise<MoveRow[]> =>
  db.plannedMove.findMany({
    where: { ...isOpen, ...(until === undefined ? {} : { effectiveAt: { lte: until } }) },
    orderBy: [{ effectiveAt: 'asc' }, { createdAt: 'asc' }, { id: 'asc' }],
  })

/** The next instant after `now` at which one is to happen. */
export async function nextMoveAt(db: Db, now: Date): Promise<Date | undefined> {
  const where = { ...isOpen, effectiveAt: { gt: now } }
  const row = await db.plannedMove.findFirst({ where, orderBy: { effectiveAt: 'asc' }, select: { effectiveAt: true } })
  return row?.effectiveAt
}

/** The newest moves that touch any of these areas or what stands below them. */
export async function listMovesWithin(db: Db, areaIds: readonly string[], limit: number): Promise<MoveRow[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT m.id::text AS id FROM planned_move m
     WHERE EXISTS (SELECT FROM area a WHERE a.path && ${areaIds}::uuid[]
                     AND (a.id = m.into_id OR a.id = ANY(m.area_ids)))
        OR EXISTS (SELECT FROM device d JOIN area a ON a.id = d.area_id
                    WHERE d.id = ANY(m.device_ids) AND a.path && ${areaIds}::uuid[])
     ORDER BY m.created_at DESC, m.id DESC LIMIT ${limit}`
  return db.plannedMove.findMany({
    where: { id: { in: rows.map((row) => row.id) } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
  })
}

export async function closeMove(db: Db, id: string, how: { doneAt: Date } | { cancelledAt: Date }): Promise<void> {
  await db.plannedMove.update({ where: { id }, data: how })
}

export interface PlacedArea {
  id: string
  kind: AreaKind
  name: string
  parentId: string | null
  path: string[]
  timeZone: string
}

/** In the order of their ids. */
export const readAreas = (db: Db, ids: readonly string[]): Promise<PlacedArea[]> =>
  db.area.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, kind: true, name: true, parentId: true, path: true, timeZone: true },
    orderBy: { id: 'asc' },
  })

export interface PlacedDevice {
  id: string
  name: string
  areaId: string
  areaPath: string[]
}

/** Devices in service, in the order of their ids. */
export async function readDevices(db: Db, ids: readonly string[]): Promise<PlacedDevice[]> {
  const rows = await db.device.findMany({
    where: { id: { in: [...ids] }, retiredAt: null },
    select: { id: true, name: true, areaId: true, area: { select: { path: true } } },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ area, ...row }) => ({ ...row, areaPath: area.path }))
}

/** What stands directly in an area; devices out of service keep their names too. */
export async function readContents(db: Db, areaId: string): Promise<{ areas: Named[]; devices: Named[] }> {
  const select = { id: true, name: true } as const
  return {
    areas: await db.area.findMany({ where: { parentId: areaId }, select }),
    devices: await db.device.findMany({ where: { areaId }, select }),
  }
}

/** Puts an area, with all below it, directly below another one. Its history keeps the path of its time. */
export async function moveArea(db: Db, id: string, into: { id: string; path: readonly string[] }): Promise<void> {
  await db.area.update({ where: { id }, data: { parentId: into.id, revision: { increment: 1 } } })
  await db.$executeRaw`
    UPDATE area SET path = ${into.path}::uuid[] || path[array_position(path, ${id}::uuid):]
     WHERE path @> ARRAY[${id}::uuid]`
}

export async function moveDevice(db: Db, id: string, areaId: string): Promise<void> {
  await db.device.update({ where: { id }, data: { areaId, revision: { increment: 1 } } })
}
