import type { Prisma } from '#prisma/client.ts'
import { CHAIN_START, type SealedEntry } from './rules.ts'

/** The client of a running transaction. */
export type Db = Prisma.TransactionClient

/** Any 32-bit number of our own, other than those of migrations and of the embedded server's owner. */
const CHAIN_LOCK_KEY = 72707371

/**
 * The newest entry's place and hash, locked until the transaction ends: whoever seals next waits for our commit, so that the
 * chain never forks. When retention has dropped everything, the chain goes on from what it dropped.
 */
export async function lockHead(tx: Db): Promise<{ seq: number; hash: string }> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${CHAIN_LOCK_KEY})`
  const newest = await tx.auditEntry.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } })
  if (newest !== null) return newest
  const dropped = await tx.auditDrop.findFirst({
    orderBy: { lastSeq: 'desc' },
    select: { lastSeq: true, lastHash: true },
  })
  return dropped === null ? { seq: 0, hash: CHAIN_START } : { seq: dropped.lastSeq, hash: dropped.lastHash }
}

export async function insertEntries(tx: Db, entries: readonly SealedEntry[]): Promise<void> {
  await tx.auditEntry.createMany({
    data: entries.map(({ body, bytes, hash }) => ({
      seq: body.seq,
      hash,
      bytes,
      at: new Date(body.at),
      actorId: body.actorId,
      action: body.action,
      outcome: body.outcome,
      areaPath: body.areaPath,
      subjectType: body.subjectType,
      subjectId: body.subjectId,
    })),
  })
}
