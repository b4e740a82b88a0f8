import type { Logger } from 'pino'
import { alertTopic } from '#protocol/topics.ts'
import type { Clock } from '#server/clock.ts'
import type { DeviceLink } from '#server/mqtt/link.ts'
import type { InForce } from './store.ts'

/** Sends signed alerts to their areas until the broker has taken them, or they have expired. */
export interface AlertOutbox {
  send(message: InForce): void
  /** For devices that came back and whose welcome had no room: at most once in a while, since everybody hears it. */
  resend(messages: readonly InForce[]): void
  /** Resolves when nothing is being tried at this moment. */
  idle(): Promise<void>
  close(): Promise<void>
}

const RETRY_MS = 2_000
const RESEND_AT_MOST_EVERY_MS = 10_000

export function createAlertOutbox(deps: {
  readonly link: Pick<DeviceLink, 'publish'>
  readonly clock: Clock
  readonly log: Logger
  readonly retryMs?: number
}): AlertOutbox {
  const { link, clock, log } = deps
  const timers = new Set<NodeJS.Timeout>()
  const trying = new Set<Promise<void>>()
  const sentAtMs = new Map<string, number>()
  let isClosed = false

  async function attempt(message: InForce): Promise<void> {
    if (isClosed || clock.now() >= message.expiresAt) return
    try {
      await link.publish(alertTopic(message.areaId), Buffer.from(message.jws), { qos: 1 })
    } catch (error) {
      log.error({ err: error, messageId: message.id }, 'an alert could not be handed to the broker; trying again')
      const timer = setTimeout(() => {
        timers.delete(timer)
        begin(message)
      }, deps.retryMs ?? RETRY_MS)
      timers.add(timer)
    }
  }

  function begin(message: InForce): void {
    sentAtMs.set(message.id, clock.monotonicMs())
    const running = attempt(message).finally(() => trying.delete(running))
    trying.add(running)
  }

  return {
    send: begin,
    resend(messages) {
      const nowMs = clock.monotonicMs()
      for (const [id, atMs] of sentAtMs) if (nowMs - atMs >= RESEND_AT_MOST_EVERY_MS) sentAtMs.delete(id)
      for (const message of messages) if (!sentAtMs.has(message.id)) begin(message)
    },
    async idle() {
      while (trying.size > 0) await Promise.all(trying)
    },
    async close() {
      isClosed = true
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      while (trying.size > 0) await Promise.all(trying)
    },
  }
}
