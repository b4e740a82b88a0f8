import type { Actor, Origin } from '#server/auth/rules.ts'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { AuditAction } from './actions.ts'
import { createRefusalBudget, type Refusal } from './refusals.ts'
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

export interface TakeNote {
  (note: AuditNote): void
  /** Says that the act found everything as it was asked to be: a repeat, which leaves nothing to write. */
  unchanged(): void
}

export interface Audit {
  /**
   * Runs one act in one transaction, and writes what it noted into the audit trail in that same transaction, right
   * before the commit: there is no change without its entry and no entry without its change. When `work` throws,
   * neither is kept.
   */
  act<T>(by: AuditBy, work: (tx: Db, note: TakeNote) => Promise<T>, options?: TransactionOptions): Promise<T>
  /**
   * Writes what is no part of a change in the database: a sign-in that failed, an attempt that was refused. Of refused
   * attempts only the first few in a minute are written (refusals.ts).
   */
  note(by: AuditBy, note: AuditNote): Promise<void>
  /** Writes how many refused attempts were left out, once their minute is over. To be called every minute. */
  sayLeftOut(): Promise<void>
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
  /**
   * Told after each commit whose request is now accounted for: it has an entry, counts among
   * those left out, or said that it changed nothing.
   */
  onAccounted?: (requestId: string) => void
}

/** Whose room a refused attempt takes (refusals.ts). */
const whoseRefusal = (by: AuditBy, { subject, reason }: AuditNote): Refusal => ({
  accountId: by.accountId,
  address: by.origin?.address,
  aimedAtAccountId: subject.type === 'account' ? subject.id : null,
  reason,
})

export function createAudit(deps: AuditDeps): Audit {
  const { db, clock } = deps
  const refusals = createRefusalBudget()

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
      const { result, seq, isAccounted } = await db.prisma.$transaction(async (tx) => {
        const notes: AuditNote[] = []
        let isUnchanged = false
        const take = (note: AuditNote): void => {
          notes.push(note)
        }
        const unchanged = (): void => {
          isUnchanged = true
        }
        const result = await work(tx, Object.assign(take, { unchanged }))
        return { result, seq: await append(tx, by, notes), isAccounted: isUnchanged || notes.length > 0 }
      }, options)
      if (isAccounted && by.origin !== undefined) deps.onAccounted?.(by.origin.requestId)
      if (seq !== undefined) deps.onAppended?.(seq)
      return result
    },
    async note(by, note) {
      if (note.outcome === 'refused') {
        await audit.sayLeftOut()
        if (!refusals.admit(whoseRefusal(by, note), clock.now())) {
          if (by.origin !== undefined) deps.onAccounted?.(by.origin.requestId)
          return
        }
      }
      await audit.act(by, async (_tx, take) => take(note))
    },
    async sayLeftOut() {
      const leftOut = refusals.collect(clock.now())
      if (leftOut === 0) return
      const summary = { action: 'request.refused', areaPath: [], subject: { type: 'route', id: null } } as const
      const reason = 'too-many-to-note'
      await audit.act(system, async (_tx, take) => take({ ...summary, outcome: 'refused', reason, after: { leftOut } }))
    },
  }
  return audit
}
