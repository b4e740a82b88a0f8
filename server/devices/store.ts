import type { Pool } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { deviceState, hello } from '#protocol/link.ts'
import { isUniqueViolation } from '#server/db.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

export const deviceRow = z.object({
  id: z.string(),
  areaId: z.string(),
  areaName: z.string(),
  areaPath: z.array(z.string()),
  name: z.string(),
  revision: z.number().int(),
  volumePercent: z.number().int(),
  muted: z.boolean(),
  maxVolumePercent: z.number().int(),
  emergencyVolumePercent: z.number().int(),
  languages: z.array(z.string()),
  latitude: z.number().nullable(),
  longitude: z.number().nullable(),
  hardwareSerial: z.string().nullable(),
  enrolledAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
  online: z.boolean().nullable(),
  since: z.date().nullable(),
  lastSeenAt: z.date().nullable(),
  clockOffsetMs: z.number().int().nullable(),
  // What a device of another version said may not decode here; then it counts as not said.
  state: deviceState
    .pick({ playing: true, health: true, volumePercent: true, muted: true })
    .partial({ volumePercent: true, muted: true })
    .nullable()
    .catch(null),
  hello: hello
    .pick({ agentVersion: true, targetRevision: true, clock: true })
    .partial({ clock: true })
    .nullable()
    .catch(null),
  wantedRevision: z.number().int(),
  heldRevision: z.number().int().nullable(),
  clipsMissing: z.number().int().nullable(),
  alarms: z.array(
    z.object({
      id: z.string(),
      code: z.string(),
      detail: z.string(),
      raisedAt: z.iso.datetime({ offset: true }),
      acknowledgedAt: z.iso.datetime({ offset: true }).nullable(),
      acknowledgedBy: z.string().nullable(),
    }),
  ),
})
export type DeviceRow = z.infer<typeof deviceRow>

/**
 * Everything the console shows of devices, in one statement. `from`: what gives the devices, as `d`; the rest is looked up
 * for each of them, so that a page costs what a page costs.
 */
export const SELECT_DEVICE = (more: string, from: string): string => `
  SELECT ${more}, d.id, d.area_id AS "areaId", a.name AS "areaName", a.path::text[] AS "areaPath", d.name,
         d.revision, d.volume_percent AS "volumePercent", d.muted, d.max_volume_percent AS "maxVolumePercent",
         d.emergency_volume_percent AS "emergencyVolumePercent", d.languages, d.latitude, d.longitude,
         i.hardware_serial AS "hardwareSerial", i.enrolled_at AS "enrolledAt", r.revoked_at AS "revokedAt",
         p.online, p.since, p.last_seen_at AS "lastSeenAt", p.clock_offset_ms AS "clockOffsetMs", p.state, p.hello,
         coalesce(t.revision, 0) AS "wantedRevision",
         rd.target_revision AS "heldRevision", cardinality(rd.missing) AS "clipsMissing",
         coalesce(al.alarms, '[]'::json) AS alarms
    FROM ${from}
    JOIN area a ON a.id = d.area_id
    LEFT JOIN installation i ON i.device_id = d.id AND i.revoked_at IS NULL
    LEFT JOIN LATERAL (SELECT max(revoked_at) AS revoked_at FROM installation WHERE device_id = d.id) r ON true
    LEFT JOIN device_presence p ON p.device_id = d.id
    LEFT JOIN device_target t ON t.device_id = d.id
    LEFT JOIN device_readiness rd ON rd.device_id = d.id
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object('id', x.id, 'code', code, 'detail', detail, 'raisedAt', raised_at,
                                        'acknowledgedAt', acknowledged_at, 'acknowledgedBy', by.display_name)
                      ORDER BY raised_at, x.id) AS alarms
        FROM device_alarm x LEFT JOIN account by ON by.id = x.acknowledged_by_id
       WHERE x.device_id = d.id AND state = 'raised') al ON true`

const READ_DEVICE = `${SELECT_DEVICE('true AS "isOne"', 'device d')} WHERE d.retired_at IS NULL AND d.id = $1::uuid`

export async function readDevice(pool: Pool, id: string): Promise<DeviceRow | undefined> {
  const { rows } = await pool.query({ name: 'read-device', text: READ_DEVICE, values: [id] })
  return rows[0] === undefined ? undefined : deviceRow.parse(rows[0])
}

/** Groups in use to which the device belongs, by name. */
export async function listGroupsOf(db: Db, deviceId: string): Promise<{ id: string; name: string }[]> {
  return db.deviceGroup.findMany({
    where: { removedAt: null, members: { some: { deviceId } } },
    select: { id: true, name: true },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
  })
}

/** What people set of a device. */
export interface DeviceSettings {
  name: string
  volumePercent: number
  muted: boolean
  maxVolumePercent: number
  emergencyVolumePercent: number
  languages: string[]
  /** Where the pole stands (WGS 84, degrees); null until somebody has said. */
  latitude: number | null
  longitude: number | null
}

export interface PlacedDevice extends DeviceSettings {
  id: string
  revision: number
  areaId: string
  areaName: string
  areaPath: string[]
}

/** Where a device in service stands; null: there is none. */
export async function findDevice(db: Db, id: string): Promise<PlacedDevice | null> {
  const row = await db.device.findFirst({
    where: { id, retiredAt: null },
    select: {
      id: true,
      revision: true,
      name: true,
      areaId: true,
      volumePercent: true,
      muted: true,
      maxVolumePercent: true,
      emergencyVolumePercent: true,
      languages: true,
      latitude: true,
      longitude: true,
      area: { select: { name: true, path: true } },
    },
  })
  if (row === null) return null
  const { area, ...device } = row
  return { ...device, areaName: area.name, areaPath: area.path }
}

/** Makes everything that concerns the device's identity wait for its turn, until the transaction ends. */
export async function lockDevice(db: Db, id: string): Promise<void> {
  await db.$queryRaw`SELECT id FROM device WHERE id = ${id}::uuid FOR UPDATE`
}

/** False when the area has one of this name. */
export async function insertDevice(
  db: Db,
  device: { id: string; areaId: string; name: string; createdAt: Date; volumePercent?: number },
): Promise<boolean> {
  const { count } = await db.device.createMany({ data: [device], skipDuplicates: true })
  return count === 1
}

/** False when the area has another one of this name, also one that was named in the same instant: then the transaction is over. */
export async function updateDevice(db: Db, id: string, change: Partial<DeviceSettings>): Promise<boolean> {
  try {
    await db.device.update({ where: { id }, data: { ...change, revision: { increment: 1 } } })
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

// ── enrolment ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** A new code replaces the older unused ones of the device. */
export async function replaceEnrolmentCode(
  db: Db,
  code: { codeHash: string; deviceId: string; createdById: string; createdAt: Date; expiresAt: Date },
): Promise<void> {
  await revokeUnusedCodes(db, code.deviceId, code.createdAt)
  await db.enrolmentCode.create({ data: code })
}

/** How many were still unused: 0 or 1. */
export async function revokeUnusedCodes(db: Db, deviceId: string, now: Date): Promise<number> {
  const open = { deviceId, usedAt: null, revokedAt: null }
  const { count } = await db.enrolmentCode.updateMany({ where: open, data: { revokedAt: now } })
  return count
}

export interface InstallationRow {
  id: string
  deviceId: string
  publicKey: string
  secretHash: string
  enrolledAt: Date
  revokedAt: Date | null
}

export interface CodeRow {
  deviceId: string
  expiresAt: Date
  usedAt: Date | null
  revokedAt: Date | null
  installation: InstallationRow | null
  /** Another installation came after that one. */
  isReplaced: boolean
}

/** The code and who used it. Call it again after `lockDevice`: only then nobody else can use it in between. */
export async function findCode(db: Db, codeHash: string): Promise<CodeRow | null> {
  const code = await db.enrolmentCode.findUnique({ where: { codeHash } })
  if (code === null) return null
  const installation =
    code.installationId === null ? null : await db.installation.findUnique({ where: { id: code.installationId } })
  const after = { deviceId: code.deviceId, enrolledAt: { gte: installation?.revokedAt ?? new Date(0) } }
  const isReplaced =
    installation?.revokedAt != null &&
    (await db.installation.count({ where: { ...after, id: { not: installation.id } } })) > 0
  return { ...code, installation, isReplaced }
}

export const hasInstallation = async (db: Db, deviceId: string): Promise<boolean> =>
  (await db.installation.count({ where: { deviceId, revokedAt: null } })) > 0

/** Was there another installation before this one, whose connection may still stand? */
export const hadOtherInstallation = async (db: Db, deviceId: string, id: string): Promise<boolean> =>
  (await db.installation.count({ where: { deviceId, id: { not: id } } })) > 0

/** The installation that was revoked with this; null: none was in force. */
export async function revokeInstallation(
  db: Db,
  deviceId: string,
  now: Date,
): Promise<{ id: string; hardwareSerial: string } | null> {
  const data = { revokedAt: now }
  const select = { id: true, hardwareSerial: true }
  const revoked = await db.installation.updateManyAndReturn({ where: { deviceId, revokedAt: null }, data, select })
  return revoked[0] ?? null
}

/** The installation in force of the device; null: there is none. */
export const findInstallation = (
  db: Db,
  deviceId: string,
): Promise<(InstallationRow & { hardwareSerial: string }) | null> =>
  db.installation.findFirst({ where: { deviceId, revokedAt: null } })

/** False when the key or the ledger belongs to an installation already. */
export async function insertInstallation(
  db: Db,
  installation: Omit<InstallationRow, 'revokedAt'> & { hardwareSerial: string },
  ledger: { id: string; hash: string },
): Promise<boolean> {
  const made = await db.installation.createMany({ data: [installation], skipDuplicates: true })
  if (made.count === 0) return false
  const { id: installationId, deviceId, enrolledAt: createdAt } = installation
  const begun = await db.ledger.createMany({
    data: [{ ...ledger, installationId, deviceId, state: 'open', createdAt }],
    skipDuplicates: true,
  })
  return begun.count === 1
}

export async function markCodeUsed(db: Db, codeHash: string, installationId: string, usedAt: Date): Promise<void> {
  await db.enrolmentCode.update({ where: { codeHash }, data: { usedAt, installationId } })
}

const FIND_SECRET = `
  SELECT i.secret_hash AS "secretHash" FROM installation i JOIN device d ON d.id = i.device_id
   WHERE i.device_id = $1::uuid AND i.revoked_at IS NULL AND d.retired_at IS NULL`

const LIST_WITHOUT = `
  SELECT DISTINCT i.device_id AS id FROM installation i JOIN device d ON d.id = i.device_id
   WHERE d.retired_at IS NOT NULL OR NOT EXISTS (
           SELECT FROM installation f WHERE f.device_id = i.device_id AND f.revoked_at IS NULL)`

/** Devices that had an installation and have none now. */
export async function listWithoutInstallation(pool: Pool): Promise<DeviceId[]> {
  const { rows } = await pool.query(LIST_WITHOUT)
  return z
    .array(z.object({ id: deviceId }))
    .parse(rows)
    .map((row) => row.id)
}

/** Hash of the secret of the installation that the device has now. */
export async function findSecretHash(pool: Pool, deviceId: string): Promise<string | undefined> {
  const { rows } = await pool.query({ name: 'find-secret', text: FIND_SECRET, values: [deviceId] })
  return rows[0] === undefined ? undefined : z.object({ secretHash: z.string() }).parse(rows[0]).secretHash
}
