import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'
import { type ByteRange, decideRange, matchesEtag } from './range.ts'

/** Bytes that never change and are named by their content. */
export interface ImmutableBytes {
  /** Quoted, as in the header (RFC 9110 §8.8.3). */
  readonly etag: string
  readonly totalBytes: number
  readonly mediaType: string
  readonly cacheControl: string
  /** Called at most once, and only when bytes are really sent. */
  open(range: ByteRange): Readable
}

/**
 * Answers GET and HEAD with the whole, one range, 304 or 416 (RFC 9110 §13, §14). A header that is not a single byte
 * range is ignored; a range that lies outside is refused with the length that there is (§15.5.17).
 */
export function sendBytes(request: FastifyRequest, reply: FastifyReply, bytes: ImmutableBytes): FastifyReply {
  const { etag, totalBytes } = bytes
  const ifRange = request.headers['if-range']
  const decision = decideRange(
    // Range is defined for GET only (§14.2).
    request.method === 'GET' ? request.headers.range : undefined,
    typeof ifRange === 'string' ? ifRange : undefined,
    etag,
    totalBytes,
  )
  const isKnown = matchesEtag(request.headers['if-none-match'], etag)
  reply.header('accept-ranges', 'bytes')
  if (!isKnown && decision.kind === 'unsatisfiable') {
    reply.header('content-range', `bytes */${totalBytes}`)
    throw new Problem('range-not-satisfiable')
  }
  reply.header('etag', etag).header('cache-control', bytes.cacheControl)
  if (isKnown) return reply.code(304).send()
  const range = decision.kind === 'part' ? decision.range : { first: 0, last: totalBytes - 1 }
  reply.type(bytes.mediaType).header('content-length', range.last - range.first + 1)
  if (decision.kind === 'part') {
    reply.code(206).header('content-range', `bytes ${range.first}-${range.last}/${totalBytes}`)
  }
  // An empty stream, not an empty body: the length stays what GET would send (§9.3.2).
  return reply.send(request.method === 'HEAD' ? Readable.from([]) : bytes.open(range))
}
