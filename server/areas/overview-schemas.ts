import { z } from 'zod'
import { id } from '#server/http/schemas.ts'
import { suspension } from './calendar-schemas.ts'
import { areaRulesChange } from './rules-schemas.ts'

/** Of all areas at once, for the tree: only of those that say something, so that a province's answer stays small. */
export const areasOverview = z
  .object({
    rules: z
      .array(z.object({ areaId: id, own: areaRulesChange }))
      .describe('Areas with a word of their own about hours, limits, volume, lead-in or languages'),
    suspensions: z.array(suspension).describe('In force, or to come; those of one’s own areas, soonest first'),
  })
  .meta({ id: 'AreasOverview' })

/** What can sound before the broadcasts of an area, because somebody approved it. */
export const leadInClip = z
  .object({
    clipId: id,
    title: z.string().describe('Of the approved bulletin in which it stands'),
    durationMs: z.number().int(),
    area: z.object({ id, name: z.string() }).describe('Whose sound it is: here, or above'),
  })
  .meta({ id: 'LeadInClip' })
