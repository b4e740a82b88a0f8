import { createHash } from 'node:crypto'
import { z } from 'zod'

/**
 * The audit trail's chain: each entry holds the hash of the one before it, and is kept as the exact bytes that were
 * hashed. Nothing is ever serialised anew, so that a verifier needs no rule about key order or number formats.
 */

/** What the first entry of all has as `prevHash`. */
export const CHAIN_START = '0'.repeat(64)

export const auditOutcomes = ['done', 'refused'] as const
export type AuditOutcome = (typeof auditOutcomes)[number]

const json = z.record(z.string(), z.json())

/** One entry as it is hashed and stored. New fields may be added; those that are here stay as they are for ever. */
export const auditBody = z.object({
  v: z.literal(1),
  seq: z.int().min(1),
  prevHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  /** Null: the server itself (a job, a message of a device), or somebody nobody knows. */
  actorId: z.string().nullable(),
  /** The user name as it was then; of a refused sign-in, what was typed. */
  actorName: z.string().nullable(),
  /** In whose name a delegate acted. */
  onBehalfOfId: z.string().nullable(),
  address: z.string().nullable(),
  requestId: z.string().nullable(),
  action: z.string(),
  outcome: z.enum(auditOutcomes),
  /** From the root down to the area it happened in; empty: it belongs to no area. */
  areaPath: z.array(z.string()),
  subjectType: z.string(),
  subjectId: z.string().nullable(),
  before: json.nullable(),
  after: json.nullable(),
  /** Of a refusal: the problem's code. */
  reason: z.string().nullable(),
})
export type AuditBody = z.infer<typeof auditBody>
export type JsonObject = z.infer<typeof json>

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

export interface SealedEntry {
  readonly body: AuditBody
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly hash: string
}

/** Gives an entry its place in the chain. */
export function sealEntry(
  head: { seq: number; hash: string },
  entry: Omit<AuditBody, 'v' | 'seq' | 'prevHash'>,
): SealedEntry {
  const body: AuditBody = { v: 1, seq: head.seq + 1, prevHash: head.hash, ...entry }
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  return { body, bytes, hash: hashOf(bytes) }
}

const SECRET_NAME = /password|secret|token|code|otp|cookie|private/i
const SECRET_MARK = '[secret]'
/** Credentials that no name gives away, inside a text: an address with a password, a key, a link with its token. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{0,200}:)[^\s/@]+@/gi, `$1${SECRET_MARK}@`],
  [/-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*/g, SECRET_MARK],
  [/\b(Bearer|Basic) +[A-Za-z0-9._~+/=-]{8,}/g, `$1 ${SECRET_MARK}`],
  [/([?&#](?:token|code|secret|password|signature|sig)=)[^&\s]+/gi, `$1${SECRET_MARK}`],
]
const MAX_TEXT = 500
const MAX_KEYS = 60

const cutText = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text)

/**
 * What may be kept of a state: plain JSON, long texts cut, and nothing under a name that sounds like a secret. The
 * services leave secrets out themselves; this is the second net.
 */
export function keepable(state: object): JsonObject {
  const keep = (value: unknown, depth: number): z.infer<ReturnType<typeof z.json>> => {
    if (value === null || value === undefined) return null
    if (typeof value === 'string')
      return cutText(SECRET_TEXTS.reduce((text, [secret, mark]) => text.replace(secret, mark), value))
    if (typeof value === 'number') return Number.isFinite(value) ? value : null
    if (typeof value === 'boolean') return value
    if (value instanceof Date) return value.toISOString()
    if (depth === 0 || typeof value !== 'object') return null
    if (Array.isArray(value)) return value.slice(0, MAX_KEYS).map((one) => keep(one, depth - 1))
    return Object.fromEntries(
      Object.entries(value)
        .slice(0, MAX_KEYS)
        .filter(([, one]) => one !== undefined)
        .map(([name, one]) => [name, SECRET_NAME.test(name) ? SECRET_MARK : keep(one, depth - 1)]),
    )
  }
  return Object.fromEntries(
    Object.entries(state)
      .filter(([, one]) => one !== undefined)
      .map(([name, one]) => [name, SECRET_NAME.test(name) ? SECRET_MARK : keep(one, 4)]),
  )
}

/** The fields that differ, as they were and as they are. A state that is missing gives null. */
export function changedFields(
  before: object | null | undefined,
  after: object | null | undefined,
): { before: JsonObject | null; after: JsonObject | null } {
  const left = before == null ? null : keepable(before)
  const right = after == null ? null : keepable(after)
  if (left === null || right === null) return { before: left, after: right }
  const names = Object.keys({ ...left, ...right }).filter(
    (name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]),
  )
  const pick = (state: JsonObject): JsonObject =>
    Object.fromEntries(names.filter((name) => name in state).map((name) => [name, state[name] ?? null]))
  return { before: pick(left), after: pick(right) }
}
