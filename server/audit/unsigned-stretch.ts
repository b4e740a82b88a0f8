import { CHECKPOINT_EVERY_ENTRIES } from './checkpoint-rules.ts'
import type { StoredEntry, TrailFault } from './verification-rules.ts'

/** Twice what the server allows itself: several may write while it signs. */
const MAX_ENTRIES = 2 * CHECKPOINT_EVERY_ENTRIES
/** Likewise: it signs each hour. */
const MAX_BUSY_MS = 2 * 3_600_000
/** What a starting server writes first. */
const startActions: readonly string[] = ['server.settings-changed', 'server.started']

/** Told of every entry, oldest first, and of the instant at which it was signed where a checkpoint stands. */
export interface StretchWatch {
  take(entry: Pick<StoredEntry, 'seq' | 'at' | 'action'>, signedAt: Date | undefined): TrailFault | undefined
}

/**
 * Finds where checkpoints are missing: who rewrites the trail from an entry on must delete them all, and the server then
 * signs the forged head only, far behind the last one that is left.
 *
 * What counts is the time in which the server was at work. While it was off (the time before a start) nobody signed; and
 * one gap in each stretch is forgiven, as a machine that slept or whose clock was put right leaves it. A server that was
 * killed leaves up to CHECKPOINT_EVERY_ENTRIES unsigned, which its next start signs.
 */
export function watchStretches(): StretchWatch {
  let firstSeq: number | undefined
  let count = 0
  let busyMs = 0
  let longestGapMs = 0
  let lastMs = 0

  function pass(toMs: number): void {
    const gapMs = Math.max(0, toMs - lastMs)
    busyMs += gapMs
    longestGapMs = Math.max(longestGapMs, gapMs)
    lastMs = toMs
  }

  return {
    take({ seq, at, action }, signedAt) {
      if (firstSeq === undefined || startActions.includes(action)) lastMs = at.getTime()
      else pass(at.getTime())
      firstSeq ??= seq
      count += 1
      if (signedAt !== undefined) pass(signedAt.getTime())
      const unsignedMs = busyMs - longestGapMs
      if (count > MAX_ENTRIES || unsignedMs > MAX_BUSY_MS) {
        const detail = `no checkpoint from ${firstSeq} to ${seq}: ${count} entries, ${Math.round(unsignedMs / 60_000)} min`
        return { table: 'audit_entry', seq: firstSeq, fault: 'unsigned-stretch', detail }
      }
      if (signedAt === undefined) return undefined
      firstSeq = undefined
      count = 0
      busyMs = 0
      longestGapMs = 0
      return undefined
    },
  }
}
