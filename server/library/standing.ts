import type { InstantMs } from '#protocol/time.ts'
import { findStandingFor, type StandingFacts } from '#server/approvals/rules.ts'
import { listApprovalRights, listStandingOf } from '#server/approvals/store.ts'
import { Problem } from '#server/http/problem.ts'
import { currentOf, readContributors } from './bulletin-desk.ts'
import { type BulletinRow, type Db, findBulletin, findLastDecision, lockBulletin } from './bulletins-store.ts'

/** The standing approval that covers a bulletin in all these programmes now, if any. */
export async function findStandingOf(
  tx: Db,
  { id, area }: BulletinRow,
  programmeIds: readonly string[],
  now: InstantMs,
): Promise<StandingFacts | undefined> {
  const standing = await listStandingOf(tx, programmeIds, now)
  if (standing.length === 0) return undefined
  const givers = standing.map((one) => one.givenById)
  const rights = await listApprovalRights(tx, givers, now)
  const contributorIds = (await readContributors(tx, [id])).get(id) ?? new Set()
  const wasReturned = (await findLastDecision(tx, id)) === 'returned'
  return findStandingFor({ programmeIds, areaPath: area.path, contributorIds, wasReturned }, standing, rights, now)
}

/**
 * What only a standing approval has approved is heard in the programmes it was given for, and comes into no other: else
 * one programme's would be an approval for everything. Each bulletin stays as it is until the transaction ends.
 *
 * @param programmeId null: a programme that is being made, for which nobody can have given one.
 * @throws Problem `bulletin-standing-only`
 */
export async function assertApprovedFor(
  tx: Db,
  programmeId: string | null,
  bulletinIds: readonly string[],
  now: InstantMs,
): Promise<void> {
  // In one order everywhere, so that two who add the same bulletins never wait for each other.
  for (const id of [...new Set(bulletinIds)].sort()) {
    await lockBulletin(tx, id)
    const bulletin = await findBulletin(tx, id)
    if (bulletin === null) throw new Problem('not-found')
    const { state, standingApprovalId, title } = currentOf(bulletin)
    if (state !== 'approved' || standingApprovalId === null) continue
    const covering = programmeId === null ? undefined : await findStandingOf(tx, bulletin, [programmeId], now)
    if (covering === undefined) throw new Problem('bulletin-standing-only', { title })
  }
}
