import { Prisma } from '#prisma/client.ts'
import type { OccurrenceId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import { frozenAiring } from '#server/planning/schemas.ts'
import { edgesOf } from './announced-rules.ts'
import { addMs } from './recurrence-rules.ts'
import type { Airing, AnnouncedPlace } from './rules.ts'
import type { Db } from './store.ts'

/** Keeps an occurrence as it is now that it begins. False: it was kept before, and stays as it was. */
export async function insertOccurrence(
  db: Db,
  airing: Airing,
  areaPath: readonly string[],
  now: InstantMs,
): Promise<boolean> {
  const inserted = await db.$executeRaw`
    INSERT INTO occurrence (id, broadcast_id, area_id, area_path, title, priority, start_at, end_at, frozen_at, airing)
    VALUES (${airing.occurrenceId}, ${airing.broadcastId}::uuid, ${airing.areaId}::uuid, ${areaPath}::uuid[],
      ${airing.title}, ${airing.priority}::"BroadcastPriority", ${toDate(airing.startAt)}, ${toDate(airing.endAt)},
      ${toDate(now)}, ${JSON.stringify(airing)}::jsonb)
    ON CONFLICT DO NOTHING`
  return inserted > 0
}

/**
 * Keeps what these devices, all of one class, are to play of these occurrences, and what the plan leaves out on them.
 * `areaPath`: where they stood then, root first; null: where they stand.
 */
export async function insertExpected(
  db: Db,
  arranged: readonly ArrangedAiring[],
  deviceIds: readonly string[],
  areaPath: readonly string[] | null = null,
): Promise<void> {
  const plays = arranged.flatMap(({ occurrenceId, startAt, latestEndAt, leftOut, items }) =>
    items.map((item) => ({
      occurrenceId,
      itemId: item.itemId,
      language: item.language,
      bulletinId: item.bulletinId,
      revisionId: item.revisionId,
      title: item.title,
      topic: item.topic,
      campaign: item.campaign ?? null,
      clip: item.clip.sha256,
      startAtMs: startAt + item.offsetMs,
      durationMs: item.durationMs,
      settledAtMs: latestEndAt,
      leftOut,
    })),
  )
  if (plays.length === 0 || deviceIds.length === 0) return
  await db.$executeRaw`
    INSERT INTO expected_play (occurrence_id, item_id, language, device_id, area_id, area_path, bulletin_id, revision_id,
      title, topic, campaign, clip, start_at, duration_ms, settled_at, left_out)
    SELECT p."occurrenceId", p."itemId", p.language, d.id, w.path[cardinality(w.path)], w.path, p."bulletinId", p."revisionId", p.title,
      p.topic, p.campaign, p.clip, to_timestamp(p."startAtMs" / 1000.0), p."durationMs", to_timestamp(p."settledAtMs" / 1000.0),
      p."leftOut"
    FROM jsonb_to_recordset(${JSON.stringify(plays)}::jsonb) AS p("occurrenceId" text, "itemId" uuid, language text,
      "bulletinId" uuid, "revisionId" uuid, title text, topic text, campaign text, clip text, "startAtMs" bigint, "durationMs" int,
      "settledAtMs" bigint, "leftOut" text)
    CROSS JOIN unnest(${deviceIds}::uuid[]) AS n(id)
    JOIN device d ON d.id = n.id JOIN area a ON a.id = d.area_id
    CROSS JOIN LATERAL (SELECT coalesce(${areaPath}::uuid[], a.path) AS path) w
    ON CONFLICT DO NOTHING`
}

/** Keeps what devices were told of it where it is not as planned (announced-rules.ts). */
export async function keepAnnounced(db: Db, id: OccurrenceId, announced: readonly AnnouncedPlace[]): Promise<void> {
  await db.$executeRaw`
    UPDATE occurrence SET airing = airing || jsonb_build_object('announced', ${JSON.stringify(announced)}::jsonb)
    WHERE id = ${id}`
}

/** Keeps what it says now: nothing of it has sounded. */
export async function keepContent(
  db: Db,
  { occurrenceId, title, items, endAt }: Pick<Airing, 'occurrenceId' | 'title' | 'items' | 'endAt'>,
): Promise<void> {
  await db.$executeRaw`
    UPDATE occurrence SET title = ${title}, end_at = ${toDate(endAt)},
      airing = airing || ${JSON.stringify({ title, items, endAt })}::jsonb
    WHERE id = ${occurrenceId}`
}

export async function removeExpected(db: Db, id: OccurrenceId): Promise<void> {
  await db.expectedPlay.deleteMany({ where: { occurrenceId: id } })
}

/** Takes back that it has begun: nothing of it has sounded, and it is planned for later again. */
export async function removeOccurrence(db: Db, id: OccurrenceId): Promise<void> {
  await removeExpected(db, id)
  await db.occurrence.deleteMany({ where: { id } })
}

/** What was frozen longer ago than this sounded long since: a queue ends with its day. */
export const WAITS_AT_MOST_MS = 2 * 86_400_000

/** Does the plan put all of occurrence `o` (an alias of the query) after this instant, wherever it sounds? */
export const isWaitingAt = (now: InstantMs): Prisma.Sql => Prisma.sql`(
  o.start_at > ${toDate(addMs(now, -WAITS_AT_MOST_MS))} AND o.start_at <= ${toDate(now)}
  AND EXISTS (SELECT FROM expected_play e WHERE e.occurrence_id = o.id AND e.left_out IS NULL)
  AND NOT EXISTS (
    SELECT FROM expected_play e
    WHERE e.occurrence_id = o.id AND e.left_out IS NULL AND e.start_at <= ${toDate(now)}))`

/** What has begun by its plan and sounds nowhere yet: it is queued, or follows on. */
export async function readWaiting(
  db: Db,
  now: InstantMs,
): Promise<{ readonly airing: Airing; readonly areaPath: readonly string[] }[]> {
  const rows = await db.$queryRaw<{ airing: unknown; areaPath: string[] }[]>`
    SELECT o.airing, o.area_path AS "areaPath" FROM occurrence o
    WHERE o.airing IS NOT NULL AND o.ended_early_at IS NULL AND ${isWaitingAt(now)}
    ORDER BY o.start_at, o.id`
  return rows.map(({ airing, areaPath }) => ({
    airing: { ...frozenAiring.parse(airing), isCancelled: false, endedEarlyAt: null },
    areaPath,
  }))
}

const announcedPart = frozenAiring.pick({ startAt: true, endAt: true, announced: true })

/** When what has begun by its plan really begins and ends, where it does (announced-rules.ts): what may still do so at `since`. */
export async function readEdges(
  db: Db,
  since: InstantMs,
): Promise<{ readonly id: string; readonly areaPath: readonly string[]; readonly edges: readonly InstantMs[] }[]> {
  const rows = await db.$queryRaw<{ id: string; areaPath: string[]; airing: unknown }[]>`
    SELECT o.id, o.area_path AS "areaPath", json_build_object('startAt', o.airing->'startAt', 'endAt', o.airing->'endAt',
      'announced', coalesce(o.airing->'announced', '[]')) AS airing
    FROM occurrence o
    WHERE o.airing IS NOT NULL AND o.ended_early_at IS NULL AND o.start_at > ${toDate(addMs(since, -WAITS_AT_MOST_MS))}`
  return rows.map(({ id, areaPath, airing }) => ({ id, areaPath, edges: edgesOf(announcedPart.parse(airing)) }))
}
