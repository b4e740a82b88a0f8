import { Prisma } from '#prisma/client.ts'
import { WHOLE_PLAY_TOLERANCE_MS } from './rules.ts'

type Db = Prisma.TransactionClient

/** `isPlayOf` of rules.ts, between a play `p` and an expected play `e`. */
const isPlayOf = Prisma.sql`(
  p.occurrence_id = e.occurrence_id AND p.device_id = e.device_id AND p.item_id = e.item_id
  AND coalesce(p.language, e.language) = e.language)`

/**
 * The rule of `deriveOutcome` (rules.ts) as SQL, one row for each expected play that `where` selects (over `e`, the
 * expected play, and `o`, its occurrence): occurrence_id, item_id, language, device_id, area_id, topic, start_at,
 * duration_ms, heard_ms, plays, started_at, ended_at, is_reported, outcome, reason. A property test holds the two together.
 */
export function selectOutcomes(where: Prisma.Sql, asOf: Date): Prisma.Sql {
  return Prisma.sql`
    WITH expected AS MATERIALIZED (
      SELECT e.occurrence_id, e.item_id, e.language, e.device_id, e.area_id, e.topic, e.start_at, e.duration_ms,
        e.left_out, o.ended_early_at,
        e.start_at + e.duration_ms * interval '1 millisecond' AS planned_end_at,
        least(o.ended_early_at, e.settled_at) AS settled_at
      FROM expected_play e JOIN occurrence o ON o.id = e.occurrence_id
      WHERE ${where}
    ), reported AS (
      SELECT e.occurrence_id, e.item_id, e.language, e.device_id, count(*) AS reports,
        count(*) FILTER (WHERE p.heard_ms > 0) AS plays,
        sum(CASE WHEN p.started_at IS NOT NULL AND p.ended_at IS NOT NULL THEN p.heard_ms ELSE 0 END) AS heard_ms,
        bool_or(p.outcome IS NULL) AS is_open, max(p.reason) AS reason, min(p.started_at) AS started_at,
        max(p.ended_at) FILTER (WHERE p.started_at IS NOT NULL) AS ended_at
      FROM expected e
      JOIN play p ON ${isPlayOf}
      GROUP BY e.occurrence_id, e.item_id, e.language, e.device_id
    ), heard AS (
      SELECT e.*, coalesce(r.plays, 0)::int AS plays, r.is_open, r.started_at, r.ended_at,
        least(coalesce(s.heard_ms, r.heard_ms, 0), e.duration_ms)::int AS heard_ms,
        CASE WHEN r.reports > 1 THEN s.reason ELSE r.reason END AS device_reason,
        r.reports IS NOT NULL AS is_reported
      FROM expected e
      LEFT JOIN reported r USING (occurrence_id, item_id, language, device_id)
      -- Nearly every item is reported once. Only where it is not, there is an order and something that may overlap.
      LEFT JOIN LATERAL (
        SELECT sum(CASE
            WHEN o.started_at IS NULL OR o.ended_at IS NULL THEN 0
            WHEN o.heard_until > o.started_at
              THEN least(o.heard_ms, greatest(0, extract(epoch FROM o.ended_at - o.heard_until) * 1000))
            ELSE o.heard_ms
          END) AS heard_ms,
          (array_agg(o.reason ORDER BY o.started_at IS NULL AND o.reason = 'not-in-target', o.place)
            FILTER (WHERE o.reason IS NOT NULL))[1] AS reason
        FROM (
          SELECT p.started_at, p.ended_at, p.heard_ms, p.reason, row_number() OVER in_order AS place,
            max(CASE WHEN p.started_at IS NOT NULL THEN p.ended_at END)
              OVER (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS heard_until
          FROM play p
          WHERE r.reports > 1 AND ${isPlayOf}
          WINDOW in_order AS (ORDER BY coalesce(p.started_at, p.planned_start_at), p.id COLLATE "C")
        ) o
      ) s ON true
    ), enrolled AS (
      SELECT device_id, min(enrolled_at) AS first_at FROM installation GROUP BY device_id
    ), facts AS (
      SELECT e.*,
        e.planned_end_at <= ${asOf}::timestamptz AND (
          n.first_at IS NULL OR n.first_at >= e.planned_end_at OR EXISTS (
            SELECT 1 FROM ledger l
            WHERE l.device_id = e.device_id AND l.created_at <= e.start_at AND l.complete_until >= e.settled_at
          )
        ) AS is_silence_certain
      FROM heard e LEFT JOIN enrolled n ON n.device_id = e.device_id
    ), judged AS (
      SELECT *, CASE
        WHEN heard_ms > 0 AND heard_ms >= duration_ms - ${WHOLE_PLAY_TOLERANCE_MS}::int THEN 'played'
        WHEN is_open THEN 'unknown'
        WHEN heard_ms > 0 THEN 'partial'
        WHEN left_out IS NOT NULL THEN 'cancelled'
        WHEN is_reported THEN 'missed'
        WHEN ended_early_at <= start_at THEN 'cancelled'
        WHEN is_silence_certain THEN 'missed'
        ELSE 'unknown'
      END AS outcome FROM facts
    )
    SELECT occurrence_id, item_id, language, device_id, area_id, topic, start_at, duration_ms, heard_ms, plays,
      started_at, ended_at, is_reported, outcome,
      CASE
        WHEN outcome = 'cancelled' THEN coalesce(left_out, 'stopped')
        WHEN outcome = 'missed' AND NOT is_reported THEN 'not-in-target'
        WHEN outcome IN ('partial', 'missed') THEN device_reason
      END AS reason
    FROM judged`
}

export interface AirtimeRow {
  key: string
  label: string
  expectedMs: number
  playedMs: number
  missedMs: number
  unknownMs: number
  extraMs: number
  plays: number
}

export type Grouping = 'area' | 'device' | 'day' | 'topic' | 'language'
/** Keys of what has no topic, or names no language, when airtime is grouped by it. */
export const EMERGENCY_KEY = 'emergency'
export const UNPLANNED_KEY = 'unplanned'

const groupings: Readonly<Record<Grouping, { key: Prisma.Sql; label: Prisma.Sql }>> = {
  area: { key: Prisma.sql`a.id::text`, label: Prisma.sql`a.name` },
  device: { key: Prisma.sql`d.id::text`, label: Prisma.sql`d.name` },
  day: {
    key: Prisma.sql`to_char(x.start_at AT TIME ZONE a.time_zone, 'YYYY-MM-DD')`,
    label: Prisma.sql`to_char(x.start_at AT TIME ZONE a.time_zone, 'YYYY-MM-DD')`,
  },
  topic: { key: Prisma.sql`x.topic`, label: Prisma.sql`x.topic` },
  language: { key: Prisma.sql`x.language`, label: Prisma.sql`x.language` },
}

export interface AirtimeFilter {
  readonly from: Date
  readonly to: Date
  /** Only what sounded in one of these areas or below, at the time. */
  readonly roots: readonly string[]
  /** …and in one of these or below. */
  readonly within: readonly string[] | undefined
  readonly by: Grouping
}

/** Sums for each group, ordered by label. Time that was heard without a frozen plan stands beside, as `extraMs`. */
export function sumAirtime(db: Db, filter: AirtimeFilter, asOf: Date): Promise<AirtimeRow[]> {
  const { key, label } = groupings[filter.by]
  const areaIds = filter.within ?? null
  const within = (path: Prisma.Sql): Prisma.Sql => Prisma.sql`
    ${path} && ${filter.roots}::uuid[] AND (${areaIds}::uuid[] IS NULL OR ${path} && ${areaIds}::uuid[])`
  const outside = Prisma.sql`CASE WHEN p.alert_id IS NULL THEN ${UNPLANNED_KEY} ELSE ${EMERGENCY_KEY} END`
  const where = Prisma.sql`
    e.start_at >= ${filter.from} AND e.start_at < ${filter.to} AND ${within(Prisma.sql`e.area_path`)}`
  return db.$queryRaw<AirtimeRow[]>`
    WITH outcomes AS (${selectOutcomes(where, asOf)}), figures AS (
      SELECT device_id, area_id, topic, language, start_at, plays, 0 AS extra_ms,
        CASE WHEN outcome = 'cancelled' THEN 0 ELSE duration_ms END AS expected_ms,
        CASE WHEN outcome = 'cancelled' THEN 0 ELSE heard_ms END AS played_ms,
        CASE WHEN outcome IN ('played', 'partial', 'missed') THEN duration_ms - heard_ms ELSE 0 END AS missed_ms,
        CASE WHEN outcome = 'unknown' THEN duration_ms - heard_ms ELSE 0 END AS unknown_ms
      FROM outcomes
      UNION ALL
      SELECT p.device_id, p.area_id, ${outside}, coalesce(p.language, ${outside}),
        p.planned_start_at, 1, p.heard_ms, 0, 0, 0, 0
      FROM play p
      WHERE p.planned_start_at >= ${filter.from} AND p.planned_start_at < ${filter.to} AND p.heard_ms > 0
        AND ${within(Prisma.sql`p.area_path`)}
        AND NOT EXISTS (SELECT 1 FROM expected_play e WHERE ${isPlayOf})
    )
    SELECT ${key} AS key, ${label} AS label,
      sum(x.expected_ms)::float8 AS "expectedMs", sum(x.played_ms)::float8 AS "playedMs",
      sum(x.missed_ms)::float8 AS "missedMs", sum(x.unknown_ms)::float8 AS "unknownMs",
      sum(x.extra_ms)::float8 AS "extraMs", sum(x.plays)::int AS plays
    FROM figures x JOIN area a ON a.id = x.area_id JOIN device d ON d.id = x.device_id
    GROUP BY 1, 2 ORDER BY 2, 1`
}
