import { constants } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { syncFolder } from '#server/durable-file.ts'
import type { ClipFiles } from './clip-files.ts'

/**
 * The bytes of uploads that are on their way. They lie where the clip is made of them, by its id: when the last one is
 * there nothing has to be moved, and no crash can fall between.
 */
export interface UploadFiles {
  /** An empty file, there after a power cut too. False: the disk has no room for it. */
  create(id: string, bytes: number): Promise<boolean>
  /** How many bytes are safely on the disk; undefined: there is no such file. */
  measure(id: string): Promise<number | undefined>
  /**
   * Appends a piece at `offset`, which must be where the file ends. What has come is fsynced when this resolves or
   * rejects, however the piece ended. Rejects with what ended the body.
   */
  append(id: string, piece: Piece): Promise<Appended>
  remove(id: string): Promise<void>
}

export interface Piece {
  readonly offset: number
  /** Of the whole file. */
  readonly totalBytes: number
  readonly body: Readable
}

export type Appended =
  | { readonly ok: true; readonly receivedBytes: number }
  | { readonly ok: false; readonly refusal: 'gone' | 'wrong-offset' | 'too-large' | 'disk-full' }

/** How much is written before one looks again whether the disk is full. */
const recheckEveryBytes = 16 * 1_048_576

const isCode = (cause: unknown, code: string): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === code

export function createUploadFiles({ incomingDir, incomingPath, room }: ClipFiles): UploadFiles {
  async function openThere(id: string): Promise<FileHandle | undefined> {
    try {
      return await open(incomingPath(id), constants.O_RDWR)
    } catch (cause) {
      if (isCode(cause, 'ENOENT')) return undefined
      throw cause
    }
  }

  /** Not destroyed when it is refused: the peer must be able to read why (request-bodies.ts). */
  async function write(
    handle: FileHandle,
    { offset, totalBytes, body }: Piece,
    count: (at: number) => Promise<boolean>,
  ) {
    const chunks: AsyncIterable<Uint8Array> = body.iterator({ destroyOnReturn: false })
    let at = offset
    for await (const chunk of chunks) {
      if (at + chunk.byteLength > totalBytes) return 'too-large'
      for (let written = 0; written < chunk.byteLength; ) {
        const { bytesWritten } = await handle.write(chunk, written, chunk.byteLength - written, at + written)
        written += bytesWritten
      }
      at += chunk.byteLength
      if (!(await count(at))) return 'disk-full'
    }
    return at
  }

  return {
    async create(id, bytes) {
      if (!(await room.reserve(id, bytes))) return false
      try {
        const handle = await open(incomingPath(id), 'wx', 0o600)
        await handle.close()
        await syncFolder(incomingDir)
        return true
      } catch (cause) {
        if (isCode(cause, 'ENOSPC')) return false
        throw cause
      } finally {
        room.release(id)
      }
    },

    async measure(id) {
      const handle = await openThere(id)
      if (handle === undefined) return undefined
      try {
        await handle.sync()
        return (await handle.stat()).size
      } finally {
        await handle.close()
      }
    },

    async append(id, piece) {
      const handle = await openThere(id)
      if (handle === undefined) return { ok: false, refusal: 'gone' }
      try {
        const { size } = await handle.stat()
        if (size !== piece.offset) return { ok: false, refusal: 'wrong-offset' }
        if (!(await room.reserve(id, piece.totalBytes - size))) return { ok: false, refusal: 'disk-full' }
        let recheckAtBytes = size + recheckEveryBytes
        try {
          const end = await write(handle, piece, async (at) => {
            room.shrink(id, piece.totalBytes - at)
            if (at < recheckAtBytes) return true
            recheckAtBytes = at + recheckEveryBytes
            return !(await room.isFull())
          })
          return typeof end === 'number' ? { ok: true, receivedBytes: end } : { ok: false, refusal: end }
        } catch (cause) {
          if (isCode(cause, 'ENOSPC')) return { ok: false, refusal: 'disk-full' }
          throw cause
        } finally {
          room.release(id)
          await handle.sync()
        }
      } finally {
        await handle.close()
      }
    },

    remove: (id) => rm(incomingPath(id), { force: true }),
  }
}
