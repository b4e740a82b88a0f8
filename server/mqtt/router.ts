import type { Logger } from 'pino'
import type { z } from 'zod'
import { decodeJson } from '#protocol/codec.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { parseTopic, type Uplink, uplinks } from '#protocol/topics.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { AcceptUplink, UplinkHandlers } from './link.ts'

export interface RouterLimits {
  /** Devices whose messages are handled at the same time. */
  readonly concurrency: number
  /** Messages of one device that wait; more are dropped, and asked for again by the protocol. */
  readonly maxWaitingPerDevice: number
  readonly maxWaiting: number
  /**
   * Bytes of ledger batches that wait. A province that comes back at once delivers days of entries within seconds: what is
   * beyond this is dropped, and sent again when its acknowledgement stays away.
   */
  readonly maxWaitingLedgerBytes: number
}

export const defaultRouterLimits: RouterLimits = {
  concurrency: 16,
  maxWaitingPerDevice: 64,
  maxWaiting: 50_000,
  maxWaitingLedgerBytes: 128 * 1_048_576,
}

export interface UplinkRouter {
  accept: AcceptUplink
  /** Messages handled, dropped and failed so far, by what became of them. */
  counts(): Readonly<Record<RouterCount, number>>
  /** Resolves when nothing waits and nothing is being handled. */
  idle(): Promise<void>
}
export type RouterCount = 'handled' | 'failed' | 'undecodable' | 'foreign' | 'dropped' | 'repeated'

interface Waiting {
  readonly kind: Uplink
  payload: Uint8Array
}

interface Lane {
  readonly waiting: Waiting[]
  isRunning: boolean
}

interface ReadyLane {
  readonly key: string
  readonly lane: Lane
  readonly id: DeviceId
}

const isUplink = (kind: string): kind is Uplink => uplinks.some((one) => one === kind)
/** Answering `clip-get` waits for slow links, so it neither holds up a device's reports nor counts against the concurrency. */
const isSlow = (kind: Uplink): boolean => kind === 'clip-get'
/** What happened can wait. A hello cannot: its answer carries the emergencies in force. */
const isPatient = (kind: Uplink): boolean => kind === 'ledger'

/**
 * Devices repeat what is not answered, and while many wait each would be answered several times. A hello takes the place of
 * the one that waits, which it outdates; a batch that waits already is not taken again. True: there is nothing to add.
 */
function isAbsorbed(waiting: readonly Waiting[], kind: Uplink, payload: Uint8Array): boolean {
  if (kind === 'hello') {
    const earlier = waiting.find((one) => one.kind === 'hello')
    if (earlier !== undefined) earlier.payload = payload
    return earlier !== undefined
  }
  return kind === 'ledger' && waiting.some((one) => one.kind === 'ledger' && Buffer.compare(one.payload, payload) === 0)
}

/** Of so many turns one is the patient ones', however many others wait. */
const PATIENT_TURN = 4

/**
 * One table: topic → handler. The messages of one device are handled in their order, those of different devices at the
 * same time up to a limit. A handler that fails is logged and counted; it takes nothing else down.
 */
export function createUplinkRouter(deps: {
  readonly handlers: UplinkHandlers
  readonly log: Logger
  readonly security: SecurityEvents
  readonly limits?: Partial<RouterLimits>
}): UplinkRouter {
  const { handlers, log, security } = deps
  const limits: RouterLimits = { ...defaultRouterLimits, ...deps.limits }
  const lanes = new Map<string, Lane>()
  const ready: { urgent: ReadyLane[]; patient: ReadyLane[] } = { urgent: [], patient: [] }
  const counts: Record<RouterCount, number> = {
    handled: 0,
    failed: 0,
    undecodable: 0,
    foreign: 0,
    dropped: 0,
    repeated: 0,
  }
  let running = 0
  let unfinished = 0
  let turns = 0
  let waitingLedgerBytes = 0
  let whenIdle: (() => void)[] = []

  async function runLane(key: string, lane: Lane, id: DeviceId): Promise<void> {
    for (let next = lane.waiting.shift(); next !== undefined; next = lane.waiting.shift()) {
      if (isPatient(next.kind)) waitingLedgerBytes -= next.payload.byteLength
      try {
        await handlers[next.kind](id, next.payload)
        counts.handled += 1
      } catch (error) {
        if (error instanceof UndecodableMessage) {
          counts.undecodable += 1
          security.report('message-undecodable', { deviceId: id, detail: `${next.kind}: ${error.message}` })
        } else {
          counts.failed += 1
          log.error({ err: error, deviceId: id, kind: next.kind }, 'a message of a device could not be handled')
        }
      }
      unfinished -= 1
    }
    lane.isRunning = false
    lanes.delete(key)
    if (unfinished === 0) {
      for (const resolve of whenIdle) resolve()
      whenIdle = []
    }
  }

  function takeReady(): ReadyLane | undefined {
    turns += 1
    const { urgent, patient } = ready
    return turns % PATIENT_TURN === 0 ? (patient.shift() ?? urgent.shift()) : (urgent.shift() ?? patient.shift())
  }

  function runReady(): void {
    while (running < limits.concurrency) {
      const next = takeReady()
      if (next === undefined) return
      running += 1
      void runLane(next.key, next.lane, next.id).finally(() => {
        running -= 1
        runReady()
      })
    }
  }

  return {
    accept(topic, payload) {
      const parsed = parseTopic(topic)
      if (parsed?.scope !== 'device' || !isUplink(parsed.kind)) {
        counts.foreign += 1
        return
      }
      const { deviceId: id, kind } = parsed
      const key = isSlow(kind) ? `${id}/${kind}` : id
      const lane = lanes.get(key) ?? { waiting: [], isRunning: false }
      if (isAbsorbed(lane.waiting, kind, payload)) {
        counts.repeated += 1
        return
      }
      const isTooMuch =
        isPatient(kind) &&
        waitingLedgerBytes + payload.byteLength > limits.maxWaitingLedgerBytes &&
        waitingLedgerBytes > 0
      if (lane.waiting.length >= limits.maxWaitingPerDevice || unfinished >= limits.maxWaiting || isTooMuch) {
        counts.dropped += 1
        if (isTooMuch) log.debug({ deviceId: id, kind }, 'a ledger batch was dropped: too much waits; it comes again')
        else log.warn({ deviceId: id, kind }, 'a message was dropped: too many of this device wait')
        return
      }
      if (isPatient(kind)) waitingLedgerBytes += payload.byteLength
      lanes.set(key, lane)
      lane.waiting.push({ kind, payload })
      unfinished += 1
      if (lane.isRunning) return
      lane.isRunning = true
      if (isSlow(kind)) void runLane(key, lane, id)
      else {
        ready[isPatient(kind) ? 'patient' : 'urgent'].push({ key, lane, id })
        runReady()
      }
    },
    counts: () => ({ ...counts }),
    idle: () => (unfinished === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
  }
}

/** What a handler throws for a message that does not decode; the router counts, logs and drops it. */
export class UndecodableMessage extends Error {
  override name = 'UndecodableMessage'
}

/** A handler of decoded messages as the router's table wants it. */
export const decoding =
  <T>(schema: z.ZodType<T>, handle: (id: DeviceId, message: T) => Promise<void>) =>
  async (id: DeviceId, payload: Uint8Array): Promise<void> => {
    const decoded = decodeJson(schema, payload)
    if (!decoded.ok) throw new UndecodableMessage(decoded.error)
    await handle(id, decoded.value)
  }
