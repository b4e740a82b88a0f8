import type { Db } from '#server/broadcasts/store.ts'

/** The order among equals that areas chose (BroadcastRank): the lower rank goes first, and what has none stands at 0. */

export async function readOrder(db: Db, areaId: string): Promise<string[]> {
  const rows = await db.broadcastRank.findMany({
    where: { areaId },
    orderBy: [{ rank: 'asc' }, { broadcastId: 'asc' }],
    select: { broadcastId: true },
  })
  return rows.map(({ broadcastId }) => broadcastId)
}

/** All of them go before what is not named: their ranks are below 0. */
export async function keepOrder(db: Db, areaId: string, broadcastIds: readonly string[]): Promise<void> {
  await db.broadcastRank.deleteMany({ where: { areaId } })
  await db.broadcastRank.createMany({
    data: broadcastIds.map((broadcastId, index) => ({ areaId, broadcastId, rank: index - broadcastIds.length })),
  })
}
