import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  appendFile,
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isReachable, type ServerAccount } from '#server/embedded-postgres/account.ts'
import { EmbeddedPostgresError } from '#server/embedded-postgres/error.ts'
import type { PostgresAddress } from '#server/embedded-postgres/session.ts'

/** `sun_path` of a Unix socket holds 108 bytes, the last of them 0 (unix(7)). */
const SOCKET_PATH_MAX_BYTES = 107
const PORT = 5432
const SUPERUSER = 'postgres'
const START_LOG_LINES = 5

/**
 * The real directory of the cluster. Where the server's account could not reach `wantedDir`, a directory below
 * `sharedDir` with a link to it from `wantedDir`; its name is random, so that deleting the link gives a new, empty
 * database and not the old one.
 */
export async function provideReachableDataDir(
  wantedDir: string,
  sharedDir: string,
  account: ServerAccount | undefined,
): Promise<string> {
  if (existsSync(wantedDir)) {
    const dir = await realpath(wantedDir)
    if (account !== undefined && !isReachable(path.dirname(dir), account)) {
      throw new EmbeddedPostgresError(
        `The database's own account (number ${account.uid}) cannot reach ${dir}. ` +
          `Move it to where every account may pass, such as ${sharedDir}, or let everybody pass with chmod a+x.`,
      )
    }
    return dir
  }
  await mkdir(path.dirname(wantedDir), { recursive: true })
  if (account === undefined || isReachable(path.dirname(wantedDir), account)) return wantedDir

  const linked = await readLink(wantedDir)
  // A link to nothing: the first start was interrupted, or a user removed the directory to start afresh.
  if (linked !== undefined) return linked
  const dir = path.join(sharedDir, `postgres-${randomUUID()}`)
  await mkdir(sharedDir, { recursive: true, mode: 0o755 })
  await symlink(dir, wantedDir)
  return dir
}

async function readLink(file: string): Promise<string | undefined> {
  try {
    return await readlink(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

export interface ClusterSpec {
  dir: string
  majorVersion: number
  account: ServerAccount | undefined
  /** Runs `initdb` with these arguments, as the server's account. */
  initialise(args: string[]): Promise<void>
}

/** Makes the cluster, or checks that the one that is there can be used. */
export async function ensureCluster({ dir, majorVersion, account, initialise }: ClusterSpec): Promise<void> {
  const versionFile = path.join(dir, 'PG_VERSION')
  if (existsSync(dir)) await refuseForeignOwner(dir)
  if (existsSync(versionFile)) {
    const found = (await readFile(versionFile, 'utf8')).trim()
    if (found === String(majorVersion)) return
    throw new EmbeddedPostgresError(
      `The database in ${dir} was written by PostgreSQL ${found}, and this version brings ${majorVersion}. ` +
        'Write a dump with the old version, and read it with this one.',
    )
  }
  if (existsSync(dir) && (await readdir(dir)).length > 0) {
    throw new EmbeddedPostgresError(`${dir} is not empty, and it is not a database. Choose another directory.`)
  }
  // A power cut half way through must not leave half a cluster under the real name.
  const unfinished = `${dir}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await own(unfinished, account)
  await initialise([
    ...['-D', unfinished, '-U', SUPERUSER, '--auth-local=trust', '--auth-host=reject', '--encoding=UTF8'],
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--data-checksums'],
  ])
  await appendFile(path.join(unfinished, 'postgresql.conf'), "\ninclude_if_exists = 'loaxa.conf'\n")
  await rename(unfinished, dir)
}

async function refuseForeignOwner(dir: string): Promise<void> {
  const { uid } = await stat(dir)
  const ourUid = process.getuid?.()
  if (ourUid === undefined || ourUid === 0 || ourUid === uid) return
  throw new EmbeddedPostgresError(
    `The database in ${dir} belongs to another account (number ${uid}). Start the server as it was started before ` +
      '(with sudo, perhaps), or choose another data directory.',
  )
}

/** Writes our settings, which take effect when the server starts, and says where it will listen. */
export async function configureCluster(
  dir: string,
  account: ServerAccount | undefined,
  settings: Record<string, string | number>,
): Promise<PostgresAddress> {
  const address = superuserAddress(dir)
  const host = address.host
  if (host !== dir) {
    await mkdir(host, { recursive: true, mode: 0o700 })
    await own(host, account)
  }
  const all = {
    listen_addresses: '',
    unix_socket_directories: host,
    port: PORT,
    timezone: 'UTC',
    log_timezone: 'UTC',
    max_connections: 40,
    shared_buffers: '64MB',
    // One log file a weekday, each overwritten a week later: bounded, whatever happens.
    logging_collector: 'on',
    log_filename: 'postgres-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    ...settings,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${String(value).replaceAll("'", "''")}'\n`)
  const file = path.join(dir, 'loaxa.conf')
  await writeFile(file, lines.join(''))
  await own(file, account)
  return address
}

/** Where the cluster in the real directory `dir` listens when it runs, and its superuser. */
export function superuserAddress(dir: string): PostgresAddress {
  return { host: socketDirOf(dir), port: PORT, user: SUPERUSER, database: 'postgres' }
}

/** The cluster's own directory, private as it is; a directory of its own where the path would be too long. */
function socketDirOf(dir: string): string {
  if (Buffer.byteLength(`${dir}/.s.PGSQL.${PORT}.lock`) <= SOCKET_PATH_MAX_BYTES) return dir
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  return path.join(os.tmpdir(), `loaxa-postgres-${name}`)
}

/**
 * Removes the pid file of a server that is gone when its number now belongs to another program: PostgreSQL would
 * take that for a living server and refuse to start. It happens after a power cut, and most of all in containers,
 * where numbers are small and return. `children-ending`: processes of a dead server still work in the directory; a new one
 * must wait until they have noticed.
 */
export async function settlePidFile(dir: string, socketDir: string): Promise<'settled' | 'children-ending'> {
  const file = path.join(dir, 'postmaster.pid')
  if (!existsSync(file)) return 'settled'
  const pid = (await readFile(file, 'utf8')).split('\n', 1)[0] ?? ''
  const owner = await readProcess(pid)
  // A dead one that nobody has buried (an init that does not reap, as in many containers) still has its number.
  const isDead = owner === undefined || owner.state === 'Z'
  if (isDead && (await isAnyServerProcessIn(dir))) return 'children-ending'
  if (owner !== undefined && (isDead || owner.name !== 'postgres')) {
    await rm(file, { force: true })
    // It wrote its number beside its socket as well.
    await rm(path.join(socketDir, `.s.PGSQL.${PORT}.lock`), { force: true })
  }
  return 'settled'
}

/** Name and state (proc(5): Z is a zombie) of a process; undefined when there is none. */
async function readProcess(pid: string): Promise<{ name: string; state: string } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined
    throw error
  })
  const [, name, state] = /^\d+ \((.*)\) (\S)/s.exec(stat ?? '') ?? []
  return name === undefined || state === undefined ? undefined : { name, state }
}

/** Does a living process of PostgreSQL work in this directory? All of them make it their working directory. */
async function isAnyServerProcessIn(dir: string): Promise<boolean> {
  const real = await realpath(dir)
  for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const owner = await readProcess(pid)
    if (owner?.name !== 'postgres' || owner.state === 'Z') continue
    // One that ended in between, or belongs to somebody whose files we may not see, is none of ours.
    const workingDir = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
    if (workingDir === real) return true
  }
  return false
}

/** The last lines of what the server said before its own log was open. */
export async function readStartLog(dir: string): Promise<string> {
  const file = path.join(dir, 'start.log')
  if (!existsSync(file)) return ''
  const lines = (await readFile(file, 'utf8')).trim().split('\n').slice(-START_LOG_LINES)
  return `Its last words (${file}): ${lines.join(' | ')}`
}

async function own(file: string, account: ServerAccount | undefined): Promise<void> {
  if (account !== undefined) await chown(file, account.uid, account.gid)
}
