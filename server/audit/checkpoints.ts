import type { Logger } from 'pino'
import type { Signer } from '#protocol/signing.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { AuditCheckpoint } from './checkpoint-rules.ts'
import { findHead, findNewestCheckpoint, insertCheckpoint } from './store.ts'

export interface Checkpoints {
  /** Signs the trail's head, keeps it, and sends it out with the security events; nothing when it is signed already. */
  make(): Promise<void>
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
  /** A checkpoint at the latest after so many entries. */
  everyEntries?: number
}

const EVERY_ENTRIES = 500

/**
 * A checkpoint proves that the trail stood so at that time. Whoever holds the signing key and the database can still
 * write another trail; not so that it fits the heads that have left the machine.
 */
export function createCheckpoints(deps: CheckpointsDeps): Checkpoints {
  const { db, clock, log, security, signer, everyEntries = EVERY_ENTRIES } = deps
  let lastSeq: number | undefined
  let running: Promise<void> | undefined

  async function sign(): Promise<void> {
    const [head, newest] = await Promise.all([findHead(db.prisma), findNewestCheckpoint(db.prisma)])
    lastSeq = newest?.seq ?? 0
    if (head === null || head.seq <= lastSeq) return
    const now = clock.now()
    const payload: AuditCheckpoint = { v: 1, seq: head.seq, hash: head.hash, at: now }
    const jws = await signer().sign('audit-checkpoint', JSON.stringify(payload))
    lastSeq = head.seq
    if (!(await insertCheckpoint(db.prisma, { ...head, createdAt: toDate(now), jws }))) return
    security.report('audit-checkpoint', { detail: `${head.seq}:${head.hash}` })
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

  const makeOrSay = (): Promise<void> =>
    make().catch((error: unknown) => log.error({ err: error }, 'the audit trail’s head could not be signed'))

  return {
    make,
    onAppended(seq) {
      // Since the start nothing was signed: the first head counts from there.
      lastSeq ??= seq - 1
      if (seq - lastSeq < everyEntries || running !== undefined) return
      void makeOrSay()
    },
    // The rest of the server ends all the same; the next start signs what was left.
    close: makeOrSay,
  }
}
