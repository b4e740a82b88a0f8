import type { Logger } from 'pino'
import { type DeviceId, deviceId, hashBytes } from '#protocol/ids.ts'
import type { Signer } from '#protocol/signing.ts'
import type { TargetManifest } from '#protocol/target.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { DeviceLink } from '#server/mqtt/link.ts'
import { LinkError } from '#server/mqtt/link-error.ts'
import { readTargets, type TargetRow } from './store.ts'

export interface TargetSenderDeps {
  readonly db: Pick<Database, 'pool'>
  readonly clock: Clock
  readonly log: Logger
  readonly signer: Signer
  readonly link: Pick<DeviceLink, 'publish'>
  /** Those of them that are online now. */
  onlineAmong(deviceIds: readonly DeviceId[]): Promise<DeviceId[]>
}

export interface TargetSender {
  /** Has their targets sent to those of the devices that are online. What changes before its turn is sent as it is then. */
  enqueue(deviceIds: readonly string[]): void
  /** Signs and sends one target now. A device that went away is sent it again later. */
  send(target: TargetRow): Promise<void>
  /** Was it sent its target within the last `withinMs`? */
  wasSentWithin(id: string, withinMs: number): boolean
  /** Forgets sends older than this. */
  forgetBefore(olderThanMs: number): void
  idle(): Promise<void>
  stop(): Promise<void>
}

/** Targets on their way at the same time. A frozen device holds its place until the link gives it up. */
const MAX_UNDER_WAY = 128
const PAGE = 100

/**
 * Sends targets beside everything else: neither compiling nor a request waits for a slow link. The queue holds ids only,
 * each at most once, so that its size is bounded by the number of devices.
 */
export function createTargetSender(deps: TargetSenderDeps): TargetSender {
  const { db, clock, log, link } = deps
  const queue = new Set<string>()
  const underWay = new Set<Promise<void>>()
  const sentAtMs = new Map<string, number>()
  let running: Promise<void> | undefined
  let isStopped = false

  async function send(target: TargetRow): Promise<void> {
    const { revision, content } = target
    const contentHash = hashBytes(JSON.stringify(content))
    if (contentHash !== target.contentHash)
      throw new Error(`the target of ${target.deviceId} does not hash to ${target.contentHash} any more`)
    const manifest: TargetManifest = {
      version: 1,
      revision,
      contentHash,
      issuedAt: clock.now(),
      expiresAt: content.horizonEndsAt,
      content,
    }
    const jws = await deps.signer.sign('target', JSON.stringify(manifest))
    sentAtMs.set(target.deviceId, clock.monotonicMs())
    try {
      await link.publish(deviceTopic(target.deviceId, 'target'), Buffer.from(jws), { qos: 1 })
    } catch (error) {
      sentAtMs.delete(target.deviceId)
      if (!(error instanceof LinkError)) throw error
      log.debug({ err: error, deviceId: target.deviceId }, 'a target did not get through; it is sent again')
    }
  }

  function start(target: TargetRow): void {
    const sending = send(target)
      .catch((error: unknown) => log.error({ err: error, deviceId: target.deviceId }, 'a target could not be sent'))
      .finally(() => underWay.delete(sending))
    underWay.add(sending)
  }

  async function sendPage(): Promise<void> {
    const page = [...queue].slice(0, PAGE)
    for (const id of page) queue.delete(id)
    const online = await deps.onlineAmong(page.map((id) => deviceId.parse(id)))
    const targets = online.length === 0 ? [] : await readTargets(db.pool, online)
    for (const target of targets) {
      while (underWay.size >= MAX_UNDER_WAY) await Promise.race(underWay)
      if (isStopped) return
      start(target)
    }
  }

  async function run(): Promise<void> {
    while (queue.size > 0 && !isStopped) {
      try {
        await sendPage()
      } catch (error) {
        // The tick finds who lacks a target.
        log.error({ err: error }, 'targets could not be sent; the next tick tries again')
      }
    }
  }

  return {
    enqueue(ids) {
      for (const id of ids) queue.add(id)
      running ??= run().finally(() => {
        running = undefined
      })
    },
    send,
    wasSentWithin: (id, withinMs) => clock.monotonicMs() - (sentAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < withinMs,
    forgetBefore(olderThanMs) {
      for (const [id, atMs] of sentAtMs) if (clock.monotonicMs() - atMs >= olderThanMs) sentAtMs.delete(id)
    },
    async idle() {
      while (running !== undefined || underWay.size > 0) await Promise.all([running, ...underWay])
    },
    async stop() {
      isStopped = true
      queue.clear()
      await running
    },
  }
}
