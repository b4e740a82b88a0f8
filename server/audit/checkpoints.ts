import type { Logger } from 'pino'
import type { Signer } from '#protocol/signing.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import { type AuditCheckpoint, CHECKPOINT_EVERY_ENTRIES } from './checkpoint-rules.ts'
import { hashOf } from './rules.ts'
import type { SignedHead } from './signed-head.ts'
import { findDropOver, findHead, findNewestCheckpoint, findSealed, insertCheckpoint } from './store.ts'
import type { ChainHead } from './verification-rules.ts'

export interface Checkpoints {
  /**
   * Signs the trail's head, keeps it, and sends it out with the security events; nothing when it is signed already. When
   * what was signed before is no longer there, it signs nothing and reports `audit-broken`.
   */
  make(): Promise<void>
  /** The same; what fails is logged. */
  tryMake(): Promise<void>
  /** To be told of each new head: after so many entries it does not wait for the hour. */
  onAppended(seq: number): void
  /** Signs the last head; to be called when nobody writes any more. */
  close(): Promise<void>
}

export interface CheckpointsDeps {
  db: Database
  clock: Clock
  log: Pick<Logger, 'error'>
  security: SecurityEvents
  /** Asked each time, since the key may be rotated while the server runs. */
  signer: () => Signer
  /** The head that was signed last, as this server remembers it. */
  signedHead: SignedHead
  /** A checkpoint at the latest after so many entries. */
  everyEntries?: number
}

/**
 * A checkpoint proves that the trail stood so at that time. Whoever holds the signing key and the database can still
 * write another trail; not so that it fits the heads that have left the machine.
 */
export function createCheckpoints(deps: CheckpointsDeps): Checkpoints {
  const { db, clock, log, security, signer, signedHead, everyEntries = CHECKPOINT_EVERY_ENTRIES } = deps
  let lastSeq: number | undefined
  let running: Promise<void> | undefined

  /** What contradicts the head that was signed last; undefined: it is still there, or retention has dropped it. */
  async function findContradiction({ seq, hash }: ChainHead, newest: ChainHead | null): Promise<string | undefined> {
    const entry = await findSealed(db.prisma, seq)
    // Asked AFTER the entry: retention may drop it in between.
    const drop = entry === null ? await findDropOver(db.prisma, seq) : null
    if (entry === null && drop === null) return 'that entry is gone'
    const found = entry !== null ? entry.hash : drop?.lastSeq === seq ? drop.lastHash : hash
    if (found !== hash) return `the hash is ${found} now`
    if (entry !== null && hashOf(entry.bytes) !== hash) return 'its bytes were changed'
    if (newest === null || newest.seq < seq) return `the newest checkpoint is ${newest?.seq ?? 'gone'}`
    if (newest.seq === seq && newest.hash !== hash) return `the checkpoint says ${newest.hash}`
    return undefined
  }

  async function sign(): Promise<void> {
    const [head, newest] = await Promise.all([findHead(db.prisma), findNewestCheckpoint(db.prisma)])
    const read = await signedHead.read()
    const remembered = read ?? newest
    const contradiction =
      typeof remembered === 'string'
        ? remembered
        : remembered === null
          ? undefined
          : await findContradiction(remembered, newest)
    if (contradiction !== undefined) {
      // Said again after as many entries, and each hour; not with every entry.
      lastSeq = head?.seq ?? 0
      const signed =
        typeof remembered === 'string' || remembered === null ? '' : `signed was ${remembered.seq}:${remembered.hash}, `
      security.report('audit-broken', { detail: `${signed}${contradiction}; nothing is signed any more` })
      return
    }
    lastSeq = newest?.seq ?? 0
    if (head === null || head.seq <= lastSeq) {
      // A server that does not remember, or was cut off before it could, takes the newest one that is there.
      if (newest !== null && (read === undefined || typeof read === 'string' || read.seq < newest.seq)) {
        await signedHead.keep(newest)
      }
      return
    }
    const now = clock.now()
    const payload: AuditCheckpoint = { v: 1, seq: head.seq, hash: head.hash, at: now }
    const jws = await signer().sign('audit-checkpoint', JSON.stringify(payload))
    lastSeq = head.seq
    if (!(await insertCheckpoint(db.prisma, { ...head, createdAt: toDate(now), jws }))) return
    security.report('audit-checkpoint', { detail: `${head.seq}:${head.hash}` })
    // AFTER the checkpoint: cut off in between, the server remembers the one before, which is still there.
    await signedHead.keep(head)
  }

  // One at a time; whoever comes meanwhile gets a further one, since the head may have moved on.
  async function make(): Promise<void> {
    const before = running
    const mine = (async () => {
      await before?.catch(() => undefined)
      await sign()
    })()
    running = mine
    try {
      await mine
    } finally {
      if (running === mine) running = undefined
    }
  }

  const tryMake = (): Promise<void> =>
    make().catch((error: unknown) => log.error({ err: error }, 'the audit trail’s head could not be signed'))

  return {
    make,
    tryMake,
    onAppended(seq) {
      // Since the start nothing was signed: the first head counts from there.
      lastSeq ??= seq - 1
      if (seq - lastSeq < everyEntries || running !== undefined) return
      void tryMake()
    },
    // The rest of the server ends all the same; the next start signs what was left.
    close: tryMake,
  }
}
