import type { Pool } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { areaId } from '#protocol/ids.ts'
import { compactJws } from '#protocol/signing.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

/** The client, or the client of a running transaction. */
export type Db = Prisma.TransactionClient

const instant = z.date().transform((date) => instantMs.parse(date.getTime()))
const alertRow = z.object({
  id: z.string(),
  areaId: z.string(),
  areaName: z.string(),
  areaPath: z.array(z.string()),
  title: z.string(),
  issuedByName: z.string(),
  issuedAt: instant,
  expiresAt: instant,
  cancelledAt: instant.nullable(),
  total: z.number().int(),
  started: z.number().int(),
  played: z.number().int(),
})
export type AlertRow = z.infer<typeof alertRow>

const SELECT_ALERTS = `
  SELECT a.id, a.area_id AS "areaId", ar.name AS "areaName", ar.path::text[] AS "areaPath", a.title,
         coalesce(ac.display_name, '') AS "issuedByName", a.issued_at AS "issuedAt", a.expires_at AS "expiresAt",
         a.cancelled_at AS "cancelledAt", t.total, coalesce(p.started, 0) AS started, coalesce(p.played, 0) AS played
    FROM alert a
    JOIN area ar ON ar.id = a.area_id
    LEFT JOIN account ac ON ac.id = a.issued_by_id
    LEFT JOIN LATERAL (
      SELECT count(DISTINCT device_id)::int AS started,
             count(DISTINCT device_id) FILTER (WHERE outcome = 'played')::int AS played
        FROM play WHERE play.alert_id = a.id AND play.started_at IS NOT NULL) p ON true
   CROSS JOIN LATERAL (
      SELECT count(*)::int AS total
        FROM device d JOIN area da ON da.id = d.area_id JOIN installation i ON i.device_id = d.id AND i.revoked_at IS NULL
       WHERE d.retired_at IS NULL AND da.path @> ARRAY[a.area_id]) t`

const LIST_ALERTS = `${SELECT_ALERTS}
   WHERE ar.path && $1::uuid[] AND ($2::uuid IS NULL OR ar.path @> ARRAY[$2::uuid])
   ORDER BY a.issued_at DESC, a.id DESC LIMIT $3`

/** Newest first, in or below these areas. */
export async function listAlerts(
  pool: Pool,
  filter: { within: readonly string[]; areaId: string | null; limit: number },
): Promise<AlertRow[]> {
  const values = [filter.within, filter.areaId, filter.limit]
  const { rows } = await pool.query({ name: 'alerts-list', text: LIST_ALERTS, values })
  return z.array(alertRow).parse(rows)
}

export async function readAlert(pool: Pool, id: string): Promise<AlertRow | undefined> {
  const { rows } = await pool.query({
    name: 'alerts-read',
    text: `${SELECT_ALERTS} WHERE a.id = $1::uuid`,
    values: [id],
  })
  return rows[0] === undefined ? undefined : alertRow.parse(rows[0])
}

export interface StoredMessage {
  readonly id: string
  readonly sequence: number
  readonly jws: string
  readonly createdAt: Date
}

export async function insertAlert(
  db: Db,
  alert: { id: string; areaId: string; title: string; issuedById: string; issuedAt: Date; expiresAt: Date },
  message: StoredMessage,
): Promise<void> {
  await db.alert.create({ data: { ...alert, messages: { create: message } } })
}

/** The highest sequence so far; the alert stays locked until the transaction ends. */
export async function lockAlert(db: Db, id: string): Promise<{ sequence: number; isCancelled: boolean }> {
  await db.$queryRaw`SELECT id FROM alert WHERE id = ${id}::uuid FOR UPDATE`
  const { cancelledAt } = await db.alert.findUniqueOrThrow({ where: { id }, select: { cancelledAt: true } })
  const { _max } = await db.alertMessage.aggregate({ where: { alertId: id }, _max: { sequence: true } })
  return { sequence: _max.sequence ?? 0, isCancelled: cancelledAt !== null }
}

export async function insertCancel(db: Db, alertId: string, message: StoredMessage): Promise<void> {
  await db.alertMessage.create({ data: { ...message, alertId } })
  await db.alert.update({ where: { id: alertId }, data: { cancelledAt: message.createdAt } })
}

const inForceRow = z.object({ id: z.string(), areaId, jws: compactJws, expiresAt: instant })
export type InForce = z.infer<typeof inForceRow>

const READ_IN_FORCE = `
  SELECT m.id, a.area_id AS "areaId", m.jws, a.expires_at AS "expiresAt"
    FROM alert a
   CROSS JOIN LATERAL (SELECT id, jws FROM alert_message WHERE alert_id = a.id ORDER BY sequence DESC LIMIT 1) m
   WHERE a.expires_at > $1 AND ($2::uuid[] IS NULL OR a.area_id = ANY($2::uuid[]))
   ORDER BY a.issued_at DESC`

/** The last message of each alert that has not expired, newest first: of these areas, or (null) of all. */
export async function readInForce(pool: Pool, areas: readonly string[] | null, now: InstantMs): Promise<InForce[]> {
  const values = [new Date(now), areas]
  const { rows } = await pool.query({ name: 'alerts-in-force', text: READ_IN_FORCE, values })
  return z.array(inForceRow).parse(rows)
}
