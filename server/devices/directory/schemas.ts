import { z } from 'zod'
import { deviceStatus } from '#server/devices/schemas.ts'
import { id } from '#server/http/schemas.ts'
import { deviceSorts, readCursor } from './rules.ts'

export const MOST_DEVICES = 10_000
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

export const directoryQuery = z.object({
  areaId: id.optional().describe('Only those in or below this area'),
  groupId: id.optional().describe('Only those of this group'),
  q: z
    .string()
    .trim()
    .max(120)
    .optional()
    .describe('Words that stand in the name of the device or of its area; diacritics and case do not matter'),
})
export const devicesQuery = directoryQuery.extend({
  status: deviceStatus.optional(),
  alarms: flag.optional().describe('Only those that have an alarm, or that have none'),
  muted: flag.optional(),
  placed: flag.optional().describe('Only those of which somebody has said where they stand, or of which nobody has'),
  sort: z.enum(deviceSorts).default('made').describe('`status`: what asks for somebody first; equals by name'),
  order: z.enum(['asc', 'desc']).default('asc'),
  limit: z.coerce.number().int().min(1).max(MOST_DEVICES).default(MOST_DEVICES),
  cursor: z
    .string()
    .max(1_000)
    .refine((text) => readCursor(text) !== undefined)
    .optional()
    .describe('Next-Cursor of the page before, with the same filter and order'),
})

const count = z.number().int()
export const devicesSummary = z
  .object({
    areas: z
      .array(
        z.object({
          areaId: id,
          devices: count,
          online: count,
          offline: count,
          neverEnrolled: count,
          revoked: count,
          alarms: count.describe('Devices that have an alarm'),
          muted: count,
          unplaced: count.describe('Devices of which nobody has said where they stand'),
        }),
      )
      .describe('What stands in each area itself, not below it; areas without any are left out'),
  })
  .meta({ id: 'DevicesSummary' })

export const devicePlaces = z
  .object({
    places: z.array(
      z.object({
        id,
        name: z.string(),
        areaId: id,
        status: deviceStatus,
        alarms: count,
        latitude: z.number(),
        longitude: z.number(),
      }),
    ),
  })
  .meta({ id: 'DevicePlaces' })
