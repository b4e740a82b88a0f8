import path from 'node:path'
import { z } from 'zod'
import type { KnownAlert } from '#agent/core/accept-alert.ts'
import { type AlertId, alertId, type MessageId, messageId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { type Card, createCard } from './card.ts'
import type { Log } from './log.ts'

const memory = z.object({
  version: z.literal(1),
  alerts: z.array(
    z.object({
      alertId,
      sequence: z.number().int(),
      messageId,
      expiresAt: instantMs,
      state: z.enum(['in-force', 'done', 'cancelled']),
    }),
  ),
  commands: z.array(z.object({ messageId, expiresAt: instantMs })),
})

/**
 * The device's idea of the server's time can run ahead of it, by half of how long the answer to a hello was held up on the
 * way (some five minutes: session.ts waits for eight hellos, each repeated within a minute or so).
 */
const FORGET_AFTER_MS = 15 * 60_000

/** Alerts and commands already acted on, remembered on disk until a while after they expire, so that none can be replayed. */
export interface ReplayMemory {
  alert(id: AlertId): KnownAlert | undefined
  /** Durable when resolved, unless the card takes nothing: then it is remembered until the next start. Forgets what expired well before `trustedNow`. */
  rememberAlert(alert: KnownAlert, trustedNow: number): Promise<void>
  isKnownCommand(id: MessageId): boolean
  rememberCommand(id: MessageId, expiresAt: InstantMs, trustedNow: number): Promise<void>
  /** Resolves when nothing is being written any more. */
  whenWritten(): Promise<void>
}

export async function openReplayMemory(
  stateDir: string,
  log: Log,
  card: Card = createCard(log),
): Promise<ReplayMemory> {
  const file = path.join(stateDir, 'replay.json')
  const kept = (await card.read(file, memory)) ?? { alerts: [], commands: [] }
  const alerts = new Map(kept.alerts.map((alert) => [alert.alertId, alert]))
  const commands = new Map(kept.commands.map((command) => [command.messageId, command.expiresAt]))

  let writing: Promise<void> = Promise.resolve()

  /** One write after the other, each of what is known by then: an older state must never replace a newer one. */
  function save(trustedNow: number): Promise<void> {
    const write = writing.then(() => writeNow(trustedNow))
    writing = write.catch(() => undefined)
    return write
  }

  async function writeNow(trustedNow: number): Promise<void> {
    const forgetMs = trustedNow - FORGET_AFTER_MS
    for (const [id, { expiresAt }] of alerts) if (expiresAt <= forgetMs) alerts.delete(id)
    for (const [id, expiresAt] of commands) if (expiresAt <= forgetMs) commands.delete(id)
    await card.write(file, {
      version: 1,
      alerts: [...alerts.values()],
      commands: [...commands].map(([id, expiresAt]) => ({ messageId: id, expiresAt })),
    })
  }

  return {
    alert: (id) => alerts.get(id),
    async rememberAlert(alert, trustedNow) {
      // A cancel may expire before the alert that it cancels: that one must stay known for as long.
      const before = alerts.get(alert.alertId)?.expiresAt ?? alert.expiresAt
      alerts.set(alert.alertId, { ...alert, expiresAt: before > alert.expiresAt ? before : alert.expiresAt })
      await save(trustedNow)
    },
    isKnownCommand: (id) => commands.has(id),
    async rememberCommand(id, expiresAt, trustedNow) {
      commands.set(id, expiresAt)
      await save(trustedNow)
    },
    whenWritten: () => writing,
  }
}
