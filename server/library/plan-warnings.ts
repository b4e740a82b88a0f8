import type { InstantMs } from '#protocol/time.ts'
import { readBroadcasts } from '#server/broadcasts/airing-store.ts'
import { showViolation } from '#server/broadcasts/check.ts'
import { findViolations } from '#server/broadcasts/fits.ts'
import { readAreaNames } from '#server/broadcasts/store.ts'
import { type Db, listBroadcastsOf } from './bulletins-store.ts'

/** A rule that a broadcast breaks in which a bulletin is planned. */
export type PlanWarning = ReturnType<typeof showViolation> & { readonly broadcastId: string; readonly title: string }

/** A province's bulletin may stand in the programmes of a hundred communes: who decides on it looks at some of them. */
const MOST_BROADCASTS = 20

/**
 * What the broadcasts break in which a bulletin is planned and that sound in one of these areas, those made last first. Planning and submitting refuse what
 * breaks a rule: this is what rules forbid that were made after it.
 */
export async function readPlanWarnings(
  db: Db,
  bulletinId: string,
  soundingIn: readonly string[],
  now: InstantMs,
): Promise<PlanWarning[]> {
  const found: PlanWarning[] = []
  const ids = await listBroadcastsOf(db, bulletinId)
  if (ids.length === 0) return []
  const rows = await readBroadcasts(db, { ids, soundingIn, airingFrom: now, content: 'intended' })
  for (const row of rows.slice(0, MOST_BROADCASTS)) {
    const violations = await findViolations(db, row, now)
    const names = await readAreaNames(
      db,
      violations.flatMap(({ areaId }) => areaId ?? []),
    )
    found.push(...violations.map((one) => ({ ...showViolation(one, names), broadcastId: row.id, title: row.title })))
  }
  return found
}
