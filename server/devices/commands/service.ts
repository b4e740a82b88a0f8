import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { CommandMessage } from '#protocol/alert.ts'
import { type DeviceId, deviceId, messageId, newId, type OccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { Audit } from '#server/audit/audit.ts'
import { assertMay } from '#server/auth/authorise.ts'
import type { Action, Actor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import type { Database } from '#server/db.ts'
import type { commandRequest } from '#server/devices/schemas.ts'
import { findDevice, type PlacedDevice } from '#server/devices/store.ts'
import { Problem } from '#server/http/problem.ts'
import type { ServerKeys } from '#server/keys.ts'
import { createBackground } from '#server/mqtt/background.ts'
import type { DeviceLink } from '#server/mqtt/link.ts'
import { LinkError } from '#server/mqtt/link-error.ts'
import { type CommandRow, insertCommands, listCommands } from './store.ts'

export interface CommandsDeps {
  readonly db: Database
  readonly clock: Clock
  readonly log: Logger
  readonly events: ConsoleEvents
  readonly audit: Audit
  readonly keys: Pick<ServerKeys, 'signer'>
  readonly link: Pick<DeviceLink, 'publish' | 'isUp'>
  /** Those of them that are online now. */
  onlineAmong(deviceIds: readonly DeviceId[]): Promise<DeviceId[]>
}

/** `pending` until the device's ledger tells the outcome, or it expires. */
export type ShownCommand = Omit<CommandRow, 'outcome'> & { outcome: 'pending' | 'done' | 'refused' | 'expired' }

export interface CommandsService {
  /** Signs a command and sends it now; refused when the device is not connected. A restart asks for a right of its own. */
  issue(actor: Actor, id: string, request: z.infer<typeof commandRequest>): Promise<ShownCommand>
  /** The same to many, whose rights the caller has checked: to those of them that are connected. None is no fault. */
  issueMany(
    actor: Actor,
    devices: readonly { readonly id: string; readonly areaPath: readonly string[] }[],
    kind: 'stop' | 'identify' | 'restart',
  ): Promise<(ShownCommand & { readonly deviceId: string })[]>
  list(actor: Actor, id: string): Promise<ShownCommand[]>
  /**
   * Stops an occurrence on those of these devices that are connected; the others do without it by their next target.
   * Resolves when all is signed and on its way. @throws LinkError when there is no broker.
   */
  stopOccurrence(id: OccurrenceId, deviceIds: readonly string[], issuedById: string): Promise<void>
  idle(): Promise<void>
}

/** A command is for now: what arrives a minute late surprises people. */
const VALID_MS = 60_000
/** A person waits no longer for a slow link to take a command; it goes on in the background. */
const WAIT_MS = 3_000
const MOST_COMMANDS = 50
const SIGN_TOGETHER = 100

export function createCommandsService(deps: CommandsDeps): CommandsService {
  const { db, clock, log, keys, link } = deps
  const background = createBackground(log)

  async function findFor(actor: Actor, action: Action, id: string): Promise<PlacedDevice> {
    const device = await findDevice(db.prisma, id)
    if (device === null) throw new Problem('not-found')
    assertMay(actor, action, device.areaPath)
    return device
  }

  const show = (row: CommandRow): ShownCommand => ({
    ...row,
    outcome: row.outcome ?? (row.expiresAt.getTime() <= clock.now() ? 'expired' : 'pending'),
  })

  async function send(id: string, device: DeviceId, body: CommandMessage['body'], now: InstantMs): Promise<void> {
    const expiresAt = instantMs.parse(now + VALID_MS)
    const message: CommandMessage = {
      version: 1,
      messageId: messageId.parse(id),
      audience: device,
      issuedAt: now,
      expiresAt,
      body,
    }
    const jws = await keys.signer.sign('command', JSON.stringify(message))
    await link.publish(deviceTopic(device, 'command'), Buffer.from(jws), { qos: 1 })
  }

  const rowOf = (kind: string, issuedById: string, now: InstantMs) => ({
    kind,
    issuedById,
    issuedAt: toDate(now),
    expiresAt: toDate(instantMs.parse(now + VALID_MS)),
  })

  /** Others get their turn between the signatures of thousands of devices. */
  async function sendEach(
    each: readonly { readonly id: string; readonly deviceId: DeviceId }[],
    body: CommandMessage['body'],
    now: InstantMs,
  ): Promise<void> {
    for (let at = 0; at < each.length; at += SIGN_TOGETHER) {
      for (const one of each.slice(at, at + SIGN_TOGETHER))
        background.run(body.kind, () => send(one.id, one.deviceId, body, now))
      await new Promise(setImmediate)
    }
  }

  return {
    async issueMany(actor, devices, kind) {
      const online = new Set<string>(await deps.onlineAmong(devices.map(({ id }) => deviceId.parse(id))))
      const now = clock.now()
      const row = rowOf(kind, actor.accountId, now)
      const each = devices.flatMap((device) =>
        online.has(device.id) ? [{ ...device, id: newId(now), deviceId: deviceId.parse(device.id) }] : [],
      )
      await deps.audit.act(actor, async (tx, note) => {
        if (each.length === 0) return note.unchanged()
        await insertCommands(tx, row, each)
        for (const { id: commandId, areaPath, deviceId: id } of each) {
          const after = { commandId, kind, expiresAt: row.expiresAt }
          note({ action: 'device.command-issued', areaPath, subject: { type: 'device', id }, after })
        }
      })
      log.info({ event: 'commands-issued', count: each.length, kind, by: actor.accountId }, 'commands were issued')
      await sendEach(each, kind === 'stop' ? { kind, occurrenceId: null } : { kind }, now)
      return each.map(({ id, deviceId }) => ({
        ...show({ id, ...row, outcome: null, outcomeAt: null }),
        deviceId,
      }))
    },

    async issue(actor, id, request) {
      const device = await findFor(actor, request.kind === 'restart' ? 'devices.restart' : 'devices.command', id)
      const target = deviceId.parse(id)
      const body = readBody(request)
      if ((await deps.onlineAmong([target])).length === 0) throw new Problem('device-not-connected')
      const now = clock.now()
      const command = newId(now)
      const row = rowOf(request.kind, actor.accountId, now)
      const occurrenceId = body.kind === 'stop' ? body.occurrenceId : undefined
      await deps.audit.act(actor, async (tx, note) => {
        await insertCommands(tx, row, [{ id: command, deviceId: id }])
        const after = { commandId: command, kind: request.kind, occurrenceId, expiresAt: row.expiresAt }
        const { areaPath } = device
        note({ action: 'device.command-issued', areaPath, subject: { type: 'device', id }, after })
      })
      log.info(
        { event: 'command-issued', deviceId: id, kind: request.kind, by: actor.accountId },
        'a command was issued',
      )
      deps.events.publish({ kind: 'devices', areaPath: device.areaPath, id })
      const sending = send(command, target, body, now)
      background.run('command', () => sending)
      try {
        await Promise.race([sending, delay(WAIT_MS, undefined, { ref: false })])
      } catch (error) {
        if (error instanceof LinkError) throw new Problem('device-not-connected')
        throw error
      }
      return show({ id: command, ...row, outcome: null, outcomeAt: null })
    },

    async list(actor, id) {
      await findFor(actor, 'devices.read', id)
      return (await listCommands(db.pool, id, MOST_COMMANDS)).map(show)
    },

    async stopOccurrence(id, deviceIds, issuedById) {
      if (!link.isUp()) throw new LinkError('link-down', 'a stop cannot be sent')
      const online = await deps.onlineAmong(deviceIds.map((one) => deviceId.parse(one)))
      if (online.length === 0) return
      const now = clock.now()
      const each = online.map((device) => ({ id: newId(now), deviceId: device }))
      // Part of the stop that is on record already, so without an entry of their own.
      await insertCommands(db.prisma, rowOf('stop', issuedById, now), each)
      await sendEach(each, { kind: 'stop', occurrenceId: id }, now)
    },
    idle: () => background.idle(),
  }
}

function readBody(request: z.infer<typeof commandRequest>): CommandMessage['body'] {
  if (request.kind !== 'stop') return { kind: request.kind }
  return { kind: 'stop', occurrenceId: request.occurrenceId }
}
