import { z } from 'zod'
import { broadcastPriority } from '#protocol/target.ts'
import { id, instant } from '#server/http/schemas.ts'
import { broadcast, changedOccurrence, newBroadcast } from './schemas.ts'

/** What is asked and told before a broadcast is planned or changed. */

const count = z.number().int()
export const askedCheck = newBroadcast.extend({
  programmeId: id.optional().describe('What is aired; or `bulletinId`'),
  bulletinId: id.optional().describe('A single bulletin that no programme holds yet'),
  broadcastId: id.optional().describe('The broadcast that is changed; its programme and area stay'),
})
const areaDevices = z.object({ areaId: id, areaName: z.string(), devices: count })
export const awaitedBulletin = z
  .object({
    bulletinId: id,
    title: z.string(),
    state: z.enum(['draft', 'pending', 'approved', 'returned']).describe('Of its newest revision'),
  })
  .meta({ id: 'AwaitedBulletin' })
const rules = [
  'hours',
  'maxSessionsPerDay',
  'maxMinutesPerSession',
  'maxMinutesPerDay',
  'maxOccurrencesPerDay',
  'maxClipsPerOccurrence',
] as const
export const violation = z
  .object({
    rule: z.enum(rules).describe('The last two: what a device’s plan has room for'),
    areaId: id.nullable().describe('The area that set the rule; null for what devices have room for'),
    areaName: z.string(),
    limit: count.nullable().describe('Sessions, minutes, occurrences or clips'),
    actual: count
      .nullable()
      .describe(
        'Of hours: by how many minutes it runs over the end of those in which it begins; null: it begins outside',
      ),
    startAt: instant.describe('The first start that breaks it'),
    days: count.describe('On how many of the days that were looked at'),
    devices: count,
  })
  .meta({ id: 'PlanViolation' })
/** What is amiss with a broadcast that is planned all the same. */
export const planWarning = violation
  .extend({
    rule: z
      .enum([...rules, 'nobodyHears'])
      .describe('nobodyHears: no speaker is there yet; else a rule that it breaks'),
    broadcastId: id,
    title: z.string(),
    text: z.string().describe('What it is and what to do, in the reader’s language'),
  })
  .meta({ id: 'PlanWarning' })
const planWarnings = z
  .array(planWarning)
  .describe('What is amiss though it is planned: nobody hears it yet, or it broke a rule before and does so still')
export const plannedBroadcast = broadcast.extend({ planWarnings }).meta({ id: 'PlannedBroadcast' })
export const plannedOccurrence = changedOccurrence.extend({ planWarnings }).meta({ id: 'ChangedOccurrence' })
export const conflict = z
  .object({
    broadcastId: id,
    title: z.string(),
    areaId: id,
    areaName: z.string(),
    priority: broadcastPriority,
    startAt: instant,
    ownStartAt: instant.describe('The first occurrence that meets it'),
    days: count,
    devices: count,
    areas: z.array(areaDevices).describe('Where most devices are first, at most 100'),
    outcomes: z.array(
      z.object({
        first: z.enum(['this', 'other']).describe('Which of the two goes first'),
        second: z
          .enum(['follows', 'gives-way', 'held'])
          .describe('The other one follows on, is left out, or is held and resumed'),
        at: instant.nullable().describe('When the one that follows begins'),
        devices: count,
      }),
    ),
  })
  .meta({ id: 'PlanConflict' })
export const broadcastCheck = z
  .object({
    devices: count.describe('Who hears it'),
    offline: count.describe('Of these, offline now'),
    areas: z.array(areaDevices.extend({ offline: count })).describe('Where most devices are first, at most 100'),
    areaCount: count,
    occurrences: count.describe('Within 60 days of its next start'),
    startsAt: z.array(instant).describe('The first of them, at most 20'),
    airtime: z.object({ occurrenceMs: count, weekMs: count, horizonMs: count, horizonDays: count }),
    notApproved: z
      .array(awaitedBulletin)
      .describe('Bulletins of it that do not air as things stand: all else here counts them as if they did'),
    missingLanguages: z.array(z.object({ language: z.string(), devices: count, titles: z.array(z.string()) })),
    violations: z.array(violation).describe('With any of these it cannot be planned'),
    conflicts: z.array(conflict).describe('Resolved by the rules, as told'),
    leftOut: z
      .array(
        z.object({ reason: z.enum(['suspended', 'outside-hours']), startAt: instant, days: count, devices: count }),
      )
      .describe('Where and why some of it does not sound'),
    places: z
      .array(z.object({ startAt: instant, devices: count }))
      .describe('When its first occurrence sounds where it queues or meets others'),
    nextFreeAt: instant.nullable().describe('When the first of what does not fit would fit for everybody'),
    planWarnings,
  })
  .meta({ id: 'BroadcastCheck' })
