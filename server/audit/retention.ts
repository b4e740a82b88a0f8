import { newId } from '#protocol/ids.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type Audit, system } from './audit.ts'
import { dropStretch, findDroppableCheckpoint, lockHead } from './store.ts'

export interface RetentionDeps {
  audit: Audit
  clock: Clock
  security: SecurityEvents
  /** 0: everything is kept for ever. */
  retentionDays: number
}

const DAY_MS = 86_400_000
/** The first run may meet years. */
const TIMEOUT_MS = 10 * 60_000

/**
 * Drops what is older than the retention, in whole stretches that end at a checkpoint, and writes into the trail that it
 * did. What remains continues from the hash that the last dropped checkpoint signed, so it verifies as before.
 */
export async function dropPastRetention(deps: RetentionDeps): Promise<void> {
  const { audit, clock, security, retentionDays } = deps
  if (retentionDays === 0) return
  const now = clock.now()
  const dropped = await audit.act(
    system,
    async (tx, note) => {
      await lockHead(tx)
      const checkpoint = await findDroppableCheckpoint(tx, new Date(now - retentionDays * DAY_MS))
      if (checkpoint === null) return undefined
      const { seq, hash } = checkpoint
      const entries = await dropStretch(tx, { id: newId(now), upTo: seq, at: toDate(now) })
      if (entries === 0) return undefined
      const after = { firstSeq: seq - entries + 1, lastSeq: seq, lastHash: hash, entries, retentionDays }
      note({ action: 'audit.dropped', areaPath: [], subject: { type: 'audit', id: null }, after })
      return after
    },
    { timeout: TIMEOUT_MS },
  )
  if (dropped === undefined) return
  security.report('audit-dropped', { detail: `${dropped.firstSeq}–${dropped.lastSeq}:${dropped.lastHash}` })
}
