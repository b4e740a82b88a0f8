import type { Logger } from 'pino'
import type { DeviceId } from '#protocol/ids.ts'
import type { Signer } from '#protocol/signing.ts'
import type { TargetManifest } from '#protocol/target.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { DeviceLink } from '#server/mqtt/link.ts'
import { LinkError } from '#server/mqtt/link-error.ts'
import { joinContent } from './rules.ts'
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
  /** Has these sent to those of their devices that are online; a newer one of the same device takes the place of an older. */
  enqueue(targets: readonly TargetRow[]): void
  /** Has the targets of these devices read when their turn comes, and sent. */
  enqueueDevices(deviceIds: readonly DeviceId[]): void
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
 * Sends targets beside everything else: neither compiling nor a request waits for a slow link. The queue holds at most
 * one target of each device, and what those of a class have in common once.
 */
export function createTargetSender(deps: TargetSenderDeps): TargetSender {
  const { db, clock, log, link } = deps
  /** Null: to be read from the database when its turn comes. */
  const queue = new Map<DeviceId, TargetRow | null>()
  let underWay = 0
  /** Told when one that was under way is through, or given up. */
  let waiting: (() => void)[] = []
  const sentAtMs = new Map<string, number>()
  let running: Promise<void> | undefined
  let isStopped = false

  async function send(target: TargetRow): Promise<void> {
    const { revision, contentHash, ownJson, shared, expiresAt } = target
    const head: Omit<TargetManifest, 'content'> = {
      version: 1,
      revision,
      contentHash,
      issuedAt: clock.now(),
      expiresAt,
    }
    // The content as the text that was hashed: parsing and writing it again would cost more than signing it.
    const manifest = `${JSON.stringify(head).slice(0, -1)},"content":${joinContent(ownJson, shared.json)}}`
    const jws = await deps.signer.sign('target', manifest)
    sentAtMs.set(target.deviceId, clock.monotonicMs())
    try {
      await link.publish(deviceTopic(target.deviceId, 'target'), Buffer.from(jws, 'latin1'), { qos: 1 })
    } catch (error) {
      sentAtMs.delete(target.deviceId)
      if (!(error instanceof LinkError)) throw error
      log.debug({ err: error, deviceId: target.deviceId }, 'a target did not get through; it is sent again')
    }
  }

  function start(target: TargetRow): void {
    underWay += 1
    send(target)
      .catch((error: unknown) => log.error({ err: error, deviceId: target.deviceId }, 'a target could not be sent'))
      .finally(() => {
        underWay -= 1
        const told = waiting
        waiting = []
        for (const tell of told) tell()
      })
  }

  /** A race of all that are under way would cost more than sending them: it listens to each of them, each time anew. */
  const untilOneIsThrough = (): Promise<void> => new Promise((resolve) => waiting.push(resolve))

  async function sendPage(): Promise<void> {
    const page = [...take(PAGE)]
    const online = new Set(await deps.onlineAmong(page.map(([id]) => id)))
    const known = page.flatMap(([id, target]) => (target !== null && online.has(id) ? [target] : []))
    const unread = page.flatMap(([id, target]) => (target === null && online.has(id) ? [id] : []))
    const targets = unread.length === 0 ? known : [...known, ...(await readTargets(db.pool, unread))]
    for (const target of targets) {
      while (underWay >= MAX_UNDER_WAY) await untilOneIsThrough()
      if (isStopped) return
      start(target)
    }
  }

  function* take(count: number): Generator<readonly [DeviceId, TargetRow | null]> {
    let taken = 0
    for (const entry of queue) {
      queue.delete(entry[0])
      yield entry
      taken += 1
      if (taken === count) return
    }
  }

  function wake(): void {
    running ??= run().finally(() => {
      running = undefined
    })
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
    enqueue(targets) {
      for (const target of targets) queue.set(target.deviceId, target)
      wake()
    },
    enqueueDevices(ids) {
      for (const id of ids) queue.set(id, null)
      wake()
    },
    send,
    wasSentWithin: (id, withinMs) => clock.monotonicMs() - (sentAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < withinMs,
    forgetBefore(olderThanMs) {
      for (const [id, atMs] of sentAtMs) if (clock.monotonicMs() - atMs >= olderThanMs) sentAtMs.delete(id)
    },
    async idle() {
      while (running !== undefined || underWay > 0) await (running ?? untilOneIsThrough())
    },
    async stop() {
      isStopped = true
      queue.clear()
      await running
    },
  }
}
