import type { Actor, Origin } from '#server/auth/rules.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { AuditAction } from './actions.ts'
import { type AuditOutcome, changedFields, sealEntry } from './rules.ts'
import { type Db, insertEntries, lockHead } from './store.ts'

/**
 * Who does something: a signed-in person, somebody who is not signed in (yet), or the server itself (`system`).
 * `origin` is where the request came from; absent for what no request caused.
 */
export type AuditBy =
  | Pick<Actor, 'accountId' | 'userName' | 'origin'>
  | { readonly accountId: null; readonly userName: string | null; readonly origin?: Origin }

export const system: AuditBy = { accountId: null, userName: null }

/** One change, or one attempt that was refused. */
export interface AuditNote {
  action: AuditAction
  /** From the root down to the area it happens in; empty for what belongs to no area. Says which auditors may read it. */
  areaPath: readonly string[]
  subject: { type: string; id: string | null }
  /** The state before and after. Only the fields that differ are kept; both absent: the act has no state. Never a secret. */
  before?: object | null | undefined
  after?: object | null | undefined
  outcome?: AuditOutcome
  /** Of a refusal: the problem's code. */
  reason?: string | undefined
  /** The account in whose name a delegate acts. */
  onBehalfOfId?: string | undefined
}

export type TakeNote = (note: AuditNote) => void

export interface Audit {
  /**
   * Runs one act in one transaction, and writes what it noted into the audit trail in that same transaction, right
   * before the commit: there is no change without its entry and no entry without its change. When `work` throws,
   * neither is kept.
   */
  act<T>(by: AuditBy, work: (tx: Db, note: TakeNote) => Promise<T>, options?: TransactionOptions): Promise<T>
  /** Writes what is no part of a change in the database: a sign-in that failed, an attempt that was refused. */
  note(by: AuditBy, note: AuditNote): Promise<void>
}

export interface TransactionOptions {
  maxWait?: number
  timeout?: number
}

export interface AuditDeps {
  db: Database
  clock: Clock
  /** Told of the trail's new head after each commit that added to it. Does not throw. */
  onAppended?: (seq: number) => void
}

export function createAudit(deps: AuditDeps): Audit {
  const { db, clock } = deps

  // Last in the transaction: the chain's lock is held for one insert only, and no other lock is waited for under it.
  async function append(tx: Db, by: AuditBy, notes: readonly AuditNote[]): Promise<number | undefined> {
    if (notes.length === 0) return undefined
    let head = await lockHead(tx)
    // Read under the lock, so that times never run backwards along the chain (while the clock itself does not).
    const at = new Date(clock.now()).toISOString()
    const entries = notes.map((note) => {
      const sealed = sealEntry(head, {
        at,
        actorId: by.accountId,
        actorName: by.userName,
        onBehalfOfId: note.onBehalfOfId ?? null,
        address: by.origin?.address ?? null,
        requestId: by.origin?.requestId ?? null,
        action: note.action,
        outcome: note.outcome ?? 'done',
        areaPath: [...note.areaPath],
        subjectType: note.subject.type,
        subjectId: note.subject.id,
        ...changedFields(note.before, note.after),
        reason: note.reason ?? null,
      })
      head = { seq: sealed.body.seq, hash: sealed.hash }
      return sealed
    })
    await insertEntries(tx, entries)
    return head.seq
  }

  const audit: Audit = {
    async act(by, work, options) {
      const { result, seq } = await db.prisma.$transaction(async (tx) => {
        const notes: AuditNote[] = []
        const result = await work(tx, (note) => notes.push(note))
        return { result, seq: await append(tx, by, notes) }
      }, options)
      if (seq !== undefined) deps.onAppended?.(seq)
      return result
    },
    note: (by, note) => audit.act(by, async (_tx, take) => take(note)),
  }
  return audit
}
