import { z } from 'zod'
import { Prisma } from '#prisma/client.ts'
import { itemId, occurrenceId, sha256 } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { durationMs, type InstantMs } from '#protocol/time.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { addMs, type InstantRange } from './recurrence-rules.ts'
import { type Airing, itemOffsetsMs, type PlannedBroadcast, RESUME_WINDOW_MS } from './rules.ts'

/** Prisma itself or one of its transactions: the tables and raw SQL are the same on both. */
export type Db = Prisma.TransactionClient

const airableItems = z.array(
  z.object({
    itemId,
    bulletinId: z.uuid(),
    revisionId: z.uuid(),
    title: z.string(),
    topic: z.string(),
    language: z.string(),
    clip: z.object({ sha256, bytes: z.number().int().min(1).max(limits.maxClipBytes) }),
    durationMs,
  }),
)

/** A planned broadcast with what people want to see of it. */
export interface BroadcastRow extends PlannedBroadcast {
  readonly programmeId: string
  readonly areaName: string
  readonly areaPath: readonly string[]
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
  created_at: Date
  updated_at: Date
  cancelled_at: Date | null
  bulletin_count: number
  items: unknown
}

export interface BroadcastFilter {
  readonly ids?: readonly string[]
  /** Broadcasts that sound in one of these areas or below: theirs, those below, and those above that include them. */
  readonly soundingIn?: readonly string[]
  readonly alsoSoundingIn?: string | undefined
  /** Leaves out what airs no more from this instant on. */
  readonly airingFrom?: InstantMs
}

/** `path` is that of an area at which something is aimed: does it sound in one of `areas`? */
const soundsIn = (path: Prisma.Sql, areas: readonly string[]): Prisma.Sql => Prisma.sql`(
  ${path} && ${areas}::uuid[]
  OR ${path}[cardinality(${path})] IN (SELECT unnest(r.path) FROM area r WHERE r.id = ANY(${areas}::uuid[])))`

/**
 * Broadcasts with what of their programme may air: items that stay in it, whose bulletin's newest revision is approved
 * and whose clip is ready, by position.
 */
export async function readBroadcasts(db: Db, filter: BroadcastFilter): Promise<BroadcastRow[]> {
  const conditions: Prisma.Sql[] = [Prisma.sql`true`]
  if (filter.ids !== undefined) conditions.push(Prisma.sql`b.id = ANY(${filter.ids}::uuid[])`)
  for (const areas of [filter.soundingIn, filter.alsoSoundingIn === undefined ? undefined : [filter.alsoSoundingIn]]) {
    if (areas !== undefined) conditions.push(soundsIn(Prisma.sql`a.path`, areas))
  }
  if (filter.airingFrom !== undefined) {
    const from = toDate(filter.airingFrom)
    // A day of grace: dates are local ones, and the zone is the broadcast's own.
    const fromDate = toDate(addMs(filter.airingFrom, -2 * 86_400_000))
      .toISOString()
      .slice(0, 10)
    conditions.push(Prisma.sql`(b.cancelled_at IS NULL OR b.cancelled_at > ${from})
      AND (CASE WHEN b.rule IS NULL THEN b.first_date ELSE coalesce(b.last_date, '9999-12-31') END >= ${fromDate}
        OR EXISTS (SELECT FROM unnest(b.extra_dates) AS extra WHERE extra >= ${fromDate}))`)
  }
  const rows = await db.$queryRaw<RawBroadcast[]>`
    SELECT b.*, p.title, a.name AS area_name, a.path AS area_path, i.bulletin_count, i.items
    FROM broadcast b
    JOIN programme p ON p.id = b.programme_id
    JOIN area a ON a.id = b.area_id
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS bulletin_count,
        coalesce(json_agg(json_build_object(
          'itemId', i.id, 'bulletinId', i.bulletin_id, 'revisionId', r.id, 'title', r.title, 'topic', r.topic,
          'language', r.language, 'clip', json_build_object('sha256', c.sha256, 'bytes', c.bytes),
          'durationMs', c.duration_ms
        ) ORDER BY i.position, i.id) FILTER (
          WHERE r.state = 'approved' AND c.state = 'ready' AND c.sha256 IS NOT NULL AND c.bytes > 0 AND c.duration_ms > 0
        ), '[]') AS items
      FROM programme_item i
      CROSS JOIN LATERAL (
        SELECT * FROM bulletin_revision r WHERE r.bulletin_id = i.bulletin_id ORDER BY r.number DESC LIMIT 1
      ) r
      JOIN clip c ON c.id = r.clip_id
      WHERE i.programme_id = b.programme_id AND i.removed_at IS NULL
    ) i
    WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY b.created_at DESC, b.id`
  return rows.map((row) => ({
    id: row.id,
    programmeId: row.programme_id,
    areaId: row.area_id,
    areaName: row.area_name,
    areaPath: row.area_path,
    title: row.title,
    priority: row.priority,
    rule: row.rule,
    localTimes: row.local_times,
    timeZone: row.time_zone,
    firstDate: row.first_date,
    lastDate: row.last_date,
    extraDates: row.extra_dates,
    exceptDates: row.except_dates,
    createdAt: toInstant(row.created_at),
    timedSince: toInstant(row.updated_at),
    cancelledAt: row.cancelled_at === null ? null : toInstant(row.cancelled_at),
    bulletinCount: row.bulletin_count,
    items: airableItems.parse(row.items),
  }))
}

/** When broadcasts air, without what: enough to see whether anything is due. Those that ended before `since` are left out. */
export async function readTimings(db: Db, since: InstantMs): Promise<Omit<PlannedBroadcast, 'items'>[]> {
  const fromDate = toDate(addMs(since, -2 * 86_400_000))
    .toISOString()
    .slice(0, 10)
  const rows = await db.broadcast.findMany({
    where: {
      OR: [
        { rule: null, firstDate: { gte: fromDate } },
        { rule: { not: null }, OR: [{ lastDate: null }, { lastDate: { gte: fromDate } }] },
        { extraDates: { isEmpty: false } },
      ],
    },
    include: { programme: { select: { title: true } } },
  })
  return rows.map((row) => ({
    ...row,
    title: row.programme.title,
    createdAt: toInstant(row.createdAt),
    timedSince: toInstant(row.updatedAt),
    cancelledAt: row.cancelledAt === null ? null : toInstant(row.cancelledAt),
    bulletinCount: 0,
  }))
}

/** Everything that freezes or changes what is expected takes turns, from here to the end of its transaction. */
export async function lockPlan(db: Db): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('loaxa.plan', 0))`
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

/**
 * Freezes one occurrence: what each device that was in service when it began is to play. Says whether it was new; one
 * that is frozen already stays as it is. An occurrence with nothing to air is frozen too, so that a late approval does
 * not make it expected afterwards.
 */
export async function freezeOccurrence(
  db: Db,
  airing: Airing,
  areaPath: readonly string[],
  now: InstantMs,
): Promise<boolean> {
  const inserted = await db.$executeRaw`
    INSERT INTO occurrence (id, broadcast_id, area_id, area_path, title, priority, start_at, end_at, frozen_at)
    VALUES (${airing.occurrenceId}, ${airing.broadcastId}::uuid, ${airing.areaId}::uuid, ${areaPath}::uuid[],
      ${airing.title}, ${airing.priority}::"BroadcastPriority", ${toDate(airing.startAt)}, ${toDate(airing.endAt)},
      ${toDate(now)})
    ON CONFLICT DO NOTHING`
  if (inserted === 0) return false
  const items = itemOffsetsMs(airing.items).map((offsetMs, index) => ({ ...airing.items[index], offsetMs }))
  await db.$executeRaw`
    INSERT INTO expected_play (occurrence_id, item_id, device_id, area_id, area_path, bulletin_id, revision_id, title,
      topic, language, clip, start_at, duration_ms, settled_at)
    SELECT ${airing.occurrenceId}, i."itemId", d.id, d.area_id, a.path, i."bulletinId", i."revisionId", i.title,
      i.topic, i.language, i.clip->>'sha256',
      ${toDate(airing.startAt)}::timestamptz + i."offsetMs" * interval '1 millisecond', i."durationMs",
      ${toDate(airing.latestEndAt)}
    FROM jsonb_to_recordset(${JSON.stringify(items)}::jsonb) AS i("itemId" uuid, "bulletinId" uuid, "revisionId" uuid,
      title text, topic text, language text, clip jsonb, "offsetMs" int, "durationMs" int)
    CROSS JOIN device d JOIN area a ON a.id = d.area_id
    WHERE a.path @> ARRAY[${airing.areaId}::uuid] AND d.created_at <= ${toDate(airing.startAt)}
      AND (d.retired_at IS NULL OR d.retired_at > ${toDate(airing.startAt)})
    ON CONFLICT DO NOTHING`
  return true
}

interface RawFrozen {
  id: string
  broadcast_id: string
  area_id: string
  title: string
  priority: Airing['priority']
  start_at: Date
  end_at: Date
  ended_early_at: Date | null
  made_at: Date
  items: unknown
}

/** Frozen occurrences that began within `range`, with their items as they were frozen. */
export async function readFrozenAirings(db: Db, range: InstantRange, areaIds?: readonly string[]): Promise<Airing[]> {
  const areas = areaIds ?? null
  const rows = await db.$queryRaw<RawFrozen[]>`
    SELECT o.*, b.created_at AS made_at, coalesce(i.items, '[]') AS items
    FROM occurrence o JOIN broadcast b ON b.id = o.broadcast_id
    LEFT JOIN LATERAL (
      SELECT json_agg(json_build_object(
        'itemId', e.item_id, 'bulletinId', e.bulletin_id, 'revisionId', e.revision_id, 'title', e.title,
        'topic', e.topic, 'language', e.language,
        'clip', json_build_object('sha256', e.clip, 'bytes', c.bytes), 'durationMs', e.duration_ms
      ) ORDER BY e.start_at, e.item_id) AS items
      FROM expected_play e
      CROSS JOIN LATERAL (SELECT bytes FROM clip WHERE sha256 = e.clip AND bytes > 0 LIMIT 1) c
      -- Every device of an occurrence is to play the same items: one of them tells all.
      WHERE e.occurrence_id = o.id
        AND e.device_id = (SELECT device_id FROM expected_play WHERE occurrence_id = o.id LIMIT 1)
    ) i ON true
    WHERE o.start_at >= ${toDate(range.from)} AND o.start_at < ${toDate(range.to)}
      AND (${areas}::uuid[] IS NULL OR o.area_id = ANY(${areas}::uuid[]))`
  return rows.map((row) => {
    const endAt = toInstant(row.end_at)
    return {
      occurrenceId: occurrenceId.parse(row.id),
      broadcastId: row.broadcast_id,
      areaId: row.area_id,
      title: row.title,
      priority: row.priority,
      order: toInstant(row.made_at),
      startAt: toInstant(row.start_at),
      endAt,
      latestEndAt: addMs(endAt, RESUME_WINDOW_MS),
      isCancelled: false,
      endedEarlyAt: row.ended_early_at === null ? null : toInstant(row.ended_early_at),
      items: airableItems.parse(row.items),
    }
  })
}

export interface BroadcastTimingRow {
  readonly priority: PlannedBroadcast['priority']
  readonly rule: string | null
  readonly localTimes: readonly string[]
  readonly firstDate: string
  readonly lastDate: string | null
  readonly extraDates: readonly string[]
  readonly exceptDates: readonly string[]
}

const listsOf = ({ localTimes, extraDates, exceptDates }: BroadcastTimingRow) => ({
  localTimes: [...localTimes],
  extraDates: [...extraDates],
  exceptDates: [...exceptDates],
})

export async function insertBroadcast(
  db: Db,
  broadcast: BroadcastTimingRow & {
    readonly id: string
    readonly programmeId: string
    readonly areaId: string
    readonly timeZone: string
    readonly createdById: string
    readonly at: InstantMs
  },
): Promise<void> {
  const { at, ...rest } = broadcast
  const data = { ...rest, ...listsOf(rest) }
  await db.broadcast.create({ data: { ...data, createdAt: toDate(at), updatedAt: toDate(at) } })
}

/** From `at` on the broadcast airs by this timing. Freeze before: `at` becomes the end of the old timing. */
export async function updateBroadcast(db: Db, id: string, timing: BroadcastTimingRow, at: InstantMs): Promise<void> {
  await db.broadcast.update({ where: { id }, data: { ...timing, ...listsOf(timing), updatedAt: toDate(at) } })
}

/** `cancelledAt` null takes the cancelling back; what fell between stays not aired, because the timing counts from `at`. */
export async function setCancelled(db: Db, id: string, cancelledAt: InstantMs | null, at: InstantMs): Promise<void> {
  const data =
    cancelledAt === null ? { cancelledAt: null, updatedAt: toDate(at) } : { cancelledAt: toDate(cancelledAt) }
  await db.broadcast.update({ where: { id }, data })
}

export const findArea = (
  db: Db,
  id: string,
): Promise<{ id: string; name: string; path: string[]; timeZone: string } | null> =>
  db.area.findUnique({ where: { id }, select: { id: true, name: true, path: true, timeZone: true } })

export async function findProgrammeArea(
  db: Db,
  id: string,
): Promise<{ areaId: string; areaPath: readonly string[] } | undefined> {
  const programme = await db.programme.findUnique({
    where: { id },
    select: { area: { select: { id: true, path: true } } },
  })
  return programme === null ? undefined : { areaId: programme.area.id, areaPath: programme.area.path }
}
