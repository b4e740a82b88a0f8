import { Prisma } from '#prisma/client.ts'
import { WHOLE_PLAY_TOLERANCE_MS } from './rules.ts'

/** `isPlayOf` of rules.ts, between a play `p` and an expected play `e`. */
export const isPlayOf = Prisma.sql`(
  p.occurrence_id = e.occurrence_id AND p.device_id = e.device_id AND p.item_id = e.item_id
  AND coalesce(p.language, e.language) = e.language)`

/**
 * The rule of `deriveOutcome` (rules.ts) as SQL, one row for each expected play that `where` selects (over `e`, the
 * expected play, and `o`, its occurrence; `among` joins more to them): occurrence_id, item_id, language, device_id,
 * area_id, area_path, topic, campaign, priority, title, start_at, duration_ms, planned_end_at, settled_at, heard_ms,
 * plays, started_at, ended_at, is_reported, is_open, outcome, reason. A property test holds the two together.
 */
export function selectOutcomes(where: Prisma.Sql, asOf: Date, among: Prisma.Sql = Prisma.empty): Prisma.Sql {
  return Prisma.sql`
    WITH expected AS MATERIALIZED (
      SELECT e.occurrence_id, e.item_id, e.language, e.device_id, e.area_id, e.area_path, e.topic,
        coalesce(e.campaign, '') AS campaign, o.priority::text AS priority, e.title, e.start_at, e.duration_ms,
        e.left_out, o.ended_early_at,
        e.start_at + e.duration_ms * interval '1 millisecond' AS planned_end_at,
        least(o.ended_early_at, e.settled_at) AS settled_at
      FROM expected_play e JOIN occurrence o ON o.id = e.occurrence_id ${among}
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
    SELECT occurrence_id, item_id, language, device_id, area_id, area_path, topic, campaign, priority, title, start_at,
      duration_ms, planned_end_at, settled_at, heard_ms, plays, started_at, ended_at, is_reported,
      coalesce(is_open, false) AS is_open, outcome,
      CASE
        WHEN outcome = 'cancelled' THEN coalesce(left_out, 'stopped')
        WHEN outcome = 'missed' AND NOT is_reported THEN 'not-in-target'
        WHEN outcome IN ('partial', 'missed') THEN device_reason
      END AS reason
    FROM judged`
}
