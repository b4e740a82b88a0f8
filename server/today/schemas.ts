import { z } from 'zod'
import { languageTag } from '#protocol/target.ts'
import { id, instant } from '#server/http/schemas.ts'

/** What of today asks for somebody: summed by the server, so that a province's answer is as short as a commune's. */

const count = z.number().int()
export const notHeardOutcome = z.enum(['missed', 'partial', 'unknown'])
const speaker = z.object({ id, name: z.string(), areaName: z.string() })
const speakers = z.array(speaker).describe('Some of them, at most 3')
const reason = z.object({ code: z.string(), text: z.string().describe('In the reader’s language') })

const notHeard = z
  .object({
    outcome: notHeardOutcome.describe('missed: not at all; partial: not to its end; unknown: not reported yet'),
    reason,
    devices: count.describe('Each once, as `GET /today/not-heard` lists them'),
    occurrences: count,
    examples: z
      .array(z.object({ id: z.string(), title: z.string(), areaId: id, startAt: instant, devices: count }))
      .describe('Occurrences with most devices first, at most 3'),
    speakers,
  })
  .meta({ id: 'NotHeard' })

const awaiting = z
  .object({
    bulletinId: id,
    title: z.string(),
    state: z.enum(['draft', 'pending', 'approved', 'returned']).describe('approved: its audio is not ready'),
    startAt: instant.describe('When it is to sound first'),
    occurrences: count,
    isReadable: z.boolean().describe('The reader may open it: it is none of an area above'),
  })
  .meta({ id: 'AwaitingApproval' })

const missingLanguage = z.object({
  bulletinId: id,
  title: z.string(),
  language: languageTag,
  devices: count.describe('Speakers that ask for it and will play another language'),
  startAt: instant,
  isReadable: z.boolean(),
})

export const troubles = z
  .object({
    asOf: instant,
    notHeard: z.array(notHeard).describe('Of what has ended on this local day; at most 12, most devices first'),
    awaiting: z.array(awaiting).describe('Within the next 24 hours, and not approved; at most 10, the soonest first'),
    awaitingTotal: count,
    missingLanguages: z.array(missingLanguage).describe('Within the next 24 hours; at most 10, most devices first'),
    suspensions: z
      .array(z.object({ areaId: id, areaName: z.string(), reason: z.string(), from: instant, until: instant }))
      .describe('In force, or within the next 24 hours; at most 10'),
    offline: z.object({ devices: count, since: instant.nullable().describe('Of the longest one'), speakers }),
    muted: z.object({ devices: count, speakers }),
    alarms: z.object({
      devices: count.describe('That have any'),
      byCode: z.array(z.object({ code: z.string(), devices: count, speakers })),
    }),
    returned: count.describe('Bulletins that were returned and that the reader may mend'),
  })
  .meta({ id: 'Troubles' })

export const notHeardQuery = z.object({
  outcome: notHeardOutcome,
  reason: z.string().max(60).describe('Code of a reason in `GET /today/troubles`'),
  after: id.optional().describe('Devices after this one: `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export const notHeardDevices = z
  .object({
    reason,
    total: count,
    devices: z.array(
      speaker.extend({
        online: z.boolean(),
        muted: z.boolean(),
        occurrences: z.array(z.object({ id: z.string(), title: z.string(), startAt: instant })).describe('At most 5'),
      }),
    ),
    next: id.nullable(),
  })
  .meta({ id: 'NotHeardDevices' })
