import type { Db } from '#server/broadcasts/store.ts'

/** What was expected of the device of which nothing else is known here, newest first. */
export function listExpected(db: Db, deviceId: string, before: Date, limit: number) {
  return db.expectedPlay.findMany({
    where: { deviceId, startAt: { lt: before } },
    select: {
      occurrenceId: true,
      itemId: true,
      title: true,
      language: true,
      startAt: true,
      durationMs: true,
      settledAt: true,
      leftOut: true,
      occurrence: { select: { endedEarlyAt: true } },
    },
    orderBy: [{ startAt: 'desc' }, { itemId: 'desc' }, { language: 'desc' }],
    take: limit,
  })
}

/** All that the device reported within a time, newest first. */
export function listPlays(db: Db, deviceId: string, from: Date, before: Date) {
  return db.play.findMany({
    where: { deviceId, plannedStartAt: { gte: from, lt: before } },
    orderBy: [{ plannedStartAt: 'desc' }, { id: 'desc' }],
    take: MOST_PLAYS,
  })
}
const MOST_PLAYS = 1_000

/** Of these occurrences, whatever their time. */
export const listPlaysOf = (db: Db, deviceId: string, occurrenceIds: readonly string[]) =>
  db.play.findMany({ where: { deviceId, occurrenceId: { in: [...occurrenceIds] } }, take: MOST_PLAYS })

export async function listAlertTitles(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.alert.findMany({ where: { id: { in: [...ids] } }, select: { id: true, title: true } })
  return new Map(rows.map(({ id, title }) => [id, title]))
}
