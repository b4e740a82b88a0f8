import { setImmediate } from 'node:timers/promises'
import type { Pool } from 'pg'
import { z } from 'zod'
import { deviceStatus } from '../schemas.ts'
import { type DeviceRow, deviceRow, SELECT_DEVICE } from '../store.ts'
import type { DeviceSort, PagePlace } from './rules.ts'

/** Which devices of those that one may read. */
export interface DirectoryFilter {
  /** In or below these. */
  readonly within: readonly string[]
  readonly areaId: string | null
  readonly groupId: string | null
  /** Words that all stand in the name of the device or of its area (`searchWords`). */
  readonly words: readonly string[]
}

export interface PageFilter extends DirectoryFilter {
  readonly status: string | null
  /** Only those with an alarm, without one, or (null) both. */
  readonly hasAlarms: boolean | null
  readonly isMuted: boolean | null
  /** Only those of which somebody has said where they stand, or of which nobody has. */
  readonly isPlaced: boolean | null
  readonly sort: DeviceSort
  readonly isDescending: boolean
  readonly after: PagePlace | null
  readonly limit: number
}

/** As `searchWords` folds. */
const fold = (text: string): string =>
  `translate(regexp_replace(normalize(lower(${text}), NFD), '[\\u0300-\\u036f]', '', 'g'), 'đ', 'd')`
/** Numbers compare by what they count: each is written with six digits, so that 2 comes before 10. */
const naturally = (text: string): string =>
  `regexp_replace(regexp_replace(${fold(text)}, '(\\d+)', '00000\\1', 'g'), '\\d*(\\d{6})', '\\1', 'g')`

/** `judgeStatus` (rules.ts) as SQL, over the joins of FOUND; a test holds the two together. */
const STATUS = `CASE WHEN i.device_id IS NULL THEN CASE WHEN r.device_id IS NULL THEN 'never-enrolled' ELSE 'revoked' END
                     WHEN p.online THEN 'online' ELSE 'offline' END`

const FOUND = `
  SELECT d.id, d.name, d.area_id, a.name AS area_name, d.muted, d.volume_percent, p.last_seen_at, ${STATUS} AS status,
         coalesce(al.alarms, 0) AS alarms, d.latitude, d.longitude
    FROM device d
    JOIN area a ON a.id = d.area_id
    LEFT JOIN (SELECT DISTINCT device_id FROM installation WHERE revoked_at IS NULL) i ON i.device_id = d.id
    LEFT JOIN (SELECT DISTINCT device_id FROM installation WHERE revoked_at IS NOT NULL) r ON r.device_id = d.id
    LEFT JOIN device_presence p ON p.device_id = d.id
    LEFT JOIN (SELECT device_id, count(*)::int AS alarms FROM device_alarm WHERE state = 'raised' GROUP BY 1) al
           ON al.device_id = d.id
   WHERE d.retired_at IS NULL AND a.path && $1::uuid[] AND ($2::uuid IS NULL OR a.path @> ARRAY[$2::uuid])
     AND ($3::uuid IS NULL OR EXISTS (SELECT FROM device_group_member m WHERE m.group_id = $3::uuid AND m.device_id = d.id))
     AND (cardinality($4::text[]) = 0 OR NOT EXISTS (
       SELECT FROM unnest($4::text[]) AS word WHERE position(word IN ${fold("d.name || ' ' || a.name")}) = 0))`

/** Texts that compare as the order goes; ids decide between equals. */
const SORT_KEYS: Readonly<Record<DeviceSort, string>> = {
  made: `''`,
  name: naturally('f.name'),
  area: `${naturally('f.area_name')} || chr(1) || ${naturally('f.name')}`,
  // What asks for somebody comes first.
  status: `CASE WHEN f.alarms > 0 THEN '0' ELSE CASE f.status WHEN 'offline' THEN '1' WHEN 'never-enrolled' THEN '2'
           WHEN 'revoked' THEN '3' ELSE '4' END END || chr(1) || ${naturally('f.name')}`,
  seen: `coalesce(to_char(f.last_seen_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSMS'), '')`,
  volume: `lpad(f.volume_percent::text, 3, '0')`,
}

const pageOf = (sort: DeviceSort, isDescending: boolean): string => `
  WITH page AS (
    SELECT k.id, k.key FROM (
      SELECT f.id, (${SORT_KEYS[sort]}) COLLATE "C" AS key FROM (${FOUND}) f
       WHERE ($5::text IS NULL OR f.status = $5) AND ($6::boolean IS NULL OR (f.alarms > 0) = $6)
         AND ($7::boolean IS NULL OR f.muted = $7) AND ($11::boolean IS NULL OR (f.latitude IS NOT NULL) = $11)
    ) k
    WHERE $8::text IS NULL OR (k.key, k.id) ${isDescending ? '<' : '>'} ($8 COLLATE "C", $9::uuid)
    ORDER BY k.key ${isDescending ? 'DESC' : 'ASC'}, k.id ${isDescending ? 'DESC' : 'ASC'} LIMIT $10
  )
  ${SELECT_DEVICE('page.key AS "sortKey"', 'page JOIN device d ON d.id = page.id')}
   ORDER BY page.key ${isDescending ? 'DESC' : 'ASC'}, page.id ${isDescending ? 'DESC' : 'ASC'}`

const pagedRow = deviceRow.extend({ sortKey: z.string() })
export type PagedRow = DeviceRow & { readonly sortKey: string }

/** Thousands of rows are checked in parts, so that a province's list does not hold up everybody else for a second. */
const ROWS_AT_ONCE = 250

export async function listDevices(pool: Pool, filter: PageFilter): Promise<PagedRow[]> {
  const { within, areaId, groupId, words, status, hasAlarms, isMuted, isPlaced, sort, isDescending, after, limit } =
    filter
  const { rows } = await pool.query({
    name: `list-devices-${sort}-${isDescending ? 'down' : 'up'}`,
    text: pageOf(sort, isDescending),
    values: [
      within,
      areaId,
      groupId,
      words,
      status,
      hasAlarms,
      isMuted,
      after?.key ?? null,
      after?.id ?? null,
      limit,
      isPlaced,
    ],
  })
  const devices: PagedRow[] = []
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    if (at > 0) await setImmediate()
    devices.push(...z.array(pagedRow).parse(rows.slice(at, at + ROWS_AT_ONCE)))
  }
  return devices
}

const areaCounts = z.object({
  areaId: z.string(),
  devices: z.number().int(),
  online: z.number().int(),
  offline: z.number().int(),
  neverEnrolled: z.number().int(),
  revoked: z.number().int(),
  alarms: z.number().int(),
  muted: z.number().int(),
  unplaced: z.number().int(),
})
export type AreaCounts = z.infer<typeof areaCounts>

const COUNTS = `
  SELECT f.area_id AS "areaId", count(*)::int AS devices,
         count(*) FILTER (WHERE f.status = 'online')::int AS online,
         count(*) FILTER (WHERE f.status = 'offline')::int AS offline,
         count(*) FILTER (WHERE f.status = 'never-enrolled')::int AS "neverEnrolled",
         count(*) FILTER (WHERE f.status = 'revoked')::int AS revoked,
         count(*) FILTER (WHERE f.alarms > 0)::int AS alarms,
         count(*) FILTER (WHERE f.muted)::int AS muted,
         count(*) FILTER (WHERE f.latitude IS NULL)::int AS unplaced
    FROM (${FOUND}) f GROUP BY 1`

/** How many devices stand in each area itself, by state; areas without any are left out. */
export async function countByArea(pool: Pool, filter: DirectoryFilter): Promise<AreaCounts[]> {
  const values = [filter.within, filter.areaId, filter.groupId, filter.words]
  const { rows } = await pool.query({ name: 'count-devices', text: COUNTS, values })
  return z.array(areaCounts).parse(rows)
}

const placedRow = z.object({
  id: z.string(),
  name: z.string(),
  areaId: z.string(),
  status: deviceStatus,
  alarms: z.number().int(),
  latitude: z.number(),
  longitude: z.number(),
})
export type PlacedPoint = z.infer<typeof placedRow>

const PLACES = `
  SELECT f.id, f.name, f.area_id AS "areaId", f.status, f.alarms, f.latitude, f.longitude
    FROM (${FOUND}) f WHERE f.latitude IS NOT NULL AND f.longitude IS NOT NULL
   ORDER BY ${naturally('f.name')} COLLATE "C", f.id`

/** Where poles stand, of those of which somebody has said it; by name. */
export async function listPlaces(pool: Pool, filter: DirectoryFilter): Promise<PlacedPoint[]> {
  const values = [filter.within, filter.areaId, filter.groupId, filter.words]
  const { rows } = await pool.query({ name: 'device-places', text: PLACES, values })
  return z.array(placedRow).parse(rows)
}
