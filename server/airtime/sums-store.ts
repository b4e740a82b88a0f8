import { Prisma } from '#prisma/client.ts'
import { isPlayOf, selectOutcomes } from './store.ts'

type Db = Prisma.TransactionClient

/**
 * Sums of airtime. Those of a quarter of an hour and an area are kept (airtime_slot). Whatever is written of its plays
 * says so in the same transaction (airtime_touched, by triggers), and until that slot is summed anew it is added up from
 * the plays themselves. So a report is at any time exactly the sum of the plays, and costs what has changed lately. Only
 * a ledger that reaches further touches nothing: what was not yet reported stands apart (airtime_pending), and each report
 * looks how much of it is missed by now.
 */

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

export const groupingNames = [
  'area',
  'below',
  'device',
  'day',
  'week',
  'month',
  'topic',
  'campaign',
  'language',
  'priority',
] as const
export type Grouping = (typeof groupingNames)[number]
/** Keys of what has no topic, no priority of a plan, or names no language, when airtime is grouped by it. */
export const EMERGENCY_KEY = 'emergency'
export const UNPLANNED_KEY = 'unplanned'

export interface AirtimeFilter {
  readonly from: Date
  readonly to: Date
  /** Only what sounded in one of these areas or below, at the time. */
  readonly roots: readonly string[]
  /** …and in one of these or below. */
  readonly within: readonly string[] | undefined
  /** The areas whose parts are the groups of `below`. */
  readonly tops: readonly string[]
  readonly topic?: string | undefined
  /** Empty: of no campaign. */
  readonly campaign?: string | undefined
  readonly language?: string | undefined
  readonly priority?: string | undefined
  readonly deviceId?: string | undefined
}

const SLOT_MS = 15 * 60_000
const slotStart = (at: number): number => Math.floor(at / SLOT_MS) * SLOT_MS
const localDay = Prisma.sql`(x.start_at AT TIME ZONE a.time_zone)`
const dayKey = Prisma.sql`to_char(${localDay}, 'YYYY-MM-DD')`

/** What stands directly below the one area asked for; of several, each of them. History counts where it belongs today. */
function partOf(tops: readonly string[]): Prisma.Sql {
  const [top] = tops
  if (top !== undefined && tops.length === 1) {
    const below = (path: Prisma.Sql, leaf: Prisma.Sql): Prisma.Sql =>
      Prisma.sql`coalesce(${path}[array_position(${path}, ${top}::uuid) + 1], ${leaf})`
    return Prisma.sql`CASE
      WHEN ${top}::uuid = ANY(a.path) THEN ${below(Prisma.sql`a.path`, Prisma.sql`a.id`)}
      WHEN ${top}::uuid = ANY(x.area_path) THEN ${below(Prisma.sql`x.area_path`, Prisma.sql`a.id`)}
      ELSE a.id END`
  }
  const first = (path: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`(SELECT t.id FROM unnest(${tops}::uuid[]) AS t(id) WHERE t.id = ANY(${path}) LIMIT 1)`
  return Prisma.sql`coalesce(${first(Prisma.sql`a.path`)}, ${first(Prisma.sql`x.area_path`)}, a.id)`
}

function keyOf(by: Grouping, tops: readonly string[]): Prisma.Sql {
  const keys: Record<Grouping, Prisma.Sql> = {
    area: Prisma.sql`a.id::text`,
    below: Prisma.sql`(${partOf(tops)})::text`,
    device: Prisma.sql`x.device_id::text`,
    day: dayKey,
    // ISO 8601: a week begins on Monday.
    week: Prisma.sql`to_char(date_trunc('week', ${localDay}), 'YYYY-MM-DD')`,
    month: Prisma.sql`to_char(${localDay}, 'YYYY-MM')`,
    topic: Prisma.sql`x.topic`,
    campaign: Prisma.sql`x.campaign`,
    language: Prisma.sql`x.language`,
    priority: Prisma.sql`x.priority`,
  }
  return keys[by]
}

const outside = Prisma.sql`CASE WHEN p.alert_id IS NULL THEN ${UNPLANNED_KEY} ELSE ${EMERGENCY_KEY} END`

/** What was heard without a frozen plan, of the plays `p` that `where` selects; `among` joins more to them. */
export const selectExtras = (where: Prisma.Sql, among: Prisma.Sql = Prisma.empty): Prisma.Sql => Prisma.sql`
  SELECT p.device_id, p.area_id, p.area_path, ${outside} AS topic, '' AS campaign, coalesce(p.language, ${outside}) AS language,
    ${outside} AS priority, p.planned_start_at AS start_at, p.heard_ms AS extra_ms
  FROM play p ${among}
  WHERE p.heard_ms > 0 AND ${where} AND NOT EXISTS (SELECT 1 FROM expected_play e WHERE ${isPlayOf})`

/** One row for each expected play and each extra one, with its figures, of the slots that `chosen` names. */
const selectFigures = (where: (of: 'e' | 'p') => Prisma.Sql, asOf: Date): Prisma.Sql => Prisma.sql`
  SELECT device_id, area_id, area_path, topic, campaign, language, priority, start_at, plays, 0 AS extra_ms,
    planned_end_at, settled_at, outcome = 'unknown' AND NOT is_open AS is_pending,
    CASE WHEN outcome = 'cancelled' THEN 0 ELSE duration_ms END AS expected_ms,
    CASE WHEN outcome = 'cancelled' THEN 0 ELSE heard_ms END AS played_ms,
    CASE WHEN outcome IN ('played', 'partial', 'missed') THEN duration_ms - heard_ms ELSE 0 END AS missed_ms,
    CASE WHEN outcome = 'unknown' THEN duration_ms - heard_ms ELSE 0 END AS unknown_ms
  FROM (${selectOutcomes(
    where('e'),
    asOf,
    Prisma.sql`JOIN chosen c ON c.area_id = e.area_id AND e.start_at >= c.since AND e.start_at < c.until`,
  )}) judged
  UNION ALL
  SELECT device_id, area_id, area_path, topic, campaign, language, priority, start_at, 1, extra_ms, NULL, NULL, false, 0, 0, 0, 0
  FROM (${selectExtras(
    where('p'),
    Prisma.sql`JOIN chosen c ON c.area_id = p.area_id AND p.planned_start_at >= c.since AND p.planned_start_at < c.until`,
  )}) extra`

/** The same rule as in `selectOutcomes`: the ledger holds all of it, so that its silence says something. */
const isCertain = (asOf: Date): Prisma.Sql => Prisma.sql`
  p.planned_end_at <= ${asOf}::timestamptz AND (
    NOT EXISTS (SELECT FROM installation i WHERE i.device_id = p.device_id AND i.enrolled_at < p.planned_end_at)
    OR EXISTS (SELECT FROM ledger l WHERE l.device_id = p.device_id AND l.created_at <= p.start_at
                  AND l.complete_until >= p.settled_at))`

/** Which stretches of which areas are added up from the plays themselves. */
function selectChosen(filter: AirtimeFilter): Prisma.Sql {
  const { from, to } = filter
  // Only a device's own plays tell them apart; kept sums are of whole areas.
  if (filter.deviceId !== undefined)
    return Prisma.sql`SELECT DISTINCT x.area_id, ${from}::timestamptz AS since, ${to}::timestamptz AS until FROM (
      SELECT area_id FROM expected_play WHERE device_id = ${filter.deviceId}::uuid AND start_at >= ${from} AND start_at < ${to}
      UNION SELECT area_id FROM play
       WHERE device_id = ${filter.deviceId}::uuid AND planned_start_at >= ${from} AND planned_start_at < ${to}) x`
  const edges = [
    [from, new Date(Math.min(slotStart(from.getTime()) + SLOT_MS, to.getTime()))],
    [new Date(Math.max(slotStart(to.getTime()), from.getTime())), to],
  ] as const
  const cut = edges.filter(
    ([since, until]) => until.getTime() > since.getTime() && until.getTime() - since.getTime() < SLOT_MS,
  )
  return Prisma.join(
    [
      Prisma.sql`
        SELECT DISTINCT t.area_id, greatest(t.slot_at, ${from}::timestamptz) AS since,
          least(t.slot_at + interval '15 minutes', ${to}::timestamptz) AS until
        FROM airtime_touched t
        WHERE t.slot_at > ${from}::timestamptz - interval '15 minutes' AND t.slot_at < ${to}::timestamptz`,
      ...cut.map(([since, until]) => Prisma.sql`SELECT a.id, ${since}::timestamptz, ${until}::timestamptz FROM area a`),
    ],
    ' UNION ',
  )
}

const wholeRange = ({ from, to }: AirtimeFilter): Prisma.Sql =>
  Prisma.sql`SELECT a.id AS area_id, ${from}::timestamptz AS since, ${to}::timestamptz AS until FROM area a`

/** Sums for each group, ordered by label. Time that was heard without a frozen plan stands beside, as `extraMs`. */
export function sumAirtime(db: Db, filter: AirtimeFilter, by: Grouping, asOf: Date): Promise<AirtimeRow[]> {
  const { from, to } = filter
  const areaIds = filter.within ?? null
  const inPlace = (path: Prisma.Sql): Prisma.Sql => Prisma.sql`
    ${path} && ${filter.roots}::uuid[] AND (${areaIds}::uuid[] IS NULL OR ${path} && ${areaIds}::uuid[])`
  const isByDevice = by === 'device' || filter.deviceId !== undefined
  const ofDevice = (of: Prisma.Sql): Prisma.Sql =>
    filter.deviceId === undefined ? Prisma.sql`true` : Prisma.sql`${of} = ${filter.deviceId}::uuid`
  const live = selectFigures(
    (of) =>
      of === 'e'
        ? Prisma.sql`${inPlace(Prisma.sql`e.area_path`)} AND ${ofDevice(Prisma.sql`e.device_id`)}`
        : Prisma.sql`${inPlace(Prisma.sql`p.area_path`)} AND ${ofDevice(Prisma.sql`p.device_id`)}`,
    asOf,
  )
  const isUntouched = (of: Prisma.Sql): Prisma.Sql => Prisma.sql`
    ${of}.slot_at >= ${from} AND ${of}.slot_at + interval '15 minutes' <= ${to}::timestamptz
    AND (${of}.area_id, ${of}.slot_at) NOT IN (SELECT area_id, since FROM chosen)
    AND ${inPlace(Prisma.sql`${of}.area_path`)}`
  const kept = isByDevice
    ? Prisma.empty
    : Prisma.sql`
      UNION ALL
      SELECT NULL, s.area_id, s.area_path, s.topic, s.campaign, s.language, s.priority, s.slot_at, s.plays, s.extra_ms,
        s.expected_ms, s.played_ms, s.missed_ms, s.unknown_ms
      FROM airtime_slot s WHERE ${isUntouched(Prisma.sql`s`)}
      UNION ALL
      SELECT NULL, p.area_id, p.area_path, p.topic, p.campaign, p.language, p.priority, p.slot_at, 0, 0, 0, 0,
        p.unknown_ms, -p.unknown_ms
      FROM airtime_pending p WHERE ${isUntouched(Prisma.sql`p`)} AND ${isCertain(asOf)}`
  const isAsked = Prisma.join(
    [
      Prisma.sql`true`,
      ...(['topic', 'campaign', 'language', 'priority'] as const).flatMap((name) =>
        filter[name] === undefined ? [] : [Prisma.sql`x.${Prisma.raw(name)} = ${filter[name]}`],
      ),
    ],
    ' AND ',
  )
  const named = {
    label:
      by === 'device' ? Prisma.sql`d.name` : by === 'below' || by === 'area' ? Prisma.sql`n.name` : Prisma.sql`g.key`,
    join:
      by === 'device'
        ? Prisma.sql`JOIN device d ON d.id = g.key::uuid`
        : by === 'below' || by === 'area'
          ? Prisma.sql`JOIN area n ON n.id = g.key::uuid`
          : Prisma.empty,
  }
  return db.$queryRaw<AirtimeRow[]>`
    WITH chosen AS MATERIALIZED (${isByDevice && filter.deviceId === undefined ? wholeRange(filter) : selectChosen(filter)}),
    figures AS (
      SELECT device_id, area_id, area_path, topic, campaign, language, priority, start_at, plays, extra_ms, expected_ms,
        played_ms, missed_ms, unknown_ms
      FROM (${live}) now
      ${kept}
    ), groups AS (
      SELECT ${keyOf(by, filter.tops)} AS key,
        sum(x.expected_ms)::float8 AS "expectedMs", sum(x.played_ms)::float8 AS "playedMs",
        sum(x.missed_ms)::float8 AS "missedMs", sum(x.unknown_ms)::float8 AS "unknownMs",
        sum(x.extra_ms)::float8 AS "extraMs", sum(x.plays)::int AS plays
      FROM figures x JOIN area a ON a.id = x.area_id
      WHERE ${isAsked}
      GROUP BY 1
    )
    SELECT g.*, ${named.label} AS label FROM groups g ${named.join} ORDER BY label, key`
}

/** Any 32-bit number of our own: replicas do not sum at the same time. */
const LOCK_KEY = 72707391

/**
 * Sums touched slots that are older than `until` anew, at most `limit` of them; answers how many. Takes the marks first:
 * what is written meanwhile leaves a mark of its own. To be called in a transaction.
 */
export async function refreshSlots(db: Db, until: Date, asOf: Date, limit: number): Promise<number> {
  const [lock] = await db.$queryRaw<
    { isMine: boolean }[]
  >`SELECT pg_try_advisory_xact_lock(${LOCK_KEY}::int) AS "isMine"`
  if (lock?.isMine !== true) return 0
  const taken = await db.$queryRaw<{ areaId: string; slotAt: Date }[]>`
    WITH wanted AS (
      SELECT DISTINCT area_id, slot_at FROM airtime_touched WHERE slot_at < ${until} LIMIT ${limit}
    ), gone AS (
      DELETE FROM airtime_touched t USING wanted w WHERE t.area_id = w.area_id AND t.slot_at = w.slot_at
      RETURNING t.area_id, t.slot_at
    ) SELECT DISTINCT area_id::text AS "areaId", slot_at AS "slotAt" FROM gone`
  if (taken.length === 0) return 0
  const slots = Prisma.sql`unnest(${taken.map((one) => one.areaId)}::uuid[], ${taken.map((one) => one.slotAt)}::timestamptz[])`
  await db.$executeRaw`DELETE FROM airtime_slot s USING ${slots} AS c(area_id, since)
    WHERE s.area_id = c.area_id AND s.slot_at = c.since`
  await db.$executeRaw`DELETE FROM airtime_pending s USING ${slots} AS c(area_id, since)
    WHERE s.area_id = c.area_id AND s.slot_at = c.since`
  await db.$executeRaw`
    WITH chosen AS MATERIALIZED (
      SELECT c.area_id, c.since, c.since + interval '15 minutes' AS until FROM ${slots} AS c(area_id, since)
    ), figures AS MATERIALIZED (
      SELECT *, airtime_slot_of(start_at) AS slot_at FROM (${selectFigures(() => Prisma.sql`true`, asOf)}) now
    ), pending AS (
      INSERT INTO airtime_pending (area_id, area_path, slot_at, topic, campaign, language, priority, device_id, start_at,
        planned_end_at, settled_at, unknown_ms)
      SELECT area_id, area_path, slot_at, topic, campaign, language, priority, device_id, start_at, planned_end_at,
        settled_at, unknown_ms
      FROM figures WHERE is_pending
    )
    INSERT INTO airtime_slot (area_id, area_path, slot_at, topic, campaign, language, priority, expected_ms, played_ms,
      missed_ms, unknown_ms, extra_ms, plays)
    SELECT area_id, area_path, slot_at, topic, campaign, language, priority, sum(expected_ms), sum(played_ms),
      sum(missed_ms), sum(unknown_ms), sum(extra_ms), sum(plays)
    FROM figures GROUP BY 1, 2, 3, 4, 5, 6, 7`
  return taken.length
}

/** Marks the slots in which something that was not yet reported is missed by now, so that reports need not look again. */
export const touchSettled = (db: Db, asOf: Date): Promise<number> => db.$executeRaw`
  INSERT INTO airtime_touched (area_id, slot_at)
  SELECT DISTINCT p.area_id, p.slot_at FROM airtime_pending p WHERE ${isCertain(asOf)}`
