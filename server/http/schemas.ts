import { z } from 'zod'

/** Nothing is planned or counted outside these years, and what computes with dates never meets its own limits. */
const isInReach = (text: string): boolean => text >= '2000' && text < '2100'

/** Pieces that several routes share. Instants over HTTP are ISO 8601 in UTC. */
export const instant = z.iso.datetime().refine(isInReach).describe('Instant, ISO 8601 in UTC')
export const localDate = z.iso.date().refine(isInReach).describe('Calendar day, YYYY-MM-DD')
/** In lower case only, as protocol/ids.ts makes them: one id is one text. */
export const id = z.uuid().regex(/^[0-9a-f-]+$/)
export const idParams = z.object({ id })
export const problemBody = z
  .object({
    type: z.string().describe('Identifies the kind of problem: urn:loaxa:problem:<code>'),
    title: z.string().describe('What happened, what it means and what to do, in the reader’s language'),
    status: z.number().int(),
    code: z.string().describe('Stable code for programs'),
    requestId: z.string(),
    facts: z.record(z.string(), z.unknown()).optional().describe('What programs want to know besides'),
  })
  .meta({ id: 'Problem' })
