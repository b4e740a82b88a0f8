import type { InstantMs } from '#protocol/time.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, sharedPath } from '#server/auth/rules.ts'
import { addDays, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import { Problem } from '#server/http/problem.ts'
import { findObstacle, type Named, type Obstacle, placesOf } from './rules.ts'
import {
  type Db,
  listOpenMoves,
  type MoveRow,
  type PlacedArea,
  type PlacedDevice,
  readAreas,
  readContents,
  readDevices,
} from './store.ts'

/** May this move be, as things stand? Changes nothing. */

export interface NewMove {
  readonly areaIds: readonly string[]
  readonly deviceIds: readonly string[]
  readonly intoId: string
  /** `now`, or a day (YYYY-MM-DD) in the destination's zone. */
  readonly from: string
  readonly reason: string
}

/** Everything that a move is about, as it stands now. */
export interface Facts {
  readonly areas: readonly PlacedArea[]
  readonly devices: readonly PlacedDevice[]
  readonly into: PlacedArea
}

export async function readFacts(
  tx: Db,
  of: Pick<NewMove, 'areaIds' | 'deviceIds' | 'intoId'>,
): Promise<Facts | undefined> {
  const [into] = await readAreas(tx, [of.intoId])
  if (into === undefined) return undefined
  return { into, areas: await readAreas(tx, of.areaIds), devices: await readDevices(tx, of.deviceIds) }
}

/** Its path, and the places to which plans bring it or what it stands in: by no two of them may a place come below itself. */
async function pathToCome(tx: Db, into: PlacedArea, open: readonly MoveRow[]): Promise<string[]> {
  const path = new Set(into.path)
  for (;;) {
    const next = open.filter(({ areaIds, intoId }) => !path.has(intoId) && areaIds.some((id) => path.has(id)))
    if (next.length === 0) return [...path]
    const intoIds = next.map(({ intoId }) => intoId)
    const above = await readAreas(tx, intoIds)
    for (const id of [...intoIds, ...above.flatMap((area) => area.path)]) path.add(id)
  }
}

/** Why it cannot happen; `coming`: what other plans bring to the same place. */
export async function findWhy(
  tx: Db,
  { areas, devices, into }: Facts,
  coming: readonly Facts[],
): Promise<Obstacle | undefined> {
  const there = await readContents(tx, into.id)
  return findObstacle(
    { areas, devices },
    {
      ...into,
      areas: [...there.areas, ...coming.flatMap((one) => one.areas)],
      devices: [...there.devices, ...coming.flatMap((one) => one.devices)],
    },
  )
}

export const pathOf = ({ areas, devices, into }: Facts): readonly string[] => {
  const shared = sharedPath([into.path, ...placesOf(areas, devices)])
  return shared.length > 0 ? shared : into.path
}

export function assertMayMove(actor: Actor, { areas, devices, into }: Facts): void {
  for (const path of [into.path, ...placesOf(areas, devices)]) assertMay(actor, 'areas.move', path)
}

/** @throws Problem when it cannot be planned, or not by this person. */
export async function judgeMove(tx: Db, actor: Actor, asked: NewMove, now: InstantMs) {
  const facts = await readFacts(tx, asked)
  if (facts === undefined) throw new Problem('not-found')
  assertMayMove(actor, facts)
  const { areas, devices, into } = facts
  const isAll = areas.length === asked.areaIds.length && devices.length === asked.deviceIds.length
  if (!isAll) throw new Problem('not-found')
  if (areas.length + devices.length === 0) throw new Problem('move-empty')
  const isNow = asked.from === 'now'
  const tomorrow = addDays(localDateOf(now, into.timeZone), 1)
  if (!isNow && asked.from < tomorrow) throw new Problem('move-too-early', { date: tomorrow })
  const open = await listOpenMoves(tx)
  const isTaken = ({ id }: Named): boolean => open.some((one) => [...one.areaIds, ...one.deviceIds].includes(id))
  const taken = [...areas, ...devices].find(isTaken)
  if (taken !== undefined) throw new Problem('move-planned-already', { name: taken.name })
  const coming = open.filter((one) => one.intoId === into.id).map((one) => readFacts(tx, one))
  const others = (await Promise.all(coming)).filter((one) => one !== undefined)
  const path = await pathToCome(tx, into, open)
  const why = await findWhy(tx, { ...facts, into: { ...into, path } }, others)
  if (why !== undefined) throw new Problem(why.code, { name: why.name, into: into.name })
  return { facts, isNow, effectiveAt: isNow ? now : startOfLocalDay(asked.from, into.timeZone) }
}
