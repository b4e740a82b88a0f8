import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Sha256 } from '#protocol/ids.ts'
import { syncFolder } from '#server/durable-file.ts'
import { createDiskRoom, type DiskRoom, type MeasureFree } from './disk-room.ts'

/** Where audio lies on disk. Uploads have no extension and no name of the uploader's; clips are named by their content. */
export interface ClipFiles {
  /** Where uploads lie until they are clips, by the clip's id. */
  readonly incomingDir: string
  /** On the disk that holds them. */
  readonly room: DiskRoom
  incomingPath(clipId: string): string
  workPath(clipId: string): string
  clipPath(sha256: string): string
  /** Path and size of a clip; undefined when it is not there. */
  open(sha256: Sha256): Promise<{ path: string; bytes: number } | undefined>
  /**
   * Streams an upload to disk and fsyncs it: once this resolves it survives a pulled plug. Room for `declaredBytes`, or
   * else for `maxBytes`, is reserved before the first byte, so that uploads at once do not count on the same room.
   */
  receive(
    clipId: string,
    body: Readable,
    limits: { maxBytes: number; declaredBytes?: number | undefined },
  ): Promise<{ ok: true; bytes: number } | { ok: false; refusal: 'too-large' | 'empty' | 'disk-full' }>
  discard(clipId: string): Promise<void>
  /** Removes what no upload in progress or in the queue owns: left by a crash in the middle of an upload. */
  sweepIncoming(keep: ReadonlySet<string>): Promise<number>
}

/** How much of an upload is written before one looks again: others write on this disk too. */
const recheckEveryBytes = 16 * 1_048_576

const maxKnownSizes = 10_000

class TooLarge extends Error {}
class DiskFull extends Error {}

/** `measureFree`: what uploads may still fill, in bytes; negative when there is too little already. */
export async function openClipFiles(dataDir: string, measureFree?: MeasureFree): Promise<ClipFiles> {
  const [clipsDir, incomingDir] = [path.join(dataDir, 'clips'), path.join(dataDir, 'incoming')]
  await mkdir(clipsDir, { recursive: true, mode: 0o700 })
  await mkdir(incomingDir, { recursive: true, mode: 0o700 })
  const incomingPath = (clipId: string): string => path.join(incomingDir, clipId)
  const workPath = (clipId: string): string => path.join(incomingDir, `${clipId}-work`)
  // A clip never changes once it has its name: asked once, its size is known. Devices ask block by block.
  const sizes = new Map<string, number>()
  const room = createDiskRoom(incomingDir, measureFree)
  const clipPath = (sha256: string): string => path.join(clipsDir, sha256.slice(0, 2), sha256)

  return {
    incomingDir,
    room,
    incomingPath,
    workPath,
    clipPath,
    async open(sha256) {
      const file = clipPath(sha256)
      const known = sizes.get(sha256)
      if (known !== undefined) return { path: file, bytes: known }
      try {
        const { size: bytes } = await stat(file)
        if (sizes.size >= maxKnownSizes) sizes.clear()
        sizes.set(sha256, bytes)
        return { path: file, bytes }
      } catch (cause) {
        if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
        throw cause
      }
    },
    async receive(clipId, body, { maxBytes, declaredBytes }) {
      const reservedBytes = Math.min(declaredBytes ?? maxBytes, maxBytes)
      if (!(await room.reserve(clipId, reservedBytes))) return { ok: false, refusal: 'disk-full' }
      let bytes = 0
      let recheckAtBytes = recheckEveryBytes
      // Not destroyed when it is refused: the peer must be able to read why, and what is left is read away (request-bodies.ts).
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        const chunks: AsyncIterable<Uint8Array> = body.iterator({ destroyOnReturn: false })
        for await (const chunk of chunks) {
          bytes += chunk.byteLength
          if (bytes > maxBytes) throw new TooLarge()
          room.shrink(clipId, reservedBytes - bytes)
          if (bytes >= recheckAtBytes) {
            recheckAtBytes = bytes + recheckEveryBytes
            if (await room.isFull()) throw new DiskFull()
          }
          yield chunk
        }
      }
      const file = incomingPath(clipId)
      try {
        await pipeline(counted, createWriteStream(file, { mode: 0o600, flags: 'wx', flush: true }))
      } catch (cause) {
        await rm(file, { force: true })
        if (cause instanceof TooLarge) return { ok: false, refusal: 'too-large' }
        if (cause instanceof DiskFull || (cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC'))
          return { ok: false, refusal: 'disk-full' }
        throw cause
      } finally {
        room.release(clipId)
      }
      if (bytes === 0) {
        await rm(file, { force: true })
        return { ok: false, refusal: 'empty' }
      }
      await syncFolder(incomingDir)
      return { ok: true, bytes }
    },
    async discard(clipId) {
      await rm(incomingPath(clipId), { force: true })
      await rm(workPath(clipId), { force: true })
    },
    async sweepIncoming(keep) {
      let removed = 0
      for (const name of await readdir(incomingDir)) {
        if (keep.has(name)) continue
        await rm(path.join(incomingDir, name), { force: true })
        removed++
      }
      return removed
    },
  }
}
