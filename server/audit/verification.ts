import { type CompactJws, type PublicJwk, verifySigned } from '#protocol/signing.ts'
import { type AuditCheckpoint, auditCheckpoint } from './checkpoint-rules.ts'
import { CHAIN_START } from './rules.ts'
import { watchStretches } from './unsigned-stretch.ts'
import { type AuditFault, type ChainHead, checkEntry, type StoredEntry, type TrailFault } from './verification-rules.ts'

export interface StoredCheckpoint {
  seq: number
  hash: string
  createdAt: Date
  jws: string
}

export interface StoredDrop {
  firstSeq: number
  lastSeq: number
  lastHash: string
  checkpointJws: string
}

/** The whole trail as it stands at one instant. */
export interface Trail {
  /** Oldest first. */
  drops: readonly StoredDrop[]
  checkpoints: readonly StoredCheckpoint[]
  /** Oldest first, a page at a time. */
  entries: AsyncIterable<readonly StoredEntry[]>
}

export type Verification =
  | {
      readonly ok: true
      /** How many entries stand in the trail. */
      readonly entries: number
      readonly head: ChainHead
      readonly checkpoints: number
      /** The newest entries, which no checkpoint covers yet. */
      readonly unsigned: number
      readonly newestCheckpoint: { readonly seq: number; readonly at: Date } | null
      /** Entries up to here are past their retention and gone; 0: none. */
      readonly droppedUpTo: number
    }
  | ({ readonly ok: false } & TrailFault)

/**
 * Verifies everything that stands in the trail, and stops at the first thing that is wrong: the stretches that retention
 * dropped follow each other, every checkpoint is signed by a key of `trusted`, every entry continues from the one before
 * it and says what was sealed, what checkpoints (and `outside`, heads kept elsewhere) signed is still there, and between
 * checkpoints lies no more than the server leaves unsigned.
 *
 * Who rewrites or deletes the newest entries together with the newest checkpoints is found by `outside` alone: that is why
 * the last head is kept beside the keys (signed-head.ts), and each leaves the machine with the security events.
 */
export async function verifyTrail(
  trail: Trail,
  trusted: readonly PublicJwk[],
  outside: readonly ChainHead[] = [],
): Promise<Verification> {
  const dropped = await checkDrops(trail.drops, trusted)
  if ('fault' in dropped) return { ok: false, ...dropped }
  const signed = await checkCheckpoints(trail.checkpoints, trusted)
  if ('fault' in signed) return { ok: false, ...signed }

  const contradicts = ({ seq, hash }: ChainHead): TrailFault | undefined => {
    const wrong = (fault: AuditFault, said: string): TrailFault => ({
      table: 'audit_entry',
      seq,
      fault,
      detail: `its hash is ${hash}, signed was ${said}`,
    })
    const said = signed.get(seq)?.hash
    if (said !== undefined && said !== hash) return wrong('checkpoint-contradicted', said)
    const kept = outside.find((one) => one.seq === seq && one.hash !== hash)
    return kept === undefined ? undefined : wrong('head-contradicted', kept.hash)
  }
  let head: ChainHead = dropped
  let entries = 0
  const stretches = watchStretches()
  const atDrop = dropped.seq > 0 ? contradicts(dropped) : undefined
  if (atDrop !== undefined) return { ok: false, ...atDrop }
  for await (const page of trail.entries) {
    for (const entry of page) {
      const fault =
        checkEntry(head, entry) ?? contradicts(entry) ?? stretches.take(entry, signed.get(entry.seq)?.createdAt)
      if (fault !== undefined) return { ok: false, ...fault }
      head = { seq: entry.seq, hash: entry.hash }
      entries += 1
    }
  }

  const newest = trail.checkpoints.reduce<StoredCheckpoint | undefined>(
    (latest, one) => (latest === undefined || one.seq > latest.seq ? one : latest),
    undefined,
  )
  const known = Math.max(newest?.seq ?? 0, ...outside.map(({ seq }) => seq))
  if (known > head.seq) {
    const detail = `the last entry is ${head.seq}, signed was ${known}`
    return { ok: false, table: 'audit_entry', seq: head.seq + 1, fault: 'truncated', detail }
  }
  return {
    ok: true,
    entries,
    head,
    checkpoints: trail.checkpoints.length,
    unsigned: head.seq - Math.max(newest?.seq ?? 0, dropped.seq),
    newestCheckpoint: newest === undefined ? null : { seq: newest.seq, at: newest.createdAt },
    droppedUpTo: dropped.seq,
  }
}

async function readCheckpoint(
  jws: CompactJws | string,
  trusted: readonly PublicJwk[],
): Promise<AuditCheckpoint | string> {
  const verified = await verifySigned('audit-checkpoint', auditCheckpoint, trusted, jws)
  return verified.ok ? verified.value : `${verified.reason}: ${verified.error}`
}

/** Where the rest of the chain begins: after the last dropped stretch. */
async function checkDrops(
  drops: readonly StoredDrop[],
  trusted: readonly PublicJwk[],
): Promise<ChainHead | TrailFault> {
  let head: ChainHead = { seq: 0, hash: CHAIN_START }
  for (const { firstSeq, lastSeq, lastHash, checkpointJws } of drops) {
    const wrong = (detail: string): TrailFault => ({ table: 'audit_drop', seq: lastSeq, fault: 'drop-broken', detail })
    if (firstSeq !== head.seq + 1 || lastSeq < firstSeq) return wrong(`${firstSeq}–${lastSeq} follows ${head.seq}`)
    const signed = await readCheckpoint(checkpointJws, trusted)
    if (typeof signed === 'string') return wrong(signed)
    if (signed.seq !== lastSeq || signed.hash !== lastHash) return wrong(`signed was ${signed.seq}, ${signed.hash}`)
    head = { seq: lastSeq, hash: lastHash }
  }
  return head
}

/** What was signed of each place. */
async function checkCheckpoints(
  checkpoints: readonly StoredCheckpoint[],
  trusted: readonly PublicJwk[],
): Promise<ReadonlyMap<number, StoredCheckpoint> | TrailFault> {
  const signed = new Map<number, StoredCheckpoint>()
  for (const checkpoint of checkpoints) {
    const { seq, hash, createdAt, jws } = checkpoint
    const wrong = (fault: AuditFault, detail: string): TrailFault => ({ table: 'audit_checkpoint', seq, fault, detail })
    const said = await readCheckpoint(jws, trusted)
    if (typeof said === 'string') return wrong('checkpoint-signature', said)
    if (said.seq !== seq || said.hash !== hash || said.at !== createdAt.getTime()) {
      return wrong('checkpoint-differs', `signed was ${said.seq}, ${said.hash}, ${new Date(said.at).toISOString()}`)
    }
    signed.set(seq, checkpoint)
  }
  return signed
}
