import type { InstantMs } from '#protocol/time.ts'
import { readBroadcasts } from '#server/broadcasts/airing-store.ts'
import { findViolations } from '#server/broadcasts/fits.ts'
import { type PlanWarning, tellViolations, warnNobodyHears } from '#server/broadcasts/plan-warnings.ts'
import { nextAiringStart } from '#server/broadcasts/rules.ts'
import { isHeardByAnybody } from '#server/planning/audience-store.ts'
import { type Db, listBroadcastsOf } from './bulletins-store.ts'

/** A province's bulletin may stand in the programmes of a hundred communes: who decides on it looks at some of them. */
const MOST_BROADCASTS = 20

/**
 * What the broadcasts break in which a bulletin is planned and that sound in one of these areas, those made last first,
 * and which of them nobody hears. Planning and submitting refuse what breaks a rule: this is what rules forbid that were
 * made after it.
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
    const startAt = nextAiringStart(row, now)
    if (startAt !== undefined && !(await isHeardByAnybody(db, row.id))) found.push(warnNobodyHears(row, startAt))
    found.push(...(await tellViolations(db, row, await findViolations(db, row, now))))
  }
  return found
}
