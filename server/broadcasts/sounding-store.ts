import { z } from 'zod'
import { toDate, toInstant } from '#server/clock.ts'
import type { LeftOut } from '#server/planning/arrange-rules.ts'
import { namedDevices, readListeners } from '#server/planning/audience-store.ts'
import { isWithinSpan, type PlaceSpan, placeSpans } from '#server/planning/move-rules.ts'
import { withMovingAreas } from '#server/planning/move-store.ts'
import { makePlan } from '#server/planning/rules.ts'
import { readPlanInput } from '#server/planning/store.ts'
import type { InstantRange } from './recurrence-rules.ts'
import { type Airing, RESUME_WINDOW_MS } from './rules.ts'
import type { SilentBy, SoundingPlace } from './sounding-rules.ts'
import type { Db } from './store.ts'

/** When occurrences really sound: of what is to come from the plan itself, of what has begun as it was frozen. */

/** By occurrence within `range`: where it sounds on devices in or below `roots`, by the plan that they are sent. */
export async function readPlannedPlaces(
  db: Db,
  range: InstantRange,
  roots: readonly string[],
): Promise<Map<string, { readonly airing: Airing; readonly places: readonly SoundingPlace[] }>> {
  const input = await readPlanInput(db, { range, soundingIn: roots })
  const { moves = [] } = input
  const within = await withMovingAreas(db, roots, moves)
  const named = [...namedDevices(input.airings), ...moves.flatMap(({ deviceIds }) => deviceIds)]
  const listeners = await readListeners(db, within, named)
  const plan = makePlan(input)
  // Alike devices first: what a plan has is walked through once.
  const byClass = new Map<string, { planClass: ReturnType<typeof plan.classOf>; devices: number; spans: PlaceSpan[] }>()
  for (const listener of listeners) {
    const planClass = plan.classOf(listener)
    // Only while it stands where the reader may look.
    const spans = placeSpans(listener, moves).filter(({ areaPath }) => areaPath.some((id) => roots.includes(id)))
    const key = `${planClass.key} ${spans.map(({ fromAt, toAt }) => `${fromAt}-${toAt}`).join()}`
    const devices = (byClass.get(key)?.devices ?? 0) + listener.devices
    byClass.set(key, { planClass, devices, spans })
  }
  const found = new Map<string, { airing: Airing; places: Map<string, SoundingPlace> }>()
  for (const { planClass, devices, spans } of byClass.values()) {
    for (const { occurrenceId, airing, startAt, endAt, leftOut } of plan.planOf(planClass).arranged) {
      if (!spans.some((span) => isWithinSpan(airing.startAt, span))) continue
      const of = found.get(occurrenceId) ?? { airing, places: new Map<string, SoundingPlace>() }
      found.set(occurrenceId, of)
      const key = `${startAt} ${endAt} ${leftOut}`
      of.places.set(key, { startAt, endAt, leftOut, devices: devices + (of.places.get(key)?.devices ?? 0) })
    }
  }
  return new Map([...found].map(([id, { airing, places }]) => [id, { airing, places: [...places.values()] }]))
}

const leftOuts: z.ZodType<LeftOut> = z.enum(['gave-way', 'suspended', 'outside-hours'])
const placeRows = z.array(
  z.object({
    id: z.string(),
    startAt: z.date(),
    endAt: z.date(),
    leftOut: leftOuts.nullable(),
    devices: z.number().int(),
  }),
)

/** Of occurrences that have begun: where they are not as planned, those alone. */
export async function readFrozenPlaces(
  db: Db,
  occurrenceIds: readonly string[],
  roots: readonly string[],
): Promise<Map<string, SoundingPlace[]>> {
  if (occurrenceIds.length === 0) return new Map()
  const rows = await db.$queryRaw`
    SELECT id, "startAt", "endAt", "leftOut", count(*)::int AS devices
    FROM (
      SELECT o.id, min(e.start_at) AS "startAt", CASE WHEN min(e.left_out) IS NULL
          THEN least(max(e.settled_at), max(greatest(e.start_at + e.duration_ms * interval '1 millisecond',
            e.settled_at - ${RESUME_WINDOW_MS}::int * interval '1 millisecond')))
          ELSE o.end_at END AS "endAt", min(e.left_out) AS "leftOut"
      FROM occurrence o JOIN expected_play e ON e.occurrence_id = o.id AND e.area_path && ${roots}::uuid[]
      WHERE o.id = ANY(${occurrenceIds}::text[]) AND jsonb_array_length(coalesce(o.airing->'announced', '[]')) > 0
      GROUP BY o.id, o.end_at, e.device_id
    ) d GROUP BY 1, 2, 3, 4`
  const places = new Map<string, SoundingPlace[]>()
  for (const { id, startAt, endAt, leftOut, devices } of placeRows.parse(rows)) {
    const place = { startAt: toInstant(startAt), endAt: toInstant(endAt), leftOut, devices }
    places.set(id, [...(places.get(id) ?? []), place])
  }
  return places
}

/** Suspensions of these areas, those above and those below that hold within the range; the widest first. */
export async function readSilences(
  db: Db,
  range: InstantRange,
  roots: readonly string[],
): Promise<(SilentBy & { readonly areaPath: readonly string[]; readonly from: number })[]> {
  const rows = await db.$queryRaw<
    { reason: string; areaName: string; areaPath: string[]; startsAt: Date; endsAt: Date }[]
  >`
    SELECT s.reason, a.name AS "areaName", a.path AS "areaPath", s.starts_at AS "startsAt",
      least(s.ends_at, s.lifted_at) AS "endsAt"
    FROM suspension s JOIN area a ON a.id = s.area_id
    WHERE s.starts_at < ${toDate(range.to)} AND least(s.ends_at, s.lifted_at) > ${toDate(range.from)}
      AND (a.path && ${roots}::uuid[] OR EXISTS (
        SELECT FROM area r WHERE r.id = ANY(${roots}::uuid[]) AND a.id = ANY(r.path)))
    ORDER BY cardinality(a.path), s.ends_at DESC, s.id`
  return rows.map(({ startsAt, endsAt, ...row }) => ({ ...row, from: toInstant(startsAt), until: toInstant(endsAt) }))
}
