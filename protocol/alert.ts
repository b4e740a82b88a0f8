import { z } from 'zod'
import { alertId, areaId, deviceId, messageId, occurrenceId } from './ids.ts'
import { limits } from './limits.ts'
import { durationMs, instantMs } from './time.ts'

const base64 = z.base64().max(Math.ceil(limits.maxAlertAudioBytes / 3) * 4)

/**
 * Payload of a JWS of type `alert`. Replay is stopped by `messageId`, remembered until it expires; order counts only
 * within one alertId (`sequence`), so that one alert overtaking another loses nothing.
 */
export const alertMessage = z.object({
  version: z.literal(1),
  messageId,
  alertId,
  sequence: z.number().int().min(1).describe('A higher one replaces what the same alertId said before'),
  area: areaId.describe('Audience: this area and all below it'),
  issuedAt: instantMs,
  expiresAt: instantMs,
  body: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('alert'),
      title: z.string().max(200),
      audio: base64.describe('Ogg Opus, mono'),
      durationMs,
      repeats: z.number().int().min(1).max(limits.maxAlertRepeats),
      gapMs: durationMs,
      volumePercent: z.number().int().min(0).max(100).nullable().describe('null: the device’s own volume'),
    }),
    z.object({ kind: z.literal('cancel') }),
  ]),
})
export type AlertMessage = z.infer<typeof alertMessage>

/** Payload of a JWS of type `command`. */
export const commandMessage = z.object({
  version: z.literal(1),
  messageId,
  audience: deviceId,
  issuedAt: instantMs,
  expiresAt: instantMs,
  body: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('stop'),
      occurrenceId: occurrenceId.nullable().describe('null: all that plays but alerts, which only a cancel ends'),
    }),
    z.object({ kind: z.literal('identify') }).describe('A short tone, so that a technician finds the pole'),
    z
      .object({ kind: z.literal('restart') })
      .describe('Restart of the agent, not of the machine; an alert in force begins anew after it'),
  ]),
})
export type CommandMessage = z.infer<typeof commandMessage>
