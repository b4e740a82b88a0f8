import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { WHOLE_PLAY_TOLERANCE_MS } from '#server/airtime/rules.ts'
import { isPlayOf, selectOutcomes } from '#server/airtime/store.ts'
import { toldItems } from '#server/broadcasts/explain-store.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { MOST_SILENT, type NotHeardOutcome, type NotHeardSum, type SilentItem } from './rules.ts'

/** What of a day was not heard, or not to its end, asked of the plays themselves. */

export interface DayScope {
  readonly roots: readonly string[]
  readonly from: InstantMs
  readonly asOf: InstantMs
}

/** So long a speaker may take to tell what it played before anybody is asked to look. */
const REPORTING_MS = 10 * 60_000

/**
 * Nearly all of a day was heard as planned: that is left out before anything is judged. One play that is whole makes its
 * item whole, whatever else was reported of it.
 */
const isNotWhole = Prisma.sql`NOT EXISTS (
  SELECT FROM play p
   WHERE ${isPlayOf} AND p.outcome = 'played' AND p.heard_ms >= e.duration_ms - ${WHOLE_PLAY_TOLERANCE_MS}::int)`

/** Items of the day in these areas that ended and were not heard whole: rows of occurrence, device, outcome and reason. */
function itemsOf({ roots, from, asOf }: DayScope): Prisma.Sql {
  const where = Prisma.sql`e.start_at >= ${toDate(from)} AND e.start_at < ${toDate(asOf)} AND e.left_out IS NULL
    AND e.area_id = ANY(ARRAY(SELECT id FROM area WHERE path && ${roots}::uuid[])) AND e.area_path && ${roots}::uuid[]
    AND ${isNotWhole}`
  const lastEnd = new Date(asOf - REPORTING_MS)
  return Prisma.sql`
    SELECT i.occurrence_id, i.device_id, i.outcome, i.start_at, i.duration_ms,
      CASE WHEN i.outcome = 'unknown' THEN 'not-reported' ELSE coalesce(i.reason, 'not-reported') END AS reason,
      NOT i.is_reported AND (i.outcome = 'missed' OR i.device_id NOT IN (
        SELECT device_id FROM installation WHERE revoked_at IS NULL)) AS is_silent
    FROM (${toldItems(selectOutcomes(where, toDate(asOf)))}) i
    WHERE i.outcome IN ('missed', 'partial')
      OR i.outcome = 'unknown' AND NOT i.is_open AND i.planned_end_at < ${lastEnd}`
}

const outcome: z.ZodType<NotHeardOutcome> = z.enum(['missed', 'partial', 'unknown'])
const sumRows = z.array(
  z.object({
    outcome,
    reason: z.string(),
    isSilent: z.boolean(),
    occurrenceId: z.string().nullable(),
    devices: z.number().int(),
    someIds: z.array(z.string()),
  }),
)
const silentRows: z.ZodType<SilentItem[]> = z.array(
  z.object({
    occurrenceId: z.string(),
    deviceId: z.string(),
    outcome,
    reason: z.string(),
    startAt: instantMs,
    durationMs: z.number().int(),
  }),
)

/** Sums over all of it, and by occurrence (`occurrenceId`); and the items of which no device told anything. */
export async function readNotHeard(
  db: Db,
  scope: DayScope,
): Promise<{ sums: readonly NotHeardSum[]; silent: readonly SilentItem[] }> {
  const items = itemsOf(scope)
  const [row] = await db.$queryRaw<{ sums: unknown; silent: unknown }[]>`
    WITH items AS MATERIALIZED (${items}), sums AS (
      SELECT outcome, reason, is_silent AS "isSilent", occurrence_id AS "occurrenceId",
        count(DISTINCT device_id)::int AS devices, (array_agg(DISTINCT device_id))[1:3] AS "someIds"
      FROM items GROUP BY GROUPING SETS ((outcome, reason, is_silent), (outcome, reason, is_silent, occurrence_id))
    ), silent AS (
      SELECT occurrence_id AS "occurrenceId", device_id AS "deviceId", outcome, reason,
        (extract(epoch FROM start_at) * 1000)::bigint AS "startAt", duration_ms AS "durationMs"
      FROM items WHERE is_silent ORDER BY start_at DESC, device_id LIMIT ${MOST_SILENT + 1}
    )
    SELECT (SELECT coalesce(json_agg(s), '[]') FROM sums s) AS sums,
      (SELECT coalesce(json_agg(s), '[]') FROM silent s) AS silent`
  return { sums: sumRows.parse(row?.sums ?? []), silent: silentRows.parse(row?.silent ?? []) }
}

/** Devices that told this reason of some item themselves. */
export async function listTellingDevices(
  db: Db,
  scope: DayScope,
  {
    outcome: wanted,
    reason,
    among,
  }: { readonly outcome: NotHeardOutcome; readonly reason: string; readonly among?: readonly string[] },
): Promise<string[]> {
  const isAmong = among === undefined ? Prisma.sql`true` : Prisma.sql`device_id = ANY(${among}::uuid[])`
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT device_id::text AS id FROM (${itemsOf(scope)}) i
    WHERE NOT is_silent AND outcome = ${wanted} AND reason = ${reason} AND ${isAmong}`
  return rows.map((row) => row.id)
}

export interface ShownOccurrence {
  readonly id: string
  readonly title: string
  readonly areaId: string
  readonly startAt: InstantMs
}

export async function readShownOccurrences(db: Db, ids: readonly string[]): Promise<Map<string, ShownOccurrence>> {
  const rows = await db.occurrence.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, title: true, areaId: true, startAt: true },
  })
  return new Map(rows.map((row) => [row.id, { ...row, startAt: toInstant(row.startAt) }]))
}

export interface ShownSpeaker {
  readonly id: string
  readonly name: string
  readonly areaName: string
}

export async function readSpeakers(db: Db, ids: readonly string[]): Promise<Map<string, ShownSpeaker>> {
  const rows = await db.device.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, name: true, area: { select: { name: true } } },
  })
  return new Map(rows.map(({ id, name, area }) => [id, { id, name, areaName: area.name }]))
}

export interface NotHeardDevice extends ShownSpeaker {
  readonly online: boolean
  readonly muted: boolean
}

/** A page of these devices, by area and name. */
export async function readDevicePage(
  db: Db,
  ids: readonly string[],
  page: { readonly after: string | undefined; readonly limit: number },
): Promise<NotHeardDevice[]> {
  const isAfter =
    page.after === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(a.name, d.name, d.id) > (SELECT ca.name, cd.name, cd.id FROM device cd
          JOIN area ca ON ca.id = cd.area_id WHERE cd.id = ${page.after}::uuid AND cd.id = ANY(${ids}::uuid[]))`
  return db.$queryRaw<NotHeardDevice[]>`
    SELECT d.id::text AS id, d.name, a.name AS "areaName", coalesce(p.online, false) AS online, d.muted
    FROM device d JOIN area a ON a.id = d.area_id LEFT JOIN device_presence p ON p.device_id = d.id
    WHERE d.id = ANY(${ids}::uuid[]) AND ${isAfter}
    ORDER BY a.name, d.name, d.id LIMIT ${page.limit}`
}

/** Which occurrences these devices did not play so, by what they told themselves. */
export async function readToldOccurrences(
  db: Db,
  scope: DayScope,
  of: { readonly outcome: NotHeardOutcome; readonly reason: string; readonly deviceIds: readonly string[] },
): Promise<{ readonly deviceId: string; readonly occurrenceId: string }[]> {
  return db.$queryRaw`
    SELECT DISTINCT device_id::text AS "deviceId", occurrence_id AS "occurrenceId" FROM (${itemsOf(scope)}) i
    WHERE NOT is_silent AND outcome = ${of.outcome} AND reason = ${of.reason}
      AND device_id = ANY(${of.deviceIds}::uuid[])`
}
