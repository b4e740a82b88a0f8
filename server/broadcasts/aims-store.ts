import type { Aim } from '#server/planning/audience-rules.ts'
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
