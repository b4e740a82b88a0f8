import { z } from 'zod'
import type { InstantMs } from '#protocol/time.ts'

/**
 * tus 1.0 (tus.io/protocols/resumable-upload): what its headers say, and until when an upload can go on. Pure.
 */

export const TUS_VERSION = '1.0.0'
export const PIECE_TYPE = 'application/offset+octet-stream'

/** What stays untouched for so long is given up: a weekend, so that what broke off on Friday goes on on Monday. */
export const UPLOAD_KEPT_MS = 72 * 3_600_000

/** Files that one person has on the way at once; who has more keeps the disk from the others. */
export const MAX_OPEN_UPLOADS = 10

const count = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)

/** Upload-Length, Upload-Offset: bytes. Undefined when it is missing or none. */
export function readByteCount(header: string | string[] | undefined): number | undefined {
  const read = count.safeParse(header)
  return read.success ? read.data : undefined
}

/** Upload-Metadata: pairs of a key and a value in base64, with commas between them. Undefined when it is malformed. */
export function readMetadata(header: string | string[] | undefined): Record<string, string> | undefined {
  if (typeof header !== 'string') return undefined
  const pairs: [string, string][] = []
  for (const pair of header.split(',')) {
    const match = /^\s*([!-+\--~]+)(?: ([A-Za-z0-9+/]*={0,2}))?\s*$/.exec(pair)
    if (match?.[1] === undefined) return undefined
    pairs.push([match[1], Buffer.from(match[2] ?? '', 'base64').toString('utf8')])
  }
  return Object.fromEntries(pairs)
}

export interface UploadFacts {
  readonly bytes: number
  readonly expiresAt: InstantMs
  readonly clipId: string | null
}

export type PieceRefusal = 'upload-expired' | 'upload-done' | 'upload-offset-wrong'

/** Whether a piece may be appended at `offset`, when `receivedBytes` are there. */
export function judgePiece(
  upload: UploadFacts,
  offset: number,
  receivedBytes: number,
  now: InstantMs,
): PieceRefusal | undefined {
  if (upload.clipId !== null) return 'upload-done'
  if (upload.expiresAt <= now) return 'upload-expired'
  return offset === receivedBytes ? undefined : 'upload-offset-wrong'
}
