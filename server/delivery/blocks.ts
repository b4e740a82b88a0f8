import { type FileHandle, open } from 'node:fs/promises'
import type { Logger } from 'pino'
import { type ClipBlock, type ClipGet, clipGet, encodeClipBlock } from '#protocol/clip.ts'
import type { DeviceId } from '#protocol/ids.ts'
import { deviceTopic } from '#protocol/topics.ts'
import type { DeviceLink } from '#server/mqtt/link.ts'
import { LinkError } from '#server/mqtt/link-error.ts'
import { decoding } from '#server/mqtt/router.ts'
import type { Blob, Blobs } from './blobs.ts'

export interface BlockLimits {
  /** Devices served at the same time. Each costs one open file and one block in memory. */
  readonly maxDevices: number
  /** Bytes read but not yet taken over by the link, over all devices. */
  readonly maxBytesInFlight: number
  /** Requests of one device being answered; one more is refused. A device asks again when its blocks have come. */
  readonly maxRequestsPerDevice: number
}

export const defaultBlockLimits: BlockLimits = {
  maxDevices: 256,
  maxBytesInFlight: 16 * 1_048_576,
  maxRequestsPerDevice: 2,
}

const RETRY_SOON_MS = 500
const RETRY_FULL_MS = 2_000

export interface BlockServer {
  /** Handler of `…/clip-get`. */
  readonly handler: (id: DeviceId, payload: Uint8Array) => Promise<void>
  onClipGet(id: DeviceId, request: ClipGet): Promise<void>
  counts(): { readonly devices: number; readonly bytesInFlight: number; readonly served: number; readonly busy: number }
}

/**
 * Answers devices that ask for blocks of a clip or day plan, at QoS 0: what is lost is asked for again. Nothing queues
 * here. A block is read only after the link has taken the one before it, so that a slow link holds one block in memory
 * and no more; beyond the limits the answer is `busy`, and the device comes back later.
 */
export function createBlockServer(deps: {
  readonly blobs: Blobs
  readonly link: Pick<DeviceLink, 'publish'>
  readonly log: Logger
  readonly limits?: Partial<BlockLimits>
}): BlockServer {
  const { blobs, link, log } = deps
  const limits = { ...defaultBlockLimits, ...deps.limits }
  const requests = new Map<DeviceId, number>()
  let bytesInFlight = 0
  let served = 0
  let busy = 0

  const publish = (id: DeviceId, message: ClipBlock): Promise<void> =>
    link.publish(deviceTopic(id, 'clip'), encodeClipBlock(message), { qos: 0 })

  /** How long to stay away; undefined: come in. */
  function refuse(id: DeviceId): number | undefined {
    const own = requests.get(id) ?? 0
    if (own >= limits.maxRequestsPerDevice) return RETRY_SOON_MS
    if (own === 0 && requests.size >= limits.maxDevices) return RETRY_FULL_MS
    return bytesInFlight >= limits.maxBytesInFlight ? RETRY_FULL_MS : undefined
  }

  async function sendBlocks(id: DeviceId, request: ClipGet, blob: Blob, file: FileHandle | undefined): Promise<void> {
    const totalBytes = blob.kind === 'plan' ? blob.data.byteLength : blob.bytes
    for (const { offset, length } of request.blocks) {
      if (offset >= totalBytes) continue
      const wanted = Math.min(length, totalBytes - offset)
      bytesInFlight += wanted
      try {
        const block = await readBlock(blob, file, offset, wanted)
        // Awaited: the next block is not even read before the link has taken this one.
        await publish(id, { status: 'block', sha256: request.sha256, offset, totalBytes, block })
        served += 1
      } finally {
        bytesInFlight -= wanted
      }
    }
  }

  async function serve(id: DeviceId, request: ClipGet): Promise<void> {
    const blob = await blobs.find(id, request.sha256)
    if (blob === undefined) {
      log.info({ deviceId: id, sha256: request.sha256 }, 'a device asked for what its target does not name')
      await publish(id, { status: 'unknown', sha256: request.sha256 })
      return
    }
    const file = blob.kind === 'clip' ? await open(blob.path, 'r') : undefined
    try {
      await sendBlocks(id, request, blob, file)
    } finally {
      await file?.close()
    }
  }

  async function onClipGet(id: DeviceId, request: ClipGet): Promise<void> {
    const retryAfterMs = refuse(id)
    if (retryAfterMs !== undefined) {
      busy += 1
      await publish(id, { status: 'busy', sha256: request.sha256, retryAfterMs })
      return
    }
    requests.set(id, (requests.get(id) ?? 0) + 1)
    try {
      await serve(id, request)
    } catch (error) {
      // The device went away, or its link is too slow: it asks again for what it lacks.
      if (!(error instanceof LinkError)) throw error
      log.debug({ err: error, deviceId: id }, 'blocks did not get through')
    } finally {
      const left = (requests.get(id) ?? 1) - 1
      if (left === 0) requests.delete(id)
      else requests.set(id, left)
    }
  }

  return {
    onClipGet,
    handler: decoding(clipGet, onClipGet),
    counts: () => ({ devices: requests.size, bytesInFlight, served, busy }),
  }
}

async function readBlock(
  blob: Blob,
  file: FileHandle | undefined,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (blob.kind === 'plan') return blob.data.subarray(offset, offset + length)
  const block = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const result = await file?.read(block, filled, length - filled, offset + filled)
    if (result === undefined || result.bytesRead === 0) throw new Error(`a clip ends before its size: ${blob.path}`)
    filled += result.bytesRead
  }
  return block
}
