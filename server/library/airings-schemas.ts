import { z } from 'zod'
import { conflict } from '#server/broadcasts/check-schemas.ts'
import { id, instant } from '#server/http/schemas.ts'

const count = z.number().int()

/** Where and when a bulletin will be heard once it is approved. */
export const bulletinAirings = z
  .object({
    devices: count.describe('Speakers that will play it'),
    offline: count.describe('Of these, offline now'),
    areas: z
      .array(z.object({ areaId: id, areaName: z.string(), devices: count }))
      .describe('Where most of them are first, at most 20'),
    areaCount: count,
    weekCount: count.describe('How often it is to sound within 7 days'),
    weekMs: count.describe('How long it sounds in these 7 days, on a speaker that plays all of it'),
    next: z
      .array(
        z.object({
          occurrenceId: z.string(),
          broadcastId: id,
          title: z.string().describe('Of its programme'),
          areaName: z.string(),
          startAt: instant,
          devices: count,
        }),
      )
      .describe('The next ones within 60 days, at most 5'),
    conflicts: z
      .array(conflict)
      .describe('What the broadcasts meet that play it, resolved by the rules; of the 3 that begin first, at most 5'),
  })
  .meta({ id: 'BulletinAirings' })
