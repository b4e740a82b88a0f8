import { z } from 'zod'
import { alertId, bootId, itemId, ledgerId, messageId, occurrenceId, playId, sha256 } from './ids.ts'
import { limits } from './limits.ts'
import { ledgerHead } from './link.ts'
import { languageTag } from './target.ts'
import { clockState, durationMs, instantMs } from './time.ts'

/**
 * Why a play ended early, never began, or is not known of: the closed list that both sides share. The device says what
 * happened to it; what no device can say of itself (never received, never reported, left out by the plan) the server does.
 */
export const playReasons = [
  'preempted',
  'stopped',
  'cancelled',
  'window-ended',
  'clip-missing',
  'clip-corrupt',
  'clock-untrusted',
  'sound-device-failed',
  'power-lost',
  'agent-restarted',
  'muted',
  'too-late',
  'unsupported',
  'not-in-target',
  // Outside the permitted hours, whatever the plan says.
  'outside-hours',
  // Past the end of the target: nobody told the device what to play.
  'horizon-ended',
  'volume-zero',
  'disk-full',
  // Came back after the start, and the broadcast is not to be joined late.
  'late-skipped',
  // From here on said by the server alone.
  'no-target',
  'never-enrolled',
  'revoked',
  'not-reported',
  'gave-way',
  'suspended',
] as const
export const playReason = z.enum(playReasons)
export type PlayReason = z.infer<typeof playReason>

const head = {
  version: z.literal(1),
  ledgerId,
  seq: z.number().int().min(1),
  prevHash: sha256.describe('SHA-256 of the previous entry’s exact bytes; 64 zeros for the first'),
  bootId,
  at: instantMs,
  monotonicMs: z.number().min(0).describe('Time since boot that no clock step touches'),
  clock: clockState,
  targetRevision: z.number().int().min(0),
}

/** What was played: exactly one of occurrence and alert. */
export const playSubject = z.object({
  playId,
  occurrenceId: occurrenceId.nullable(),
  alertId: alertId.nullable(),
  itemId: itemId.nullable(),
  clip: sha256,
  language: languageTag.nullable(),
})
export type PlaySubject = z.infer<typeof playSubject>

export const ledgerEntry = z.discriminatedUnion('type', [
  z.object({ ...head, type: z.literal('boot'), agentVersion: z.string().max(40), cleanShutdown: z.boolean() }),
  z.object({ ...head, type: z.literal('target-adopted'), contentHash: sha256 }),
  z.object({ ...head, type: z.literal('clock-stepped'), stepMs: z.number().int() }),
  z.object({
    ...head,
    type: z.literal('play-started'),
    play: playSubject,
    plannedStartAt: instantMs,
    fromMs: durationMs.describe('Where in the clip it begins; above 0 when it joined late'),
  }),
  z.object({
    ...head,
    type: z.literal('segment'),
    play: playSubject,
    fromAt: instantMs,
    toAt: instantMs,
    heardMs: durationMs,
  }),
  z.object({
    ...head,
    type: z.literal('play-ended'),
    play: playSubject,
    startedAt: instantMs.nullable().describe('When the first sample left the sound device; null when none did'),
    endedAt: instantMs,
    heardMs: durationMs.describe('Samples that really passed the sound device'),
    volumePercent: z.number().int().min(0).max(100),
    outcome: z.enum(['played', 'partial', 'missed']),
    reason: playReason.nullable(),
  }),
  z.object({
    ...head,
    type: z.literal('missed'),
    occurrenceId,
    itemId,
    clip: sha256,
    language: languageTag,
    plannedStartAt: instantMs,
    reason: playReason,
  }),
  z.object({
    ...head,
    type: z.literal('command'),
    messageId,
    kind: z.string().max(20),
    outcome: z.enum(['done', 'refused']),
  }),
])
export type LedgerEntry = z.infer<typeof ledgerEntry>
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never
/** What the agent hands to its ledger; the ledger adds the head. */
export type LedgerFact = DistributiveOmit<LedgerEntry, keyof typeof head>

/** Payload of a JWS of type `ledger`, signed with the installation’s key. Entries are the exact texts that were hashed. */
export const ledgerBatch = z.object({
  version: z.literal(1),
  ledgerId,
  entries: z.array(z.string().max(limits.maxLedgerEntryBytes)).max(limits.maxLedgerEntriesPerBatch),
  head: ledgerHead.describe('Where the ledger on the device ends now'),
  completeUntil: instantMs.nullable().describe('All that happened before this stands in the ledger up to `head`'),
})
export type LedgerBatch = z.infer<typeof ledgerBatch>

/**
 * Down, QoS 1, after the database commit. `committed`: everything up to seq is kept; `gap`: send again from seq + 1;
 * `forked`: another entry is known under a number that was sent – the ledger is quarantined; `refused`: this installation
 * has begun too many ledgers, and none is taken any more. Neither changes by sending again; ask for a (signed) welcome.
 */
export const ledgerAck = z.object({
  ledgerId,
  seq: z.number().int().min(0),
  hash: sha256,
  status: z.enum(['committed', 'gap', 'forked', 'refused']),
})
export type LedgerAck = z.infer<typeof ledgerAck>
