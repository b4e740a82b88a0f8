import { Prisma } from '#prisma/client.ts'
import type { Db } from './store.ts'

/** What the first room counts beside occurrences: devices, what waits for a decision, and what is not there yet. */

export interface FleetCounts {
  readonly total: number
  readonly online: number
  readonly offline: number
  readonly neverEnrolled: number
  /** Of those online, those that say that they play a broadcast. */
  readonly playing: number
}

/** As the list of speakers counts them (devices/directory): a counter leads to exactly as many. */
export async function countFleet(db: Db, roots: readonly string[]): Promise<FleetCounts> {
  const [row] = await db.$queryRaw<FleetCounts[]>`
    SELECT count(*)::int AS total,
      count(*) FILTER (WHERE p.online AND i.is_in_force)::int AS online,
      count(*) FILTER (WHERE NOT coalesce(p.online, false) AND i.is_in_force)::int AS offline,
      count(*) FILTER (WHERE i.device_id IS NULL)::int AS "neverEnrolled",
      count(*) FILTER (WHERE p.online AND p.state -> 'playing' ->> 'occurrenceId' IS NOT NULL)::int AS playing
    FROM device d JOIN area a ON a.id = d.area_id
    LEFT JOIN (
      SELECT device_id, bool_or(revoked_at IS NULL) AS is_in_force FROM installation GROUP BY device_id
    ) i ON i.device_id = d.id
    LEFT JOIN device_presence p ON p.device_id = d.id
    WHERE d.retired_at IS NULL AND a.path && ${roots}::uuid[]`
  return row ?? { total: 0, online: 0, offline: 0, neverEnrolled: 0, playing: 0 }
}

/** What a new station has done of the three steps to its first broadcast. */
export interface FirstSteps {
  readonly speaker: boolean
  readonly approver: boolean
  readonly bulletin: boolean
  readonly broadcast: boolean
}

/**
 * In these areas and below: a speaker that was installed, a bulletin that was approved, a broadcast that was planned; and
 * whether somebody else than `accountId` may approve there.
 */
export async function readFirstSteps(db: Db, roots: readonly string[], accountId: string): Promise<FirstSteps> {
  const within = Prisma.sql`a.path && ${roots}::uuid[]`
  const [row] = await db.$queryRaw<FirstSteps[]>`
    SELECT EXISTS (SELECT FROM installation i JOIN device d ON d.id = i.device_id JOIN area a ON a.id = d.area_id
        WHERE ${within}) AS speaker,
      EXISTS (SELECT FROM role_grant g JOIN account p ON p.id = g.account_id JOIN area granted ON granted.id = g.area_id
        WHERE g.role = 'approver' AND p.disabled_at IS NULL AND p.id <> ${accountId}::uuid
          AND (granted.path && ${roots}::uuid[]
            OR EXISTS (SELECT FROM area a WHERE a.id = ANY(${roots}::uuid[]) AND g.area_id = ANY(a.path)))) AS approver,
      EXISTS (SELECT FROM bulletin_revision r JOIN bulletin b ON b.id = r.bulletin_id JOIN area a ON a.id = b.area_id
        WHERE r.state = 'approved' AND ${within}) AS bulletin,
      EXISTS (SELECT FROM broadcast b JOIN area a ON a.id = b.area_id WHERE ${within}) AS broadcast`
  return row ?? { speaker: false, approver: false, bulletin: false, broadcast: false }
}

/** Bulletins in `roots` whose newest revision waits for a decision. */
export async function countPending(db: Db, roots: readonly string[]): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count
    FROM bulletin_revision r JOIN bulletin b ON b.id = r.bulletin_id JOIN area a ON a.id = b.area_id
    WHERE r.state = 'pending' AND a.path && ${roots}::uuid[]
      AND NOT EXISTS (SELECT 1 FROM bulletin_revision n WHERE n.bulletin_id = r.bulletin_id AND n.number > r.number)`
  return row?.count ?? 0
}
