import type { Logger } from 'pino'
import { newId } from '#protocol/ids.ts'
import type { Audit } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { type AreaKind, mayStandBelow, visiblePath } from './rules.ts'
import {
  type CountedArea,
  findArea,
  insertArea,
  listAreasWithin,
  lockArea,
  lockTree,
  removeUnusedArea,
  renameArea,
} from './store.ts'

export interface AreasService {
  /** The tree that the actor may know of, from the top down; what lies above is not told, not even by its id. */
  list(actor: Actor): Promise<CountedArea[]>
  read(actor: Actor, id: string): Promise<CountedArea>
  create(actor: Actor, input: { parentId: string; kind: AreaKind; name: string }): Promise<CountedArea>
  rename(actor: Actor, id: string, name: string, ifMatch?: IfMatch): Promise<CountedArea>
  /** Takes back what was added by mistake. @throws Problem `area-in-use` once there is or has been anything in it. */
  remove(actor: Actor, id: string, ifMatch?: IfMatch): Promise<void>
}

export interface AreasDeps {
  db: Database
  clock: Clock
  log: Logger
  events: ConsoleEvents
  audit: Audit
}

/** What changes the `revision` of an area, by its names in the trail. */
export const areaEdits = ['area.changed', 'area.moved', 'area.zone-changed'] as const

export function createAreasService(deps: AreasDeps): AreasService {
  const { db, clock, log, events, audit } = deps

  async function list(actor: Actor): Promise<CountedArea[]> {
    const granted = areasFor(actor, 'areas.read')
    const areas = await listAreasWithin(db.pool, granted)
    return areas.map((area) => {
      const path = visiblePath(area.path, granted)
      return { ...area, path, parentId: path.length > 1 ? area.parentId : null }
    })
  }

  async function read(actor: Actor, id: string): Promise<CountedArea> {
    const area = (await list(actor)).find((one) => one.id === id)
    if (area === undefined) throw new Problem('not-found')
    return area
  }

  const revised = ({ id, revision }: { id: string; revision: number }) => ({ id, revision, actions: areaEdits })

  return {
    list,
    read,
    async create(actor, input) {
      const now = clock.now()
      const id = newId(now)
      const path = await audit.act(actor, async (tx, note) => {
        await lockTree(tx, 'grow')
        const parent = await findArea(tx, input.parentId)
        if (parent === null) throw new Problem('not-found')
        assertMay(actor, 'areas.manage', parent.path)
        if (!mayStandBelow(input.kind, parent.kind)) throw new Problem('area-kind-misplaced')
        const area = { ...input, id, path: [...parent.path, id], timeZone: parent.timeZone, createdAt: toDate(now) }
        if (!(await insertArea(tx, area))) throw new Problem('area-name-taken', { name: input.name })
        const { parentId, kind, name, timeZone } = area
        const after = { name, kind, parentId, timeZone }
        note({ action: 'area.created', areaPath: area.path, subject: { type: 'area', id }, after })
        return area.path
      })
      log.info({ event: 'area-made', areaId: id, by: actor.accountId }, 'an area was made')
      events.publish({ kind: 'areas', areaPath: path, id })
      return read(actor, id)
    },
    async rename(actor, id, name, ifMatch) {
      const areaPath = await audit.act(actor, async (tx, note) => {
        const area = await lockArea(tx, id)
        if (area === null) throw new Problem('not-found')
        assertMay(actor, 'areas.manage', area.path)
        await assertUnchanged(tx, actor, ifMatch, revised(area))
        if (!(await renameArea(tx, id, name))) throw new Problem('area-name-taken', { name })
        const [before, after] = [{ name: area.name }, { name }]
        note({ action: 'area.changed', areaPath: area.path, subject: { type: 'area', id }, before, after })
        return area.path
      })
      log.info({ event: 'area-renamed', areaId: id, by: actor.accountId }, 'an area was renamed')
      events.publish({ kind: 'areas', areaPath, id })
      return read(actor, id)
    },
    async remove(actor, id, ifMatch) {
      const areaPath = await audit.act(actor, async (tx, note) => {
        await lockTree(tx, 'move')
        const area = await lockArea(tx, id)
        if (area === null) throw new Problem('not-found')
        const { path, name, kind, parentId, timeZone } = area
        // It leaves the place above it: that must be one's own.
        assertMay(actor, 'areas.manage', path.length > 1 ? path.slice(0, -1) : path)
        await assertUnchanged(tx, actor, ifMatch, revised(area))
        if (parentId === null || !(await removeUnusedArea(tx, id))) throw new Problem('area-in-use', { name })
        const before = { name, kind, parentId, timeZone }
        note({
          action: 'area.removed',
          areaPath: path.slice(0, -1),
          subject: { type: 'area', id },
          before,
          after: null,
        })
        return path
      })
      log.info({ event: 'area-removed', areaId: id, by: actor.accountId }, 'an area was removed')
      events.publish({ kind: 'areas', areaPath, id })
    },
  }
}
