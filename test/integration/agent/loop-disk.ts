import { execFile } from 'node:child_process'
import { mkdir, open, rm, truncate, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import koffi from 'koffi'
import { onTestFinished } from 'vitest'
import { makeFolder } from './fixtures.ts'

const run = promisify(execFile)

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH (fs/ext4/ext4.h): what is not on the disk by now never gets there. */
const EXT4_IOC_SHUTDOWN = 0x8004_587d
const NO_LOG_FLUSH = 2

/** An ext4 file system of its own, on a file. */
export interface LoopDisk {
  /** Where it is mounted; empty but for what the test has put there. */
  readonly folder: string
  /** The power goes: every further access fails, nothing is flushed. */
  cutPower(): Promise<void>
  /** The power is back: the journal is replayed, and the folder is there again. Whoever used it must have ended. */
  mountAgain(): Promise<void>
}

/** Why this machine cannot have one (it takes root, and a kernel that lends loop devices), or the disk. */
export async function makeLoopDisk(megabytes: number): Promise<LoopDisk | { readonly impossible: string }> {
  if (process.getuid?.() !== 0) return { impossible: 'mounting a file system of its own takes root' }
  const home = await makeFolder()
  const [image, mountPoint] = [path.join(home, 'disk.img'), path.join(home, 'disk')]
  await mkdir(mountPoint)
  await writeFile(image, '')
  await truncate(image, megabytes * 1_048_576)
  const mount = () =>
    run('mount', ['-o', 'loop', image, mountPoint], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' } })
  try {
    await run('/usr/sbin/mkfs.ext4', ['-q', '-m', '0', image])
    await mount()
  } catch (cause) {
    return { impossible: `no ext4 on a loop device here: ${cause instanceof Error ? cause.message : String(cause)}` }
  }
  onTestFinished(() => run('umount', ['-l', mountPoint]).then(() => undefined))
  await rm(path.join(mountPoint, 'lost+found'), { recursive: true })
  return {
    folder: mountPoint,
    async cutPower() {
      const ioctl = koffi.load('libc.so.6').func('int ioctl(int fd, unsigned long request, _In_ uint32_t *flags)')
      const handle = await open(mountPoint, 'r')
      const result = Number(ioctl(handle.fd, EXT4_IOC_SHUTDOWN, [NO_LOG_FLUSH]))
      await handle.close()
      if (result !== 0) throw new Error('the file system could not be shut down')
    },
    async mountAgain() {
      await run('umount', [mountPoint])
      await mount()
    },
  }
}
