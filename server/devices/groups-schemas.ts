import { z } from 'zod'
import { moveImpact } from '#server/areas/moves/schemas.ts'
import { id, instant } from '#server/http/schemas.ts'

export const deviceGroup = z
  .object({
    id,
    area: z.object({ id, name: z.string() }),
    name: z.string(),
    revision: z.number().int().describe('Counts its changes, those of its members too'),
    deviceIds: z.array(id),
    removedAt: instant.nullable().describe('It stays on record; nothing can be aimed at it any more'),
  })
  .meta({ id: 'DeviceGroup' })

export const deviceGroupChanged = deviceGroup
  .extend({ impact: moveImpact.describe('What no longer fits on the speakers that were put in or taken out') })
  .meta({ id: 'DeviceGroupChanged' })

const name = z.string().trim().min(1).max(120)
const deviceIds = z
  .array(id)
  .max(2_000)
  .refine((ids) => new Set(ids).size === ids.length)
  .describe('Speakers of the area or below')
export const newDeviceGroup = z.object({ areaId: id, name, deviceIds })
export const deviceGroupChange = z.object({ name: name.optional(), deviceIds: deviceIds.optional() })
export const deviceGroupsQuery = z.object({ areaId: id.optional() })
