import { z } from 'zod'
import { type LeadIn, leadIn } from '#protocol/target.ts'
import { readBroadcasts, readFrozenAirings } from '#server/broadcasts/airing-store.ts'
import type { Content } from '#server/broadcasts/content-store.ts'
import { addMs, type InstantRange } from '#server/broadcasts/recurrence-rules.ts'
import { mergeAirings } from '#server/broadcasts/rules.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { readPendingMoves, withMovingAreas } from './move-store.ts'
import { type AreaRules, MARGIN_MS, type PlanDevice, type PlanInput } from './rules.ts'
import { leadInSetting, volumeRules, weekWindows } from './schemas.ts'

/** Reads all that plans are made of; the pure rest is in rules.ts. */

export interface PlanInputFilter extends Pick<Content, 'content'> {
  readonly range: InstantRange
  /** Only what sounds in one of these areas or below; undefined: everything. */
  readonly soundingIn?: readonly string[]
}

/** What airs within the range and a day around it, and the rules of every area that has any. */
export async function readPlanInput(db: Db, filter: PlanInputFilter): Promise<PlanInput> {
  const { range, soundingIn, content = 'airable' } = filter
  const wide = { from: addMs(range.from, -MARGIN_MS), to: addMs(range.to, MARGIN_MS) }
  const moves = await readPendingMoves(db, wide.to)
  const within = soundingIn === undefined ? undefined : await withMovingAreas(db, soundingIn, moves)
  const scope = within === undefined ? {} : { soundingIn: within }
  const broadcasts = await readBroadcasts(db, { airingFrom: wide.from, content, ...scope })
  // Read second: what froze in between counts as frozen, and says the same.
  const frozen = await readFrozenAirings(db, wide, within)
  return { airings: mergeAirings(broadcasts, frozen, wide), areas: await readAreaRules(db, range), range, moves }
}

/** Rules of every area that has any, with its suspensions that touch the range. */
export async function readAreaRules(db: Db, range: InstantRange): Promise<Map<string, AreaRules>> {
  const [rules, suspensions, ranks] = [
    await db.areaRules.findMany(),
    await db.suspension.findMany({
      where: {
        endsAt: { gt: toDate(addMs(range.from, -MARGIN_MS)) },
        startsAt: { lt: toDate(addMs(range.to, MARGIN_MS)) },
      },
    }),
    await db.broadcastRank.findMany(),
  ]
  const clips = await readLeadInClips(
    db,
    rules.flatMap(({ leadIn }) => clipIdOf(leadIn) ?? []),
  )
  const areaIds = new Set([...rules, ...suspensions, ...ranks].map(({ areaId }) => areaId))
  return new Map(
    [...areaIds].map((areaId) => {
      const own = rules.find((row) => row.areaId === areaId)
      const suspended = suspensions
        .filter((row) => row.areaId === areaId)
        .map((row) => {
          const endsAt = row.liftedAt !== null && row.liftedAt < row.endsAt ? row.liftedAt : row.endsAt
          return { fromAt: toInstant(row.startsAt), toAt: toInstant(endsAt) }
        })
        .filter(({ fromAt, toAt }) => fromAt < toAt)
      return [
        areaId,
        {
          areaId,
          hours: own?.hours == null ? null : weekWindows.parse(own.hours),
          caps: {
            maxSessionsPerDay: own?.maxSessionsPerDay ?? null,
            maxMinutesPerSession: own?.maxMinutesPerSession ?? null,
            maxMinutesPerDay: own?.maxMinutesPerDay ?? null,
          },
          volumes: own?.volumes == null ? null : volumeRules.parse(own.volumes),
          leadIn: leadInOf(own?.leadIn ?? null, clips),
          languages: own?.languages ?? [],
          suspended,
          ranks: new Map(ranks.filter((row) => row.areaId === areaId).map((row) => [row.broadcastId, row.rank])),
        },
      ]
    }),
  )
}

function clipIdOf(setting: unknown): string | undefined {
  if (setting === null) return undefined
  const parsed = leadInSetting.parse(setting)
  return parsed.kind === 'clip' ? parsed.clipId : undefined
}

type LeadInClips = ReadonlyMap<string, Extract<LeadIn, { kind: 'clip' }>>

/** A clip that is gone or not ready sounds nowhere: what follows it does. */
function leadInOf(setting: unknown, clips: LeadInClips): AreaRules['leadIn'] {
  if (setting === null) return null
  const parsed = leadInSetting.parse(setting)
  if (parsed.kind === 'none') return 'none'
  return parsed.kind === 'chime' ? { kind: 'chime' } : (clips.get(parsed.clipId) ?? 'none')
}

async function readLeadInClips(db: Db, clipIds: readonly string[]): Promise<LeadInClips> {
  const rows = await db.clip.findMany({
    where: { id: { in: [...clipIds] }, state: 'ready', sha256: { not: null } },
    select: { id: true, sha256: true, bytes: true, durationMs: true },
  })
  return new Map(
    rows.flatMap(({ id, sha256, bytes, durationMs }) => {
      const clip = leadIn.safeParse({ kind: 'clip', clip: { sha256, bytes }, durationMs })
      return clip.success && clip.data.kind === 'clip' ? [[id, clip.data] as const] : []
    }),
  )
}

const deviceRow = z.object({
  id: z.string(),
  areaPath: z.array(z.string()),
  timeZone: z.string(),
  languages: z.array(z.string()),
  groupIds: z.array(z.string()),
})

export interface PlanDeviceFilter {
  /** In or below one of these areas; undefined: everywhere. */
  readonly within?: readonly string[]
  /** Those that were in service at this instant, instead of those that are now. */
  readonly inServiceAt?: Date
}

/** Devices as far as plans depend on them, by id. */
export async function readPlanDevices(db: Db, filter: PlanDeviceFilter = {}): Promise<PlanDevice[]> {
  const at = filter.inServiceAt ?? null
  const within = filter.within ?? null
  const rows = await db.$queryRaw`
    SELECT d.id::text AS id, a.path::text[] AS "areaPath", a.time_zone AS "timeZone",
      coalesce(d.languages, '{}') AS languages, coalesce(g.ids, '{}') AS "groupIds"
    FROM device d JOIN area a ON a.id = d.area_id
    LEFT JOIN (
      SELECT m.device_id, array_agg(m.group_id::text ORDER BY m.group_id) AS ids
      FROM device_group_member m JOIN device_group g ON g.id = m.group_id AND g.removed_at IS NULL
      GROUP BY m.device_id
    ) g ON g.device_id = d.id
    WHERE (${within}::uuid[] IS NULL OR a.path && ${within}::uuid[])
      AND CASE WHEN ${at}::timestamptz IS NULL THEN d.retired_at IS NULL
        ELSE d.created_at <= ${at} AND (d.retired_at IS NULL OR d.retired_at > ${at}) END
    ORDER BY d.id`
  return z.array(deviceRow).parse(rows)
}
