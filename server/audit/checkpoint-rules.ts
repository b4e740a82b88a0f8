import { z } from 'zod'
import { instantMs } from '#protocol/time.ts'

/**
 * What a checkpoint signs: the chain had this head at this time. Whoever holds one outside (the SOC, by syslog) can prove
 * later that everything up to it is as it was.
 */
export const auditCheckpoint = z.object({
  v: z.literal(1),
  seq: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  at: instantMs,
})
export type AuditCheckpoint = z.infer<typeof auditCheckpoint>

/** The server signs at the latest after so many entries, each hour, at its start and at its end. */
export const CHECKPOINT_EVERY_ENTRIES = 500
