import type { Prisma } from '#prisma/client.ts'
import type { InstantMs } from '#protocol/time.ts'
import { toDate } from '#server/clock.ts'
import type { PlannedBroadcast } from './rules.ts'

/** Prisma itself or one of its transactions: the tables and raw SQL are the same on both. */
export type Db = Prisma.TransactionClient

/** Everything that freezes or changes what is expected takes turns, from here to the end of its transaction. */
export async function lockPlan(db: Db): Promise<void> {
  await db.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('loaxa.plan', 0))`
}

export interface BroadcastTimingRow {
  readonly priority: PlannedBroadcast['priority']
  readonly rule: string | null
  readonly localTimes: readonly string[]
  readonly firstDate: string
  readonly lastDate: string | null
  readonly extraDates: readonly string[]
  readonly exceptDates: readonly string[]
}

const listsOf = ({ localTimes, extraDates, exceptDates }: BroadcastTimingRow) => ({
  localTimes: [...localTimes],
  extraDates: [...extraDates],
  exceptDates: [...exceptDates],
})

export async function insertBroadcast(
  db: Db,
  broadcast: BroadcastTimingRow & {
    readonly id: string
    readonly programmeId: string
    readonly areaId: string
    readonly timeZone: string
    readonly createdById: string
    readonly at: InstantMs
  },
): Promise<void> {
  const { at, ...rest } = broadcast
  const data = { ...rest, ...listsOf(rest) }
  await db.broadcast.create({ data: { ...data, createdAt: toDate(at), updatedAt: toDate(at) } })
}

/** From `at` on the broadcast airs by this timing. Freeze before: `at` becomes the end of the old timing. */
export async function updateBroadcast(db: Db, id: string, timing: BroadcastTimingRow, at: InstantMs): Promise<void> {
  await db.broadcast.update({ where: { id }, data: { ...timing, ...listsOf(timing), updatedAt: toDate(at) } })
}

/** `cancelledAt` null takes the cancelling back; what fell between stays not aired, because the timing counts from `at`. */
export async function setCancelled(db: Db, id: string, cancelledAt: InstantMs | null, at: InstantMs): Promise<void> {
  const data =
    cancelledAt === null ? { cancelledAt: null, updatedAt: toDate(at) } : { cancelledAt: toDate(cancelledAt) }
  await db.broadcast.update({ where: { id }, data })
}

export const findArea = (
  db: Db,
  id: string,
): Promise<{ id: string; name: string; path: string[]; timeZone: string } | null> =>
  db.area.findUnique({ where: { id }, select: { id: true, name: true, path: true, timeZone: true } })

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
