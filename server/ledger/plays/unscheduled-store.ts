import type { Pool } from 'pg'
import { z } from 'zod'
import { parseOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import type { HeardSound } from '#server/ledger/rules.ts'

/** What begins is frozen within moments; until then its occurrence is not on record. */
const FREEZE_MARGIN_MS = 2 * 60_000

/**
 * Explained is what was expected of the device; an alert that was given; and what a plan held that is no more: of an
 * occurrence that began (for other devices, or with other items), or of a broadcast that was there by then, aimed at the
 * device, and has changed since the device took up its target.
 */
const FIND_UNSCHEDULED = `
  SELECT u.place::int
    FROM unnest($4::int[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], $9::timestamptz[], $10::int[])
         AS u(place, occurrence_id, broadcast_id, alert_id, item_id, planned_start_at, target_revision)
   WHERE NOT EXISTS (SELECT FROM alert a WHERE a.id = u.alert_id)
     AND NOT EXISTS (SELECT FROM expected_play e WHERE e.occurrence_id = u.occurrence_id
                        AND e.item_id = u.item_id AND e.device_id = $1::uuid)
     AND NOT EXISTS (SELECT FROM occurrence o WHERE o.id = u.occurrence_id)
     AND NOT EXISTS (
           SELECT FROM broadcast b JOIN programme p ON p.id = b.programme_id
             LEFT JOIN LATERAL (
               SELECT max(t.adopted_at) AS at FROM adopted_target t
                WHERE t.device_id = $1::uuid AND t.revision = u.target_revision
             ) adopted ON true
            WHERE b.id = u.broadcast_id AND b.area_id = ANY($2::uuid[]) AND b.created_at <= u.planned_start_at
              AND (u.planned_start_at > $3::timestamptz OR adopted.at IS NULL OR adopted.at < greatest(
                    b.updated_at, b.cancelled_at, p.updated_at,
                    (SELECT max(c.changed_at) FROM occurrence_change c WHERE c.broadcast_id = b.id),
                    (SELECT max(greatest(r.created_at, r.decided_at)) FROM programme_item i
                       JOIN bulletin_revision r ON r.bulletin_id = i.bulletin_id WHERE i.programme_id = p.id))))`

/** Those of the sounds that no plan and no alert explains. */
export async function findUnscheduled(
  pool: Pool,
  device: { readonly id: string; readonly areaPath: readonly string[] },
  sounds: readonly HeardSound[],
  now: InstantMs,
): Promise<HeardSound[]> {
  if (sounds.length === 0) return []
  const column = <T>(read: (sound: HeardSound, place: number) => T): T[] => sounds.map(read)
  const { rows } = await pool.query({
    name: 'plays-unscheduled',
    text: FIND_UNSCHEDULED,
    values: [
      device.id,
      device.areaPath,
      toDate(instantMs.parse(Math.max(0, now - FREEZE_MARGIN_MS))),
      column((_, place) => place),
      column((sound) => sound.occurrenceId),
      column((sound) => (sound.occurrenceId === null ? null : parseOccurrenceId(sound.occurrenceId).broadcastId)),
      column((sound) => sound.alertId),
      column((sound) => sound.itemId),
      column((sound) => new Date(sound.plannedStartAt).toISOString()),
      column((sound) => Math.min(sound.targetRevision, MAX_INT4)),
    ],
  })
  const places = z.array(z.object({ place: z.number().int() })).parse(rows)
  return places.flatMap(({ place }) => sounds[place] ?? [])
}

const MAX_INT4 = 2_147_483_647
