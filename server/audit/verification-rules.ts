import { type AuditBody, auditBody, hashOf } from './rules.ts'

/** What can be wrong with the trail; the words stand in faults.ts. Codes are never renamed. */
export const auditFaultCodes = [
  'missing',
  'hash-differs',
  'link-broken',
  'unreadable',
  'column-differs',
  'checkpoint-signature',
  'checkpoint-differs',
  'checkpoint-contradicted',
  'unsigned-stretch',
  'drop-broken',
  'head-contradicted',
  'truncated',
] as const
export type AuditFault = (typeof auditFaultCodes)[number]

/** A place in the chain: the entry with this number has this hash. */
export interface ChainHead {
  readonly seq: number
  readonly hash: string
}

/** One row of `audit_entry` as it stands there. */
export interface StoredEntry {
  seq: number
  hash: string
  bytes: Uint8Array
  at: Date
  actorId: string | null
  action: string
  outcome: string
  areaPath: string[] | null
  subjectType: string
  subjectId: string | null
}

export type AuditTable = 'audit_entry' | 'audit_checkpoint' | 'audit_drop'

/** The first thing that is wrong: in which row (by its seq), what, and a detail for people. */
export interface TrailFault {
  readonly table: AuditTable
  readonly seq: number
  readonly fault: AuditFault
  readonly detail: string
}

/** Does this row stand where it claims, and say what was sealed? Hashes the bytes as they are; serialises nothing anew. */
export function checkEntry(before: ChainHead, entry: StoredEntry): TrailFault | undefined {
  const wrong = (fault: AuditFault, detail: string, seq = entry.seq): TrailFault => ({
    table: 'audit_entry',
    seq,
    fault,
    detail,
  })
  if (entry.seq !== before.seq + 1) return wrong('missing', `${entry.seq} follows ${before.seq}`, before.seq + 1)
  const hash = hashOf(entry.bytes)
  if (hash !== entry.hash) return wrong('hash-differs', `SHA-256 of its bytes is ${hash}, the row says ${entry.hash}`)
  const body = readBody(entry.bytes)
  if (typeof body === 'string') return wrong('unreadable', body)
  if (body.prevHash !== before.hash) {
    return wrong('link-broken', `it continues from ${body.prevHash}, before it stands ${before.hash}`)
  }
  const columns: readonly (readonly [string, unknown, unknown])[] = [
    ['seq', entry.seq, body.seq],
    ['at', entry.at.toISOString(), new Date(body.at).toISOString()],
    ['actor_id', entry.actorId, body.actorId],
    ['action', entry.action, body.action],
    ['outcome', entry.outcome, body.outcome],
    ['area_path', entry.areaPath?.join(), body.areaPath.join()],
    ['subject_type', entry.subjectType, body.subjectType],
    ['subject_id', entry.subjectId, body.subjectId],
  ]
  const differing = columns.find(([, stored, sealed]) => stored !== sealed)
  if (differing === undefined) return undefined
  const [name, stored, sealed] = differing
  return wrong('column-differs', `${name} is ${String(stored)}, sealed was ${String(sealed)}`)
}

/** What was sealed; a text when it cannot be read. */
export function readBody(bytes: Uint8Array): AuditBody | string {
  let data: unknown
  try {
    data = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
  const parsed = auditBody.safeParse(data)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`
}
