import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { sha256 } from '#protocol/ids.ts'
import { Problem } from '#server/http/problem.ts'
import type { ByteRange } from '#server/http/range.ts'
import { sendBytes } from '#server/http/send-bytes.ts'
import type { Blob, Blobs } from './blobs.ts'

/** Clips on their way over HTTP at the same time; each holds a file and a socket. */
const MAX_STREAMS = 512
const RETRY_AFTER_S = 5
/**
 * How long a shared cache may hand a clip on without asking us. Then it must ask, with the credential of the device that
 * asked it, and is answered 304 without a byte: so whoever is revoked is out after so long at most (RFC 9111 §3.5, §4.3).
 */
const SHARED_S = 60

function openRange(blob: Blob, range: ByteRange): Readable {
  return blob.kind === 'plan'
    ? Readable.from([blob.data.subarray(range.first, range.last + 1)])
    : createReadStream(blob.path, { start: range.first, end: range.last })
}

/**
 * Clips and day plans over HTTP, for CLIP_TRANSPORT=http: content-addressed and immutable, with Range (RFC 9110 §14). A
 * device gets what its own target names. `isSharable`: the operator wants caches on the way to carry them; otherwise
 * nothing of what may not be public yet is kept anywhere but on the device.
 */
export function clipBytesRoutes(deps: {
  readonly blobs: Blobs
  readonly isSharable: boolean
  readonly maxStreams?: number
}): FastifyPluginAsyncZod {
  const maxStreams = deps.maxStreams ?? MAX_STREAMS
  return async (app) => {
    let streams = 0
    app.get(
      '/clips/:sha256',
      {
        config: { action: 'device' },
        schema: {
          tags: ['devices'],
          summary: 'Bytes of a clip or day plan that the device’s target names',
          description: 'Single byte ranges (RFC 9110). HTTP Basic: device id and secret.',
          params: z.object({ sha256 }),
        },
      },
      async (request, reply) => {
        if (streams >= maxStreams) throw new Problem('too-many-requests', { seconds: RETRY_AFTER_S })
        const hash = request.params.sha256
        const blob = await deps.blobs.find(request.deviceId, hash)
        if (blob === undefined) throw new Problem('not-found')
        return sendBytes(request, reply, {
          etag: `"${hash}"`,
          totalBytes: blob.kind === 'plan' ? blob.data.byteLength : blob.bytes,
          mediaType: blob.kind === 'plan' ? 'application/json' : 'audio/ogg',
          cacheControl: deps.isSharable
            ? `public, s-maxage=${SHARED_S}, max-age=0, must-revalidate`
            : 'private, no-store',
          open(range) {
            streams += 1
            // `close` comes once, whether the answer was sent, failed or was cut off.
            reply.raw.once('close', () => {
              streams -= 1
            })
            return openRange(blob, range)
          },
        })
      },
    )
  }
}
