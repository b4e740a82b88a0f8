import type { InstantMs } from '#protocol/time.ts'
import { findObstacle } from '#server/areas/moves/rules.ts'
import { listOpenMoves, readAreas, readContents, readDevices } from '#server/areas/moves/store.ts'
import type { Db } from '#server/broadcasts/store.ts'
import { toDate, toInstant } from '#server/clock.ts'
import { inOrder, type PendingMove } from './move-rules.ts'

/**
 * Moves that are planned for before `until` and will happen, in order. What has something in its way does not happen: the
 * places stay as they are.
 */
export async function readPendingMoves(db: Db, until: InstantMs): Promise<PendingMove[]> {
  const pending: PendingMove[] = []
  for (const { areaIds, deviceIds, intoId, effectiveAt } of await listOpenMoves(db, toDate(until))) {
    const [into] = await readAreas(db, [intoId])
    if (into === undefined) continue
    const [areas, devices] = [await readAreas(db, areaIds), await readDevices(db, deviceIds)]
    if (findObstacle({ areas, devices }, { ...into, ...(await readContents(db, intoId)) }) !== undefined) continue
    pending.push({
      at: toInstant(effectiveAt),
      areaIds: areas.map(({ id }) => id),
      deviceIds: devices.map(({ id }) => id),
      into: { id: into.id, name: into.name, path: into.path, timeZone: into.timeZone },
    })
  }
  return inOrder(pending)
}

/**
 * These areas, with those between which something will move that concerns them: what will sound below any of `areaIds`
 * is found among what sounds in these today.
 */
export async function withMovingAreas(
  db: Db,
  areaIds: readonly string[],
  moves: readonly PendingMove[],
): Promise<readonly string[]> {
  if (moves.length === 0) return areaIds
  const found = new Set(areaIds)
  const moved = await Promise.all(
    moves.map(async ({ areaIds, deviceIds, into }) => {
      const devices = await readDevices(db, deviceIds)
      return [...new Set([...areaIds, into.id, ...devices.map(({ areaId }) => areaId)])]
    }),
  )
  const paths = new Map((await readAreas(db, [...areaIds, ...moved.flat()])).map(({ id, path }) => [id, path]))
  const isNear = (one: string, other: string): boolean =>
    paths.get(one)?.includes(other) === true || paths.get(other)?.includes(one) === true
  // One move may lead on to the next: as often as there are moves.
  for (const _ of moves) {
    for (const ends of moved) {
      if (ends.some((end) => [...found].some((id) => isNear(id, end)))) for (const end of ends) found.add(end)
    }
  }
  return [...found]
}
