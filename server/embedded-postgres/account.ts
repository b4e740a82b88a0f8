import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'

const runFile = promisify(execFile)

/** The account that PostgreSQL runs under when we are root, which it refuses to run as. */
export interface ServerAccount {
  uid: number
  gid: number
}

/**
 * Whom to run PostgreSQL as: undefined for ourselves (when we are not root); the owner of an existing cluster, so that
 * installing Debian's PostgreSQL later, with its own account, changes nothing; else `postgres`, else `nobody`.
 */
export async function findServerAccount(clusterDir: string): Promise<ServerAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined
  if (existsSync(clusterDir)) {
    const { uid, gid } = statSync(clusterDir)
    if (uid !== 0) return { uid, gid }
  }
  return (await lookUpAccount('postgres')) ?? (await lookUpAccount('nobody'))
}

async function lookUpAccount(name: string): Promise<ServerAccount | undefined> {
  try {
    const uid = await runFile('id', ['-u', name])
    const gid = await runFile('id', ['-g', name])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch (error) {
    // `id` ends with 1 for "no such user"; anything else means that there is no working `id`.
    if (error instanceof Error && 'code' in error && error.code === 1) return undefined
    throw error
  }
}

/**
 * Whether an account can reach what lies in `directory`: it may search that directory and every one above it.
 * Reads the plain permission bits of what exists already (what is still to be made, we make reachable);
 * access control lists are ignored, which at worst says no where yes would do.
 */
export function isReachable(directory: string, account: ServerAccount): boolean {
  for (let current = path.resolve(directory); ; current = path.dirname(current)) {
    if (existsSync(current)) {
      const { mode, uid, gid } = statSync(current)
      const searchBit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & searchBit) === 0) return false
    }
    if (current === path.dirname(current)) return true
  }
}
