/** A byte range of a representation, both ends inclusive. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

export type RangeDecision = { kind: 'whole' } | { kind: 'part'; range: ByteRange } | { kind: 'unsatisfiable' }

/**
 * A single byte range (RFC 9110 §14.1.2, §14.2). Another unit, several ranges or a malformed header is ignored, as the
 * RFC allows: the answer is then the whole. `ifRange` counts only when it is this very entity tag (§13.1.5).
 */
export function decideRange(
  header: string | undefined,
  ifRange: string | undefined,
  etag: string,
  totalBytes: number,
): RangeDecision {
  if (header === undefined || (ifRange !== undefined && ifRange !== etag)) return { kind: 'whole' }
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header)
  const [first = '', last = ''] = match?.slice(1) ?? []
  if (match === null || (first === '' && last === '')) return { kind: 'whole' }
  if (first === '') {
    const suffix = Math.min(Number(last), totalBytes)
    if (suffix === 0) return { kind: 'unsatisfiable' }
    return { kind: 'part', range: { first: totalBytes - suffix, last: totalBytes - 1 } }
  }
  if (last !== '' && Number(last) < Number(first)) return { kind: 'whole' }
  if (Number(first) >= totalBytes) return { kind: 'unsatisfiable' }
  const end = last === '' ? totalBytes - 1 : Math.min(Number(last), totalBytes - 1)
  return { kind: 'part', range: { first: Number(first), last: end } }
}

/** Does `If-None-Match` name this entity tag (weak comparison, RFC 9110 §13.1.2)? */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag)
}
