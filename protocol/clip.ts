import { z } from 'zod'
import type { Decoded } from './codec.ts'
import { type Sha256, sha256 } from './ids.ts'
import { limits } from './limits.ts'

/** Up, QoS 0: blocks of a clip or day plan that the device lacks. */
export const clipGet = z.object({
  sha256,
  blocks: z
    .array(
      z.object({
        offset: z.number().int().min(0).max(limits.maxClipBytes),
        length: z.number().int().min(1).max(limits.maxBlockBytes),
      }),
    )
    .min(1)
    .max(limits.maxBlocksPerRequest),
})
export type ClipGet = z.infer<typeof clipGet>

/** Down, QoS 0. `busy`: the admission limit is reached, ask again after `retryAfterMs`. */
export type ClipBlock =
  | { status: 'block'; sha256: Sha256; offset: number; totalBytes: number; block: Uint8Array }
  | { status: 'unknown'; sha256: Sha256 }
  | { status: 'busy'; sha256: Sha256; retryAfterMs: number }

const HEADER_BYTES = 46
const statuses = ['block', 'unknown', 'busy'] as const

/** Layout: version (1) · status (1) · sha256 (32) · offset u32 · totalBytes u32 · retryAfterMs u32 · block. Big-endian. */
export function encodeClipBlock(message: ClipBlock): Buffer {
  const block = message.status === 'block' ? message.block : new Uint8Array(0)
  const out = Buffer.alloc(HEADER_BYTES + block.byteLength)
  out.writeUInt8(1, 0)
  out.writeUInt8(statuses.indexOf(message.status), 1)
  out.write(message.sha256, 2, 'hex')
  out.writeUInt32BE(message.status === 'block' ? message.offset : 0, 34)
  out.writeUInt32BE(message.status === 'block' ? message.totalBytes : 0, 38)
  out.writeUInt32BE(message.status === 'busy' ? message.retryAfterMs : 0, 42)
  out.set(block, HEADER_BYTES)
  return out
}

export function decodeClipBlock(payload: Uint8Array): Decoded<ClipBlock> {
  const view = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  if (view.byteLength < HEADER_BYTES || view.byteLength > HEADER_BYTES + limits.maxBlockBytes) {
    return { ok: false, error: `clip block of ${view.byteLength} bytes` }
  }
  if (view.readUInt8(0) !== 1) return { ok: false, error: `clip block version ${view.readUInt8(0)}` }
  const hash = sha256.parse(view.subarray(2, 34).toString('hex'))
  switch (statuses[view.readUInt8(1)]) {
    case 'block': {
      const [offset, totalBytes, block] = [view.readUInt32BE(34), view.readUInt32BE(38), view.subarray(HEADER_BYTES)]
      if (totalBytes > limits.maxClipBytes || offset + block.byteLength > totalBytes)
        return { ok: false, error: 'clip block beyond its end' }
      return { ok: true, value: { status: 'block', sha256: hash, offset, totalBytes, block } }
    }
    case 'unknown':
      return { ok: true, value: { status: 'unknown', sha256: hash } }
    case 'busy':
      return { ok: true, value: { status: 'busy', sha256: hash, retryAfterMs: view.readUInt32BE(42) } }
    default:
      return { ok: false, error: 'clip block of unknown status' }
  }
}
