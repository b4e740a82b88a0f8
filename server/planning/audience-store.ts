import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { type Aim, doesHear } from './audience-rules.ts'
import type { PlanDevice } from './rules.ts'

/** Who hears what, asked of the database: the rule itself stands in audience-rules.ts. */

/** Aims of a broadcast, as rows of kind, ref_id and is_excluded. */
export const aimsOfBroadcast = (broadcastId: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT t.kind::text AS kind, t.ref_id, t.is_excluded FROM broadcast_target t WHERE t.broadcast_id = ${broadcastId}`

/** The same of an airing that was frozen. */
export const aimsOfAiring = (airing: Prisma.Sql): Prisma.Sql => Prisma.sql`
  SELECT t->>'kind' AS kind, (t->>'refId')::uuid AS ref_id, (t->>'isExcluded')::boolean AS is_excluded
  FROM jsonb_array_elements(coalesce(${airing}->'aims', '[]'::jsonb)) AS t`

/**
 * `path` is that of an area at which something is aimed, or within which at what `aims` name: does it sound in one of
 * `areas`, or is it theirs? What an area above aims at others is none of their business.
 */
export const soundsIn = (path: Prisma.Sql, aims: Prisma.Sql, areas: readonly string[]): Prisma.Sql => Prisma.sql`(
  ${path} && ${areas}::uuid[]
  OR EXISTS (
    SELECT FROM area r
    WHERE r.id = ANY(${areas}::uuid[]) AND ${path}[cardinality(${path})] = ANY(r.path)
      AND NOT EXISTS (SELECT FROM (${aims}) x WHERE x.is_excluded AND x.kind = 'area' AND x.ref_id = ANY(r.path))
      AND (NOT EXISTS (SELECT FROM (${aims}) x WHERE NOT x.is_excluded)
        OR EXISTS (SELECT FROM (${aims}) x WHERE NOT x.is_excluded AND CASE x.kind
          WHEN 'area' THEN x.ref_id = ANY(r.path)
            OR EXISTS (SELECT FROM area y WHERE y.id = x.ref_id AND r.id = ANY(y.path))
          WHEN 'device' THEN EXISTS (
            SELECT FROM device d JOIN area y ON y.id = d.area_id WHERE d.id = x.ref_id AND r.id = ANY(y.path))
          ELSE EXISTS (
            SELECT FROM device_group_member m JOIN device d ON d.id = m.device_id JOIN area y ON y.id = d.area_id
            WHERE m.group_id = x.ref_id AND r.id = ANY(y.path))
        END))))`

/** Does device `d` in area `a` (aliases of the query) hear what these aims name? Its area was looked at already. */
export const isAmong = (aims: Prisma.Sql): Prisma.Sql => {
  const isMeant = Prisma.sql`CASE x.kind
    WHEN 'area' THEN x.ref_id = ANY(a.path)
    WHEN 'device' THEN x.ref_id = d.id
    ELSE EXISTS (
      SELECT FROM device_group_member m JOIN device_group g ON g.id = m.group_id AND g.removed_at IS NULL
      WHERE m.group_id = x.ref_id AND m.device_id = d.id)
  END`
  return Prisma.sql`(
    (NOT EXISTS (SELECT FROM (${aims}) x WHERE NOT x.is_excluded)
      OR EXISTS (SELECT FROM (${aims}) x WHERE NOT x.is_excluded AND ${isMeant}))
    AND NOT EXISTS (SELECT FROM (${aims}) x WHERE x.is_excluded AND ${isMeant}))`
}

/**
 * Devices that no rule and no aim tells apart: one area, the same languages, the same groups. A province of 10,000 has a
 * few hundred of them.
 */
export interface Listeners extends PlanDevice {
  readonly areaId: string
  readonly areaName: string
  readonly devices: number
  readonly offline: number
  /** Some of them, by name; none where nobody asked for them. */
  readonly someIds: readonly string[]
  /** Quietest and loudest setting among them, per cent; a muted device counts as 0. */
  readonly volumes: { readonly from: number; readonly to: number }
}

const listenersRow = z.object({
  id: z.string(),
  areaId: z.string(),
  areaName: z.string(),
  areaPath: z.array(z.string()),
  timeZone: z.string(),
  languages: z.array(z.string()),
  groupIds: z.array(z.string()),
  devices: z.number().int(),
  offline: z.number().int(),
  someIds: z.array(z.string()),
  volumes: z.object({ from: z.number().int(), to: z.number().int() }),
})

/** How many devices of one kind are named one by one. */
export const NAMED_DEVICES = 20

/**
 * All devices in service in or below these areas, alike ones together. `named`: devices that an aim names, each of which
 * stands for itself, under its own id. `namesSome`: with some of each kind; ordering thousands by name for it takes
 * longer than all the rest.
 */
export async function readListeners(
  db: Db,
  within: readonly string[],
  named: readonly string[],
  { namesSome = false }: { readonly namesSome?: boolean } = {},
): Promise<readonly Listeners[]> {
  const someIds = namesSome
    ? Prisma.sql`(array_agg(d.id::text ORDER BY d.name, d.id))[1:${NAMED_DEVICES}::int]`
    : Prisma.sql`'{}'::text[]`
  // Areas first, and counted once: on tables of which PostgreSQL knows no size yet it would count anew for each area.
  const rows = await db.$queryRaw`
    WITH k AS MATERIALIZED (
      SELECT d.area_id, coalesce(d.languages, '{}') AS languages, coalesce(g.ids, '{}') AS group_ids,
        CASE WHEN d.id = ANY(${named}::uuid[]) THEN d.id::text END AS own_id,
        count(*)::int AS devices, count(*) FILTER (WHERE NOT coalesce(p.online, false))::int AS offline,
        ${someIds} AS some_ids,
        min(CASE WHEN d.muted THEN 0 ELSE least(d.volume_percent, d.max_volume_percent) END) AS quietest,
        max(CASE WHEN d.muted THEN 0 ELSE least(d.volume_percent, d.max_volume_percent) END) AS loudest
      FROM device d
      LEFT JOIN device_presence p ON p.device_id = d.id
      LEFT JOIN (
        SELECT m.device_id, array_agg(m.group_id::text ORDER BY m.group_id) AS ids
        FROM device_group_member m JOIN device_group g ON g.id = m.group_id AND g.removed_at IS NULL
        GROUP BY m.device_id
      ) g ON g.device_id = d.id
      WHERE d.retired_at IS NULL AND d.area_id = ANY(ARRAY(SELECT id FROM area WHERE path && ${within}::uuid[]))
      GROUP BY 1, 2, 3, 4
    )
    SELECT coalesce(k.own_id, '') AS id, a.id::text AS "areaId", a.name AS "areaName", a.path::text[] AS "areaPath",
      a.time_zone AS "timeZone", k.languages, k.group_ids AS "groupIds", k.devices, k.offline, k.some_ids AS "someIds",
      json_build_object('from', k.quietest, 'to', k.loudest) AS volumes
    FROM k JOIN area a ON a.id = k.area_id
    ORDER BY cardinality(a.path), a.name, a.id, k.own_id NULLS FIRST`
  return z.array(listenersRow).parse(rows)
}

/** Devices that these aims name one by one, and those that were told something else than their neighbours. */
export const namedDevices = (
  all: readonly { readonly aims: readonly Aim[]; readonly announced?: Airing['announced'] }[],
): string[] => [
  ...new Set(
    all.flatMap(({ aims, announced = [] }) => [
      ...aims.filter(({ kind }) => kind === 'device').map(({ refId }) => refId),
      ...announced.flatMap(({ deviceIds }) => deviceIds),
    ]),
  ),
]

/** How many devices in or below `roots` hear each of these. */
export async function countAudiences(
  db: Db,
  broadcasts: readonly { readonly id: string; readonly areaId: string; readonly aims: readonly Aim[] }[],
  roots: readonly string[],
): Promise<Map<string, number>> {
  const listeners = await readListeners(db, roots, namedDevices(broadcasts))
  return new Map(
    broadcasts.map((broadcast) => {
      const hearing = listeners.filter((one) => doesHear(one, broadcast))
      return [broadcast.id, hearing.reduce((sum, one) => sum + one.devices, 0)]
    }),
  )
}

/** Does any device in service hear this broadcast as it is aimed now? */
export async function isHeardByAnybody(db: Db, broadcastId: string): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>`
    SELECT 1 FROM broadcast b JOIN area a ON b.area_id = ANY(a.path)
    JOIN device d ON d.area_id = a.id AND d.retired_at IS NULL
    WHERE b.id = ${broadcastId}::uuid AND ${isAmong(aimsOfBroadcast(Prisma.sql`b.id`))} LIMIT 1`
  return rows.length > 0
}

/** Are all of these there, in use, and within the area? */
export async function areAimsThere(db: Db, areaId: string, aims: readonly Aim[]): Promise<boolean> {
  const rows = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count
    FROM jsonb_to_recordset(${JSON.stringify(aims)}::jsonb) AS x(kind text, "refId" uuid)
    JOIN area a ON ${areaId}::uuid = ANY(a.path) AND a.id = CASE x.kind
      WHEN 'area' THEN x."refId"
      WHEN 'device' THEN (SELECT d.area_id FROM device d WHERE d.id = x."refId" AND d.retired_at IS NULL)
      ELSE (SELECT g.area_id FROM device_group g WHERE g.id = x."refId" AND g.removed_at IS NULL)
    END`
  return rows[0]?.count === aims.length
}
