import { z } from 'zod'
import { clockState } from '#protocol/time.ts'
import { id, instant } from '#server/http/schemas.ts'
import { occurrence } from './schemas.ts'

const outcome = z.enum(['played', 'partial', 'missed', 'cancelled', 'unknown'])
const reason = z
  .object({
    code: z.string(),
    text: z.string().describe('In the reader’s language, with the window, the area, the person or what went first'),
  })
  .nullable()
  .describe('Null when it was played')

export const detailQuery = z.object({
  outcome: outcome.optional().describe('Only devices with this outcome over all items'),
  after: id.optional().describe('Devices after this one: `next` of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Devices of a page'),
})

export const itemOutcome = z
  .object({
    deviceId: id,
    deviceName: z.string(),
    areaName: z.string(),
    itemId: id,
    title: z.string(),
    language: z.string(),
    outcome,
    reason,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    expectedMs: z.number().int(),
    heardMs: z.number().int(),
    clipHeld: z
      .boolean()
      .nullable()
      .describe('Its audio was on the device when it last reported; null: never reported'),
  })
  .meta({ id: 'ItemOutcome' })

const span = z.object({ beganAt: instant, endedAt: instant.nullable().describe('Null while it lasts') })

/** Entries of the device's ledger, to be found there by ledgerId and seq. */
const evidenceEntry = z.object({
  ledgerId: id,
  seq: z.number().int(),
  type: z.string(),
  at: instant,
  clock: clockState,
  targetRevision: z.number().int(),
  itemId: id.nullable(),
  language: z.string().nullable(),
  outcome: z.string().nullable(),
  reason: z.string().nullable(),
  heardMs: z.number().int().nullable(),
  volumePercent: z.number().int().nullable(),
})

export const deviceExplanation = z
  .object({
    deviceId: id,
    deviceName: z.string(),
    areaName: z.string(),
    outcome,
    words: z.array(z.string()).describe('The evidence in sentences, in the reader’s language'),
    evidence: z.object({
      enrolledAt: instant.nullable().describe('When hardware was first installed; null: never'),
      revokedAt: instant.nullable().describe('Since when no installation is in force'),
      heldRevision: z.number().int().nullable().describe('Target held at the start, by the ledger'),
      adoptedAt: instant.nullable().describe('When the last target before the start was taken up'),
      wantedRevision: z.number().int().nullable().describe('Target wanted now'),
      readyRevision: z.number().int().nullable().describe('Target of which the device last told what it holds'),
      readyAt: instant.nullable(),
      connectedBefore: span.nullable().describe('Last connection that began before the start'),
      connectedAfter: span.nullable().describe('First connection that began after the start'),
      outage: z.object({ from: instant, until: instant, cleanShutdown: z.boolean() }).nullable(),
      clock: clockState.nullable().describe('How far the device trusted its clock then'),
      volumePercent: z.number().int().nullable().describe('At which it played; else as last reported'),
      completeUntil: instant.nullable().describe('The ledger holds everything up to here'),
      entries: z.array(evidenceEntry).describe('At most 40'),
    }),
  })
  .meta({ id: 'DeviceExplanation' })

export const occurrenceDetail = occurrence
  .extend({
    asOf: instant,
    why: z
      .object({ code: z.string(), text: z.string() })
      .nullable()
      .describe(
        'Why none of it sounds, or it ended early: by whom and when it was cancelled or stopped, which area is silent',
      ),
    reasons: z
      .array(z.object({ outcome, reason, items: z.number().int(), devices: z.number().int() }))
      .describe('Over all devices, whatever the page'),
    items: z.array(itemOutcome).describe('Of the devices of this page'),
    explanations: z.array(deviceExplanation).describe('Of the devices of this page, by area and name'),
    next: id.nullable().describe('`after` of the next page; null: this is the last one'),
  })
  .meta({ id: 'OccurrenceDetail' })
