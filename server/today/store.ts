import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { toDate, toInstant } from '#server/clock.ts'

/** Sums over the speakers, suspensions and bulletins that somebody may have to look after. */

const speaker = z.object({ id: z.string(), name: z.string(), areaName: z.string() })
export type Speaker = z.infer<typeof speaker>

const fleetRow = z.object({
  offline: z.number().int(),
  offlineSince: z.date().nullable(),
  offlineSome: z.array(speaker),
  muted: z.number().int(),
  mutedSome: z.array(speaker),
  alarmed: z.number().int(),
  alarms: z.array(z.object({ code: z.string(), devices: z.number().int(), speakers: z.array(speaker) })),
})
export type FleetTroubles = Omit<z.infer<typeof fleetRow>, 'offlineSince'> & { readonly offlineSince: InstantMs | null }

const SOME = 3
const shown = Prisma.sql`json_build_object('id', m.id, 'name', m.name, 'areaName', m.area_name)`
const some = (where: Prisma.Sql, order: Prisma.Sql): Prisma.Sql => Prisma.sql`(
  SELECT coalesce(json_agg(x.one), '[]') FROM (
    SELECT ${shown} AS one FROM mine m WHERE ${where} ORDER BY ${order}, m.name, m.id LIMIT ${SOME}
  ) x)`

/** As the list of speakers counts them (devices/directory): a counter leads to exactly as many. */
export async function readFleetTroubles(db: Db, roots: readonly string[]): Promise<FleetTroubles> {
  const rows = await db.$queryRaw`
    WITH mine AS MATERIALIZED (
      SELECT d.id, d.name, a.name AS area_name, d.muted, p.since,
        i.device_id IS NOT NULL AND NOT coalesce(p.online, false) AS is_offline
      FROM device d JOIN area a ON a.id = d.area_id
      LEFT JOIN (SELECT DISTINCT device_id FROM installation WHERE revoked_at IS NULL) i ON i.device_id = d.id
      LEFT JOIN device_presence p ON p.device_id = d.id
      WHERE d.retired_at IS NULL AND a.path && ${roots}::uuid[]
    ), raised AS MATERIALIZED (
      SELECT l.device_id, l.code, min(l.raised_at) AS at FROM device_alarm l
      WHERE l.state = 'raised' AND l.device_id IN (SELECT id FROM mine) GROUP BY 1, 2
    )
    SELECT
      (SELECT count(*)::int FROM mine WHERE is_offline) AS offline,
      (SELECT min(since) FROM mine WHERE is_offline) AS "offlineSince",
      ${some(Prisma.sql`m.is_offline`, Prisma.sql`m.since NULLS LAST`)} AS "offlineSome",
      (SELECT count(*)::int FROM mine WHERE muted) AS muted,
      ${some(Prisma.sql`m.muted`, Prisma.sql`m.area_name`)} AS "mutedSome",
      (SELECT count(DISTINCT device_id)::int FROM raised) AS alarmed,
      (SELECT coalesce(json_agg(json_build_object('code', c.code, 'devices', c.devices, 'speakers', (
          SELECT json_agg(x.one) FROM (
            SELECT ${shown} AS one FROM raised r JOIN mine m ON m.id = r.device_id
            WHERE r.code = c.code ORDER BY r.at DESC, m.id LIMIT ${SOME}
          ) x)) ORDER BY c.devices DESC, c.code), '[]')
        FROM (SELECT code, count(*)::int AS devices FROM raised GROUP BY code) c) AS alarms`
  const [row] = z.array(fleetRow).parse(rows)
  if (row === undefined) throw new Error('sums without a row')
  return { ...row, offlineSince: row.offlineSince === null ? null : toInstant(row.offlineSince) }
}

export interface ShownSuspension {
  readonly areaId: string
  readonly areaName: string
  readonly reason: string
  readonly from: InstantMs
  readonly until: InstantMs
}

const MOST_SUSPENSIONS = 10

/** Suspensions of these areas, those above and those below, that hold within the range; the widest first. */
export async function readSuspensions(
  db: Db,
  range: { readonly from: InstantMs; readonly to: InstantMs },
  roots: readonly string[],
): Promise<ShownSuspension[]> {
  const rows = await db.$queryRaw<{ areaId: string; areaName: string; reason: string; from: Date; until: Date }[]>`
    SELECT a.id::text AS "areaId", a.name AS "areaName", s.reason, s.starts_at AS "from",
      least(s.ends_at, s.lifted_at) AS "until"
    FROM suspension s JOIN area a ON a.id = s.area_id
    WHERE s.starts_at < ${toDate(range.to)} AND least(s.ends_at, s.lifted_at) > ${toDate(range.from)}
      AND (a.path && ${roots}::uuid[] OR EXISTS (
        SELECT FROM area r WHERE r.id = ANY(${roots}::uuid[]) AND a.id = ANY(r.path)))
    ORDER BY cardinality(a.path), s.starts_at, s.id LIMIT ${MOST_SUSPENSIONS}`
  return rows.map((row) => ({ ...row, from: toInstant(row.from), until: toInstant(row.until) }))
}

/** Which of these bulletins lie in one of these areas or below. */
export async function listReadable(
  db: Db,
  bulletinIds: readonly string[],
  roots: readonly string[],
): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT b.id::text AS id FROM bulletin b JOIN area a ON a.id = b.area_id
    WHERE b.id = ANY(${[...bulletinIds]}::uuid[]) AND a.path && ${roots}::uuid[]`
  return new Set(rows.map((row) => row.id))
}
