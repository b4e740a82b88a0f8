import type { Prisma } from '#prisma/client.ts'
import type { Db } from './store.ts'

const withArea = { include: { area: { select: { id: true, name: true, path: true } } } } as const
export type HolidayRow = Prisma.AreaHolidayGetPayload<typeof withArea>
export type SuspensionRow = Prisma.SuspensionGetPayload<typeof withArea>

// ── holidays ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of the areas of a path, with a day between these two (inclusive), by date. */
export const listHolidays = (db: Db, path: readonly string[], first: string, last: string): Promise<HolidayRow[]> =>
  db.areaHoliday.findMany({
    where: { areaId: { in: [...path] }, removedAt: null, firstDate: { lte: last }, lastDate: { gte: first } },
    orderBy: [{ firstDate: 'asc' }, { id: 'asc' }],
    ...withArea,
  })

export const findHoliday = (db: Db, id: string): Promise<HolidayRow | null> =>
  db.areaHoliday.findUnique({ where: { id }, ...withArea })

export const insertHoliday = (
  db: Db,
  row: {
    id: string
    areaId: string
    name: string
    firstDate: string
    lastDate: string
    createdById: string
    createdAt: Date
  },
): Promise<HolidayRow> => db.areaHoliday.create({ data: row, ...withArea })

/**
 * Takes a holiday out of the calendar. Broadcasts that left it out count from `at` on: what they skipped before was
 * planned for nobody, and is not expected afterwards. Freeze before.
 */
export async function removeHoliday(db: Db, { id, areaId }: HolidayRow, at: Date): Promise<void> {
  await db.areaHoliday.update({ where: { id }, data: { removedAt: at } })
  await db.broadcast.updateMany({
    where: { skipHolidays: true, area: { path: { has: areaId } }, updatedAt: { lt: at } },
    data: { updatedAt: at },
  })
}

// ── suspensions ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Of the areas of a path, newest first. */
export const listSuspensions = (db: Db, path: readonly string[], limit: number): Promise<SuspensionRow[]> =>
  db.suspension.findMany({
    where: { areaId: { in: [...path] } },
    orderBy: [{ startsAt: 'desc' }, { id: 'desc' }],
    take: limit,
    ...withArea,
  })

export const findSuspension = (db: Db, id: string): Promise<SuspensionRow | null> =>
  db.suspension.findUnique({ where: { id }, ...withArea })

/** One in force or to come that says the same: somebody pressed twice. */
export const findSameSuspension = (
  db: Db,
  { areaId, reason, startsAt, endsAt }: Pick<SuspensionRow, 'areaId' | 'reason' | 'startsAt' | 'endsAt'>,
): Promise<SuspensionRow | null> =>
  db.suspension.findFirst({
    where: { areaId, reason, endsAt, startsAt: { lte: startsAt }, liftedAt: null },
    ...withArea,
  })

export const insertSuspension = (
  db: Db,
  row: {
    id: string
    areaId: string
    reason: string
    startsAt: Date
    endsAt: Date
    createdById: string
    createdAt: Date
  },
): Promise<SuspensionRow> => db.suspension.create({ data: row, ...withArea })

export const liftSuspension = (db: Db, id: string, by: { accountId: string; at: Date }): Promise<SuspensionRow> =>
  db.suspension.update({ where: { id }, data: { liftedAt: by.at, liftedById: by.accountId }, ...withArea })
