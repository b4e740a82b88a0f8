import type { InstantMs } from '#protocol/time.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { weekWindows } from '#server/planning/schemas.ts'
import type { ExplainContext } from './explain-context-rules.ts'
import type { Db } from './store.ts'

interface Asked {
  readonly id: string
  readonly broadcastId: string
  readonly areaPath: readonly string[]
  readonly startAt: InstantMs
  readonly endAt: InstantMs
}

/** Everything that an explanation names beside the device itself: areas, their hours, people and what went first. */
export async function readExplainContext(db: Db, asked: Asked, deviceIds: readonly string[]): Promise<ExplainContext> {
  const placed = await db.expectedPlay.findMany({
    where: { occurrenceId: asked.id, deviceId: { in: [...deviceIds] } },
    select: { deviceId: true, areaPath: true },
    distinct: ['deviceId'],
  })
  const paths = new Map(placed.map(({ deviceId, areaPath }) => [deviceId, areaPath]))
  const areaIds = [...new Set([...asked.areaPath, ...placed.flatMap(({ areaPath }) => areaPath)])]
  return {
    ...asked,
    paths,
    acts: await readActs(db, asked),
    suspensions: await readSuspensions(db, asked, areaIds),
    hours: await readHours(db, asked, areaIds),
    wentFirst: await readFirsts(db, asked.id, deviceIds),
  }
}

/** When, and by whom, it was cancelled or stopped, newest first. */
async function readActs(db: Db, { id, broadcastId }: Asked): Promise<ExplainContext['acts']> {
  const rows = await db.auditEntry.findMany({
    where: {
      subjectId: { in: [id, broadcastId] },
      outcome: 'done',
      action: { in: ['occurrence.cancelled', 'occurrence.stopped', 'broadcast.cancelled', 'broadcast.ended'] },
    },
    orderBy: { seq: 'desc' },
    take: 20,
    select: { at: true, actorId: true, action: true, areaPath: true },
  })
  const names = await readNames(
    db,
    rows.flatMap(({ actorId }) => actorId ?? []),
  )
  return rows.map(({ at, actorId, action, areaPath }) => ({
    kind: action === 'occurrence.stopped' ? 'stopped' : 'cancelled',
    at: toInstant(at),
    by: personOf(actorId, names, areaPath),
  }))
}

async function readNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.account.findMany({
    where: { id: { in: [...new Set(ids)] } },
    select: { id: true, displayName: true },
  })
  return new Map(rows.map(({ id, displayName }) => [id, displayName]))
}

function personOf(id: string | null, names: ReadonlyMap<string, string>, areaPath: readonly string[]) {
  const name = id === null ? undefined : names.get(id)
  return id === null || name === undefined ? null : { id, name, areaPath }
}

async function readSuspensions(
  db: Db,
  { startAt, endAt }: Asked,
  areaIds: readonly string[],
): Promise<ExplainContext['suspensions']> {
  const rows = await db.suspension.findMany({
    where: { areaId: { in: [...areaIds] }, startsAt: { lte: toDate(endAt) }, endsAt: { gt: toDate(startAt) } },
    include: { area: { select: { name: true, path: true } } },
    orderBy: [{ endsAt: 'desc' }, { id: 'asc' }],
  })
  const names = await readNames(
    db,
    rows.map(({ createdById }) => createdById),
  )
  return rows.map(({ areaId, area, reason, startsAt, endsAt, liftedAt, createdById }) => ({
    areaId,
    areaName: area.name,
    reason,
    from: toInstant(startsAt),
    until: toInstant(liftedAt !== null && liftedAt < endsAt ? liftedAt : endsAt),
    by: personOf(createdById, names, area.path),
  }))
}

/** Hours that were in force then; what was set since tells nothing of it. */
async function readHours(db: Db, { startAt }: Asked, areaIds: readonly string[]): Promise<ExplainContext['hours']> {
  const rows = await db.areaRules.findMany({
    where: { areaId: { in: [...areaIds] }, updatedAt: { lte: toDate(startAt) } },
    include: { area: { select: { name: true, timeZone: true } } },
  })
  return rows.flatMap(({ areaId, area, hours }) =>
    hours === null ? [] : [{ areaId, areaName: area.name, timeZone: area.timeZone, windows: weekWindows.parse(hours) }],
  )
}

/** By device: what sounded there when it was to sound, most urgent first. */
async function readFirsts(db: Db, id: string, deviceIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.$queryRaw<{ deviceId: string; title: string }[]>`
    SELECT DISTINCT ON (mine.device_id) mine.device_id::text AS "deviceId", o.title
    FROM (
      SELECT device_id, min(start_at) AS from_at, max(start_at + duration_ms * interval '1 millisecond') AS to_at
      FROM expected_play
      WHERE occurrence_id = ${id} AND left_out = 'gave-way' AND device_id = ANY(${deviceIds}::uuid[])
      GROUP BY device_id
    ) mine
    JOIN expected_play e ON e.device_id = mine.device_id AND e.occurrence_id <> ${id} AND e.left_out IS NULL
      AND e.start_at < mine.to_at AND e.start_at > mine.from_at - interval '1 day'
      AND e.start_at + e.duration_ms * interval '1 millisecond' > mine.from_at
    JOIN occurrence o ON o.id = e.occurrence_id
    ORDER BY mine.device_id, o.priority, e.start_at, o.id`
  return new Map(rows.map(({ deviceId, title }) => [deviceId, title]))
}
