import { isUniqueViolation } from '#server/db.ts'
import type { Db } from './store.ts'

/** A device that was taken out of service for good, until somebody takes it back. */
export interface RetiredDevice {
  readonly id: string
  readonly name: string
  readonly areaId: string
  readonly areaName: string
  readonly areaPath: readonly string[]
  readonly retiredAt: Date
}

const select = {
  id: true,
  name: true,
  areaId: true,
  retiredAt: true,
  area: { select: { name: true, path: true } },
} as const

export async function findRetired(db: Db, id: string): Promise<RetiredDevice | null> {
  const row = await db.device.findUnique({ where: { id }, select })
  if (row === null || row.retiredAt === null) return null
  return { ...row, retiredAt: row.retiredAt, areaName: row.area.name, areaPath: row.area.path }
}

/** Of these areas and those below, those retired last first. */
export async function listRetired(db: Db, areaIds: readonly string[], limit: number): Promise<RetiredDevice[]> {
  const rows = await db.device.findMany({
    where: { retiredAt: { not: null }, area: { path: { hasSome: [...areaIds] } } },
    select,
    orderBy: [{ retiredAt: 'desc' }, { id: 'asc' }],
    take: limit,
  })
  return rows.flatMap(({ retiredAt, area, ...row }) =>
    retiredAt === null ? [] : [{ ...row, retiredAt, areaName: area.name, areaPath: area.path }],
  )
}

/** Null: in service again. False when the area has another one of this name: then the transaction is over. */
export async function setRetired(db: Db, id: string, name: string, retiredAt: Date | null): Promise<boolean> {
  try {
    await db.device.update({ where: { id }, data: { name, retiredAt, revision: { increment: 1 } } })
    // It leaves its groups, or is back in them.
    const data = { revision: { increment: 1 } }
    await db.deviceGroup.updateMany({ where: { members: { some: { deviceId: id } } }, data })
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

export const isNameTaken = async (db: Db, areaId: string, name: string): Promise<boolean> =>
  (await db.device.count({ where: { areaId, name } })) > 0
