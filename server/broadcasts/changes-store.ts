import type { InstantMs } from '#protocol/time.ts'
import { toDate, toInstant } from '#server/clock.ts'
import type { Db } from './store.ts'

/** Occurrences that are not as their series, and series that go on in another one. */

export interface OccurrenceChangeRow {
  readonly isCancelled: boolean
  readonly movedStartAt: InstantMs | null
  readonly programmeId: string | null
}

export const asPlanned: OccurrenceChangeRow = { isCancelled: false, movedStartAt: null, programmeId: null }

const keyOf = (broadcastId: string, originalStartAt: InstantMs) => ({
  broadcastId_originalStartAt: { broadcastId, originalStartAt: toDate(originalStartAt) },
})

export async function readChange(
  db: Db,
  broadcastId: string,
  originalStartAt: InstantMs,
): Promise<OccurrenceChangeRow | undefined> {
  const row = await db.occurrenceChange.findUnique({ where: keyOf(broadcastId, originalStartAt) })
  if (row === null) return undefined
  const { isCancelled, programmeId } = row
  return { isCancelled, programmeId, movedStartAt: row.movedStartAt === null ? null : toInstant(row.movedStartAt) }
}

interface Named {
  readonly broadcastId: string
  readonly originalStartAt: InstantMs
}

/** Undefined: as its series again. */
export async function keepChange(
  db: Db,
  { broadcastId, originalStartAt }: Named,
  change: OccurrenceChangeRow | undefined,
  by: { readonly accountId: string; readonly at: InstantMs },
): Promise<void> {
  if (change === undefined) {
    await db.occurrenceChange.deleteMany({ where: { broadcastId, originalStartAt: toDate(originalStartAt) } })
    return
  }
  const data = {
    isCancelled: change.isCancelled,
    programmeId: change.programmeId,
    movedStartAt: change.movedStartAt === null ? null : toDate(change.movedStartAt),
    changedById: by.accountId,
    changedAt: toDate(by.at),
  }
  await db.occurrenceChange.upsert({
    where: keyOf(broadcastId, originalStartAt),
    create: { broadcastId, originalStartAt: toDate(originalStartAt), ...data },
    update: data,
  })
}

/** What was changed of these starts of one series is changed of the same starts of another. */
export async function copyChanges(db: Db, fromId: string, toId: string, starts: readonly InstantMs[]): Promise<void> {
  await db.$executeRaw`
    INSERT INTO occurrence_change (broadcast_id, original_start_at, is_cancelled, moved_start_at, programme_id,
      changed_by_id, changed_at)
    SELECT ${toId}::uuid, x.original_start_at, x.is_cancelled, x.moved_start_at, x.programme_id, x.changed_by_id,
      x.changed_at
    FROM occurrence_change x
    WHERE x.broadcast_id = ${fromId}::uuid AND x.original_start_at = ANY(${starts.map(toDate)}::timestamptz[])
    ON CONFLICT DO NOTHING`
}

/** The place that areas gave a series among its equals holds for what continues it. */
export async function copyRanks(db: Db, fromId: string, toId: string): Promise<void> {
  const ranks = await db.broadcastRank.findMany({ where: { broadcastId: fromId } })
  await db.broadcastRank.createMany({ data: ranks.map((row) => ({ ...row, broadcastId: toId })) })
}

/** Null: the series goes on by itself again, from `at` on: what would have begun in between did not. */
export async function setContinued(
  db: Db,
  id: string,
  continued: { readonly at: InstantMs; readonly byId: string | null } | null,
  at: InstantMs,
): Promise<void> {
  const data =
    continued === null
      ? { continuedAt: null, continuedById: null, updatedAt: toDate(at) }
      : { continuedAt: toDate(continued.at), continuedById: continued.byId }
  await db.broadcast.update({ where: { id }, data })
}

export const hasBegun = async (db: Db, broadcastId: string): Promise<boolean> =>
  (await db.occurrence.count({ where: { broadcastId } })) > 0
