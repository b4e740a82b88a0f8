import { deviceId as deviceIdSchema } from '#protocol/ids.ts'
import { assertUnchanged } from '#server/audit/unchanged.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { announceFrozen, planTransaction } from '#server/broadcasts/act.ts'
import { type FrozenOccurrence, freezeDueOccurrences } from '#server/broadcasts/freeze.ts'
import { toDate } from '#server/clock.ts'
import type { IfMatch } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { BrokerDesk } from './broker-desk.ts'
import { findRetired, isNameTaken, listRetired, type RetiredDevice, setRetired } from './retirement-store.ts'
import { nameInService, nameRetired } from './rules.ts'
import { type DevicesDeps, deviceEdits } from './service.ts'
import { findDevice, lockDevice, revokeInstallation, revokeUnusedCodes } from './store.ts'

export interface Retirement {
  /**
   * Takes a device out of service: its installation and codes are void, its connection is cut, its target is served no
   * more, groups, plans and counts leave it out, and its name is free. What it played and was to play stays. Safe to
   * repeat.
   */
  retire(
    actor: Actor,
    id: string,
    reason: string,
    ifMatch?: IfMatch,
  ): Promise<{ device: RetiredDevice; isBrokerTold: boolean }>
  /** Takes that back: it is in its groups again, and may be enrolled with a new code. `name`: where its own is taken. */
  restore(actor: Actor, id: string, name: string | undefined): Promise<void>
  /** Of the areas that the actor may read, those retired last first. */
  listRetired(actor: Actor): Promise<readonly RetiredDevice[]>
}

const MOST_SHOWN = 500

export interface RetirementDeps extends DevicesDeps {
  security: SecurityEvents
  desk: Pick<BrokerDesk, 'expel'>
}

export function createRetirement(deps: RetirementDeps): Retirement {
  const { db, clock, log, events, plan, security, audit, desk } = deps

  return {
    async retire(actor, id, reason, ifMatch) {
      let frozen: readonly FrozenOccurrence[] = []
      const done = await audit.act(
        actor,
        async (tx, note) => {
          // What has begun is expected of it still.
          frozen = await freezeDueOccurrences(tx, clock.now())
          await lockDevice(tx, id)
          const now = toDate(clock.now())
          const retired = await findRetired(tx, id)
          if (retired !== null) {
            assertMay(actor, 'devices.retire', retired.areaPath)
            note.unchanged()
            return { device: retired, isNew: false }
          }
          const device = await findDevice(tx, id)
          if (device === null) throw new Problem('not-found')
          const { areaPath, areaId, areaName } = device
          assertMay(actor, 'devices.retire', areaPath)
          await assertUnchanged(tx, actor, ifMatch, { id, revision: device.revision, actions: deviceEdits })
          await revokeUnusedCodes(tx, id, now)
          const revoked = await revokeInstallation(tx, id, now)
          const plain = nameRetired(device.name, now, undefined)
          const name = (await isNameTaken(tx, areaId, plain)) ? nameRetired(device.name, now, id) : plain
          if (!(await setRetired(tx, id, name, now))) throw new Problem('device-name-taken', { name })
          const installed = { installationId: revoked?.id ?? null, hardwareSerial: revoked?.hardwareSerial ?? null }
          note({
            action: 'device.retired',
            areaPath,
            subject: { type: 'device', id },
            before: { name: device.name, retiredAt: null, ...installed },
            after: { name, retiredAt: now, reason, installationId: null, hardwareSerial: null },
          })
          return { device: { id, name, areaId, areaName, areaPath, retiredAt: now }, isNew: true }
        },
        planTransaction,
      )
      announceFrozen(events, frozen)
      if (done.isNew) {
        security.report('device-revoked', {
          ...actor.origin,
          accountId: actor.accountId,
          deviceId: id,
          detail: 'retired',
        })
        log.info({ event: 'device-retired', deviceId: id, by: actor.accountId }, 'a device was taken out of service')
        events.publish({ kind: 'devices', areaPath: done.device.areaPath, id })
        plan.deviceChanged(id)
      }
      return { device: done.device, isBrokerTold: await desk.expel(deviceIdSchema.parse(id)) }
    },

    async restore(actor, id, name) {
      let frozen: readonly FrozenOccurrence[] = []
      const areaPath = await audit.act(
        actor,
        async (tx, note) => {
          frozen = await freezeDueOccurrences(tx, clock.now())
          await lockDevice(tx, id)
          const device = await findRetired(tx, id)
          if (device === null) {
            const inService = await findDevice(tx, id)
            if (inService === null) throw new Problem('not-found')
            assertMay(actor, 'devices.retire', inService.areaPath)
            note.unchanged()
            return undefined
          }
          assertMay(actor, 'devices.retire', device.areaPath)
          const after = name ?? nameInService(device.name)
          if (!(await setRetired(tx, id, after, null))) throw new Problem('device-name-taken', { name: after })
          note({
            action: 'device.restored',
            areaPath: device.areaPath,
            subject: { type: 'device', id },
            before: { name: device.name, retiredAt: device.retiredAt },
            after: { name: after, retiredAt: null },
          })
          return device.areaPath
        },
        planTransaction,
      )
      announceFrozen(events, frozen)
      if (areaPath === undefined) return
      log.info({ event: 'device-restored', deviceId: id, by: actor.accountId }, 'a device was taken back into service')
      events.publish({ kind: 'devices', areaPath, id })
      plan.deviceChanged(id)
    },

    listRetired: (actor) => listRetired(db.prisma, areasFor(actor, 'devices.read'), MOST_SHOWN),
  }
}
