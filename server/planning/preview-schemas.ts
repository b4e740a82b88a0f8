import { z } from 'zod'
import { broadcastPriority } from '#protocol/target.ts'
import { awaitedBulletin } from '#server/broadcasts/check-schemas.ts'
import { id, instant } from '#server/http/schemas.ts'

const count = z.number().int()
export const previewQuery = z.object({
  from: instant.optional().describe('Now, if it is left out'),
  to: instant.optional().describe('24 hours after `from`, if it is left out; at most 31 days'),
})
export const previewEntry = z
  .object({
    occurrenceId: z.string(),
    broadcastId: id,
    title: z.string(),
    areaId: id.describe('Whose broadcast it is'),
    areaName: z.string(),
    priority: broadcastPriority,
    rule: z.string().nullable().describe('By which recurrence it airs; null: once'),
    plannedStartAt: instant,
    startAt: instant,
    endAt: instant.describe('When it ends on these devices; where it is cut off for good, then'),
    leftOut: z
      .enum(['gave-way', 'suspended', 'outside-hours', 'stopped', 'no-room', 'not-approved'])
      .nullable()
      .describe(
        'Why it does not sound on these devices (`no-room`: their day has 500 already; `not-approved`: nothing of it is ' +
          'approved yet); null: it does',
      ),
    notApproved: z
      .array(awaitedBulletin)
      .describe('Bulletins of it that do not air as things stand: times, places and items are those with all of them'),
    cut: z
      .object({ at: instant, by: z.enum(['suspended', 'outside-hours']) })
      .nullable()
      .describe('Where the end of permitted hours or a suspension silences it; null: it sounds whole, or not at all'),
    movedBy: z.enum(['queue', 'follow']).nullable().describe('Why it begins later than planned'),
    behind: z
      .object({ occurrenceId: z.string(), title: z.string() })
      .nullable()
      .describe('What it comes behind or gave way to'),
    items: z.array(z.object({ title: z.string(), languages: z.array(z.string()) })),
    clipsWithoutRoom: count.describe('Clips at its end that do not sound: an occurrence has room for 200'),
    devices: count,
    areas: z.array(z.object({ areaId: id, areaName: z.string(), devices: count })).describe('At most 100'),
    deviceIds: z.array(id).describe('At most 100'),
    volume: z.object({ from: count, to: count }).describe('Per cent of what the hardware gives, quietest to loudest'),
  })
  .meta({ id: 'PreviewEntry' })
export const preview = z
  .object({
    from: instant,
    to: instant,
    timeZone: z.string(),
    devices: count.describe('In service in the area and below'),
    entries: z.array(previewEntry),
  })
  .meta({ id: 'Preview' })
export const areaOrder = z
  .object({
    broadcastIds: z
      .array(id)
      .max(500)
      .refine((ids) => new Set(ids).size === ids.length, 'each once'),
  })
  .meta({ id: 'AreaOrder' })
export const areaOrderShown = areaOrder
  .extend({ revision: z.string().describe('Another one for every other order') })
  .meta({ id: 'AreaOrderShown' })
