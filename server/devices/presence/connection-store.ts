import type { Pool } from 'pg'
import type { ConnectionRecord } from './rules.ts'

export type ConnectionRow = ConnectionRecord & { readonly deviceId: string }

/** A connection counts from the first time that it was told; one that was taken for ended and is heard again goes on. */
const WRITE_CONNECTIONS = `
  INSERT INTO device_connection AS c (device_id, connection_id, began_at, ended_at, boot_id)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::uuid[])
      ON CONFLICT (device_id, connection_id) DO UPDATE
     SET ended_at = excluded.ended_at, boot_id = coalesce(excluded.boot_id, c.boot_id)`

/** All of them in one statement. Each (device, connection) must come once. */
export async function writeConnections(pool: Pool, rows: readonly ConnectionRow[]): Promise<void> {
  const column = <T>(read: (row: ConnectionRow) => T): T[] => rows.map(read)
  await pool.query({
    name: 'connections-write',
    text: WRITE_CONNECTIONS,
    values: [
      column((row) => row.deviceId),
      column((row) => row.connectionId),
      column((row) => new Date(row.beganAt).toISOString()),
      column((row) => (row.endedAt === null ? null : new Date(row.endedAt).toISOString())),
      column((row) => row.bootId),
    ],
  })
}

/**
 * Ends what a former run of the server left open, at the device's last sign of life in it: when that run ended, nobody
 * knows. Answers how many.
 */
export async function closeFormerConnections(pool: Pool): Promise<number> {
  const { rowCount } = await pool.query(`
    UPDATE device_connection c
       SET ended_at = greatest(c.began_at, (
             SELECT p.last_seen_at FROM device_presence p
              WHERE p.device_id = c.device_id AND p.connection_id = c.connection_id))
     WHERE c.ended_at IS NULL`)
  return rowCount ?? 0
}

/** Forgets connections that ended before `before`; answers how many. */
export async function dropConnections(pool: Pool, before: Date): Promise<number> {
  const { rowCount } = await pool.query('DELETE FROM device_connection WHERE ended_at < $1', [before])
  return rowCount ?? 0
}
