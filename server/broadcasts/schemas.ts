import { z } from 'zod'
import { broadcastPriority } from '#protocol/target.ts'
import { id, instant, localDate } from '#server/http/schemas.ts'

export const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/)
  .describe('Wall-clock time in the broadcast’s zone, HH:MM or HH:MM:SS')
const timing = {
  recurrence: z.enum(['once', 'daily']),
  firstDate: localDate,
  localTime,
  lastDate: localDate.nullable().default(null),
}
export const newBroadcast = z.object({
  programmeId: id,
  areaId: id,
  priority: broadcastPriority.default('normal'),
  ...timing,
})
export const broadcastChange = z.object({ priority: broadcastPriority, ...timing })
export const readiness = z
  .object({
    total: z.number().int().describe('Devices that are to play it'),
    ready: z.number().int().describe('Hold the wanted target and all clips of the next occurrence'),
    offline: z.number().int(),
  })
  .meta({ id: 'Readiness' })
export const broadcast = z
  .object({
    id,
    programmeId: id,
    title: z.string(),
    areaId: id,
    areaName: z.string(),
    priority: broadcastPriority,
    recurrence: z.enum(['once', 'daily']),
    firstDate: localDate,
    lastDate: localDate.nullable(),
    localTime: z.string(),
    timeZone: z.string(),
    durationMs: z.number().int(),
    nextStartAt: instant.nullable(),
    /** False while a bulletin of it lacks approval: what is not approved does not air. */
    allApproved: z.boolean(),
    cancelledAt: instant.nullable(),
    readiness,
  })
  .meta({ id: 'Broadcast' })

export const occurrenceState = z.enum(['planned', 'not-approved', 'playing', 'ended', 'cancelled'])
export const occurrence = z
  .object({
    id: z.string(),
    broadcastId: id,
    title: z.string(),
    areaId: id,
    areaName: z.string(),
    priority: broadcastPriority,
    startAt: instant,
    endAt: instant,
    state: occurrenceState,
    devices: z.object({
      expected: z.number().int(),
      playing: z.number().int(),
      played: z.number().int(),
      partial: z.number().int(),
      missed: z.number().int(),
      unknown: z.number().int(),
    }),
  })
  .meta({ id: 'Occurrence' })
export const occurrenceQuery = z.object({ from: instant, to: instant, areaId: id.optional() })
export const itemOutcome = z
  .object({
    deviceId: id,
    deviceName: z.string(),
    areaName: z.string(),
    itemId: id,
    title: z.string(),
    outcome: z.enum(['played', 'partial', 'missed', 'cancelled', 'unknown']),
    reason: z.object({ code: z.string(), text: z.string().describe('In the reader’s language') }).nullable(),
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    expectedMs: z.number().int(),
    heardMs: z.number().int(),
  })
  .meta({ id: 'ItemOutcome' })
export const occurrenceDetail = occurrence.extend({ items: z.array(itemOutcome) }).meta({ id: 'OccurrenceDetail' })
/** One call for the first room of the console. */
export const today = z
  .object({
    serverTime: instant,
    timeZone: z.string(),
    playing: z.array(occurrence),
    next: z.array(occurrence).describe('Of the next 24 hours, soonest first, at most 20'),
    ended: z.array(occurrence).describe('Of this local day, newest first, at most 20'),
    devices: z.object({
      total: z.number().int(),
      online: z.number().int(),
      offline: z.number().int(),
      neverEnrolled: z.number().int(),
    }),
    pendingApprovals: z.number().int(),
  })
  .meta({ id: 'Today' })
