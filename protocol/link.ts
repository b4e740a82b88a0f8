import { z } from 'zod'
import { alertId, bootId, connectionId, itemId, ledgerId, occurrenceId, sha256 } from './ids.ts'
import { limits } from './limits.ts'
import { compactJws } from './signing.ts'
import { clockState, instantMs } from './time.ts'

/** What this build of an agent can do. A server plans nothing that a device does not list. */
export const capabilities = ['ogg-opus', 'alert-inline', 'clip-mqtt', 'clip-http', 'command'] as const

/** Where a ledger ends: the last entry's number and the SHA-256 of its exact bytes. An empty ledger has seq 0 and 64 zeros. */
export const ledgerHead = z.object({ ledgerId, seq: z.number().int().min(0), hash: sha256 })
export type LedgerHead = z.infer<typeof ledgerHead>
export const emptyLedgerHash = sha256.parse('0'.repeat(64))

/** Up, QoS 1, on connect and repeated until welcomed. */
export const hello = z.object({
  version: z.literal(1),
  nonce: z.string().min(16).max(64),
  connectionId,
  bootId,
  targetRevision: z
    .number()
    .int()
    .min(0)
    .describe(
      'Revision of the target held; 0 when there is none, or it dates from before the recovery key named a key',
    ),
  targetHash: sha256.nullable().describe('Content hash of that target'),
  ledger: ledgerHead,
  clock: z.object({
    at: instantMs,
    state: clockState,
    monotonicMs: z.number().min(0),
    evidence: z
      .enum(['server', 'ntp', 'rtc', 'continuity', 'none'])
      .optional()
      .describe('What the device’s trust in its clock rests on'),
  }),
  agentVersion: z.string().max(40),
  capabilities: z.array(z.string().max(40)).max(40),
  hardwareSerial: z.string().min(1).max(120),
})
export type Hello = z.infer<typeof hello>

/** Down, QoS 1: payload of a JWS of type `welcome`. Answers one hello, named by its nonce. */
export const welcome = z.object({
  version: z.literal(1),
  audience: z.uuid(),
  nonce: z.string().max(64),
  serverTime: instantMs,
  wantedRevision: z.number().int().min(0),
  ledger: ledgerHead.describe('How far the server has committed this ledger'),
  ledgerForked: z.boolean().describe('The server quarantined this ledger: begin a new one, unless `ledgerRefused`'),
  ledgerRefused: z
    .boolean()
    .optional()
    .describe(
      'This installation has begun too many ledgers: deliver nothing more and begin none; it is to be replaced',
    ),
  keyChain: z
    .array(compactJws)
    .max(limits.maxKeyChainLinks)
    .describe('Key rotations, oldest first, from the last one that the recovery key signed'),
  alerts: z.array(compactJws).max(50).describe('Alerts and cancels in force for this device’s areas'),
})
export type Welcome = z.infer<typeof welcome>

/** Measured telemetry, or null where this device cannot measure it. Never a guess. */
export const health = z.object({
  temperatureC: z.number().min(-60).max(200).nullable(),
  diskFreeBytes: z.number().int().min(0).nullable(),
  diskTotalBytes: z.number().int().min(0).nullable(),
  memoryRssBytes: z.number().int().min(0),
  uptimeS: z.number().min(0),
  sink: z.object({
    kind: z.string().max(20),
    state: z.enum(['open', 'failed', 'reopening', 'starting']),
    detail: z.string().max(200),
  }),
  xruns: z.number().int().min(0),
  signalPercent: z
    .number()
    .int()
    .min(0)
    .max(100)
    .nullable()
    .optional()
    .describe('Quality of its wireless link; null where it has none, or it cannot be measured'),
})
export type Health = z.infer<typeof health>

export const alarmCodes = [
  'sound-device-failed',
  'disk-full',
  'clock-untrusted',
  'hardware-changed',
  'state-corrupt',
  'horizon-ended',
  'horizon-ending',
  'clip-corrupt',
  'amplifier-failed',
] as const

/** Why a device did not act on a message that came down. */
export const refusalReasons = [
  'unknown-key',
  'bad-signature',
  'wrong-type',
  'malformed',
  'wrong-audience',
  'expired',
  'replay',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

export const nowPlaying = z.object({
  occurrenceId: occurrenceId.nullable(),
  alertId: alertId.nullable(),
  itemId: itemId.nullable(),
  startedAt: instantMs,
  endsAt: instantMs,
})
export type NowPlaying = z.infer<typeof nowPlaying>

/** Up, QoS 1, retained; as last will with `status: 'offline'`. A will of an earlier connection is told by its connectionId. */
export const deviceState = z.object({
  connectionId,
  status: z.enum(['online', 'offline']),
  at: instantMs,
  playing: nowPlaying.nullable(),
  volumePercent: z.number().int().min(0).max(100),
  muted: z.boolean(),
  health: health.nullable(),
  alarms: z.array(z.enum(alarmCodes)).max(20),
  refused: z
    .partialRecord(z.enum(refusalReasons), z.number().int().min(0))
    .optional()
    .describe('Messages from above that it did not act on since the agent started, by reason'),
})
export type DeviceState = z.infer<typeof deviceState>

/** Up, QoS 1: which of the target's clips and day plans are on disk (readiness). */
export const clipsHeld = z.object({
  targetRevision: z.number().int().min(0),
  held: z.array(sha256).max(limits.maxHeldHashes),
  missing: z.array(sha256).max(limits.maxHeldHashes),
})
export type ClipsHeld = z.infer<typeof clipsHeld>
