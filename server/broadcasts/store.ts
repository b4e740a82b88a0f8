import type { AreaKind, Prisma } from '#prisma/client.ts'
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
