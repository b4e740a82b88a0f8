import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { aimsOfAiring, aimsOfBroadcast, soundsIn } from '#server/planning/audience-store.ts'
import { publicHolidayDates } from '#server/planning/public-holidays.ts'
import { aims, airableItems, frozenAiring } from '#server/planning/schemas.ts'
import { awaitedBulletins, type Content, programmeOf } from './content-store.ts'
import { addMs, type InstantRange } from './recurrence-rules.ts'
import type { AirableProgramme, Airing, OccurrenceEdit, PlannedBroadcast } from './rules.ts'
import type { Db } from './store.ts'

/** Reads what airs: planned broadcasts with all that decides about them, and what has begun, as it was frozen. */

/** A planned broadcast with what people want to see of it. */
export interface BroadcastRow extends PlannedBroadcast {
  readonly programmeId: string
  readonly areaName: string
  readonly areaPath: readonly string[]
  readonly skipHolidays: boolean
  /** The broadcast in which the series goes on from `continuedAt` on. */
  readonly continuedById: string | null
  /** Grows with every edit of the series or one of its occurrences. */
  readonly revision: number
  /** The last edit of which the time is known. */
  readonly editedAt: InstantMs
}

interface RawBroadcast {
  id: string
  programme_id: string
  area_id: string
  area_name: string
  area_path: string[]
  title: string
  priority: PlannedBroadcast['priority']
  rule: string | null
  local_times: string[]
  time_zone: string
  first_date: string
  last_date: string | null
  extra_dates: string[]
  except_dates: string[]
  skip_holidays: boolean
  language_mode: PlannedBroadcast['languageMode']
  late_start: PlannedBroadcast['lateStart']
  placement: PlannedBroadcast['placement']
  on_conflict: PlannedBroadcast['onConflict']
  created_at: Date
  updated_at: Date
  cancelled_at: Date | null
  continued_at: Date | null
  continued_by_id: string | null
  revision: number
  edited_at: Date
  bulletin_count: number
  items: unknown
  awaiting: unknown
  aims: unknown
  edits: unknown
  holidays: string[]
}

export interface BroadcastFilter {
  readonly ids?: readonly string[]
  /** Broadcasts that sound in one of these areas or below: theirs, those below, and those above that include them. */
  readonly soundingIn?: readonly string[]
  readonly alsoSoundingIn?: string | undefined
  /** Leaves out what airs no more from this instant on. */
  readonly airingFrom?: InstantMs
  /** Leaves out what has no day from this instant on; what was cancelled or ended stays in. */
  readonly datedFrom?: InstantMs
}

const editRows = z.array(
  z.object({
    originalStartAt: instantMs,
    isCancelled: z.boolean(),
    movedStartAt: instantMs.nullable(),
    programme: z
      .object({
        title: z.string(),
        bulletinCount: z.number().int(),
        items: airableItems,
        awaiting: awaitedBulletins.nullable().transform((list) => list ?? undefined),
      })
      .nullable(),
  }),
)

const millis = (column: Prisma.Sql): Prisma.Sql => Prisma.sql`(extract(epoch FROM ${column}) * 1000)::bigint`

/** Is anything of broadcast b moved to this instant or later? */
const isMovedFrom = (from: Date): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT FROM occurrence_change x WHERE x.broadcast_id = b.id AND x.moved_start_at >= ${from})`

/** Of broadcast b in area a. */
function conditionsOf(filter: BroadcastFilter): Prisma.Sql {
  const conditions: Prisma.Sql[] = [Prisma.sql`true`]
  if (filter.ids !== undefined) conditions.push(Prisma.sql`b.id = ANY(${filter.ids}::uuid[])`)
  for (const areas of [filter.soundingIn, filter.alsoSoundingIn === undefined ? undefined : [filter.alsoSoundingIn]]) {
    if (areas !== undefined) {
      conditions.push(soundsIn(Prisma.sql`a.path`, aimsOfBroadcast(Prisma.sql`b.id`), areas))
    }
  }
  if (filter.airingFrom !== undefined) {
    const from = toDate(filter.airingFrom)
    conditions.push(Prisma.sql`(b.cancelled_at IS NULL OR b.cancelled_at > ${from})
      AND (b.continued_at IS NULL OR b.continued_at > ${from} OR ${isMovedFrom(from)})`)
  }
  for (const at of [filter.airingFrom, filter.datedFrom]) {
    if (at === undefined) continue
    const fromDate = dateBefore(at)
    conditions.push(Prisma.sql`(
      CASE WHEN b.rule IS NULL THEN b.first_date ELSE coalesce(b.last_date, '9999-12-31') END >= ${fromDate}
      OR EXISTS (SELECT FROM unnest(b.extra_dates) AS extra WHERE extra >= ${fromDate})
      OR ${isMovedFrom(toDate(at))})`)
  }
  return Prisma.join(conditions, ' AND ')
}

/** Broadcasts with all that decides what of them airs, when and for whom; newest first. */
export async function readBroadcasts(db: Db, filter: BroadcastFilter & Content): Promise<BroadcastRow[]> {
  const rows = await db.$queryRaw<RawBroadcast[]>`
    SELECT b.*, p.title, a.name AS area_name, a.path AS area_path, i.bulletin_count, i.items, i.awaiting, t.aims, e.edits,
      h.holidays, greatest(b.updated_at, b.cancelled_at, e.edited_at) AS edited_at
    FROM broadcast b
    JOIN programme p ON p.id = b.programme_id
    JOIN area a ON a.id = b.area_id
    CROSS JOIN LATERAL (${programmeOf(Prisma.sql`b.programme_id`, filter)}) i
    CROSS JOIN LATERAL (
      SELECT coalesce(json_agg(json_build_object('kind', t.kind, 'refId', t.ref_id, 'isExcluded', t.is_excluded)
        ORDER BY t.kind, t.ref_id), '[]') AS aims
      FROM broadcast_target t WHERE t.broadcast_id = b.id
    ) t
    CROSS JOIN LATERAL (
      SELECT coalesce(json_agg(json_build_object(
        'originalStartAt', ${millis(Prisma.sql`x.original_start_at`)}, 'isCancelled', x.is_cancelled,
        'movedStartAt', ${millis(Prisma.sql`x.moved_start_at`)},
        'programme', CASE WHEN x.programme_id IS NOT NULL THEN (
          SELECT json_build_object('title', q.title, 'bulletinCount', j.bulletin_count, 'items', j.items,
            'awaiting', j.awaiting)
          FROM programme q CROSS JOIN LATERAL (${programmeOf(Prisma.sql`q.id`, filter)}) j WHERE q.id = x.programme_id
        ) END) ORDER BY x.original_start_at), '[]') AS edits, max(x.changed_at) AS edited_at
      FROM occurrence_change x WHERE x.broadcast_id = b.id
    ) e
    CROSS JOIN LATERAL (
      SELECT coalesce(array_agg(DISTINCT day::date::text), '{}') AS holidays
      FROM area_holiday h, generate_series(h.first_date::date, h.last_date::date, interval '1 day') AS day
      WHERE b.skip_holidays AND h.area_id = ANY(a.path) AND h.removed_at IS NULL
    ) h
    WHERE ${conditionsOf(filter)}
    ORDER BY b.created_at DESC, b.id`
  return rows.map((row) => ({
    id: row.id,
    programmeId: row.programme_id,
    areaId: row.area_id,
    areaName: row.area_name,
    areaPath: row.area_path,
    title: row.title,
    priority: row.priority,
    languageMode: row.language_mode,
    lateStart: row.late_start,
    placement: row.placement,
    onConflict: row.on_conflict,
    rule: row.rule,
    localTimes: row.local_times,
    timeZone: row.time_zone,
    firstDate: row.first_date,
    lastDate: row.last_date,
    extraDates: row.extra_dates,
    exceptDates: row.except_dates,
    skipHolidays: row.skip_holidays,
    skippedDates: skippedDates(row.skip_holidays, row.holidays),
    createdAt: toInstant(row.created_at),
    timedSince: toInstant(row.updated_at),
    cancelledAt: row.cancelled_at === null ? null : toInstant(row.cancelled_at),
    continuedAt: row.continued_at === null ? null : toInstant(row.continued_at),
    continuedById: row.continued_by_id,
    revision: row.revision,
    editedAt: toInstant(row.edited_at),
    aims: aims.parse(row.aims),
    edits: editRows.parse(row.edits),
    bulletinCount: row.bulletin_count,
    items: airableItems.parse(row.items),
    ...(row.awaiting === null ? {} : { awaiting: awaitedBulletins.parse(row.awaiting) }),
  }))
}

/** At most how many occurrences one day can have of all that sounds in an area from `now` on. */
export async function countMostStarts(db: Db, areaId: string, now: InstantMs): Promise<number> {
  const [row] = await db.$queryRaw<{ most: number }[]>`
    SELECT coalesce(sum(cardinality(b.local_times) + (
      SELECT count(*) FROM occurrence_change x WHERE x.broadcast_id = b.id AND x.moved_start_at >= ${toDate(now)}
    )), 0)::int AS most
    FROM broadcast b JOIN area a ON a.id = b.area_id
    WHERE ${conditionsOf({ soundingIn: [areaId], airingFrom: now })}`
  return row?.most ?? 0
}

const noDates: ReadonlySet<string> = new Set()
const skippedDates = (isSkipping: boolean, own: readonly string[]): ReadonlySet<string> =>
  isSkipping ? new Set([...publicHolidayDates, ...own]) : noDates

/** A day of grace: dates are local ones, and the zone is the broadcast's own. */
const dateBefore = (at: InstantMs): string =>
  toDate(addMs(at, -2 * 86_400_000))
    .toISOString()
    .slice(0, 10)

const nothing: AirableProgramme = { title: '', items: [], bulletinCount: 0 }

/**
 * When broadcasts air, without what and for whom: enough to see whether anything is due. Those that ended before `since`
 * are left out.
 */
export async function readTimings(db: Db, since: InstantMs): Promise<PlannedBroadcast[]> {
  const fromDate = dateBefore(since)
  const rows = await db.broadcast.findMany({
    where: {
      OR: [
        { rule: null, firstDate: { gte: fromDate } },
        { rule: { not: null }, OR: [{ lastDate: null }, { lastDate: { gte: fromDate } }] },
        { extraDates: { isEmpty: false } },
        { changes: { some: { movedStartAt: { gte: toDate(since) } } } },
      ],
    },
    include: { changes: true, area: { select: { path: true } } },
  })
  const skipping = rows.filter((row) => row.skipHolidays)
  const holidays =
    skipping.length === 0
      ? []
      : await db.$queryRaw<{ areaId: string; date: string }[]>`
          SELECT h.area_id AS "areaId", day::date::text AS date
          FROM area_holiday h, generate_series(h.first_date::date, h.last_date::date, interval '1 day') AS day
          WHERE h.removed_at IS NULL`
  const datesOn = (path: readonly string[]): string[] =>
    holidays.filter(({ areaId }) => path.includes(areaId)).map(({ date }) => date)
  return rows.map(({ changes, area, ...row }) => ({
    ...row,
    ...nothing,
    aims: [],
    createdAt: toInstant(row.createdAt),
    timedSince: toInstant(row.updatedAt),
    cancelledAt: row.cancelledAt === null ? null : toInstant(row.cancelledAt),
    continuedAt: row.continuedAt === null ? null : toInstant(row.continuedAt),
    skippedDates: skippedDates(row.skipHolidays, row.skipHolidays ? datesOn(area.path) : []),
    edits: changes.map(
      (change): OccurrenceEdit => ({
        originalStartAt: toInstant(change.originalStartAt),
        isCancelled: change.isCancelled,
        movedStartAt: change.movedStartAt === null ? null : toInstant(change.movedStartAt),
        programme: null,
      }),
    ),
  }))
}

/** The start of the newest frozen occurrence of each broadcast since `since`. */
export async function readLastFrozenStarts(db: Db, since: InstantMs): Promise<Map<string, InstantMs>> {
  const rows = await db.occurrence.groupBy({
    by: ['broadcastId'],
    where: { startAt: { gte: toDate(since) } },
    _max: { startAt: true },
  })
  return new Map(
    rows.flatMap((row) => (row._max.startAt === null ? [] : [[row.broadcastId, toInstant(row._max.startAt)]])),
  )
}

/** Frozen occurrences that began within `range`, as they were then. */
export async function readFrozenAirings(
  db: Db,
  range: InstantRange,
  soundingIn?: readonly string[],
): Promise<Airing[]> {
  const where =
    soundingIn === undefined
      ? Prisma.sql`true`
      : soundsIn(Prisma.sql`o.area_path`, aimsOfAiring(Prisma.sql`o.airing`), soundingIn)
  const rows = await db.$queryRaw<{ airing: unknown; ended_early_at: Date | null }[]>`
    SELECT o.airing, o.ended_early_at FROM occurrence o
    WHERE o.start_at >= ${toDate(range.from)} AND o.start_at < ${toDate(range.to)} AND o.airing IS NOT NULL AND ${where}`
  return rows.map((row) => ({
    ...frozenAiring.parse(row.airing),
    isCancelled: false,
    endedEarlyAt: row.ended_early_at === null ? null : toInstant(row.ended_early_at),
  }))
}
