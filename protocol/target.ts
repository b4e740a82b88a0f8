import { z } from 'zod'
import { areaId, deviceId, itemId, occurrenceId, sha256 } from './ids.ts'
import { limits } from './limits.ts'
import { durationMs, instantMs, localDate } from './time.ts'

/** Highest first. An emergency is an alert, never part of a plan. */
export const levels = ['emergency', 'live', 'priority', 'normal', 'filler'] as const
export const level = z.enum(levels)
export type Level = z.infer<typeof level>

/** Priority of a planned broadcast (Circular 39/2020/TT-BTTTT: ưu tiên, thông thường; filler ranks below both). */
export const broadcastPriority = z.enum(['priority', 'normal', 'filler'])
export type BroadcastPriority = z.infer<typeof broadcastPriority>

/** Language of a bulletin as a BCP 47 tag, e.g. `vi`, `hmn`, `tyz`. */
export const languageTag = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
  .max(35)

/** A content-addressed file: a clip (Ogg Opus) or a day plan (JSON). */
export const blobRef = z.object({ sha256, bytes: z.number().int().min(1).max(limits.maxClipBytes) })
export type BlobRef = z.infer<typeof blobRef>

const percent = z.number().int().min(0).max(100)

/** One clip of one bulletin, in one language. Neighbouring devices may play other clips in the same place, and start together. */
export const plannedItem = z.object({
  itemId,
  clip: blobRef,
  durationMs,
  language: languageTag,
  offsetMs: durationMs.describe('Start, from the start of the occurrence; items stand in order and never overlap'),
  volumePercent: percent.describe('Of the device’s own volume, by the area’s rules for this time and priority'),
})
export type PlannedItem = z.infer<typeof plannedItem>

/** What a device that is ready only after the start does: join where the others are, begin anew, or leave it out. */
export const lateStart = z.enum(['join', 'restart', 'skip'])
export type LateStart = z.infer<typeof lateStart>

/** What sounds before an occurrence, so that people listen: it ends when the occurrence starts, and is no airtime. */
export const leadIn = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('chime') }),
  z.object({ kind: z.literal('clip'), clip: blobRef, durationMs: durationMs.max(60_000) }),
])
export type LeadIn = z.infer<typeof leadIn>

export const plannedOccurrence = z.object({
  occurrenceId,
  title: z.string().max(200),
  startAt: instantMs,
  latestEndAt: instantMs.describe('What was held is resumed only if its end does not pass this'),
  priority: broadcastPriority,
  order: z.number().int().describe('Among equals the lower one goes first'),
  lateStart,
  leadIn: leadIn.nullable(),
  items: z.array(plannedItem).min(1).max(limits.maxItemsPerOccurrence),
})
export type PlannedOccurrence = z.infer<typeof plannedOccurrence>

/** The occurrences that start on one local day; immutable, named by the SHA-256 of its exact bytes, shared between devices. */
export const dayPlan = z.object({
  version: z.literal(1),
  date: localDate,
  occurrences: z.array(plannedOccurrence).max(limits.maxOccurrencesPerDay),
})
export type DayPlan = z.infer<typeof dayPlan>

/** What the content hash covers: all that changes what the device does. */
export const targetContent = z.object({
  deviceId,
  areas: z
    .array(areaId)
    .min(1)
    .max(10)
    .describe('The device’s area and all above it: the alert topics to subscribe to'),
  timeZone: z.string().max(60),
  volumePercent: percent,
  maxVolumePercent: percent.describe('What amplifier and horn stand: nothing sounds louder'),
  emergencyVolumePercent: percent.describe(
    'Emergencies sound at least this loud, muted or not; never above the maximum',
  ),
  muted: z.boolean().describe('Silences everything but emergencies'),
  permitted: z
    .array(z.object({ fromAt: instantMs, toAt: instantMs }))
    .max(limits.maxPermittedWindows)
    .describe('In order, apart from each other. Outside them nothing but an emergency sounds, whatever arrives'),
  clips: z.object({ transport: z.enum(['mqtt', 'http', 'auto']), baseUrl: z.url().nullable() }),
  days: z.array(z.object({ date: localDate, plan: blobRef })).max(limits.maxHorizonDays + 2),
  horizonEndsAt: instantMs.describe('Past this instant the device falls silent and says so'),
})
export type TargetContent = z.infer<typeof targetContent>

/** Payload of a JWS of type `target`. Issue and expiry lie outside the hash: a tick without a change changes nothing. */
export const targetManifest = z.object({
  version: z.literal(1),
  revision: z
    .number()
    .int()
    .min(1)
    .max(limits.maxTargetRevision)
    .describe('A device adopts only a higher one, or any under a higher generation of keys'),
  contentHash: sha256.describe('SHA-256 of `content` exactly as it stands in these bytes, by JSON.stringify'),
  issuedAt: instantMs,
  expiresAt: instantMs,
  content: targetContent,
})
export type TargetManifest = z.infer<typeof targetManifest>
