import { z } from 'zod'
import { id, instant } from '#server/http/schemas.ts'

export const upload = z
  .object({
    id: id.describe('Also the clip’s, once the last byte is there'),
    areaId: id,
    name: z.string(),
    source: z.enum(['upload', 'recording']),
    bytes: z.number().int(),
    receivedBytes: z.number().int().describe('On the disk, so that they survive a power cut'),
    expiresAt: instant.describe('Until when it can go on; each piece postpones it'),
    clipId: id.nullable().describe('The clip that it became'),
  })
  .meta({ id: 'Upload' })

/** What Upload-Metadata says, besides what other clients may say there. */
export const uploadMetadata = z.object({
  areaId: id,
  filename: z.string().trim().min(1).max(200),
  source: z.enum(['upload', 'recording']).default('upload'),
})
