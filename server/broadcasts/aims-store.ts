import type { AimedAt } from '#server/console-events.ts'
import type { Aim } from '#server/planning/audience-rules.ts'
import { frozenAiring } from '#server/planning/schemas.ts'
import type { Db } from './store.ts'

/**
 * Which of these areas, groups and devices lie within or above one of `areas`: ids of the others are none of the
 * reader's business, though the broadcast that names them is.
 */
export async function readNearAims(db: Db, aims: readonly Aim[], areas: readonly string[]): Promise<Set<string>> {
  if (aims.length === 0) return new Set()
  const named = aims.map(({ kind, refId }) => ({ kind, refId }))
  const rows = await db.$queryRaw<{ refId: string }[]>`
    SELECT DISTINCT x."refId" FROM jsonb_to_recordset(${JSON.stringify(named)}::jsonb) AS x(kind text, "refId" uuid)
    JOIN area a ON a.id = CASE x.kind
      WHEN 'area' THEN x."refId"
      WHEN 'device' THEN (SELECT d.area_id FROM device d WHERE d.id = x."refId")
      ELSE (SELECT g.area_id FROM device_group g WHERE g.id = x."refId")
    END
    WHERE a.path && ${areas}::uuid[]
      OR EXISTS (SELECT FROM area r WHERE r.id = ANY(${areas}::uuid[]) AND a.id = ANY(r.path))`
  return new Set(rows.map(({ refId }) => refId))
}

/**
 * Where something that is aimed so sounds, or, of several lists, where any of them does; undefined: in all of its area.
 * Speakers that are left out leave their area in.
 */
export async function readAimedAt(db: Db, lists: readonly (readonly Aim[])[]): Promise<AimedAt | undefined> {
  const isWhole = lists.some((aims) => aims.every((aim) => aim.isExcluded))
  const notIn = (lists[0] ?? [])
    .filter(({ kind, isExcluded }) => isExcluded && kind === 'area')
    .map(({ refId }) => refId)
    .filter((id) => lists.every((aims) => aims.some((aim) => aim.isExcluded && aim.refId === id)))
  if (isWhole) return notIn.length === 0 ? undefined : { paths: null, notIn }
  const named = lists.flat().flatMap(({ kind, refId, isExcluded }) => (isExcluded ? [] : [{ kind, refId }]))
  const rows = await db.$queryRaw<{ path: string[] }[]>`
    SELECT DISTINCT a.path FROM jsonb_to_recordset(${JSON.stringify(named)}::jsonb) AS x(kind text, "refId" uuid)
    JOIN area a ON CASE x.kind
      WHEN 'area' THEN a.id = x."refId"
      WHEN 'device' THEN a.id = (SELECT d.area_id FROM device d WHERE d.id = x."refId")
      ELSE a.id IN (SELECT d.area_id FROM device_group_member m JOIN device d ON d.id = m.device_id
                     WHERE m.group_id = x."refId")
    END`
  return { paths: rows.map(({ path }) => path), notIn }
}

/** The same of an occurrence that has begun. */
export async function readAimedAtOf(db: Db, occurrenceId: string): Promise<AimedAt | undefined> {
  const row = await db.occurrence.findUnique({ where: { id: occurrenceId }, select: { airing: true } })
  const airing = frozenAiring.pick({ aims: true }).safeParse(row?.airing)
  return airing.success ? readAimedAt(db, [airing.data.aims]) : undefined
}
