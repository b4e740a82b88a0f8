import { z } from 'zod'
import { occurrenceId } from '#protocol/ids.ts'
import { alarmCodes, health } from '#protocol/link.ts'
import { languageTag } from '#protocol/target.ts'
import { clockState } from '#protocol/time.ts'
import { moveImpact } from '#server/areas/moves/schemas.ts'
import { id, instant } from '#server/http/schemas.ts'
import { securityAlarms } from './alarms/rules.ts'

const percent = z.number().int().min(0).max(100)
const maxVolumePercent = percent.describe('What the amplifier and the horn stand: nothing sounds louder')
const emergencyVolumePercent = percent.describe('Emergencies sound at least this loud, never above the maximum')
/** Each is one more clip to hold and, where all are played, one more to listen to. */
const MOST_LANGUAGES = 5
const languages = z
  .array(languageTag)
  .max(MOST_LANGUAGES)
  .describe('Most wanted first (BCP 47), each once; empty: those of its area')

const degrees = (most: number) => z.number().min(-most).max(most)
const latitude = degrees(90).nullable().describe('WGS 84; null until somebody has said where the pole stands')
const longitude = degrees(180).nullable()

export const deviceStatus = z.enum(['never-enrolled', 'online', 'offline', 'revoked'])
/** Raised: an operational one until its condition ends, a security alarm until a person acknowledges it. */
const alarm = z.object({
  id,
  code: z.enum([...alarmCodes, ...securityAlarms]).or(z.string()),
  detail: z.string(),
  raisedAt: instant,
  isSecurity: z.boolean().describe('May mean tampering: stays until somebody acknowledges it'),
  acknowledgedAt: instant.nullable(),
  acknowledgedBy: z.string().nullable().describe('Display name'),
})
export const device = z
  .object({
    id,
    areaId: id,
    areaName: z.string(),
    name: z.string(),
    revision: z.number().int().describe('Counts the changes of what people set'),
    volumePercent: percent,
    muted: z.boolean(),
    maxVolumePercent,
    emergencyVolumePercent,
    languages,
    latitude,
    longitude,
    status: deviceStatus,
    /** Since when the status holds; null for a device never enrolled. */
    since: instant.nullable(),
    lastSeenAt: instant.nullable(),
    playing: z
      .object({
        occurrenceId: z.string().nullable(),
        alertId: z.string().nullable(),
        startedAt: instant,
        endsAt: instant,
      })
      .nullable(),
    agentVersion: z.string().nullable(),
    clockOffsetMs: z.number().int().nullable().describe('Its clock minus the server’s, when it last said hello'),
    clock: z
      .object({ state: clockState, evidence: z.string().nullable() })
      .nullable()
      .describe('How far the device trusted its clock when it last said hello, and what that rests on'),
    reported: z
      .object({ volumePercent: percent, muted: z.boolean() })
      .nullable()
      .describe('What the device says it does, which follows what was set'),
    health: health.nullable(),
    alarms: z.array(alarm),
    target: z.object({
      wantedRevision: z.number().int(),
      heldRevision: z.number().int().nullable(),
      clipsMissing: z.number().int().nullable(),
    }),
  })
  .meta({ id: 'Device' })
export const deviceChanged = device
  .extend({ impact: moveImpact.describe('What no longer fits after a change of its languages') })
  .meta({ id: 'DeviceChanged' })
export const deviceDetail = device
  .extend({
    hardwareSerial: z.string().nullable().describe('Of the computer that is installed now'),
    enrolledAt: instant.nullable().describe('When that was installed'),
    groups: z.array(z.object({ id, name: z.string() })).describe('To which it belongs, by name'),
  })
  .meta({ id: 'DeviceDetail' })
export const revokedDevice = device
  .extend({
    isBrokerTold: z
      .boolean()
      .describe('False: it is revoked, and the external broker, which could not be reached, is told when it is back'),
  })
  .meta({ id: 'RevokedDevice' })
export const retiredDevice = z
  .object({ id, name: z.string(), areaId: id, areaName: z.string(), retiredAt: instant })
  .meta({ id: 'RetiredDevice' })
export const retiredNow = retiredDevice
  .extend({ isBrokerTold: revokedDevice.shape.isBrokerTold })
  .meta({ id: 'DeviceRetired' })
export const retirement = z.object({ reason: z.string().trim().min(1).max(500) })
export const restoration = z.object({
  name: z.string().trim().min(1).max(120).optional().describe('Where its own name was given to another one'),
})
export const newDevice = z.object({
  areaId: id,
  name: z.string().trim().min(1).max(120),
  volumePercent: percent.optional(),
})
const deviceFields = z.object({
  name: z.string().trim().min(1).max(120).optional(),
  volumePercent: percent.optional(),
  muted: z.boolean().optional(),
  maxVolumePercent: maxVolumePercent.optional(),
  emergencyVolumePercent: emergencyVolumePercent.optional(),
  languages: languages.optional(),
  latitude: latitude.optional(),
  longitude: longitude.optional(),
})
export const deviceChange = deviceFields.refine(
  ({ latitude, longitude }) =>
    (latitude === undefined) === (longitude === undefined) && (latitude === null) === (longitude === null),
  { message: 'both or neither', path: ['longitude'] },
)
/** Shown once. For a device that is enrolled already it is a replacement code: using it revokes the old installation. */
export const newEnrolmentCode = z
  .object({ code: z.string(), expiresAt: instant, qrSvg: z.string(), command: z.string(), replaces: z.boolean() })
  .meta({ id: 'EnrolmentCode' })
export const commandRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('stop'), occurrenceId: occurrenceId.nullable().default(null) }),
  z.object({ kind: z.literal('identify') }),
  z.object({ kind: z.literal('restart') }),
])
export const deviceCommand = z
  .object({
    id,
    kind: z.string(),
    issuedAt: instant,
    expiresAt: instant,
    outcome: z.enum(['pending', 'done', 'refused', 'expired']),
    outcomeAt: instant.nullable(),
  })
  .meta({ id: 'DeviceCommand' })
