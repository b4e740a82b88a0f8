import type { Pool } from 'pg'
import { z } from 'zod'
import type { Db } from '#server/devices/store.ts'

const commandRow = z.object({
  id: z.string(),
  kind: z.string(),
  issuedAt: z.date(),
  expiresAt: z.date(),
  outcome: z.enum(['done', 'refused']).nullable(),
  outcomeAt: z.date().nullable(),
})
export type CommandRow = z.infer<typeof commandRow>

const LIST = `
  SELECT id, kind, issued_at AS "issuedAt", expires_at AS "expiresAt", outcome, outcome_at AS "outcomeAt"
    FROM device_command WHERE device_id = $1::uuid ORDER BY issued_at DESC, id DESC LIMIT $2`

/** Newest first. */
export async function listCommands(pool: Pool, deviceId: string, limit: number): Promise<CommandRow[]> {
  const { rows } = await pool.query({ name: 'commands-list', text: LIST, values: [deviceId, limit] })
  return z.array(commandRow).parse(rows)
}

/** The same command to several devices, each with an id of its own. */
export async function insertCommands(
  db: Db,
  command: { kind: string; issuedById: string; issuedAt: Date; expiresAt: Date },
  each: readonly { id: string; deviceId: string }[],
): Promise<void> {
  const { kind, issuedById, issuedAt, expiresAt } = command
  const [ids, deviceIds] = [each.map((one) => one.id), each.map((one) => one.deviceId)]
  await db.$executeRaw`
    INSERT INTO device_command (kind, issued_by_id, issued_at, expires_at, id, device_id)
    SELECT ${kind}, ${issuedById}::uuid, ${issuedAt}, ${expiresAt}, *
      FROM unnest(${ids}::uuid[], ${deviceIds}::uuid[])`
}
