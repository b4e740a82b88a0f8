import { newId } from '#protocol/ids.ts'
import type { Audit, TakeNote } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { assertStillFit, readIntended } from '#server/broadcasts/fits.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { assertMayDo, readAreaPath } from './area-path.ts'
import { type Db, findBulletin } from './bulletins-store.ts'
import {
  findProgramme,
  insertItem,
  insertProgramme,
  listBroadcastsWith,
  listProgrammeAreas,
  listProgrammes,
  lockProgramme,
  moveItem,
  type ProgrammeFilter,
  type ProgrammeRow,
  removeItem,
  renameProgramme,
} from './programmes-store.ts'
import { planItems, readProgrammeCursor, writeProgrammeCursor } from './rules.ts'
import { assertApprovedFor } from './standing.ts'

interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
}

export interface ProgrammeWish extends Omit<ProgrammeFilter, 'roots' | 'after'> {
  readonly cursor?: string | undefined
}

/** What the trail keeps of a programme. An entry keeps the first 60 of a list; a programme may have 100 bulletins. */
const trailOf = (title: string, bulletinIds: readonly string[]) => ({
  title,
  bulletins: bulletinIds.slice(0, 50),
  ...(bulletinIds.length > 50 ? { moreBulletins: bulletinIds.slice(50) } : {}),
})

export type ProgrammesService = ReturnType<typeof createProgrammesService>

/** A programme is an order of bulletins. It needs no approval of its own: only approved bulletins of it air. */
export function createProgrammesService(deps: Deps) {
  const { db, clock } = deps

  async function load(id: string): Promise<ProgrammeRow> {
    const programme = await findProgramme(db.prisma, id)
    if (programme === null) throw new Problem('not-found')
    return programme
  }

  async function assertUsable(
    actor: Actor,
    areaPath: readonly string[],
    bulletinIds: readonly string[],
  ): Promise<void> {
    for (const id of new Set(bulletinIds)) {
      await assertMayDo(db.prisma, actor, { action: 'library.read', thing: 'bulletin', id })
      const bulletin = await findBulletin(db.prisma, id)
      if (bulletin === null) throw new Problem('not-found')
      if (!areaPath.includes(bulletin.areaId)) throw new Problem('bulletin-out-of-area')
    }
  }

  async function announce(programme: ProgrammeRow): Promise<void> {
    deps.events.publish({ kind: 'programmes', areaPath: programme.area.path, id: programme.id })
    for (const areaId of await listProgrammeAreas(db.prisma, programme.id)) deps.plan.areaChanged(areaId)
  }

  return {
    /** A page of them; `next`: the cursor of the page after it, when there is one. */
    async list(
      actor: Actor,
      { cursor, limit, ...wish }: ProgrammeWish,
    ): Promise<{ rows: ProgrammeRow[]; next: string | undefined }> {
      const roots = areasFor(actor, 'library.read')
      const filter = { ...wish, roots, after: cursor === undefined ? undefined : readProgrammeCursor(cursor) }
      const rows = await listProgrammes(db.prisma, { ...filter, limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return { rows: page, next: rows.length > limit && last !== undefined ? writeProgrammeCursor(last) : undefined }
    },

    async get(actor: Actor, id: string): Promise<ProgrammeRow> {
      await assertMayDo(db.prisma, actor, { action: 'library.read', thing: 'programme', id })
      return load(id)
    },

    async create(actor: Actor, input: { areaId: string; title: string; bulletinIds: string[] }): Promise<ProgrammeRow> {
      const areaPath = await readAreaPath(db.prisma, input.areaId)
      assertMay(actor, 'library.edit', areaPath)
      await assertUsable(actor, areaPath, input.bulletinIds)
      const id = newId(clock.now())
      await deps.audit.act(actor, async (tx, note) => {
        await assertApprovedFor(tx, null, input.bulletinIds, clock.now())
        await insertProgramme(tx, { id, areaId: input.areaId, title: input.title, at: toDate(clock.now()) })
        for (const [position, bulletinId] of input.bulletinIds.entries()) {
          await insertItem(tx, { id: newId(clock.now()), programmeId: id, bulletinId, position })
        }
        const after = trailOf(input.title, input.bulletinIds)
        note({ action: 'programme.created', areaPath, subject: { type: 'programme', id }, after })
      })
      const programme = await load(id)
      await announce(programme)
      return programme
    },

    /** @throws Problem `broadcast-…` where a broadcast that plays it would break hours, limits or what devices have room for. */
    async change(
      actor: Actor,
      id: string,
      input: { title: string; bulletinIds: string[] },
      ifMatch?: IfMatch,
    ): Promise<ProgrammeRow> {
      await assertMayDo(db.prisma, actor, { action: 'library.edit', thing: 'programme', id })
      const { area } = await load(id)
      await assertUsable(actor, area.path, input.bulletinIds)
      let frozen: FrozenOccurrence[] = []
      const work = async (tx: Db, note: TakeNote): Promise<void> => {
        frozen = await freezeDueOccurrences(tx, clock.now())
        await lockProgramme(tx, id)
        const fresh = await findProgramme(tx, id)
        if (fresh === null) throw new Problem('not-found')
        const { revision } = fresh
        await assertUnchanged(tx, actor, ifMatch, { id, revision, actions: ['programme.changed'] })
        const current = fresh.items.map((item) => ({ itemId: item.id, bulletinId: item.bulletinId }))
        const currentIds = current.map((item) => item.bulletinId)
        const change = planItems(current, input.bulletinIds)
        const added = change.add.map((item) => item.bulletinId).filter((one) => !currentIds.includes(one))
        await assertApprovedFor(tx, id, added, clock.now())
        const now = clock.now()
        const at = toDate(now)
        const planned = await readIntended(tx, await listBroadcastsWith(tx, id), now)
        await renameProgramme(tx, id, input.title, at)
        for (const itemId of change.remove) await removeItem(tx, itemId, at)
        for (const { itemId, position } of change.keep) await moveItem(tx, itemId, position)
        for (const item of change.add) await insertItem(tx, { ...item, id: newId(clock.now()), programmeId: id })
        await assertStillFit(tx, planned, now)
        const before = trailOf(fresh.title, currentIds)
        const after = trailOf(input.title, input.bulletinIds)
        note({ action: 'programme.changed', areaPath: area.path, subject: { type: 'programme', id }, before, after })
      }
      await deps.audit.act(actor, work, planTransaction)
      announceFrozen(deps.events, frozen)
      const programme = await load(id)
      await announce(programme)
      return programme
    },
  }
}
