import { Prisma } from '#prisma/client.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { DeviceEvidence, LedgerCoverage } from '#server/airtime/rules.ts'
import { selectOutcomes } from '#server/airtime/store.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { aimsOfAiring, aimsOfBroadcast, isAmong, soundsIn } from '#server/planning/audience-store.ts'
import { isWaitingAt } from './freeze-store.ts'
import { RESUME_WINDOW_MS } from './rules.ts'
import type { Db } from './store.ts'

export interface BegunOccurrence {
  readonly id: string
  readonly broadcastId: string
  /** Of its broadcast, as that is now. */
  readonly revision: number
  readonly areaId: string
  readonly areaName: string
  readonly areaPath: readonly string[]
  readonly title: string
  readonly priority: 'priority' | 'normal' | 'filler'
  readonly startAt: InstantMs
  readonly endAt: InstantMs
  readonly endedEarlyAt: InstantMs | null
  /** Where a device of `roots` is to sound it first and last, as it was arranged: it may be queued, follow on, or be held. */
  readonly soundsFrom: InstantMs
  readonly soundsUntil: InstantMs
}

export interface BegunFilter {
  readonly ids?: readonly string[]
  readonly from?: InstantMs
  readonly to?: InstantMs
  /** Only those of which a device in one of these areas or below is part. */
  readonly roots?: readonly string[]
  readonly alsoIn?: string | undefined
  readonly limit?: number
}

const isHeardIn = (areas: readonly string[]): Prisma.Sql =>
  soundsIn(Prisma.sql`o.area_path`, aimsOfAiring(Prisma.sql`o.airing`), areas)

/** Occurrences that have begun, newest first. */
export async function readBegun(db: Db, filter: BegunFilter): Promise<BegunOccurrence[]> {
  const where: Prisma.Sql[] = [Prisma.sql`true`]
  if (filter.ids !== undefined) where.push(Prisma.sql`o.id = ANY(${filter.ids}::text[])`)
  if (filter.from !== undefined) where.push(Prisma.sql`o.start_at >= ${toDate(filter.from)}`)
  if (filter.to !== undefined) where.push(Prisma.sql`o.start_at < ${toDate(filter.to)}`)
  if (filter.roots !== undefined) where.push(isHeardIn(filter.roots))
  if (filter.alsoIn !== undefined) where.push(isHeardIn([filter.alsoIn]))
  const isOwn = filter.roots === undefined ? Prisma.sql`true` : Prisma.sql`e.area_path && ${filter.roots}::uuid[]`
  const rows = await db.$queryRaw<
    (Omit<BegunOccurrence, 'startAt' | 'endAt' | 'endedEarlyAt' | 'soundsFrom' | 'soundsUntil'> & {
      startAt: Date
      endAt: Date
      endedEarlyAt: Date | null
      soundsFrom: Date | null
      soundsUntil: Date | null
    })[]
  >`
    SELECT b.*, s.* FROM (
    SELECT o.id, o.broadcast_id AS "broadcastId", p.revision, o.area_id AS "areaId", a.name AS "areaName", o.area_path AS "areaPath",
      o.title, o.priority, o.start_at AS "startAt", o.end_at AS "endAt", o.ended_early_at AS "endedEarlyAt"
    FROM occurrence o JOIN area a ON a.id = o.area_id JOIN broadcast p ON p.id = o.broadcast_id
    WHERE ${Prisma.join(where, ' AND ')}
    ORDER BY o.start_at DESC, o.id LIMIT ${filter.limit ?? 1_000}
    ) b CROSS JOIN LATERAL (
      -- What ends with its hours is settled then; all else, once it could not resume any more.
      SELECT min(e.start_at) AS "soundsFrom", max(greatest(e.start_at + e.duration_ms * interval '1 millisecond',
        e.settled_at - ${RESUME_WINDOW_MS}::int * interval '1 millisecond')) AS "soundsUntil"
      FROM expected_play e WHERE e.occurrence_id = b.id AND e.left_out IS NULL AND ${isOwn}
    ) s ORDER BY b."startAt" DESC, b.id`
  return rows.map((row) => ({
    ...row,
    startAt: toInstant(row.startAt),
    endAt: toInstant(row.endAt),
    endedEarlyAt: row.endedEarlyAt === null ? null : toInstant(row.endedEarlyAt),
    // Where no device is to sound it, it stands where it was planned.
    soundsFrom: toInstant(row.soundsFrom ?? row.startAt),
    soundsUntil: toInstant(row.soundsUntil ?? row.endAt),
  }))
}

/** `expected` is the sum of all but `playing`, which is part of `unknown`. */
export interface DeviceCounts {
  readonly expected: number
  readonly playing: number
  readonly played: number
  readonly partial: number
  readonly missed: number
  /** It was cancelled or stopped before it came to them. */
  readonly cancelled: number
  /** The plan itself left it out there. */
  readonly leftOut: number
  readonly unknown: number
}

/** One outcome for each device over its items: not known while any of them is not (over rows of `selectOutcomes`). */
export const deviceOutcome = Prisma.sql`CASE
  WHEN bool_and(outcome = 'cancelled') THEN 'cancelled'
  WHEN bool_or(outcome = 'unknown') THEN 'unknown'
  WHEN bool_and(outcome IN ('played', 'cancelled')) THEN 'played'
  WHEN bool_and(outcome IN ('missed', 'cancelled')) THEN 'missed'
  ELSE 'partial'
END`

/**
 * How many devices in `roots` played each of these occurrences: whole, in part or not at all, by the outcomes of their
 * items. A device of which any item is not known yet counts as unknown, one whose items were all cancelled as cancelled or,
 * where the plan left out all of them, as left out.
 */
export async function countOutcomes(
  db: Db,
  occurrenceIds: readonly string[],
  roots: readonly string[],
  asOf: InstantMs,
): Promise<Map<string, DeviceCounts>> {
  if (occurrenceIds.length === 0) return new Map()
  const where = Prisma.sql`e.occurrence_id = ANY(${occurrenceIds}::text[]) AND e.area_path && ${roots}::uuid[]`
  const rows = await db.$queryRaw<(DeviceCounts & { id: string })[]>`
    WITH items AS (${selectOutcomes(where, toDate(asOf))}), devices AS (
      SELECT occurrence_id, device_id, ${deviceOutcome} AS outcome,
        coalesce(bool_and(outcome = 'cancelled' AND reason <> 'stopped'), false) AS is_left_out
      FROM items GROUP BY occurrence_id, device_id
    )
    SELECT v.occurrence_id AS id, count(*)::int AS expected,
      count(*) FILTER (WHERE p.online AND p.state -> 'playing' ->> 'occurrenceId' = v.occurrence_id)::int AS playing,
      count(*) FILTER (WHERE v.outcome = 'played')::int AS played,
      count(*) FILTER (WHERE v.outcome = 'partial')::int AS partial,
      count(*) FILTER (WHERE v.outcome = 'missed')::int AS missed,
      count(*) FILTER (WHERE v.outcome = 'cancelled' AND NOT v.is_left_out)::int AS cancelled,
      count(*) FILTER (WHERE v.outcome = 'cancelled' AND v.is_left_out)::int AS "leftOut",
      count(*) FILTER (WHERE v.outcome = 'unknown')::int AS unknown
    FROM devices v LEFT JOIN device_presence p ON p.device_id = v.device_id
    GROUP BY v.occurrence_id`
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

export interface NextPlay {
  readonly id: string
  readonly areaId: string
  /** At some of its area only (BroadcastTarget). */
  readonly isAimed: boolean
  /** When it sounds next, ISO 8601; null: never again. */
  readonly startAt: string | null
  /** Clips of the next occurrence. */
  readonly clips: readonly string[]
}

export interface ReadinessCounts {
  readonly total: number
  readonly ready: number
  readonly offline: number
}

/** How many devices in `roots` hold what comes next: the wanted target, its plan of that day, and every clip. */
export async function countReady(
  db: Db,
  plays: readonly NextPlay[],
  roots: readonly string[],
): Promise<Map<string, ReadinessCounts>> {
  const rows = await db.$queryRaw<(ReadinessCounts & { id: string })[]>`
    SELECT n.id, count(*)::int AS total,
      count(*) FILTER (WHERE NOT coalesce(p.online, false))::int AS offline,
      count(*) FILTER (
        WHERE t.revision = r.target_revision AND cardinality(n.clips) > 0 AND NOT (n.clips && r.missing)
          AND EXISTS (
            SELECT FROM jsonb_array_elements(s.content -> 'days') AS day
            WHERE day ->> 'date' = to_char(n."startAt" AT TIME ZONE a.time_zone, 'YYYY-MM-DD')
              AND day -> 'plan' ->> 'sha256' = ANY (r.held)
          )
      )::int AS ready
    FROM jsonb_to_recordset(${JSON.stringify(plays)}::jsonb) AS n(id uuid, "areaId" uuid, "isAimed" boolean, "startAt" timestamptz, clips text[])
    JOIN area a ON a.path @> ARRAY[n."areaId"] AND a.path && ${roots}::uuid[]
    JOIN device d ON d.area_id = a.id AND d.retired_at IS NULL
      AND (NOT n."isAimed" OR ${isAmong(aimsOfBroadcast(Prisma.sql`n.id`))})
    LEFT JOIN device_target t ON t.device_id = d.id
    LEFT JOIN shared_target s ON s.sha256 = t.shared_sha256
    LEFT JOIN device_readiness r ON r.device_id = d.id
    LEFT JOIN device_presence p ON p.device_id = d.id
    GROUP BY n.id`
  return new Map(rows.map(({ id, ...counts }) => [id, counts]))
}

const instantOrNull = (date: Date | null): InstantMs | null => (date === null ? null : toInstant(date))

/** How far the ledgers of these devices reach, and since when they have hardware at all. */
export async function readEvidence(db: Db, deviceIds: readonly string[]): Promise<Map<string, DeviceEvidence>> {
  const where = { deviceId: { in: [...deviceIds] } }
  const [ledgers, installations] = [
    await db.ledger.findMany({ where, select: { deviceId: true, createdAt: true, completeUntil: true } }),
    await db.installation.groupBy({ by: ['deviceId'], where, _min: { enrolledAt: true } }),
  ]
  const enrolled = new Map(installations.map((row) => [row.deviceId, instantOrNull(row._min.enrolledAt)]))
  const coverage = new Map<string, LedgerCoverage[]>(deviceIds.map((id) => [id, []]))
  for (const ledger of ledgers) {
    coverage
      .get(ledger.deviceId)
      ?.push({ from: toInstant(ledger.createdAt), until: instantOrNull(ledger.completeUntil) })
  }
  return new Map(
    deviceIds.map((id) => [id, { firstEnrolledAt: enrolled.get(id) ?? null, coverage: coverage.get(id) ?? [] }]),
  )
}

/** Notes that a person stopped it. The first stop counts. */
export async function markStopped(db: Db, occurrenceId: string, at: InstantMs): Promise<void> {
  await db.occurrence.updateMany({
    where: { id: occurrenceId, endedEarlyAt: null },
    data: { endedEarlyAt: toDate(at) },
  })
}

/**
 * Ends what has begun by its plan and sounds nowhere yet (it is queued, or follows on), so that it drops out of the
 * targets. Of the whole broadcast, or one occurrence of it; answers what was ended.
 */
export async function endWaiting(
  db: Db,
  of: { readonly broadcastId: string; readonly occurrenceId?: string },
  now: InstantMs,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE occurrence o SET ended_early_at = ${toDate(now)}
    WHERE ${isNamed(of)} AND o.ended_early_at IS NULL AND ${isWaitingAt(now)}
    RETURNING o.id`
  return rows.map((row) => row.id)
}

/**
 * Takes back that what waits was ended, as long as its time has not come. `endedAt`: only what was ended then. Answers what
 * waits again.
 */
export async function restoreWaiting(
  db: Db,
  of: { readonly broadcastId: string; readonly occurrenceId?: string; readonly endedAt?: InstantMs },
  now: InstantMs,
): Promise<string[]> {
  const isThen = of.endedAt === undefined ? Prisma.sql`true` : Prisma.sql`o.ended_early_at = ${toDate(of.endedAt)}`
  const rows = await db.$queryRaw<{ id: string }[]>`
    UPDATE occurrence o SET ended_early_at = NULL
    WHERE ${isNamed(of)} AND o.ended_early_at IS NOT NULL AND ${isThen} AND ${isWaitingAt(now)}
    RETURNING o.id`
  return rows.map((row) => row.id)
}

const isNamed = (of: { readonly broadcastId: string; readonly occurrenceId?: string }): Prisma.Sql =>
  of.occurrenceId === undefined
    ? Prisma.sql`o.broadcast_id = ${of.broadcastId}::uuid`
    : Prisma.sql`o.broadcast_id = ${of.broadcastId}::uuid AND o.id = ${of.occurrenceId}`

export async function listExpectedDevices(db: Db, occurrenceId: string): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT d.id FROM device d
    WHERE d.retired_at IS NULL
      AND d.id IN (SELECT device_id FROM expected_play WHERE occurrence_id = ${occurrenceId})
    ORDER BY d.id`
  return rows.map((row) => row.id)
}
