import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import type { Prisma } from '#prisma/client.ts'
import { CHAIN_START, type SealedEntry } from './rules.ts'
import type { StoredCheckpoint, Trail } from './verification.ts'
import type { ChainHead, StoredEntry } from './verification-rules.ts'

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

/** The newest entry that is committed; null before the first one. */
export const findHead = (db: Db): Promise<ChainHead | null> =>
  db.auditEntry.findFirst({ orderBy: { seq: 'desc' }, select: { seq: true, hash: true } })

export const findNewestCheckpoint = (db: Db): Promise<StoredCheckpoint | null> =>
  db.auditCheckpoint.findFirst({ orderBy: { seq: 'desc' } })

/** The entry with this number; null when it is not there. */
export const findSealed = (db: Db, seq: number): Promise<Pick<StoredEntry, 'hash' | 'bytes'> | null> =>
  db.auditEntry.findUnique({ where: { seq }, select: { hash: true, bytes: true } })

/** The stretch past its retention that this entry went with; null when there is none. */
export const findDropOver = (db: Db, seq: number): Promise<{ lastSeq: number; lastHash: string } | null> =>
  db.auditDrop.findFirst({
    where: { firstSeq: { lte: seq }, lastSeq: { gte: seq } },
    select: { lastSeq: true, lastHash: true },
  })

/** False when another server has signed the same head. */
export async function insertCheckpoint(db: Db, checkpoint: StoredCheckpoint): Promise<boolean> {
  const { count } = await db.auditCheckpoint.createMany({ data: [checkpoint], skipDuplicates: true })
  return count === 1
}

/** The newest entry of an action that is still there, as it was sealed. */
export async function findNewestOf(db: Db, action: string): Promise<Uint8Array | null> {
  const entry = await db.auditEntry.findFirst({ where: { action }, orderBy: { seq: 'desc' }, select: { bytes: true } })
  return entry?.bytes ?? null
}

/** The newest checkpoint before which everything is older than `cutoff`; null when there is none beyond the last drop. */
export async function findDroppableCheckpoint(db: Db, cutoff: Date): Promise<StoredCheckpoint | null> {
  const [oldest, firstKept] = await Promise.all([
    db.auditEntry.findFirst({ orderBy: { seq: 'asc' }, select: { seq: true } }),
    db.auditEntry.findFirst({ where: { at: { gte: cutoff } }, orderBy: { seq: 'asc' }, select: { seq: true } }),
  ])
  if (oldest === null) return null
  const seq = { gte: oldest.seq, ...(firstKept === null ? {} : { lt: firstKept.seq }) }
  return db.auditCheckpoint.findFirst({ where: { seq }, orderBy: { seq: 'desc' } })
}

const droppedRow = z.array(z.object({ entries: z.number().int() })).length(1)

/**
 * Drops everything up to a checkpoint by the one function that may (migration `trust`), and says how many entries went.
 * Call `lockHead` first in the transaction: the function locks the table, and whoever appends holds the chain's lock then.
 */
export async function dropStretch(tx: Db, drop: { id: string; upTo: number; at: Date }): Promise<number> {
  const rows = await tx.$queryRaw`
    SELECT audit_drop_stretch(${drop.id}::uuid, ${drop.upTo}::integer, ${drop.at}::timestamptz) AS entries`
  return droppedRow.parse(rows)[0]?.entries ?? 0
}

const PAGE_ENTRIES = 500

const storedEntries: z.ZodType<StoredEntry[]> = z.array(
  z.object({
    seq: z.number().int(),
    hash: z.string(),
    bytes: z.instanceof(Uint8Array),
    at: z.date(),
    actorId: z.string().nullable(),
    action: z.string(),
    outcome: z.string(),
    areaPath: z.array(z.string()).nullable(),
    subjectType: z.string(),
    subjectId: z.string().nullable(),
  }),
)
const storedCheckpoints = z.array(
  z.object({ seq: z.number().int(), hash: z.string(), createdAt: z.date(), jws: z.string() }),
)
const storedDrops = z.array(
  z.object({
    firstSeq: z.number().int(),
    lastSeq: z.number().int(),
    lastHash: z.string(),
    checkpointJws: z.string(),
  }),
)

const READ_ENTRIES = `
  SELECT seq, hash, bytes, at, actor_id::text AS "actorId", action, outcome::text AS outcome,
         area_path::text[] AS "areaPath", subject_type AS "subjectType", subject_id AS "subjectId"
    FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT ${PAGE_ENTRIES}`

async function* readEntries(client: PoolClient): AsyncIterable<readonly StoredEntry[]> {
  // Below zero: a number that nobody could have sealed must be seen, too.
  let after = -2_147_483_648
  for (;;) {
    const { rows } = await client.query({ name: 'read-audit-entries', text: READ_ENTRIES, values: [after] })
    const page = storedEntries.parse(rows)
    yield page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE_ENTRIES) return
    after = last.seq
  }
}

/** Lets `work` read the whole trail as it stands at this instant, whatever is appended or dropped meanwhile. */
export async function readTrail<Result>(pool: Pool, work: (trail: Trail) => Promise<Result>): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const drops = await client.query(
      `SELECT first_seq AS "firstSeq", last_seq AS "lastSeq", last_hash AS "lastHash", checkpoint_jws AS "checkpointJws"
         FROM audit_drop ORDER BY last_seq`,
    )
    const checkpoints = await client.query(
      'SELECT seq, hash, created_at AS "createdAt", jws FROM audit_checkpoint ORDER BY seq',
    )
    return await work({
      drops: storedDrops.parse(drops.rows),
      checkpoints: storedCheckpoints.parse(checkpoints.rows),
      entries: readEntries(client),
    })
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}
