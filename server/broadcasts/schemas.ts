import { z } from 'zod'
import { broadcastPriority, lateStart } from '#protocol/target.ts'
import { id, instant, localDate } from '#server/http/schemas.ts'

export const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/)
  .describe('Wall-clock time in the broadcast’s zone, HH:MM or HH:MM:SS')
/** A rule over days: times are given beside it, the first and the last day too. */
export const recurrenceRule = z
  .string()
  .max(200)
  // What it may say is told in words (rrule-rules.ts), not by a pattern.
  .describe('Recurrence rule over days (RFC 5545 §3.3.10), e.g. FREQ=WEEKLY;BYDAY=MO,WE,FR; null: once')
const dates = z.array(localDate).max(400)
const timing = {
  rule: recurrenceRule.nullable(),
  firstDate: localDate,
  localTimes: z.array(localTime).min(1).max(24).describe('Times of the day, each an occurrence of its own'),
  lastDate: localDate.nullable().describe('Last day of the series, inclusive; null: until cancelled'),
  extraDates: dates.describe('Also on these days (RFC 5545 RDATE)'),
  exceptDates: dates.describe('Not on these days (RFC 5545 EXDATE)'),
}
const wholeTiming = {
  ...timing,
  rule: timing.rule.default(null),
  lastDate: timing.lastDate.default(null),
  extraDates: timing.extraDates.default([]),
  exceptDates: timing.exceptDates.default([]),
}
export const target = z
  .object({ kind: z.enum(['area', 'group', 'device']), id, isExcluded: z.boolean().default(false) })
  .meta({ id: 'Target' })
const targets = z
  .array(target)
  .max(1_000)
  .refine((all) => new Set(all.map(({ kind, id }) => `${kind} ${id}`)).size === all.length, 'each once')
  .describe(
    'Within the broadcast’s area; none that is included: all of the area. “All but these three”: three excluded',
  )
const manner = {
  targets,
  languageMode: z.enum(['first', 'each']).describe('The first of a device’s languages that is there, or each of them'),
  lateStart: lateStart.describe('A device that is ready only after the start joins, begins anew, or leaves it out'),
  placement: z
    .enum(['fixed', 'queue'])
    .describe('queue: at the next permitted, free time of its day, in each commune; a province’s priority ones only'),
  onConflict: z
    .enum(['follow', 'drop'])
    .describe('Where something that goes first sounds at its time: follow on, or be left out there'),
  skipHolidays: z.boolean().describe('Not on public holidays and those of its area’s calendar'),
}
export const newBroadcast = z.object({
  programmeId: id,
  areaId: id,
  priority: broadcastPriority.default('normal'),
  ...wholeTiming,
  targets: manner.targets.default([]),
  languageMode: manner.languageMode.default('first'),
  lateStart: manner.lateStart.default('join'),
  placement: manner.placement.default('fixed'),
  onConflict: manner.onConflict.default('follow'),
  skipHolidays: manner.skipHolidays.default(false),
})
/** What is left out stays as it is. */
export const broadcastChange = z.object({
  priority: broadcastPriority,
  ...timing,
  rule: timing.rule.optional(),
  lastDate: timing.lastDate.optional(),
  extraDates: timing.extraDates.optional(),
  exceptDates: timing.exceptDates.optional(),
  ...z.object(manner).partial().shape,
})
/** What is left out stays as it is. */
const anyChange = z.object({ priority: broadcastPriority, ...timing, ...manner }).partial().shape
/** Of one occurrence, of it and all that follow, or of all. `restore` takes back what was changed before. */
export const occurrenceChange = z.discriminatedUnion('scope', [
  z.discriminatedUnion('action', [
    z.object({ scope: z.literal('this'), action: z.enum(['cancel', 'restore']) }),
    z.object({ scope: z.literal('this'), action: z.literal('move'), startAt: instant }),
    z.object({ scope: z.literal('this'), action: z.literal('programme'), programmeId: id }),
  ]),
  z.discriminatedUnion('action', [
    z.object({ scope: z.literal('following'), action: z.enum(['cancel', 'restore']) }),
    z.object({ scope: z.literal('following'), action: z.literal('change'), programmeId: id.optional(), ...anyChange }),
  ]),
  z.discriminatedUnion('action', [
    z.object({ scope: z.literal('all'), action: z.enum(['cancel', 'restore']) }),
    z.object({ scope: z.literal('all'), action: z.literal('change'), ...anyChange }),
  ]),
])
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
    revision: z.number().int().describe('Counts the changes of the series and of its occurrences'),
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
    ...manner,
    targets: z.array(target).describe('Those within or above the reader’s areas'),
    targetsElsewhere: z.number().int().describe('How many more targets lie in areas that the reader does not see'),
    durationMs: z.number().int(),
    nextStartAt: instant.nullable(),
    /** False while a bulletin of it lacks approval: what is not approved does not air. */
    allApproved: z.boolean(),
    cancelledAt: instant.nullable(),
    continuedAt: instant.nullable().describe('From this start on the series ends, or goes on in another broadcast'),
    continuedById: id.nullable(),
    readiness,
  })
  .meta({ id: 'Broadcast' })

/** What is amiss with it is told besides (check-schemas.ts). */
export const changedOccurrence = z.object({
  broadcast: broadcast.describe('In which it stands now: another one after a change of this and all that follow'),
  occurrenceId: z.string().nullable().describe('Its id there; null: the series has it no more'),
  revision: z.number().int().describe('That of the broadcast'),
})
export const occurrenceState = z
  .enum(['planned', 'not-approved', 'playing', 'ended', 'cancelled', 'suspended', 'left-out'])
  .describe('By when it really sounds; suspended, left-out: on no device, as the plan has it')
export const occurrence = z
  .object({
    id: z.string(),
    broadcastId: id,
    revision: z.number().int().describe('That of its broadcast: for a change of this occurrence too'),
    title: z.string(),
    areaId: id,
    areaName: z.string(),
    priority: broadcastPriority,
    startAt: instant.describe('As it is planned'),
    endAt: instant.describe('As it is planned'),
    soundsFrom: instant.describe('When it really sounds first: it may queue, or follow something; nowhere: as planned'),
    soundsUntil: instant.describe('When the last device is to end it, with the time in which it is held'),
    elsewhen: z
      .array(
        z.object({
          startAt: instant,
          endAt: instant,
          leftOut: z
            .enum(['gave-way', 'suspended', 'outside-hours'])
            .nullable()
            .describe('Why it does not sound there'),
          devices: z.number().int(),
        }),
      )
      .describe(
        'Devices on which it is not as planned, by when it sounds there; at most 20. Empty: everywhere as planned',
      ),
    suspended: z
      .object({ reason: z.string(), areaName: z.string(), until: instant })
      .nullable()
      .describe('The suspension that silences it, on some devices or all; null: none'),
    movedFromAt: instant.nullable().describe('When its series has it; null: it was not moved'),
    state: occurrenceState,
    devices: z
      .object({
        expected: z.number().int(),
        playing: z.number().int().describe('Of those that are not known yet'),
        played: z.number().int(),
        partial: z.number().int(),
        missed: z.number().int(),
        cancelled: z.number().int().describe('It was cancelled or stopped before it came to them'),
        leftOut: z.number().int().describe('The plan leaves it out there: `elsewhen` says why'),
        unknown: z.number().int().describe('To come, on air, or not reported yet'),
      })
      .describe('`expected` is the sum of all but `playing`'),
  })
  .meta({ id: 'Occurrence' })
export const occurrenceQuery = z.object({ from: instant, to: instant, areaId: id.optional() })
/** One call for the first room of the console. */
export const today = z
  .object({
    serverTime: instant,
    timeZone: z.string(),
    playing: z.array(occurrence).describe('Now; the last begun first, at most 20'),
    next: z.array(occurrence).describe('Of the next 24 hours, by when they sound, at most 20'),
    ended: z.array(occurrence).describe('Of this local day, newest first, at most 20'),
    totals: z.object({ playing: z.number().int(), next: z.number().int(), ended: z.number().int() }),
    devices: z.object({
      total: z.number().int(),
      online: z.number().int(),
      offline: z.number().int(),
      neverEnrolled: z.number().int(),
      playing: z.number().int().describe('That say that they play a broadcast'),
    }),
    pendingApprovals: z.number().int(),
    firstSteps: z
      .object({ speaker: z.boolean(), approver: z.boolean(), bulletin: z.boolean(), broadcast: z.boolean() })
      .describe('Whether one was ever installed, somebody else may approve, one was approved, planned'),
  })
  .meta({ id: 'Today' })
