import type { OwnRules } from '#server/planning/area-rules.ts'
import type { SuspensionRow } from './calendar-store.ts'
import { leadInClips, readRules } from './rules-store.ts'
import type { Db } from './store.ts'

/** What the areas in or below these say themselves. */
export async function listRulesWithin(
  db: Db,
  areaIds: readonly string[],
): Promise<{ areaId: string; own: OwnRules }[]> {
  const rows = await db.areaRules.findMany({ where: { area: { path: { hasSome: [...areaIds] } } } })
  return rows.map((row) => ({ areaId: row.areaId, own: readRules(row) }))
}

/** More than one at a time in one area is rare; a province in a typhoon stays below it. */
const MOST_SUSPENSIONS = 1_000

/** Suspensions of the areas in or below these that are not over at `now`, soonest first. */
export const listSuspensionsWithin = (db: Db, areaIds: readonly string[], now: Date): Promise<SuspensionRow[]> =>
  db.suspension.findMany({
    where: { area: { path: { hasSome: [...areaIds] } }, liftedAt: null, endsAt: { gt: now } },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: MOST_SUSPENSIONS,
    include: { area: { select: { id: true, name: true, path: true } } },
  })

export interface LeadInClip {
  readonly clipId: string
  readonly title: string
  readonly durationMs: number
  readonly area: { readonly id: string; readonly name: string }
}

const MOST_CLIPS = 200

/** Clips that may sound before broadcasts of the area with this path (rules-store.ts: isLeadInClip), newest first. */
export async function listLeadInClips(db: Db, areaPath: readonly string[]): Promise<LeadInClip[]> {
  const titles = { where: { state: 'approved' }, select: { title: true }, orderBy: { id: 'desc' }, take: 1 } as const
  const rows = await db.clip.findMany({
    where: leadInClips(areaPath),
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: MOST_CLIPS,
    select: {
      id: true,
      durationMs: true,
      originalName: true,
      area: { select: { id: true, name: true } },
      revisions: titles,
      variants: {
        where: { revision: { state: 'approved' } },
        select: { revision: { select: { title: true } } },
        take: 1,
      },
    },
  })
  return rows.map(({ id, durationMs, originalName, area, revisions, variants }) => ({
    clipId: id,
    title: revisions[0]?.title ?? variants[0]?.revision.title ?? originalName,
    durationMs: durationMs ?? 0,
    area,
  }))
}
