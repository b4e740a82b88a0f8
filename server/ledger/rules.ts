import { z } from 'zod'
import {
  type AlertId,
  hashBytes,
  ledgerId,
  type OccurrenceId,
  parseOccurrenceId,
  type Sha256,
  sha256,
} from '#protocol/ids.ts'
import { type LedgerEntry, ledgerEntry } from '#protocol/ledger.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

/** Largest number that a ledger of ours counts to (the database keeps 32 bits): an entry a second for 68 years. */
const MAX_SEQ = 2_147_483_647
/** How far a device's clock may run ahead of the server's before its word "complete until" is not taken. */
export const COMPLETE_UNTIL_TOLERANCE_MS = 5_000

/** What every entry has, also one of a type that only a later version knows. */
const entryHead = z.object({
  version: z.literal(1),
  ledgerId,
  seq: z.number().int().min(1).max(MAX_SEQ),
  prevHash: sha256,
  at: instantMs,
  type: z.string().regex(/^[a-z0-9-]{1,40}$/),
})

/** One entry as it was written, and what could be read of it. */
export interface ReadEntry {
  /** Exactly what was hashed. */
  readonly text: string
  readonly hash: Sha256
  readonly seq: number
  readonly prevHash: Sha256
  readonly at: InstantMs
  readonly type: string
  /** Undefined for a type, or a value, that this version does not know: kept, not projected. */
  readonly entry: LedgerEntry | undefined
}

export type ForkReason =
  | 'same-number-other-entry'
  | 'broken-chain'
  | 'unreadable'
  | 'other-head'
  | 'shorter-than-committed'

/** The readable entries from the first on, each the successor of the one before it; `broken` says why they end early. */
export interface ReadBatch {
  readonly entries: readonly ReadEntry[]
  readonly broken: ForkReason | undefined
}

function readEntry(text: string, expectedLedgerId: string): ReadEntry | undefined {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined
    throw cause
  }
  const head = entryHead.safeParse(data)
  if (!head.success || head.data.ledgerId !== expectedLedgerId) return undefined
  const { seq, prevHash, at, type } = head.data
  return { text, hash: hashBytes(text), seq, prevHash, at, type, entry: ledgerEntry.safeParse(data).data }
}

export function readEntries(texts: readonly string[], expectedLedgerId: string): ReadBatch {
  const entries: ReadEntry[] = []
  for (const text of texts) {
    const read = readEntry(text, expectedLedgerId)
    if (read === undefined) return { entries, broken: 'unreadable' }
    const before = entries.at(-1)
    const isSuccessor = before === undefined || (read.seq === before.seq + 1 && read.prevHash === before.hash)
    if (!isSuccessor) return { entries, broken: 'broken-chain' }
    entries.push(read)
  }
  return { entries, broken: undefined }
}

export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/**
 * What is to be done with a batch: `append` its entries from index `from` on; then, when `fork` is there, quarantine
 * what follows. A gap appends nothing.
 */
export type IngestDecision =
  | { readonly kind: 'gap' }
  | {
      readonly kind: 'take'
      readonly from: number
      readonly fork: { readonly index: number; readonly reason: ForkReason } | undefined
    }

/**
 * Compares a batch with what is committed. `knownHashes`: hashes of committed entries by number, at least of those that
 * the batch repeats. `deviceHead`: where the device says its ledger ends.
 */
export function decideIngest(
  committed: ChainHead,
  knownHashes: ReadonlyMap<number, string>,
  batch: ReadBatch,
  deviceHead: ChainHead,
): IngestDecision {
  const first = batch.entries[0]
  const forkAt = (index: number, reason: ForkReason): IngestDecision => ({
    kind: 'take',
    from: index,
    fork: { index, reason },
  })
  if (first === undefined) {
    if (batch.broken !== undefined) return forkAt(0, batch.broken)
    if (deviceHead.seq > committed.seq) return { kind: 'gap' }
    const isOther = deviceHead.seq === committed.seq && deviceHead.hash !== committed.hash
    return isOther ? forkAt(0, 'other-head') : { kind: 'take', from: 0, fork: undefined }
  }
  if (first.seq > committed.seq + 1) return { kind: 'gap' }
  const differing = batch.entries.findIndex((one) => one.seq <= committed.seq && knownHashes.get(one.seq) !== one.hash)
  if (differing >= 0) return forkAt(differing, 'same-number-other-entry')
  const from = committed.seq + 1 - first.seq
  const next = batch.entries[from]
  if (from === 0 && next !== undefined && next.prevHash !== committed.hash) return forkAt(0, 'broken-chain')
  const { broken, entries } = batch
  return {
    kind: 'take',
    from: Math.min(from, entries.length),
    fork: broken === undefined ? undefined : { index: entries.length, reason: broken },
  }
}

/**
 * What the end of a ledger, as its device says hello with it, tells about what is committed of it. `committedHash`: of the
 * committed entry with the device's number. A ledger that is shorter than what was delivered of it was put back to an
 * earlier state, unless the hello itself is an old one.
 */
export function judgeHead(
  committed: ChainHead,
  committedHash: string | undefined,
  device: ChainHead,
  isNewWord: boolean,
): ForkReason | undefined {
  if (device.seq > committed.seq) return undefined
  if (committedHash !== device.hash) return 'other-head'
  return device.seq < committed.seq && isNewWord ? 'shorter-than-committed' : undefined
}

/**
 * Until when the ledger is complete, now that `committed` stands: never less than before, never beyond the server's
 * present, and only on the word of a device whose whole ledger is here. A clock that runs ahead must not mark the future
 * as covered, since silence there would count as missed.
 */
export function judgeCompleteUntil(
  before: InstantMs | null,
  claim: { readonly completeUntil: InstantMs | null; readonly head: ChainHead },
  committed: ChainHead,
  now: InstantMs,
): InstantMs | null {
  const { completeUntil, head } = claim
  const isWhole = head.seq === committed.seq && head.hash === committed.hash
  if (completeUntil === null || !isWhole || completeUntil > now + COMPLETE_UNTIL_TOLERANCE_MS) return before
  return instantMs.parse(Math.max(before ?? 0, Math.min(completeUntil, now)))
}

/**
 * What an earlier ledger, delivered after its successor was begun, may claim: it was complete when its last entry was
 * written, and tells nothing about the time after that, which stands in the successor.
 */
export function lastWordOf(taken: readonly ReadEntry[], claim: InstantMs | null): InstantMs | null {
  const last = taken.at(-1)
  return last === undefined || claim === null ? null : instantMs.parse(Math.min(claim, last.at))
}

/** Which occurrences and alerts these entries tell something new about. */
export function subjectsOf(entries: readonly ReadEntry[]): {
  occurrences: Set<OccurrenceId>
  alerts: Set<AlertId>
  hasEnded: boolean
  hasCommands: boolean
} {
  const subjects = {
    occurrences: new Set<OccurrenceId>(),
    alerts: new Set<AlertId>(),
    hasEnded: false,
    hasCommands: false,
  }
  for (const { entry } of entries) {
    if (entry?.type === 'play-started' || entry?.type === 'play-ended') {
      if (entry.play.occurrenceId !== null) subjects.occurrences.add(entry.play.occurrenceId)
      if (entry.play.alertId !== null) subjects.alerts.add(entry.play.alertId)
    }
    if (entry?.type === 'missed') subjects.occurrences.add(entry.occurrenceId)
    if (entry?.type === 'play-ended' || entry?.type === 'missed') subjects.hasEnded = true
    if (entry?.type === 'command') subjects.hasCommands = true
  }
  return subjects
}

/** Something that was heard, as the device tells it. */
export interface HeardSound {
  /** What makes it one alarm with others: the occurrence or the alert that it is said to be of, else the play itself. */
  readonly subject: string
  readonly occurrenceId: OccurrenceId | null
  readonly alertId: AlertId | null
  readonly itemId: string | null
  readonly clip: string
  readonly plannedStartAt: InstantMs
  readonly startedAt: InstantMs
  readonly heardMs: number
  readonly targetRevision: number
}

/** What these entries say was heard, each subject and item once. */
export function listHeard(entries: readonly ReadEntry[]): HeardSound[] {
  const heard = new Map<string, HeardSound>()
  for (const { entry } of entries) {
    if (entry?.type !== 'play-ended' || entry.heardMs === 0) continue
    const { occurrenceId, alertId, itemId, clip, playId } = entry.play
    const subject = occurrenceId ?? alertId ?? playId
    const startedAt = entry.startedAt ?? entry.endedAt
    const key = `${subject} ${itemId}`
    if (heard.has(key)) continue
    const plannedStartAt =
      occurrenceId === null ? startedAt : instantMs.parse(parseOccurrenceId(occurrenceId).originalStartAtMs)
    const { heardMs, targetRevision } = entry
    heard.set(key, { subject, occurrenceId, alertId, itemId, clip, plannedStartAt, startedAt, heardMs, targetRevision })
  }
  return [...heard.values()]
}
