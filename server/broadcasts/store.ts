import { type AreaKind, Prisma } from '#prisma/client.ts'
import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import type { Aim } from '#server/planning/audience-rules.ts'
import type { Manner } from './rules.ts'

/** Prisma itself or one of its transactions: the tables and raw SQL are the same on both. */
export type Db = Prisma.TransactionClient

/** Everything that freezes or changes what is expected takes turns, from here to the end of its transaction. */
export async function lockPlan(db: Db): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('loaxa.plan', 0))`
}

/** When and how a broadcast airs, and for whom. */
export interface BroadcastPlanRow extends Manner {
  readonly skipHolidays: boolean
  readonly aims: readonly Aim[]
  readonly rule: string | null
  readonly localTimes: readonly string[]
  readonly firstDate: string
  readonly lastDate: string | null
  readonly extraDates: readonly string[]
  readonly exceptDates: readonly string[]
}

const listsOf = ({
  localTimes,
  extraDates,
  exceptDates,
}: Pick<BroadcastPlanRow, 'localTimes' | 'extraDates' | 'exceptDates'>) => ({
  localTimes: [...localTimes],
  extraDates: [...extraDates],
  exceptDates: [...exceptDates],
})

type Usual = 'aims' | 'skipHolidays' | Exclude<keyof Manner, 'priority'>

/** What is left out is as usual (prisma/schema.prisma). */
export async function insertBroadcast(
  db: Db,
  broadcast: Omit<BroadcastPlanRow, Usual> &
    Partial<Pick<BroadcastPlanRow, Usual>> & {
      readonly id: string
      readonly programmeId: string
      readonly areaId: string
      readonly timeZone: string
      readonly createdById: string
      readonly at: InstantMs
    },
): Promise<void> {
  const { at, aims = [], ...rest } = broadcast
  const data = { ...rest, ...listsOf(broadcast) }
  await db.broadcast.create({ data: { ...data, createdAt: toDate(at), updatedAt: toDate(at) } })
  await insertAims(db, rest.id, aims)
}

const insertAims = (db: Db, broadcastId: string, aims: readonly Aim[]): Promise<unknown> =>
  db.broadcastTarget.createMany({ data: aims.map((aim) => ({ ...aim, broadcastId })) })

/** From `at` on the broadcast airs by this plan. Freeze before: `at` becomes the end of the old timing. */
export async function updateBroadcast(db: Db, id: string, plan: BroadcastPlanRow, at: InstantMs): Promise<void> {
  const { aims, ...rest } = plan
  await db.broadcast.update({ where: { id }, data: { ...rest, ...listsOf(plan), updatedAt: toDate(at) } })
  await db.broadcastTarget.deleteMany({ where: { broadcastId: id } })
  await insertAims(db, id, aims)
}

/** `cancelledAt` null takes the cancelling back; what fell between stays not aired, because the timing counts from `at`. */
export async function setCancelled(db: Db, id: string, cancelledAt: InstantMs | null, at: InstantMs): Promise<void> {
  const data =
    cancelledAt === null ? { cancelledAt: null, updatedAt: toDate(at) } : { cancelledAt: toDate(cancelledAt) }
  await db.broadcast.update({ where: { id }, data })
}

/**
 * Counts an edit of the series or of one of its occurrences, whatever was edited. To be called once for each series that
 * an act edits; new ones begin with 1.
 */
export async function countEdit(db: Db, id: string): Promise<void> {
  await db.broadcast.update({ where: { id }, data: { revision: { increment: 1 } } })
}

/** What of a broadcast makes it sound as it does, beside its bulletins and its aims. */
const soundOf = (of: Prisma.Sql): Prisma.Sql => Prisma.sql`ROW(${of}.area_id, ${of}.time_zone, ${of}.rule,
  ${of}.local_times, ${of}.first_date, ${of}.last_date, ${of}.extra_dates, ${of}.except_dates, ${of}.skip_holidays,
  ${of}.priority, ${of}.language_mode, ${of}.late_start, ${of}.placement, ${of}.on_conflict)`
const bulletinsOf = (
  of: Prisma.Sql,
): Prisma.Sql => Prisma.sql`(SELECT array_agg(i.bulletin_id ORDER BY i.position, i.id)
  FROM programme_item i WHERE i.programme_id = ${of}.programme_id AND i.removed_at IS NULL)`
const aimsOf = (of: Prisma.Sql): Prisma.Sql => Prisma.sql`(SELECT coalesce(json_agg(
  json_build_array(t.kind, t.ref_id, t.is_excluded) ORDER BY t.kind, t.ref_id, t.is_excluded), '[]')::text
  FROM broadcast_target t WHERE t.broadcast_id = ${of}.id)`

/**
 * Others of its area that are like it in all that is heard: the same bulletins, times, aims and manner. Not what is
 * cancelled, nor a series that ended or goes on otherwise.
 */
export async function findTwins(db: Db, id: string): Promise<string[]> {
  const [own, other] = [Prisma.sql`b`, Prisma.sql`o`]
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT o.id FROM broadcast b JOIN broadcast o ON o.area_id = b.area_id AND o.first_date = b.first_date AND o.id <> b.id
    WHERE b.id = ${id}::uuid AND o.cancelled_at IS NULL AND o.continued_at IS NULL
      AND ${soundOf(other)} IS NOT DISTINCT FROM ${soundOf(own)}
      AND (o.programme_id = b.programme_id OR ${bulletinsOf(other)} = ${bulletinsOf(own)})
      AND ${aimsOf(other)} = ${aimsOf(own)}
    ORDER BY o.created_at, o.id`
  return rows.map((row) => row.id)
}

export const findArea = (
  db: Db,
  id: string,
): Promise<{ id: string; kind: AreaKind; name: string; path: string[]; timeZone: string } | null> =>
  db.area.findUnique({ where: { id }, select: { id: true, kind: true, name: true, path: true, timeZone: true } })

export async function findProgrammeArea(
  db: Db,
  id: string,
): Promise<{ areaId: string; areaPath: readonly string[] } | undefined> {
  const programme = await db.programme.findUnique({
    where: { id },
    select: { area: { select: { id: true, path: true } } },
  })
  return programme === null ? undefined : { areaId: programme.area.id, areaPath: programme.area.path }
}

export async function readAreaNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.area.findMany({ where: { id: { in: [...new Set(ids)] } }, select: { id: true, name: true } })
  return new Map(rows.map((row) => [row.id, row.name]))
}
