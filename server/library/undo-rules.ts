import type { InstantMs } from '#protocol/time.ts'
import type { ApprovalState, Named } from './rules.ts'

/** So long somebody may take the own decision back: a slip of the thumb, not a change of mind. */
export const UNDO_MS = 10 * 60_000

export interface DecidedRevision {
  readonly id: string
  readonly contentHash: string
  readonly state: ApprovalState
  readonly deciderId: string | null
  readonly decidedAt: InstantMs | null
  /** Set when it was approved as it was submitted: nobody looked at it then. */
  readonly standingApprovalId: string | null
}

/** Pure. A newer revision is another content: on that there is no decision to be taken back. */
export function decideUndo(
  revision: DecidedRevision,
  named: Named,
  accountId: string,
  now: InstantMs,
): { ok: true } | { ok: false; refusal: 'revision-outdated' | 'decision-not-undoable' } {
  if (revision.id !== named.revisionId || revision.contentHash !== named.contentHash)
    return { ok: false, refusal: 'revision-outdated' }
  const isDecided = revision.state === 'approved' || revision.state === 'returned'
  const isOwn = revision.deciderId === accountId && revision.standingApprovalId === null
  const isFresh = revision.decidedAt !== null && now < revision.decidedAt + UNDO_MS
  return isDecided && isOwn && isFresh ? { ok: true } : { ok: false, refusal: 'decision-not-undoable' }
}
