import { z } from 'zod'
import { id, instant, localDate } from '#server/http/schemas.ts'
import { planImpact } from '../rules-schemas.ts'

/** A merger of a province's communes into one, with every speaker named singly, stays far below this. */
const MOST_AT_ONCE = 500
const ids = z.array(id).max(MOST_AT_ONCE).default([])

export const newMove = z.object({
  areaIds: ids.describe('Areas that come to stand below the destination, with all below them'),
  deviceIds: ids.describe('Single speakers that come to stand in the destination itself'),
  intoId: id,
  from: z
    .literal('now')
    .or(localDate)
    .describe('At once, or from the beginning of a day (in the destination’s zone), tomorrow at the earliest'),
  reason: z.string().trim().min(1).max(500),
})

export const moveImpact = z
  .object({
    devices: z.number().int().describe('Speakers that move, or whose plan may be another'),
    ...planImpact,
    delayed: z
      .object({
        count: z.number().int(),
        occurrences: z
          .array(
            z.object({
              occurrenceId: z.string(),
              title: z.string(),
              areaId: id,
              startAt: instant.describe('As planned'),
              soundsFrom: instant.describe('When it starts where it comes last'),
              deviceCount: z.number().int(),
            }),
          )
          .describe('The first 200'),
      })
      .describe('What comes later on some speakers, behind what goes first at the new place'),
  })
  .describe('What changes for the plans of what moves, or of what was changed, in the 14 days from then on')
  .meta({ id: 'MoveImpact' })

const part = z.object({ id, name: z.string() })
export const move = z
  .object({
    id,
    areas: z.array(part).describe('As far as one may read them'),
    devices: z.array(part).describe('As far as one may read them'),
    into: part.nullable().describe('Null where one may not know of it'),
    reason: z.string(),
    effectiveAt: instant,
    state: z.enum(['planned', 'done', 'cancelled', 'in-the-way']),
    obstacle: z.string().nullable().describe('Why it did not happen at its time, in the reader’s language'),
    doneAt: instant.nullable(),
    cancelledAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Move' })

export const plannedMove = move.extend({ impact: moveImpact }).meta({ id: 'PlannedMove' })
