import type { Logger } from 'pino'
import { thumbprint } from '#protocol/signing.ts'
import { type Audit, system } from '#server/audit/audit.ts'
import { findNewestOf } from '#server/audit/store.ts'
import { readBody } from '#server/audit/verification-rules.ts'
import type { Database } from '#server/db.ts'
import type { ServerKeys } from '#server/keys.ts'
import type { SecurityEvents } from '#server/security/events.ts'

export interface KeyTakeUpDeps {
  readonly db: Database
  readonly audit: Audit
  readonly security: SecurityEvents
  readonly log: Logger
  readonly keys: Pick<ServerKeys, 'history' | 'reload'>
  /** Sends the chain to the devices that are connected. */
  tellDevices(): Promise<void>
}

/** Which key the trail says was taken up last; undefined: it says nothing of any. */
async function readRecorded(db: Database): Promise<unknown> {
  const newest = await findNewestOf(db.prisma, 'server.key-rotated')
  const body = newest === null ? null : readBody(newest)
  return body === null || typeof body === 'string' ? undefined : body.after?.keyId
}

/**
 * Puts on record that another key signs than the trail says; false: the trail says it already. The trail is what is asked, not this process's memory: a
 * rotation while no server ran, or one cut off before its entry was written, is put on record at the next start.
 */
async function record({ db, audit, security, keys }: KeyTakeUpDeps): Promise<boolean> {
  const current = keys.history.at(-1)
  const before = keys.history.at(-2)
  if (current === undefined || current.sequence === 0) return false
  const keyId = thumbprint(current.key)
  if ((await readRecorded(db)) === keyId) return false
  const isRecovery = before === undefined || before.generation !== current.generation
  await audit.note(system, {
    action: 'server.key-rotated',
    areaPath: [],
    subject: { type: 'server', id: null },
    before: before === undefined ? null : { keyId: thumbprint(before.key), generation: before.generation },
    after: { keyId, generation: current.generation },
  })
  security.report('key-rotated', {
    detail: `key ${keyId}, rotation ${current.sequence}${isRecovery ? ', named by the recovery key' : ''}`,
  })
  return true
}

/** Takes up what `loaxa keys …` has put in force. To be called at start, and every few seconds. */
export async function takeUpKeys(deps: KeyTakeUpDeps): Promise<void> {
  const isTakenUp = await deps.keys.reload()
  if (isTakenUp) deps.log.warn({ event: 'key-taken-up' }, 'another signing key is in force')
  try {
    // Of a rotation while no server ran devices know nothing either that stayed connected to a broker of others.
    if (!(await record(deps)) && !isTakenUp) return
  } catch (error) {
    if (isTakenUp) await deps.tellDevices()
    throw error
  }
  await deps.tellDevices()
}
