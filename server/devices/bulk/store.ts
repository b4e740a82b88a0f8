import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import type { CommandRow } from '#server/devices/commands/store.ts'
import type { Db } from '#server/devices/store.ts'

const bulkDevice = z.object({
  id: z.string(),
  revision: z.number().int(),
  areaPath: z.array(z.string()),
  volumePercent: z.number().int(),
  muted: z.boolean(),
  maxVolumePercent: z.number().int(),
  isInstalled: z.boolean(),
  wasInstalled: z.boolean(),
})
export type BulkDevice = z.infer<typeof bulkDevice>

/** Those of them that are in service, locked until the transaction ends, by id. */
export async function lockDevices(db: Db, ids: readonly string[]): Promise<BulkDevice[]> {
  const rows = await db.$queryRaw(Prisma.sql`
    SELECT d.id::text AS id, d.revision, a.path::text[] AS "areaPath", d.volume_percent AS "volumePercent", d.muted,
      d.max_volume_percent AS "maxVolumePercent",
      EXISTS (SELECT FROM installation i WHERE i.device_id = d.id AND i.revoked_at IS NULL) AS "isInstalled",
      EXISTS (SELECT FROM installation i WHERE i.device_id = d.id) AS "wasInstalled"
    FROM device d JOIN area a ON a.id = d.area_id
    WHERE d.id = ANY(${ids}::uuid[]) AND d.retired_at IS NULL ORDER BY d.id FOR UPDATE OF d`)
  return z.array(bulkDevice).parse(rows)
}

export async function updateSettings(
  db: Db,
  settings: readonly { readonly id: string; readonly volumePercent: number; readonly muted: boolean }[],
): Promise<void> {
  const column = <T>(read: (one: (typeof settings)[number]) => T): T[] => settings.map(read)
  await db.$executeRaw`
    UPDATE device d SET volume_percent = x.volume_percent, muted = x.muted, revision = d.revision + 1
      FROM unnest(${column((one) => one.id)}::uuid[], ${column((one) => one.volumePercent)}::int[],
                  ${column((one) => one.muted)}::boolean[]) AS x(id, volume_percent, muted)
     WHERE d.id = x.id`
}

const followed = z.object({
  id: z.string(),
  deviceId: z.string(),
  kind: z.string(),
  issuedAt: z.date(),
  expiresAt: z.date(),
  outcome: z.enum(['done', 'refused']).nullable(),
  outcomeAt: z.date().nullable(),
})

/** Those of these commands that went to devices in or below these areas. */
export async function readCommands(
  pool: Pool,
  ids: readonly string[],
  within: readonly string[],
): Promise<(CommandRow & { deviceId: string })[]> {
  const { rows } = await pool.query({
    name: 'commands-follow',
    text: `SELECT c.id, c.device_id AS "deviceId", c.kind, c.issued_at AS "issuedAt", c.expires_at AS "expiresAt",
                  c.outcome, c.outcome_at AS "outcomeAt"
             FROM device_command c JOIN device d ON d.id = c.device_id JOIN area a ON a.id = d.area_id
            WHERE c.id = ANY($1::uuid[]) AND a.path && $2::uuid[] ORDER BY c.id`,
    values: [ids, within],
  })
  return z.array(followed).parse(rows)
}
