import { z } from 'zod'
import { deviceCommand } from '#server/devices/schemas.ts'
import { id } from '#server/http/schemas.ts'

/** So many at once: a commune whole, and what one transaction writes in a second. */
export const MOST_AT_ONCE = 500

const areUnique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length
const percent = z.number().int().min(0).max(100)
const revision = z
  .number()
  .int()
  .min(0)
  .optional()
  .describe('As it was read: a device that was changed meanwhile is left out')

export const settingsRequest = z.object({
  devices: z
    .array(z.object({ id, volumePercent: percent.optional(), muted: z.boolean().optional(), revision }))
    .min(1)
    .max(MOST_AT_ONCE)
    .refine((all) => areUnique(all.map((one) => one.id)), 'each once'),
})
const skipped = z.object({
  deviceId: id,
  code: z.enum(['unchanged', 'changed-meanwhile', 'above-max', 'not-connected', 'never-enrolled', 'revoked']),
  text: z.string().describe('In the reader’s language'),
})
export const settingsAnswer = z
  .object({
    changed: z
      .array(z.object({ id, volumePercent: percent, muted: z.boolean(), revision: z.number().int() }))
      .describe('As each was before, with its revision now: sent back, it takes the change back'),
    skipped: z.array(skipped),
  })
  .meta({ id: 'DeviceSettingsAnswer' })

export const commandsRequest = z.object({
  deviceIds: z.array(id).min(1).max(MOST_AT_ONCE).refine(areUnique, 'each once'),
  kind: z.enum(['stop', 'identify', 'restart']),
})
export const commandsAnswer = z
  .object({
    commands: z.array(deviceCommand.extend({ deviceId: id })).describe('Those that were sent'),
    skipped: z.array(skipped),
  })
  .meta({ id: 'DeviceCommandsAnswer' })

export const MOST_FOLLOWED = 100
export const progressQuery = z.object({
  ids: z
    .string()
    .max(MOST_FOLLOWED * 40)
    .transform((text) => text.split(','))
    .pipe(z.array(id).min(1).max(MOST_FOLLOWED))
    .describe('Commands, joined by commas'),
})
export const commandsProgress = z.array(deviceCommand.extend({ deviceId: id }))
