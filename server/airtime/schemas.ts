import { z } from 'zod'
import { clockState } from '#protocol/time.ts'
import { id, instant } from '#server/http/schemas.ts'
import { groupingNames } from './sums-store.ts'

export const airtimeGrouping = z
  .enum(groupingNames)
  .describe('`below`: the parts of the area asked for, with all that stands below them today')
const outcome = z.enum(['played', 'partial', 'missed', 'cancelled', 'unknown'])

/** What narrows airtime down, in every question about it. */
export const airtimeFilter = z.object({
  from: instant,
  to: instant,
  areaId: id.optional(),
  deviceId: id.optional(),
  topic: z.string().max(60).optional(),
  campaign: z.string().max(200).optional().describe('Empty: what belongs to none'),
  language: z.string().max(60).optional(),
  priority: z.string().max(20).optional(),
})
export const airtimeQuery = airtimeFilter.extend({
  by: airtimeGrouping.default('area'),
  limit: z.coerce.number().int().min(1).max(20_000).default(2_000).describe('Rows at most; the totals are of all'),
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
    rowCount: z.number().int().describe('How many rows there are, shown or not'),
    total: z.object(figures),
  })
  .meta({ id: 'AirtimeReport' })

export const playsQuery = airtimeFilter.extend({
  outcome: outcome.optional(),
  after: z.string().max(500).optional().describe('The `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
const reason = z.object({ code: z.string(), text: z.string() }).nullable()
const airtimePlay = z
  .object({
    occurrenceId: z.string().nullable(),
    itemId: z.string().nullable(),
    playId: z.string().nullable().describe('Of what no frozen plan explains'),
    deviceId: z.string(),
    deviceName: z.string(),
    areaName: z.string(),
    title: z.string().nullable(),
    topic: z.string(),
    campaign: z.string().nullable(),
    language: z.string(),
    languageText: z.string(),
    priority: z.string(),
    startAt: instant.describe('As planned'),
    durationMs: z.number().int(),
    heardMs: z.number().int(),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    outcome: z.enum([...outcome.options, 'extra']),
    reason,
  })
  .meta({ id: 'AirtimePlay' })
export const playsPage = z
  .object({
    asOf: instant,
    plays: z.array(airtimePlay).describe('By planned start'),
    extra: z.array(airtimePlay).describe('On the first page: heard without a frozen plan, at most 200'),
    next: z.string().nullable(),
  })
  .meta({ id: 'AirtimePlays' })

export const evidenceQuery = z
  .object({
    deviceId: id,
    occurrenceId: z.string().max(100).optional(),
    itemId: id.optional(),
    language: z.string().max(60).optional(),
    playId: z.string().max(100).optional(),
  })
  .refine(({ playId, occurrenceId, itemId, language }) =>
    playId === undefined
      ? occurrenceId !== undefined && itemId !== undefined && language !== undefined
      : occurrenceId === undefined && itemId === undefined && language === undefined,
  )
export const playEvidence = z
  .object({
    asOf: instant,
    play: airtimePlay,
    occurrenceId: z.string().nullable().describe('On record, so that it can be looked at'),
    completeUntil: instant.nullable().describe('The device has reported everything up to here'),
    reports: z
      .array(
        z.object({
          playId: z.string(),
          startedAt: instant.nullable(),
          endedAt: instant.nullable(),
          heardMs: z.number().int(),
          volumePercent: z.number().int().nullable(),
          outcome: z.string().nullable(),
          reason,
          clock: clockState,
          targetRevision: z.number().int(),
          clip: z.string().describe('SHA-256 of the audio that was played'),
          entries: z.array(
            z.object({
              ledgerId: id,
              seq: z.number().int(),
              type: z.string(),
              at: instant,
              receivedAt: instant,
              hash: z.string(),
              isIntact: z
                .boolean()
                .describe('Computed now: its bytes give its hash, and it follows the entry before it'),
            }),
          ),
        }),
      )
      .describe('What the device said of it, in order'),
  })
  .meta({ id: 'AirtimeEvidence' })

export const exportQuery = airtimeFilter.extend({
  format: z.enum(['csv', 'xlsx']),
  what: z.enum(['sums', 'plays']).default('sums'),
  by: airtimeGrouping.default('area'),
  outcome: outcome.optional(),
})
