import { z } from 'zod'
import { id } from '#server/http/schemas.ts'

export const areaKind = z.enum(['province', 'commune', 'village'])
export const area = z
  .object({
    id,
    parentId: id.nullable(),
    kind: areaKind,
    name: z.string(),
    path: z.array(id).describe('Ids from the root down to this area'),
    timeZone: z.string(),
    revision: z.number().int().describe('Counts the changes of what people set'),
    deviceCount: z.number().int().describe('Devices in this area and below'),
    onlineCount: z.number().int(),
  })
  .meta({ id: 'Area' })
export const newArea = z.object({ parentId: id, kind: areaKind, name: z.string().trim().min(1).max(120) })
export const areaChange = z.object({ name: z.string().trim().min(1).max(120) })
