import { z } from 'zod'
import { itemId, occurrenceId, sha256 } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { broadcastPriority, languageTag, lateStart } from '#protocol/target.ts'
import { durationMs, instantMs } from '#protocol/time.ts'

/** What the database keeps as JSON of rules and airings (server/planning/*-rules.ts): one schema for what goes in and what comes out. */

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
export const weekWindow = z
  .object({
    days: z.array(z.number().int().min(1).max(7)).min(1).max(7).describe('ISO weekdays, 1 Monday … 7 Sunday'),
    from: time,
    to: time.or(z.literal('24:00')).describe('Exclusive'),
  })
  .refine(({ from, to }) => from < to, { path: ['to'] })
export const weekWindows = z.array(weekWindow).max(28)

export const volumeRule = z.object({
  from: time,
  to: time.or(z.literal('24:00')),
  priority: broadcastPriority.nullable(),
  percent: z.number().int().min(0).max(100),
})
export const volumeRules = z.array(volumeRule).max(24)

/** How much may sound at most; null: as much as the areas above permit. */
export const caps = z.object({
  maxSessionsPerDay: z.number().int().min(1).max(48).nullable(),
  maxMinutesPerSession: z.number().int().min(1).max(1_440).nullable(),
  maxMinutesPerDay: z.number().int().min(1).max(1_440).nullable(),
})

/** Which clip of the library sounds before a session, or a chime, or (`none`) nothing although an area above says otherwise. */
export const leadInSetting = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('chime') }),
  z.object({ kind: z.literal('clip'), clipId: z.uuid() }),
])

export const variant = z.object({
  language: languageTag,
  clip: z.object({ sha256, bytes: z.number().int().min(1).max(limits.maxClipBytes) }),
  durationMs,
})
export const airableItems = z.array(
  z.object({
    itemId,
    bulletinId: z.uuid(),
    revisionId: z.uuid(),
    title: z.string(),
    topic: z.string(),
    campaign: z.string().nullish(),
    variants: z.array(variant).min(1),
  }),
)
export const aims = z.array(
  z.object({ kind: z.enum(['area', 'group', 'device']), refId: z.uuid(), isExcluded: z.boolean() }),
)

/** An airing as it was when it began. */
export const frozenAiring = z.object({
  occurrenceId,
  broadcastId: z.uuid(),
  areaId: z.uuid(),
  aims,
  title: z.string(),
  priority: broadcastPriority,
  languageMode: z.enum(['first', 'each']),
  lateStart,
  placement: z.enum(['fixed', 'queue']),
  onConflict: z.enum(['follow', 'drop']),
  order: z.number().int(),
  startAt: instantMs,
  endAt: instantMs,
  items: airableItems,
  announced: z
    .array(
      z.object({
        startAt: instantMs,
        endAt: instantMs,
        leftOut: z.enum(['gave-way', 'suspended', 'outside-hours']).nullable(),
        areaIds: z.array(z.string()),
        deviceIds: z.array(z.string()),
      }),
    )
    .default([]),
})
