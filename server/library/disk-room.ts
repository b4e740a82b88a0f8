import { statfs } from 'node:fs/promises'

/** Uploads stop while less than this is free: the database shares the disk, and must never meet a full one. */
const minFreeBytes = 512 * 1_048_576

/** What uploads may still fill of a disk. Room is promised before the first byte, so that two never count on the same. */
export interface DiskRoom {
  /** False: there is not that much room left that nobody else was promised. */
  reserve(id: string, bytes: number): Promise<boolean>
  /** So much of what was promised is still to come. */
  shrink(id: string, leftBytes: number): void
  release(id: string): void
  /** Others write on this disk too: whether they have filled it meanwhile. */
  isFull(): Promise<boolean>
}

/** What is free for uploads, in bytes, on the disk that holds this folder; negative when there is too little already. */
async function readFreeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize - minFreeBytes
}

export type MeasureFree = (folder: string) => Promise<number>

export function createDiskRoom(folder: string, measureFree: MeasureFree = readFreeBytes): DiskRoom {
  /** What each upload in progress may still write, in bytes. */
  const toCome = new Map<string, number>()
  return {
    async reserve(id, bytes) {
      const freeBytes = await measureFree(folder)
      // From here to the reservation nothing waits: two uploads never count on the same room.
      const promisedBytes = [...toCome.values()].reduce((sum, one) => sum + one, 0)
      if (freeBytes - promisedBytes < bytes) return false
      toCome.set(id, bytes)
      return true
    },
    shrink(id, leftBytes) {
      if (toCome.has(id)) toCome.set(id, Math.max(0, leftBytes))
    },
    release(id) {
      toCome.delete(id)
    },
    isFull: async () => (await measureFree(folder)) < 0,
  }
}
