import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import type { Airing } from './rules.ts'
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

/** Keeps what these devices, all of one class, are to play of these occurrences, and what the plan leaves out on them. */
export async function insertExpected(
  db: Db,
  arranged: readonly ArrangedAiring[],
  deviceIds: readonly string[],
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
      title, topic, clip, start_at, duration_ms, settled_at, left_out)
    SELECT p."occurrenceId", p."itemId", p.language, d.id, d.area_id, a.path, p."bulletinId", p."revisionId", p.title,
      p.topic, p.clip, to_timestamp(p."startAtMs" / 1000.0), p."durationMs", to_timestamp(p."settledAtMs" / 1000.0),
      p."leftOut"
    FROM jsonb_to_recordset(${JSON.stringify(plays)}::jsonb) AS p("occurrenceId" text, "itemId" uuid, language text,
      "bulletinId" uuid, "revisionId" uuid, title text, topic text, clip text, "startAtMs" bigint, "durationMs" int,
      "settledAtMs" bigint, "leftOut" text)
    CROSS JOIN unnest(${deviceIds}::uuid[]) AS n(id)
    JOIN device d ON d.id = n.id JOIN area a ON a.id = d.area_id
    ON CONFLICT DO NOTHING`
}
