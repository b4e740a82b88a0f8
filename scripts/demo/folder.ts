/**
 * The demo's temporary folder, and the folders of demos that were killed.
 *
 * A living demo holds a name that only one process can hold (a Linux abstract socket, unix(7)), which goes with it
 * whatever ended it. What it started works in its folder (the working directory), so that a folder is never taken away
 * from under a process that is still ending.
 */
import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readFile, readlink, realpath, rm } from 'node:fs/promises'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

const PREFIX = 'loaxa-demo-'
const DATABASE_STOP_POLLS = 100
const POLL_MS = 100

interface Claim {
  release(): Promise<void>
}

/** Undefined: another process holds it. */
function claim(folder: string): Promise<Claim | undefined> {
  const server = net.createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      if ('code' in cause && cause.code === 'EADDRINUSE') resolve(undefined)
      else reject(cause)
    })
    server.listen(`\0${folder}`, () => {
      server.unref()
      resolve({ release: () => new Promise((released) => server.close(() => released())) })
    })
  })
}

export interface DemoFolder {
  readonly path: string
  remove(): Promise<void>
}

/** A new folder below `parent` that is ours for as long as this process lives. */
export async function makeDemoFolder(parent = os.tmpdir()): Promise<DemoFolder> {
  const folder = path.join(parent, `${PREFIX}${randomBytes(6).toString('hex')}`)
  // Claimed BEFORE it exists: nobody ever sees it without an owner.
  const claimed = await claim(folder)
  if (claimed === undefined) throw new Error(`${folder} belongs to another process`)
  await mkdir(folder)
  // The embedded database runs under its own account and must be able to pass, whatever the umask.
  await chmod(folder, 0o711)
  return {
    path: folder,
    async remove() {
      await removeFolder(folder)
      await claimed.release()
    },
  }
}

/**
 * Removes what demos left that were killed (kill -9, a crash), and ends a database that lost its server with them.
 * Leaves alone what belongs to another account, to a living demo, or to programs that are still ending. Returns the
 * folders that are gone.
 */
export async function removeDeadDemos(parent = os.tmpdir()): Promise<string[]> {
  const removed: string[] = []
  for (const name of await readdir(parent)) {
    if (!name.startsWith(PREFIX)) continue
    const folder = path.join(parent, name)
    // Held while we work, so that two demos that start at once do not clear the same folder.
    const claimed = await claim(folder)
    if (claimed === undefined) continue
    if ((await isOurs(folder)) && (await stopOrphanedDatabase(folder))) {
      await removeFolder(folder)
      removed.push(folder)
    }
    await claimed.release()
  }
  return removed
}

/** A folder of this account; another demo may have removed it since it was listed. */
async function isOurs(folder: string): Promise<boolean> {
  try {
    const found = await lstat(folder)
    return found.isDirectory() && found.uid === process.getuid?.()
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false
    throw cause
  }
}

/** False: somebody still works there. */
async function stopOrphanedDatabase(folder: string): Promise<boolean> {
  for (let polls = 0; polls < DATABASE_STOP_POLLS; polls++) {
    const workers = await findWorkers(folder)
    if (workers.length === 0) return true
    if (workers.some((worker) => worker.name !== 'postgres')) return false
    const leader = workers.find((worker) => !workers.some((other) => other.pid === worker.parentPid))
    // SIGQUIT: at once, without writing what nobody will read (PostgreSQL manual, "Shutting Down the Server").
    if (polls === 0 && leader !== undefined) process.kill(leader.pid, 'SIGQUIT')
    await delay(POLL_MS)
  }
  return false
}

/** Living processes whose working directory lies in the folder. */
async function findWorkers(folder: string): Promise<{ pid: number; parentPid: number; name: string }[]> {
  const places = [folder, await databaseFolder(folder)]
  const workers: { pid: number; parentPid: number; name: string }[] = []
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    // One that ended in between, or whose files we may not see, is none of ours.
    const workingDir = await readlink(`/proc/${pid}/cwd`).catch(() => '')
    if (!places.some((place) => workingDir === place || workingDir.startsWith(`${place}/`))) continue
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
    const [, name, state, parentPid] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? []
    if (name === undefined || state === 'Z') continue
    workers.push({ pid: Number(pid), parentPid: Number(parentPid), name })
  }
  return workers
}

/** Where the database lies: below a private folder such as root's home it is a link to where its account can reach it. */
async function databaseFolder(folder: string): Promise<string> {
  const database = path.join(folder, 'postgres')
  return realpath(database).catch(() => database)
}

async function removeFolder(folder: string): Promise<void> {
  await rm(await databaseFolder(folder), { recursive: true, force: true })
  await rm(folder, { recursive: true, force: true })
}
