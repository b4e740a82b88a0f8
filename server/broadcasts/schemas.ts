import { z } from 'zod'
import { broadcastPriority } from '#protocol/target.ts'
import { id, instant, localDate } from '#server/http/schemas.ts'

export const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/)
  .describe('Wall-clock time in the broadcast’s zone, HH:MM or HH:MM:SS')
/** A rule over days: times are given beside it, the first and the last day too. */
export const recurrenceRule = z
  .string()
  .max(200)
  .regex(/^FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;[A-Z]+=[A-Z0-9,+-]+)*$/)
  .describe('Recurrence rule over days (RFC 5545 §3.3.10), e.g. FREQ=WEEKLY;BYDAY=MO,WE,FR; null: once')
const dates = z.array(localDate).max(400)
const timing = {
  rule: recurrenceRule.nullable().default(null),
  firstDate: localDate,
  localTimes: z.array(localTime).min(1).max(24).describe('Times of the day, each an occurrence of its own'),
  lastDate: localDate.nullable().default(null).describe('Last day of the series, inclusive; null: until cancelled'),
  extraDates: dates.default([]).describe('Also on these days (RFC 5545 RDATE)'),
  exceptDates: dates.default([]).describe('Not on these days (RFC 5545 EXDATE)'),
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
    rule: z.string().nullable(),
    firstDate: localDate,
    lastDate: localDate.nullable(),
    localTimes: z.array(z.string()),
    extraDates: z.array(localDate),
    exceptDates: z.array(localDate),
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
