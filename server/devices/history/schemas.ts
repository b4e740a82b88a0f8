import { z } from 'zod'
import { id, instant } from '#server/http/schemas.ts'

export const playsQuery = z.object({
  before: instant.optional().describe('Only what was to begin before this; `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(100).default(30),
})

export const devicePlay = z
  .object({
    kind: z.enum(['broadcast', 'alert', 'unplanned']).describe('`unplanned`: no plan that is known explains it'),
    occurrenceId: z.string().nullable(),
    alertId: id.nullable(),
    title: z.string().nullable(),
    language: z.string().nullable(),
    plannedStartAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    expectedMs: z.number().int().nullable(),
    heardMs: z.number().int(),
    volumePercent: z.number().int().nullable(),
    outcome: z.enum(['played', 'partial', 'missed', 'cancelled', 'unknown']),
    reason: z
      .object({ code: z.string(), text: z.string().describe('In the reader’s language') })
      .nullable()
      .describe('Why it was not heard, or not to its end; null when it was'),
  })
  .meta({ id: 'DevicePlay' })

export const devicePlays = z
  .object({
    plays: z.array(devicePlay).describe('By when they were to begin, newest first'),
    next: instant.nullable().describe('`before` of the next page; null: there is nothing older'),
  })
  .meta({ id: 'DevicePlays' })
