import type { Pool } from 'pg'
import { z } from 'zod'
import { deviceId } from '#protocol/ids.ts'
import { deviceState, hello } from '#protocol/link.ts'
import { instantMs } from '#protocol/time.ts'
import { type Presence, toStorableJson } from './rules.ts'

const instant = z.date().transform((date) => instantMs.parse(date.getTime()))
const knownDevice = z.object({
  areaPath: z.array(z.string()),
  connectionId: z.string().nullable(),
  isOnline: z.boolean().nullable(),
  since: instant.nullable(),
  lastSeenAt: instant.nullable(),
  // What another version of the agent said may not decode here; then it counts as not said.
  hello: hello.nullable().catch(null),
  state: deviceState.nullable().catch(null),
  clockOffsetMs: z.number().int().nullable(),
  alarms: z.array(z.string()),
})

export interface KnownDevice {
  readonly areaPath: string[]
  readonly presence: Presence | undefined
  /** Codes of the alarms whose condition goes on, acknowledged or not. */
  readonly alarms: string[]
}

const READ_DEVICE = `
  SELECT a.path::text[] AS "areaPath", p.connection_id AS "connectionId", p.online AS "isOnline", p.since,
         p.last_seen_at AS "lastSeenAt", p.hello, p.state, p.clock_offset_ms AS "clockOffsetMs",
         ARRAY(SELECT code FROM device_alarm WHERE device_id = d.id AND cleared_at IS NULL) AS alarms
    FROM device d JOIN area a ON a.id = d.area_id LEFT JOIN device_presence p ON p.device_id = d.id
   WHERE d.id = $1::uuid`

/** What stands about the device; undefined when there is no such device. */
export async function readKnownDevice(pool: Pool, deviceId: string): Promise<KnownDevice | undefined> {
  const { rows } = await pool.query({ name: 'presence-read-device', text: READ_DEVICE, values: [deviceId] })
  if (rows[0] === undefined) return undefined
  const { areaPath, alarms, connectionId, isOnline, since, lastSeenAt, ...said } = knownDevice.parse(rows[0])
  const isKnown = connectionId !== null && isOnline !== null && since !== null && lastSeenAt !== null
  return { areaPath, alarms, presence: isKnown ? { connectionId, isOnline, since, lastSeenAt, ...said } : undefined }
}

const installationInForce = z.object({ id: z.string(), hardwareSerial: z.string(), areaPath: z.array(z.string()) })
const READ_INSTALLATION = `
  SELECT i.id, i.hardware_serial AS "hardwareSerial", a.path::text[] AS "areaPath"
    FROM installation i JOIN device d ON d.id = i.device_id JOIN area a ON a.id = d.area_id
   WHERE i.device_id = $1::uuid AND i.revoked_at IS NULL AND d.retired_at IS NULL`

/** The installation that the device has now; undefined when it has none. */
export async function readInstallation(
  pool: Pool,
  deviceId: string,
): Promise<z.infer<typeof installationInForce> | undefined> {
  const { rows } = await pool.query({ name: 'presence-read-installation', text: READ_INSTALLATION, values: [deviceId] })
  return rows[0] === undefined ? undefined : installationInForce.parse(rows[0])
}

const greeting = z.object({
  deviceId,
  installationId: z.string(),
  areaPath: z.array(z.string()),
  hello: hello.nullable().catch(null),
})
const READ_GREETINGS = `
  SELECT p.device_id AS "deviceId", i.id AS "installationId", a.path::text[] AS "areaPath", p.hello
    FROM device_presence p
    JOIN device d ON d.id = p.device_id AND d.retired_at IS NULL
    JOIN installation i ON i.device_id = d.id AND i.revoked_at IS NULL
    JOIN area a ON a.id = d.area_id
   WHERE p.online AND p.hello IS NOT NULL
   ORDER BY p.device_id`

/** The last hello of every device that is online; null where another version of the agent said it. */
export async function readGreetings(pool: Pool): Promise<z.infer<typeof greeting>[]> {
  const { rows } = await pool.query(READ_GREETINGS)
  return z.array(greeting).parse(rows)
}

/** Devices that are online, of all areas. */
export async function countOnline(pool: Pool): Promise<number> {
  const { rows } = await pool.query('SELECT count(*)::int AS online FROM device_presence WHERE online')
  return z.object({ online: z.number() }).parse(rows[0]).online
}

const WRITE_PRESENCE = `
  INSERT INTO device_presence AS p
         (device_id, connection_id, online, since, last_seen_at, hello, state, clock_offset_ms)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::timestamptz[], $5::timestamptz[],
                       $6::jsonb[], $7::jsonb[], $8::int[])
      ON CONFLICT (device_id) DO UPDATE
     SET connection_id = excluded.connection_id, online = excluded.online, since = excluded.since,
         last_seen_at = excluded.last_seen_at, hello = coalesce(excluded.hello, p.hello),
         state = coalesce(excluded.state, p.state),
         clock_offset_ms = coalesce(excluded.clock_offset_ms, p.clock_offset_ms)`

/** All of them in one statement. */
export async function writePresences(pool: Pool, presences: readonly (readonly [string, Presence])[]): Promise<void> {
  const column = <T>(read: (id: string, presence: Presence) => T): T[] => presences.map(([id, one]) => read(id, one))
  const iso = (at: number): string => new Date(at).toISOString()
  const json = (value: unknown): string | null => (value === null ? null : toStorableJson(value))
  await pool.query({
    name: 'presence-write',
    text: WRITE_PRESENCE,
    values: [
      column((id) => id),
      column((_, one) => one.connectionId),
      column((_, one) => one.isOnline),
      column((_, one) => iso(one.since)),
      column((_, one) => iso(one.lastSeenAt)),
      column((_, one) => json(one.hello)),
      column((_, one) => json(one.state)),
      column((_, one) => one.clockOffsetMs),
    ],
  })
}

/** Everybody who counts as online goes offline now; answers how many. */
export async function markAllOffline(pool: Pool, at: Date): Promise<number> {
  const { rowCount } = await pool.query('UPDATE device_presence SET online = false, since = $1 WHERE online', [at])
  return rowCount ?? 0
}

const ids = z.array(z.object({ id: z.string() }))

export async function readOnlineAmong(pool: Pool, deviceIds: readonly string[]): Promise<string[]> {
  const text = 'SELECT device_id AS id FROM device_presence WHERE online AND device_id = ANY($1::uuid[])'
  const { rows } = await pool.query({ name: 'presence-online-among', text, values: [deviceIds] })
  return ids.parse(rows).map((row) => row.id)
}

/** Online, and not heard of since `before`. */
export async function readSilent(pool: Pool, before: Date): Promise<string[]> {
  const text = 'SELECT device_id AS id FROM device_presence WHERE online AND last_seen_at < $1'
  const { rows } = await pool.query({ name: 'presence-silent', text, values: [before] })
  return ids.parse(rows).map((row) => row.id)
}
