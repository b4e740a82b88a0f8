import type { InstantMs } from '#protocol/time.ts'
import { readBroadcasts } from '#server/broadcasts/airing-store.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import { readAreaRules, readPlanDevices } from '#server/planning/store.ts'
import { type Db, listBroadcastsOf } from './bulletins-store.ts'
import { countMissing, type MissingLanguage } from './missing-rules.ts'

/** What devices that are to play a bulletin ask for in vain, by what is planned now. */
export async function readMissingLanguages(
  db: Db,
  bulletinId: string,
  there: readonly string[],
  now: InstantMs,
): Promise<MissingLanguage[]> {
  const ids = await listBroadcastsOf(db, bulletinId)
  const broadcasts = ids.length === 0 ? [] : await readBroadcasts(db, { ids, airingFrom: now })
  if (broadcasts.length === 0) return []
  const devices = await readPlanDevices(db, { within: broadcasts.map((one) => one.areaId) })
  return countMissing(there, broadcasts, devices, await readAreaRules(db, { from: now, to: addMs(now, 1) }))
}
