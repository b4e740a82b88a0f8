import type { Pool } from 'pg'
import type { Prisma } from '#prisma/client.ts'
import { isSecurityAlarm, MAX_RAISED_PER_CODE, securityAlarms } from './rules.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

/**
 * One row for one event (device, code, subject) while it is raised or its condition goes on, by a unique index: telling it
 * again changes nothing, also after it was acknowledged. A condition that had ended goes on again.
 */
const RAISE = `
  INSERT INTO device_alarm AS a (id, device_id, code, subject, state, detail, raised_at)
  SELECT $1::uuid, $2::uuid, $3, $4, 'raised', $5, $6
   WHERE (SELECT count(*) FROM device_alarm
           WHERE device_id = $2::uuid AND code = $3 AND state = 'raised') < ${MAX_RAISED_PER_CODE}
      ON CONFLICT (device_id, code, subject) WHERE state = 'raised' OR cleared_at IS NULL
      DO UPDATE SET cleared_at = NULL WHERE a.cleared_at IS NOT NULL`

/** False when nothing changed: the event is known already, or too many of its kind wait for a person. */
export async function raiseAlarm(
  pool: Pool,
  alarm: { id: string; deviceId: string; code: string; subject: string; detail: string; at: Date },
): Promise<boolean> {
  const { id, deviceId, code, subject, detail, at } = alarm
  const values = [id, deviceId, code, subject, detail, at]
  const { rowCount } = await pool.query({ name: 'alarm-raise', text: RAISE, values })
  return rowCount === 1
}

/** The conditions are over. An operational alarm is cleared with that; a security alarm stays until it is acknowledged. */
export async function endAlarms(pool: Pool, deviceId: string, codes: readonly string[], at: Date): Promise<void> {
  await pool.query({
    name: 'alarm-end',
    text: `UPDATE device_alarm
              SET cleared_at = $3, state = CASE WHEN code = ANY($4::text[]) THEN state ELSE 'cleared'::"AlarmState" END
            WHERE device_id = $1::uuid AND cleared_at IS NULL AND code = ANY($2::text[])`,
    values: [deviceId, codes, at, securityAlarms],
  })
}

/**
 * Keeps who acknowledged an alarm of the device, and when; the first one counts. A security alarm is cleared with that, an
 * operational one stays until its condition ends. Undefined: the device has no such alarm.
 */
export async function acknowledgeAlarm(
  db: Db,
  alarm: { id: string; deviceId: string },
  by: { accountId: string; at: Date },
): Promise<{ code: string; isNew: boolean } | undefined> {
  const row = await db.deviceAlarm.findFirst({ where: alarm, select: { code: true } })
  if (row === null) return undefined
  const { count } = await db.deviceAlarm.updateMany({
    where: { ...alarm, acknowledgedAt: null },
    data: {
      acknowledgedAt: by.at,
      acknowledgedById: by.accountId,
      ...(isSecurityAlarm(row.code) ? { state: 'cleared' as const } : {}),
    },
  })
  return { code: row.code, isNew: count === 1 }
}
