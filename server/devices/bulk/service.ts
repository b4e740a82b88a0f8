import type { Logger } from 'pino'
import type { Audit } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Action, type Actor, areasFor } from '#server/auth/rules.ts'
import type { Clock } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { PlanListener } from '#server/delivery/plan-listener.ts'
import type { CommandsService, ShownCommand } from '#server/devices/commands/service.ts'
import { Problem } from '#server/http/problem.ts'
import { type BulkDevice, lockDevices, readCommands, updateSettings } from './store.ts'
import type { SkipCode } from './texts.ts'

export interface Skipped {
  readonly deviceId: string
  readonly code: SkipCode
}
export interface SettingsWish {
  readonly id: string
  readonly volumePercent?: number | undefined
  readonly muted?: boolean | undefined
  /** As it was read: what is another now is left out. */
  readonly revision?: number | undefined
}
/** As it was before; its revision now. */
export interface ChangedDevice {
  readonly id: string
  readonly volumePercent: number
  readonly muted: boolean
  readonly revision: number
}
export type SentCommand = ShownCommand & { readonly deviceId: string }

export interface BulkDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly plan: PlanListener
  readonly audit: Audit
  readonly commands: Pick<CommandsService, 'issueMany'>
}

export type BulkService = ReturnType<typeof createBulkService>

function reasonToSkip(
  { volumePercent, muted, maxVolumePercent, revision }: BulkDevice,
  wish: SettingsWish | undefined,
  after: { readonly volumePercent: number; readonly muted: boolean },
): SkipCode | undefined {
  if (after.volumePercent === volumePercent && after.muted === muted) return 'unchanged'
  if (wish?.revision !== undefined && wish.revision !== revision) return 'changed-meanwhile'
  return after.volumePercent > maxVolumePercent ? 'above-max' : undefined
}

/** What is done to many devices in one act. All of them must be the actor's, or nothing is done. */
export function createBulkService(deps: BulkDeps) {
  const { db, clock, log, events, plan, audit } = deps

  function assertAll(actor: Actor, action: Action, ids: readonly string[], found: readonly BulkDevice[]): void {
    if (found.length < ids.length) throw new Problem('not-found')
    for (const { areaPath } of found) assertMay(actor, action, areaPath)
  }

  /** One event for each place, not for each device: consoles read their lists again once. */
  function announce(devices: readonly BulkDevice[]): void {
    const paths = new Map(devices.map(({ areaPath }) => [areaPath.join(), areaPath]))
    for (const areaPath of paths.values()) events.publish({ kind: 'devices', areaPath })
  }

  return {
    /** Sets volume and mute, of each device its own. Answers what each was before, and what was left out and why. */
    async change(
      actor: Actor,
      wishes: readonly SettingsWish[],
    ): Promise<{ changed: ChangedDevice[]; skipped: Skipped[] }> {
      const ids = wishes.map(({ id }) => id)
      const done = await audit.act(actor, async (tx, note) => {
        const found = await lockDevices(tx, ids)
        assertAll(actor, 'devices.manage', ids, found)
        const skipped: Skipped[] = []
        const changed = found.flatMap((device) => {
          const wish = wishes.find(({ id }) => id === device.id)
          const { volumePercent, muted } = device
          const after = { volumePercent: wish?.volumePercent ?? volumePercent, muted: wish?.muted ?? muted }
          const code = reasonToSkip(device, wish, after)
          if (code !== undefined) {
            skipped.push({ deviceId: device.id, code })
            return []
          }
          return [{ device, before: { volumePercent, muted }, after }]
        })
        await updateSettings(
          tx,
          changed.map(({ device, after }) => ({ id: device.id, ...after })),
        )
        for (const { device, before, after } of changed) {
          const subject = { type: 'device', id: device.id }
          note({ action: 'device.changed', areaPath: device.areaPath, subject, before, after })
        }
        if (changed.length === 0) note.unchanged()
        return { changed, skipped }
      })
      const devices = done.changed.map(({ device }) => device)
      log.info({ event: 'devices-changed', count: devices.length, by: actor.accountId }, 'many devices were changed')
      announce(devices)
      for (const { id } of devices) plan.deviceChanged(id)
      return {
        changed: done.changed.map(({ device, before }) => ({
          id: device.id,
          ...before,
          revision: device.revision + 1,
        })),
        skipped: done.skipped,
      }
    },

    /** Sends a command to those that are connected. */
    async command(
      actor: Actor,
      deviceIds: readonly string[],
      kind: 'stop' | 'identify' | 'restart',
    ): Promise<{ commands: SentCommand[]; skipped: Skipped[] }> {
      const found = await lockDevices(db.prisma, deviceIds)
      assertAll(actor, kind === 'restart' ? 'devices.restart' : 'devices.command', deviceIds, found)
      const installed = found.filter(({ isInstalled }) => isInstalled)
      const commands = await deps.commands.issueMany(actor, installed, kind)
      const sent = new Set(commands.map(({ deviceId }) => deviceId))
      announce(installed.filter(({ id }) => sent.has(id)))
      const skipped = found
        .filter(({ id }) => !sent.has(id))
        .map(({ id, isInstalled, wasInstalled }): Skipped => {
          if (isInstalled) return { deviceId: id, code: 'not-connected' }
          return { deviceId: id, code: wasInstalled ? 'revoked' : 'never-enrolled' }
        })
      return { commands, skipped }
    },

    /** What became of these commands. */
    async progress(actor: Actor, ids: readonly string[]): Promise<SentCommand[]> {
      const rows = await readCommands(db.pool, ids, areasFor(actor, 'devices.read'))
      return rows.map((row) => ({
        ...row,
        outcome: row.outcome ?? (row.expiresAt.getTime() <= clock.now() ? 'expired' : 'pending'),
      }))
    },
  }
}
