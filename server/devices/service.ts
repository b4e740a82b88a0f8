import type { Logger } from 'pino'
import { newId } from '#protocol/ids.ts'
import { findDevicesImpact, readFormer } from '#server/areas/devices-impact.ts'
import type { MoveImpact } from '#server/areas/moves/impact.ts'
import { findArea } from '#server/areas/store.ts'
import type { Audit } from '#server/audit/audit.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Actor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { findRepeatedLanguage } from '#server/library/rules.ts'
import type { PlanDevice } from '#server/planning/rules.ts'
import { acknowledgeAlarm } from './alarms/store.ts'
import { settleVolume } from './rules.ts'
import {
  type DeviceRow,
  type DeviceSettings,
  findDevice,
  insertDevice,
  listGroupsOf,
  lockDevice,
  readDevice,
  updateDevice,
} from './store.ts'

export interface DevicesDeps {
  db: Database
  clock: Clock
  log: Logger
  events: ConsoleEvents
  plan: PlanListener
  audit: Audit
}

export interface DeviceDetail {
  readonly row: DeviceRow
  readonly groups: readonly { readonly id: string; readonly name: string }[]
}

export interface ChangedDevice {
  readonly row: DeviceRow
  /** What no longer fits after a change of its languages: they decide which clips it plays, and how long they are. */
  readonly impact: MoveImpact
}

export interface DevicesService {
  read(actor: Actor, id: string): Promise<DeviceRow>
  readDetail(actor: Actor, id: string): Promise<DeviceDetail>
  create(actor: Actor, input: { areaId: string; name: string; volumePercent?: number | undefined }): Promise<DeviceRow>
  /** Changes what is given; lowering the maximum below the volume lowers the volume with it. */
  change(actor: Actor, id: string, input: DeviceChange, ifMatch?: IfMatch): Promise<ChangedDevice>
  /** Keeps who acknowledged an alarm, and when; with that a security alarm ends. Safe to repeat: the first one counts. */
  acknowledgeAlarm(actor: Actor, id: string, alarmId: string): Promise<DeviceRow>
}

export type DeviceChange = { readonly [K in keyof DeviceSettings]?: DeviceSettings[K] | undefined }

/** What changes the `revision` of a device, by its names in the trail. */
export const deviceEdits = ['device.changed', 'device.moved', 'device.retired', 'device.restored'] as const

export function createDevicesService(deps: DevicesDeps): DevicesService {
  const { db, clock, log, events, plan, audit } = deps

  async function read(actor: Actor, id: string): Promise<DeviceRow> {
    const device = await readDevice(db.pool, id)
    if (device === undefined) throw new Problem('not-found')
    assertMay(actor, 'devices.read', device.areaPath)
    return device
  }

  return {
    read,
    async readDetail(actor, id) {
      return { row: await read(actor, id), groups: await listGroupsOf(db.prisma, id) }
    },
    async create(actor, input) {
      const now = clock.now()
      const id = newId(now)
      const areaPath = await audit.act(actor, async (tx, note) => {
        const area = await findArea(tx, input.areaId)
        if (area === null) throw new Problem('not-found')
        assertMay(actor, 'devices.manage', area.path)
        const { areaId, name, volumePercent } = input
        const row = {
          id,
          areaId,
          name,
          createdAt: toDate(now),
          ...(volumePercent === undefined ? {} : { volumePercent }),
        }
        if (!(await insertDevice(tx, row))) throw new Problem('device-name-taken', { name })
        const after = { name, areaId, volumePercent }
        note({ action: 'device.created', areaPath: area.path, subject: { type: 'device', id }, after })
        return area.path
      })
      log.info({ event: 'device-made', deviceId: id, by: actor.accountId }, 'a device was made')
      events.publish({ kind: 'devices', areaPath, id })
      plan.deviceChanged(id)
      return read(actor, id)
    },
    async change(actor, id, input, ifMatch) {
      const repeated = findRepeatedLanguage(input.languages ?? [])
      if (repeated !== undefined) throw new Problem('device-language-twice', { language: repeated })
      let former: readonly PlanDevice[] = []
      const areaPath = await audit.act(actor, async (tx, note) => {
        await lockDevice(tx, id)
        const device = await findDevice(tx, id)
        if (device === null) throw new Problem('not-found')
        const { areaPath } = device
        assertMay(actor, 'devices.manage', areaPath)
        await assertUnchanged(tx, actor, ifMatch, { id, revision: device.revision, actions: deviceEdits })
        const volume = settleVolume(device, input)
        if (volume === null)
          throw new Problem('device-volume-above-max', { max: input.maxVolumePercent ?? device.maxVolumePercent })
        const { name, muted, emergencyVolumePercent, languages, latitude, longitude } = device
        const before: DeviceSettings = {
          name,
          volumePercent: device.volumePercent,
          muted,
          maxVolumePercent: device.maxVolumePercent,
          emergencyVolumePercent,
          languages,
          latitude,
          longitude,
        }
        const after: DeviceSettings = {
          ...volume,
          name: input.name ?? name,
          muted: input.muted ?? muted,
          emergencyVolumePercent: input.emergencyVolumePercent ?? emergencyVolumePercent,
          languages: input.languages ?? languages,
          latitude: input.latitude === undefined ? latitude : input.latitude,
          longitude: input.longitude === undefined ? longitude : input.longitude,
        }
        const areaId = areaPath.at(-1)
        if (areaId !== undefined && after.languages.join() !== languages.join())
          former = await readFormer(tx, areaId, [id])
        if (!(await updateDevice(tx, id, after))) throw new Problem('device-name-taken', { name: after.name })
        note({
          action: 'device.changed',
          areaPath,
          subject: { type: 'device', id },
          before: { ...before },
          after: { ...after },
        })
        return areaPath
      })
      log.info({ event: 'device-changed', deviceId: id, by: actor.accountId, change: input }, 'a device was changed')
      events.publish({ kind: 'devices', areaPath, id })
      plan.deviceChanged(id)
      return { row: await read(actor, id), impact: await findDevicesImpact(db.prisma, former, clock.now()) }
    },
    async acknowledgeAlarm(actor, id, alarmId) {
      const device = await findDevice(db.prisma, id)
      if (device === null) throw new Problem('not-found')
      const { areaPath } = device
      assertMay(actor, 'devices.manage', areaPath)
      const alarm = await audit.act(actor, async (tx, note) => {
        const by = { accountId: actor.accountId, at: toDate(clock.now()) }
        const acknowledged = await acknowledgeAlarm(tx, { id: alarmId, deviceId: id }, by)
        if (acknowledged === undefined) throw new Problem('not-found')
        // Not under the name `code`: the trail keeps nothing that is named like a secret.
        const after = { alarmId, alarm: acknowledged.code }
        if (acknowledged.isNew)
          note({ action: 'device.alarm-acknowledged', areaPath, subject: { type: 'device', id }, after })
        else note.unchanged()
        return acknowledged
      })
      if (alarm.isNew) {
        const { code } = alarm
        log.warn({ event: 'alarm-acknowledged', deviceId: id, alarmId, code, by: actor.accountId }, 'an alarm was seen')
        events.publish({ kind: 'devices', areaPath, id })
      }
      return read(actor, id)
    },
  }
}
