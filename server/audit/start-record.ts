import type { Database } from '#server/db.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type Audit, system } from './audit.ts'
import { changedFields, keepable } from './rules.ts'
import { findNewestOf } from './store.ts'
import { readBody } from './verification-rules.ts'

type Settings = Readonly<Record<string, string | number | boolean | null>>

/**
 * Writes into the trail that the server started, with which version and settings, and which of them are others than the
 * last time: whoever weakens the protection by a setting is on record. The settings of the last time are what its own
 * entry says; there is no other copy that could be changed instead.
 */
export async function recordStart(
  deps: { db: Database; audit: Audit; security: SecurityEvents },
  start: { version: string; settings: Settings },
): Promise<void> {
  const { db, audit, security } = deps
  const last = await findNewestOf(db.prisma, 'server.started')
  const body = last === null ? null : readBody(last)
  const earlier = body === null || typeof body === 'string' ? null : body.after
  const after = { version: start.version, ...start.settings }
  const changed = earlier === null ? null : changedFields(earlier, keepable(after))
  const names = changed === null ? [] : Object.keys({ ...changed.before, ...changed.after })
  const subject = { type: 'server', id: null }
  await audit.act(system, async (_tx, note) => {
    if (changed !== null && names.length > 0) {
      note({ action: 'server.settings-changed', areaPath: [], subject, before: changed.before, after: changed.after })
    }
    note({ action: 'server.started', areaPath: [], subject, after })
  })
  if (names.length > 0) security.report('settings-changed', { detail: names.join(', ') })
}
