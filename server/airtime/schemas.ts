import { z } from 'zod'
import { id, instant } from '#server/http/schemas.ts'

export const airtimeGrouping = z.enum(['area', 'device', 'day', 'topic', 'language'])
export const airtimeQuery = z.object({
  from: instant,
  to: instant,
  areaId: id.optional(),
  by: airtimeGrouping.default('area'),
})
const figures = {
  expectedMs: z.number().int(),
  playedMs: z.number().int().describe('Heard, of what was expected'),
  missedMs: z.number().int().describe('Expected and certainly not heard'),
  unknownMs: z.number().int().describe('Expected, and not yet reported by the device'),
  extraMs: z.number().int().describe('Heard without a frozen plan (superseded plan, emergency)'),
  plays: z.number().int(),
}
/** A snapshot as of `asOf`; late reports show as adjustments in a later one. expected = played + missed + unknown. */
export const airtimeReport = z
  .object({
    asOf: instant,
    from: instant,
    to: instant,
    by: airtimeGrouping,
    rows: z.array(z.object({ key: z.string(), label: z.string(), ...figures })),
    total: z.object(figures),
  })
  .meta({ id: 'AirtimeReport' })
