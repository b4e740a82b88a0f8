import { expect, test } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { type DecidedRevision, decideUndo, UNDO_MS } from '#server/library/undo-rules.ts'

const decidedAt = instantMs.parse(1_000_000)
const approved: DecidedRevision = {
  id: 'r',
  contentHash: 'h',
  state: 'approved',
  deciderId: 'lan',
  decidedAt,
  standingApprovalId: null,
}
const named = { revisionId: 'r', contentHash: 'h' }

test.each<[string, Partial<DecidedRevision>, Partial<typeof named>, string, number, string]>([
  ['the own approval', {}, {}, 'lan', 0, 'ok'],
  ['what was returned', { state: 'returned' }, {}, 'lan', UNDO_MS - 1, 'ok'],
  ['too late', {}, {}, 'lan', UNDO_MS, 'decision-not-undoable'],
  ['somebody else’s', {}, {}, 'minh', 0, 'decision-not-undoable'],
  ['nothing decided', { state: 'pending', deciderId: null, decidedAt: null }, {}, 'lan', 0, 'decision-not-undoable'],
  ['approved ahead', { standingApprovalId: 's' }, {}, 'lan', 0, 'decision-not-undoable'],
  ['edited since', {}, { revisionId: 'q' }, 'lan', 0, 'revision-outdated'],
  ['other content', {}, { contentHash: 'g' }, 'lan', 0, 'revision-outdated'],
])('taking back %s', (_what, revision, changed, accountId, laterMs, expected) => {
  const now = instantMs.parse(decidedAt + laterMs)
  const decision = decideUndo({ ...approved, ...revision }, { ...named, ...changed }, accountId, now)
  expect(decision.ok ? 'ok' : decision.refusal).toBe(expected)
})
