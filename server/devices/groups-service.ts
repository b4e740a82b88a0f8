import { isDeepStrictEqual } from 'node:util'
import { newId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { findDevicesImpact, readFormer } from '#server/areas/devices-impact.ts'
import type { MoveImpact } from '#server/areas/moves/impact.ts'
import { findArea } from '#server/areas/store.ts'
import type { Audit, TakeNote } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { addDays, localDateOf } from '#server/broadcasts/recurrence-rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import type { PlanDevice } from '#server/planning/rules.ts'
import {
  countDevicesWithin,
  countGroupEdit,
  type DeviceGroupRow,
  findGroup,
  findUseOfGroup,
  insertGroup,
  isGroupNameTaken,
  listGroups,
  removeGroup,
  updateGroup,
} from './groups-store.ts'
import type { Db } from './store.ts'

export interface DeviceGroupsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
}

/** Some speakers of an area under one name, at which broadcasts can be aimed. */
export type DeviceGroupsService = ReturnType<typeof createDeviceGroupsService>

const memberIds = (group: DeviceGroupRow): string[] => group.members.map(({ deviceId }) => deviceId)
const revised = ({ id, revision }: DeviceGroupRow) => ({
  id,
  revision,
  actions: ['device-group.changed', 'device-group.removed'] as const,
})
const recordOf = (group: DeviceGroupRow) => ({ name: group.name, deviceIds: memberIds(group) })

/** Beyond so many changed members the whole area is worked out again. */
const TOLD_ONE_BY_ONE = 100

export function createDeviceGroupsService(deps: DeviceGroupsDeps) {
  const { db, clock, events, plan, audit } = deps

  interface GroupEdit {
    readonly group: DeviceGroupRow
    /** Whose plan may be another now. */
    readonly changedIds: readonly string[]
  }

  /** Who hears what changes with a group, so that what has begun is frozen first. Undefined: nothing was to be done. */
  async function act(
    actor: Actor,
    work: (tx: Db, note: TakeNote, now: InstantMs) => Promise<GroupEdit | undefined>,
  ): Promise<void> {
    let frozen: readonly FrozenOccurrence[] = []
    const edit = await audit.act(
      actor,
      async (tx, note) => {
        const now = clock.now()
        frozen = await freezeDueOccurrences(tx, now)
        const done = await work(tx, note, now)
        if (done === undefined) note.unchanged()
        return done
      },
      planTransaction,
    )
    announceFrozen(events, frozen)
    if (edit === undefined) return
    const { group, changedIds } = edit
    events.publish({ kind: 'devices', areaPath: group.area.path })
    if (changedIds.length > TOLD_ONE_BY_ONE) plan.areaChanged(group.areaId)
    else for (const id of changedIds) plan.deviceChanged(id)
  }

  async function findKnown(tx: Db, actor: Actor, id: string, action: 'devices.read' | 'devices.group') {
    const group = await findGroup(tx, id)
    if (group === null) throw new Problem('not-found')
    assertMay(actor, action, group.area.path)
    return group
  }

  /** Another commune's speaker is answered like one that nobody ever made. */
  async function assertWithin(tx: Db, deviceIds: readonly string[], areaId: string): Promise<void> {
    if ((await countDevicesWithin(tx, deviceIds, areaId)) < deviceIds.length) {
      throw new Problem('device-group-member-unknown')
    }
  }

  async function read(tx: Db, id: string): Promise<DeviceGroupRow> {
    const group = await findGroup(tx, id)
    if (group === null) throw new Error('a group is never deleted')
    return group
  }

  return {
    list: (actor: Actor, areaId: string | undefined): Promise<DeviceGroupRow[]> =>
      listGroups(db.prisma, areasFor(actor, 'devices.read'), areaId),

    /** Also of one that was removed. */
    get: (actor: Actor, id: string): Promise<DeviceGroupRow> => findKnown(db.prisma, actor, id, 'devices.read'),

    /** @throws Problem `device-group-…`; `not-found` and `not-allowed` by the actor's rights. */
    async create(
      actor: Actor,
      input: { areaId: string; name: string; deviceIds: readonly string[] },
    ): Promise<DeviceGroupRow> {
      const { areaId, name, deviceIds } = input
      const area = await findArea(db.prisma, areaId)
      if (area === null) throw new Problem('not-found')
      assertMay(actor, 'devices.group', area.path)
      const id = newId(clock.now())
      await act(actor, async (tx, note, now) => {
        if (await isGroupNameTaken(tx, areaId, name)) throw new Problem('device-group-name-taken', { name })
        await assertWithin(tx, deviceIds, areaId)
        await insertGroup(tx, { id, areaId, name, createdAt: toDate(now) }, deviceIds)
        const group = await read(tx, id)
        const after = { ...recordOf(group), areaId }
        note({
          action: 'device-group.created',
          areaPath: group.area.path,
          subject: { type: 'device-group', id },
          after,
        })
        // Nothing is aimed at it yet.
        return { group, changedIds: [] }
      })
      return read(db.prisma, id)
    },

    /** Changes what is given; answers what no longer fits on the speakers that were put in or taken out. */
    async change(
      actor: Actor,
      id: string,
      input: { name?: string | undefined; deviceIds?: readonly string[] | undefined },
      ifMatch?: IfMatch,
    ): Promise<{ group: DeviceGroupRow; impact: MoveImpact }> {
      await findKnown(db.prisma, actor, id, 'devices.group')
      let former: readonly PlanDevice[] = []
      await act(actor, async (tx, note) => {
        const group = await findKnown(tx, actor, id, 'devices.group')
        if (group.removedAt !== null) throw new Problem('device-group-removed')
        await assertUnchanged(tx, actor, ifMatch, revised(group))
        const before = recordOf(group)
        const name = input.name ?? group.name
        if (await isGroupNameTaken(tx, group.areaId, name, id)) throw new Problem('device-group-name-taken', { name })
        // Who was a member may have moved away meanwhile: that is no fault of this change.
        const added = input.deviceIds?.filter((one) => !before.deviceIds.includes(one)) ?? []
        await assertWithin(tx, added, group.areaId)
        const wanted = input.deviceIds ?? before.deviceIds
        const gone = before.deviceIds.filter((one) => !wanted.includes(one))
        const changedIds = [...gone, ...added]
        former = await readFormer(tx, group.areaId, changedIds)
        await updateGroup(tx, id, name, wanted)
        const after = recordOf(await read(tx, id))
        if (isDeepStrictEqual(before, after)) return undefined
        await countGroupEdit(tx, id)
        const subject = { type: 'device-group', id }
        note({ action: 'device-group.changed', areaPath: group.area.path, subject, before, after })
        return { group, changedIds }
      })
      return { group: await read(db.prisma, id), impact: await findDevicesImpact(db.prisma, former, clock.now()) }
    },

    /**
     * Takes a group away; it stays on record. Not while a broadcast that is still to air names it: one that leaves the
     * group out would sound there. Safe to repeat.
     */
    async remove(actor: Actor, id: string, ifMatch?: IfMatch): Promise<void> {
      await findKnown(db.prisma, actor, id, 'devices.group')
      await act(actor, async (tx, note, now) => {
        const group = await findKnown(tx, actor, id, 'devices.group')
        if (group.removedAt !== null) return undefined
        await assertUnchanged(tx, actor, ifMatch, revised(group))
        // Dates are local ones: a day of grace.
        const title = await findUseOfGroup(tx, id, addDays(localDateOf(now, 'UTC'), -1))
        if (title !== undefined) throw new Problem('device-group-in-use', { title })
        await removeGroup(tx, id, toDate(now))
        const before = { ...recordOf(group), removedAt: null }
        const after = { ...recordOf(group), removedAt: toDate(now) }
        const subject = { type: 'device-group', id }
        note({ action: 'device-group.removed', areaPath: group.area.path, subject, before, after })
        return { group, changedIds: memberIds(group) }
      })
    },
  }
}
