import type { Pool } from 'pg'
import { z } from 'zod'
import type { HealthHour } from './rules.ts'

export type HealthRow = HealthHour & { readonly deviceId: string }

/** What was gathered since the last time is added to what the hour has already. */
const WRITE = `
  INSERT INTO device_health_hour AS h (device_id, hour_at, reports, max_temperature_c, min_disk_free_bytes,
         max_memory_rss_bytes, min_signal_percent, worst_clock_offset_ms, xruns)
  SELECT x.* FROM unnest($1::uuid[], $2::timestamptz[], $3::int[], $4::float8[], $5::bigint[], $6::bigint[], $7::int[],
                         $8::int[], $9::int[]) AS x(device_id, hour_at, a, b, c, d, e, f, g)
    JOIN device ON device.id = x.device_id
      ON CONFLICT (device_id, hour_at) DO UPDATE
     SET reports = h.reports + excluded.reports, xruns = h.xruns + excluded.xruns,
         max_temperature_c = greatest(h.max_temperature_c, excluded.max_temperature_c),
         min_disk_free_bytes = least(h.min_disk_free_bytes, excluded.min_disk_free_bytes),
         max_memory_rss_bytes = greatest(h.max_memory_rss_bytes, excluded.max_memory_rss_bytes),
         min_signal_percent = least(h.min_signal_percent, excluded.min_signal_percent),
         worst_clock_offset_ms = CASE
           WHEN h.worst_clock_offset_ms IS NULL OR abs(excluded.worst_clock_offset_ms) > abs(h.worst_clock_offset_ms)
           THEN coalesce(excluded.worst_clock_offset_ms, h.worst_clock_offset_ms) ELSE h.worst_clock_offset_ms END`

/** All of them in one statement. Each (device, hour) must come once. */
export async function writeHealth(pool: Pool, rows: readonly HealthRow[]): Promise<void> {
  const column = <T>(read: (row: HealthRow) => T): T[] => rows.map(read)
  await pool.query({
    name: 'health-write',
    text: WRITE,
    values: [
      column((row) => row.deviceId),
      column((row) => new Date(row.hourAt).toISOString()),
      column((row) => row.reports),
      column((row) => row.maxTemperatureC),
      column((row) => row.minDiskFreeBytes),
      column((row) => row.maxMemoryRssBytes),
      column((row) => row.minSignalPercent),
      column((row) => row.worstClockOffsetMs),
      column((row) => row.xruns),
    ],
  })
}

const healthHour = z.object({
  at: z.date(),
  reports: z.number().int(),
  maxTemperatureC: z.number().nullable(),
  minDiskFreeBytes: z.coerce.number().nullable(),
  maxMemoryRssBytes: z.coerce.number().nullable(),
  minSignalPercent: z.number().int().nullable(),
  worstClockOffsetMs: z.number().int().nullable(),
  xruns: z.number().int(),
})
export type KeptHour = z.infer<typeof healthHour>

const READ = `
  SELECT hour_at AS at, reports, max_temperature_c AS "maxTemperatureC", min_disk_free_bytes AS "minDiskFreeBytes",
         max_memory_rss_bytes AS "maxMemoryRssBytes", min_signal_percent AS "minSignalPercent",
         worst_clock_offset_ms AS "worstClockOffsetMs", xruns
    FROM device_health_hour WHERE device_id = $1::uuid AND hour_at >= $2 AND hour_at < $3 ORDER BY hour_at`

/** By the hour. Hours in which the device was not heard are not among them. */
export async function readHealth(pool: Pool, deviceId: string, from: Date, to: Date): Promise<KeptHour[]> {
  const { rows } = await pool.query({ name: 'health-read', text: READ, values: [deviceId, from, to] })
  return z.array(healthHour).parse(rows)
}

const connection = z.object({ beganAt: z.date(), endedAt: z.date().nullable() })

/** Connections that touch the time, newest first. */
export async function readConnections(
  pool: Pool,
  deviceId: string,
  from: Date,
  to: Date,
  limit: number,
): Promise<z.infer<typeof connection>[]> {
  const { rows } = await pool.query({
    name: 'connections-read',
    text: `SELECT began_at AS "beganAt", ended_at AS "endedAt" FROM device_connection
            WHERE device_id = $1::uuid AND began_at < $3 AND (ended_at IS NULL OR ended_at > $2)
            ORDER BY began_at DESC LIMIT $4`,
    values: [deviceId, from, to, limit],
  })
  return z.array(connection).parse(rows)
}

/** Forgets hours before `before`; answers how many. */
export async function dropHealth(pool: Pool, before: Date): Promise<number> {
  const { rowCount } = await pool.query('DELETE FROM device_health_hour WHERE hour_at < $1', [before])
  return rowCount ?? 0
}
