import { Prisma } from '#prisma/client.ts'
import { noRules, type OwnRules } from '#server/planning/area-rules.ts'
import { leadInSetting, volumeRules, weekWindows } from '#server/planning/schemas.ts'
import type { Db } from './store.ts'

export interface RuledAreaRow {
  readonly areaId: string
  readonly name: string
  readonly rules: OwnRules
  /** 0: it never said anything. */
  readonly revision: number
}

/** What each area of a path says, root first. */
export async function readRulesAlong(db: Db, path: readonly string[]): Promise<RuledAreaRow[]> {
  const areas = await db.area.findMany({
    where: { id: { in: [...path] } },
    select: { id: true, name: true, rules: true },
  })
  return path.flatMap((areaId) => {
    const area = areas.find((one) => one.id === areaId)
    return area === undefined
      ? []
      : [{ areaId, name: area.name, rules: readRules(area.rules), revision: area.rules?.revision ?? 0 }]
  })
}

type RulesRow = Prisma.AreaRulesGetPayload<object>

export function readRules(row: RulesRow | null): OwnRules {
  if (row === null) return noRules
  return {
    hours: row.hours === null ? null : weekWindows.parse(row.hours),
    caps: {
      maxSessionsPerDay: row.maxSessionsPerDay,
      maxMinutesPerSession: row.maxMinutesPerSession,
      maxMinutesPerDay: row.maxMinutesPerDay,
    },
    volumes: row.volumes === null ? null : volumeRules.parse(row.volumes),
    leadIn: row.leadIn === null ? null : leadInSetting.parse(row.leadIn),
    languages: row.languages,
  }
}

export async function saveRules(
  db: Db,
  areaId: string,
  { hours, caps, volumes, leadIn, languages }: OwnRules,
  by: { readonly accountId: string; readonly at: Date },
): Promise<void> {
  const jsonOf = (value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull =>
    value === null ? Prisma.DbNull : JSON.parse(JSON.stringify(value))
  const data = {
    ...caps,
    hours: jsonOf(hours),
    volumes: jsonOf(volumes),
    leadIn: jsonOf(leadIn),
    languages: [...languages],
    updatedAt: by.at,
    updatedById: by.accountId,
  }
  const update = { ...data, revision: { increment: 1 } }
  await db.areaRules.upsert({ where: { areaId }, create: { areaId, ...data }, update })
}

/** A lead-in is a call for attention, no programme (protocol/target.ts). */
const MAX_LEAD_IN_MS = 60_000

/**
 * May this clip sound before broadcasts of the area with this path? It is ready, short, of that area or one above, and
 * stands in a bulletin that was approved: nothing goes on air that nobody approved.
 */
export const isLeadInClip = async (db: Db, clipId: string, areaPath: readonly string[]): Promise<boolean> =>
  (await db.clip.count({ where: { ...leadInClips(areaPath), id: clipId } })) > 0

/** All of which that can be said. */
export function leadInClips(areaPath: readonly string[]): Prisma.ClipWhereInput {
  const approved = { state: 'approved' } as const
  return {
    areaId: { in: [...areaPath] },
    state: 'ready',
    durationMs: { lte: MAX_LEAD_IN_MS },
    OR: [{ revisions: { some: approved } }, { variants: { some: { revision: approved } } }],
  }
}
