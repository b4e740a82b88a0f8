import { z } from 'zod'
import { limits } from '#protocol/limits.ts'
import { id, instant } from '#server/http/schemas.ts'

/** PostgreSQL keeps no U+0000 in a text. */
const hasNoNul = (text: string): boolean => !text.includes('\0')

/** Exempt from four eyes, and on record with its issuer. The audio is a ready clip, or a text that is read aloud. */
export const newAlert = z.object({
  areaId: id,
  title: z.string().trim().min(1).max(200).refine(hasNoNul),
  audio: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('clip'), clipId: id }),
    z.object({ kind: z.literal('speech'), text: z.string().trim().min(1).max(2000), voice: z.string().max(40) }),
  ]),
  repeats: z.number().int().min(1).max(limits.maxAlertRepeats).default(3),
  gapMs: z.number().int().min(0).max(600_000).default(5_000),
  volumePercent: z.number().int().min(0).max(100).nullable().default(null),
  expiresInMs: z.number().int().min(10_000).max(limits.maxAlertExpiryMs).default(limits.defaultAlertExpiryMs),
})
export const alert = z
  .object({
    id,
    areaId: id,
    areaName: z.string(),
    title: z.string(),
    issuedByName: z.string(),
    issuedAt: instant,
    expiresAt: instant,
    cancelledAt: instant.nullable(),
    inForce: z.boolean(),
    devices: z.object({ total: z.number().int(), started: z.number().int(), played: z.number().int() }),
  })
  .meta({ id: 'Alert' })
export const alertsQuery = z.object({ areaId: id.optional().describe('Only those of this area and below') })
