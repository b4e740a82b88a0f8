import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open, readdir, readFile, rename, rm, stat, statfs } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { toDate } from '#agent/clock.ts'
import { type Sha256, sha256 } from '#protocol/ids.ts'
import type { BlobRef } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'
import { blameCard } from './card.ts'
import { isErrno, makeFolder, syncFolder, writeFully } from './files.ts'
import type { Log } from './log.ts'

const PART = '.part'

/** A clip that is being fetched; what was fetched before a break is still there. */
export interface Partial {
  readonly offset: number
  /** Appends the bytes that follow `offset`. */
  write(block: Uint8Array): Promise<void>
  /** All is there: verifies the hash and makes it a clip. `corrupt`: it was thrown away. */
  finish(): Promise<'held' | 'corrupt'>
  close(): Promise<void>
}

export type Begun = { readonly status: 'ok'; readonly partial: Partial } | { readonly status: 'disk-full' }

/** Damaged on disk or on its way, and not fetched anew yet; or there is no room for it. */
export type ClipFault = 'clip-corrupt' | 'disk-full'

/** Clips and day plans by content. Whatever is called held has been verified against its hash in this run or was found on disk. */
export interface ClipStore {
  has(sha256: Sha256): boolean
  pathOf(sha256: Sha256): string
  /** Verifies once per run that the content is what its name says; what is not is thrown away. */
  verify(sha256: Sha256): Promise<boolean>
  /** A small blob (a day plan), verified; undefined when it is not held. */
  read(sha256: Sha256): Promise<Buffer | undefined>
  /** Begins or resumes fetching. `needed` names what may not be evicted to make room. */
  begin(ref: BlobRef, needed: ReadonlySet<Sha256>, now: InstantMs): Promise<Begun>
  /** What keeps a wanted blob from being held, as far as this device is at fault. */
  faultOf(sha256: Sha256): ClipFault | undefined
  /** Removes partial files of what nobody needs any more. */
  dropPartials(needed: ReadonlySet<Sha256>): Promise<void>
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: 262_144 }), hash)
  return hash.digest('hex')
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (cause) {
    if (isErrno(cause, 'ENOENT')) return 0
    throw cause
  }
}

export async function openClipStore(options: {
  readonly folder: string
  readonly maxBytes: number
  /** Never leave less than this free on the disk: the ledger must always find room. */
  readonly minFreeBytes: number
  readonly log: Log
  /** A fault has come or gone. */
  readonly onFaults?: (faults: ReadonlySet<ClipFault>) => void
}): Promise<ClipStore> {
  const { folder, maxBytes, minFreeBytes, log } = options
  const sizes = new Map<Sha256, number>()
  const verified = new Set<Sha256>()
  const faults = new Map<Sha256, ClipFault>()

  function setFault(name: Sha256, fault: ClipFault | undefined): void {
    if (faults.get(name) === fault) return
    if (fault === undefined) faults.delete(name)
    else faults.set(name, fault)
    options.onFaults?.(new Set(faults.values()))
  }

  async function readFolder(): Promise<void> {
    await makeFolder(folder)
    for (const name of await readdir(folder)) {
      const parsed = sha256.safeParse(name)
      if (parsed.success) sizes.set(parsed.data, await sizeOf(path.join(folder, name)))
    }
  }

  try {
    await readFolder()
  } catch (cause) {
    // An emergency brings its sound along: a card that does not give out its clips must not keep the agent from starting.
    log.error('the clips cannot be read; they will be fetched again', { cause, card: blameCard(cause) })
  }

  const pathOf = (name: Sha256): string => path.join(folder, name)

  async function drop(name: Sha256): Promise<void> {
    sizes.delete(name)
    verified.delete(name)
    await remove(pathOf(name))
  }

  /** What the card does not let go is no longer counted on all the same. */
  async function remove(file: string): Promise<void> {
    try {
      await rm(file, { force: true })
    } catch (cause) {
      log.warn('the card does not let go of a file', { file, cause, card: blameCard(cause) })
    }
  }

  async function verify(name: Sha256): Promise<boolean> {
    if (!sizes.has(name)) return false
    if (verified.has(name)) return true
    let actual: string
    try {
      actual = await hashFile(pathOf(name))
    } catch (cause) {
      log.warn('clip unreadable', { sha256: name, cause })
      actual = ''
    }
    if (actual === name) {
      verified.add(name)
      return true
    }
    log.warn('clip damaged on disk; it will be fetched again', { sha256: name })
    await drop(name)
    setFault(name, 'clip-corrupt')
    return false
  }

  async function findRoom(): Promise<number> {
    const { bavail, bsize } = await statfs(folder)
    const held = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0)
    return Math.min(maxBytes - held, bavail * bsize - minFreeBytes)
  }

  /** Evicts what no target needs, the longest unused first, until `bytes` fit. */
  async function makeRoom(bytes: number, needed: ReadonlySet<Sha256>): Promise<boolean> {
    if ((await findRoom()) >= bytes) return true
    const candidates = await Promise.all(
      [...sizes.keys()]
        .filter((name) => !needed.has(name))
        .map(async (name) => ({ name, usedAt: (await stat(pathOf(name))).mtimeMs })),
    )
    for (const { name } of candidates.sort((a, b) => a.usedAt - b.usedAt)) {
      await drop(name)
      if ((await findRoom()) >= bytes) return true
    }
    return false
  }

  async function finish(ref: BlobRef, part: string, handle: FileHandle): Promise<'held' | 'corrupt'> {
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
    if ((await hashFile(part)) !== ref.sha256) {
      await rm(part, { force: true })
      setFault(ref.sha256, 'clip-corrupt')
      return 'corrupt'
    }
    await rename(part, pathOf(ref.sha256))
    await syncFolder(folder)
    sizes.set(ref.sha256, ref.bytes)
    verified.add(ref.sha256)
    setFault(ref.sha256, undefined)
    return 'held'
  }

  return {
    has: (name) => sizes.has(name),
    pathOf,
    verify,

    async read(name) {
      return (await verify(name)) ? await readFile(pathOf(name)) : undefined
    },

    async begin(ref, needed, now) {
      const part = `${pathOf(ref.sha256)}${PART}`
      const there = await sizeOf(part)
      const kept = there <= ref.bytes ? there : 0
      await makeFolder(folder)
      const hasRoom = await makeRoom(ref.bytes - kept, needed)
      if (!hasRoom) setFault(ref.sha256, 'disk-full')
      else if (faults.get(ref.sha256) === 'disk-full') setFault(ref.sha256, undefined)
      if (!hasRoom) return { status: 'disk-full' }
      const handle = await open(part, kept > 0 ? 'r+' : 'w', 0o600)
      await handle.utimes(toDate(now), toDate(now)).catch(async (cause: unknown) => {
        await handle.close()
        throw cause
      })
      let offset = kept
      let isOpen = true
      return {
        status: 'ok',
        partial: {
          get offset() {
            return offset
          },
          async write(block) {
            await writeFully(handle, block, offset)
            offset += block.byteLength
          },
          finish() {
            isOpen = false
            return finish(ref, part, handle)
          },
          async close() {
            if (isOpen) await handle.close()
            isOpen = false
          },
        },
      }
    },

    faultOf: (name) => faults.get(name),

    async dropPartials(needed) {
      for (const name of [...faults.keys()]) if (!needed.has(name)) setFault(name, undefined)
      for (const name of await readdir(folder)) {
        if (!name.endsWith(PART)) continue
        const parsed = sha256.safeParse(name.slice(0, -PART.length))
        if (!parsed.success || !needed.has(parsed.data)) await remove(path.join(folder, name))
      }
    },
  }
}
