import type { InstantMs } from '#protocol/time.ts'
import { toDate, toInstant } from '#server/clock.ts'
import type { AdoptedTarget, InstallationSpan, Span } from './explain-rules.ts'
import type { Db } from './store.ts'

/** What the server itself knows of a device around an instant. */
export interface ServerFacts {
  readonly installations: readonly InstallationSpan[]
  /** The last connection that began before, and the first one that began then or later. */
  readonly connectedBefore: Span | null
  readonly connectedAfter: Span | null
  /** The last target taken up before. */
  readonly adopted: AdoptedTarget | null
  /** Its ledgers hold all that it did up to here. */
  readonly completeUntil: InstantMs | null
  /** As it is now: the revision wanted of it, and what it last said that it holds. */
  readonly wantedRevision: number | null
  readonly readiness: {
    readonly targetRevision: number
    readonly reportedAt: InstantMs
    readonly held: ReadonlySet<string>
  } | null
  /** Of its last state. */
  readonly volumePercent: number | null
}

interface FactsRow {
  id: string
  beforeBeganAt: Date | null
  beforeEndedAt: Date | null
  afterBeganAt: Date | null
  afterEndedAt: Date | null
  adoptedRevision: number | null
  adoptedAt: Date | null
  completeUntil: Date | null
  wantedRevision: number | null
  readyRevision: number | null
  readyAt: Date | null
  held: string[] | null
  volumePercent: number | null
}

const instantOrNull = (date: Date | null): InstantMs | null => (date === null ? null : toInstant(date))
const spanOf = (beganAt: Date | null, endedAt: Date | null): Span | null =>
  beganAt === null ? null : { beganAt: toInstant(beganAt), endedAt: instantOrNull(endedAt) }

export async function readServerFacts(
  db: Db,
  at: InstantMs,
  deviceIds: readonly string[],
): Promise<Map<string, ServerFacts>> {
  const start = toDate(at)
  const rows = await db.$queryRaw<FactsRow[]>`
    SELECT d.id, b.began_at AS "beforeBeganAt", b.ended_at AS "beforeEndedAt",
           f.began_at AS "afterBeganAt", f.ended_at AS "afterEndedAt",
           t.revision AS "adoptedRevision", t.adopted_at AS "adoptedAt",
           (SELECT max(l.complete_until) FROM ledger l WHERE l.device_id = d.id) AS "completeUntil",
           w.revision AS "wantedRevision", r.target_revision AS "readyRevision", r.reported_at AS "readyAt", r.held,
           (p.state ->> 'volumePercent')::int AS "volumePercent"
      FROM unnest(${deviceIds}::uuid[]) AS d(id)
      LEFT JOIN LATERAL (SELECT began_at, ended_at FROM device_connection c
                          WHERE c.device_id = d.id AND c.began_at < ${start}
                          ORDER BY c.began_at DESC LIMIT 1) b ON true
      LEFT JOIN LATERAL (SELECT began_at, ended_at FROM device_connection c
                          WHERE c.device_id = d.id AND c.began_at >= ${start}
                          ORDER BY c.began_at LIMIT 1) f ON true
      LEFT JOIN LATERAL (SELECT revision, adopted_at FROM adopted_target a
                          WHERE a.device_id = d.id AND a.adopted_at < ${start}
                          ORDER BY a.adopted_at DESC, a.seq DESC LIMIT 1) t ON true
      LEFT JOIN device_target w ON w.device_id = d.id
      LEFT JOIN device_readiness r ON r.device_id = d.id
      LEFT JOIN device_presence p ON p.device_id = d.id`
  const installations = new Map<string, InstallationSpan[]>(deviceIds.map((id) => [id, []]))
  const found = await db.installation.findMany({
    where: { deviceId: { in: [...deviceIds] } },
    select: { deviceId: true, enrolledAt: true, revokedAt: true },
    orderBy: { enrolledAt: 'asc' },
  })
  for (const { deviceId, enrolledAt, revokedAt } of found) {
    installations.get(deviceId)?.push({ enrolledAt: toInstant(enrolledAt), revokedAt: instantOrNull(revokedAt) })
  }
  return new Map(
    rows.map((row) => [
      row.id,
      {
        installations: installations.get(row.id) ?? [],
        connectedBefore: spanOf(row.beforeBeganAt, row.beforeEndedAt),
        connectedAfter: spanOf(row.afterBeganAt, row.afterEndedAt),
        adopted:
          row.adoptedRevision === null || row.adoptedAt === null
            ? null
            : { revision: row.adoptedRevision, adoptedAt: toInstant(row.adoptedAt) },
        completeUntil: instantOrNull(row.completeUntil),
        wantedRevision: row.wantedRevision,
        readiness:
          row.readyRevision === null || row.readyAt === null
            ? null
            : { targetRevision: row.readyRevision, reportedAt: toInstant(row.readyAt), held: new Set(row.held) },
        volumePercent: row.volumePercent,
      },
    ]),
  )
}
