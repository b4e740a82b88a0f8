import { Prisma } from '#prisma/client.ts'
import type { Db } from './store.ts'

const shown = {
  include: {
    area: { select: { id: true, name: true, path: true } },
    members: {
      where: { device: { retiredAt: null } },
      select: { deviceId: true },
      orderBy: { deviceId: 'asc' },
    },
  },
} as const satisfies Prisma.DeviceGroupDefaultArgs
export type DeviceGroupRow = Prisma.DeviceGroupGetPayload<typeof shown>

/** Those that are not removed, of areas in or below these (and in or below `areaId`, if given), by name. */
export const listGroups = (db: Db, within: readonly string[], areaId: string | undefined): Promise<DeviceGroupRow[]> =>
  db.deviceGroup.findMany({
    where: {
      removedAt: null,
      AND: [
        { area: { path: { hasSome: [...within] } } },
        areaId === undefined ? {} : { area: { path: { has: areaId } } },
      ],
    },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    ...shown,
  })

/** Removed ones too. */
export const findGroup = (db: Db, id: string): Promise<DeviceGroupRow | null> =>
  db.deviceGroup.findUnique({ where: { id }, ...shown })

/** Is there another group of this name in the area? Under the plan's lock the answer stays true. */
export const isGroupNameTaken = async (db: Db, areaId: string, name: string, exceptId?: string): Promise<boolean> =>
  (await db.deviceGroup.count({
    where: { areaId, name, removedAt: null, ...(exceptId === undefined ? {} : { id: { not: exceptId } }) },
  })) > 0

/** How many of these devices are in service in or below the area. */
export const countDevicesWithin = (db: Db, deviceIds: readonly string[], areaId: string): Promise<number> =>
  db.device.count({ where: { id: { in: [...deviceIds] }, retiredAt: null, area: { path: { has: areaId } } } })

export async function insertGroup(
  db: Db,
  group: { id: string; areaId: string; name: string; createdAt: Date },
  deviceIds: readonly string[],
): Promise<void> {
  const members = { createMany: { data: deviceIds.map((deviceId) => ({ deviceId })) } }
  await db.deviceGroup.create({ data: { ...group, members } })
}

/** Sets name and members; retired devices, which nobody sees in it, stay until they are back. */
export async function updateGroup(db: Db, id: string, name: string, deviceIds: readonly string[]): Promise<void> {
  await db.deviceGroup.update({ where: { id }, data: { name } })
  await db.deviceGroupMember.deleteMany({
    where: { groupId: id, deviceId: { notIn: [...deviceIds] }, device: { retiredAt: null } },
  })
  const data = deviceIds.map((deviceId) => ({ groupId: id, deviceId }))
  await db.deviceGroupMember.createMany({ data, skipDuplicates: true })
}

/** To be called once for each change of a group; new ones begin with 1. */
export async function countGroupEdit(db: Db, id: string): Promise<void> {
  await db.deviceGroup.update({ where: { id }, data: { revision: { increment: 1 } } })
}

export async function removeGroup(db: Db, id: string, removedAt: Date): Promise<void> {
  await db.deviceGroup.update({ where: { id }, data: { removedAt, revision: { increment: 1 } } })
}

/** The title of a broadcast that is still to air (from `fromDate` on, YYYY-MM-DD) and names the group; undefined: none. */
export async function findUseOfGroup(db: Db, groupId: string, fromDate: string): Promise<string | undefined> {
  const rows = await db.$queryRaw<{ title: string }[]>(Prisma.sql`
    SELECT p.title FROM broadcast_target t
    JOIN broadcast b ON b.id = t.broadcast_id
    JOIN programme p ON p.id = b.programme_id
    WHERE t.kind = 'group' AND t.ref_id = ${groupId}::uuid AND b.cancelled_at IS NULL
      AND (b.continued_at IS NULL OR b.continued_at::date::text >= ${fromDate})
      AND (CASE WHEN b.rule IS NULL THEN b.first_date ELSE coalesce(b.last_date, '9999-12-31') END >= ${fromDate}
        OR EXISTS (SELECT FROM unnest(b.extra_dates) AS extra WHERE extra >= ${fromDate})
        OR EXISTS (SELECT FROM occurrence_change x
          WHERE x.broadcast_id = b.id AND x.moved_start_at::date::text >= ${fromDate}))
    ORDER BY b.created_at LIMIT 1`)
  return rows[0]?.title
}
