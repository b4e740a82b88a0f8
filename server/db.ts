import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { Prisma, PrismaClient } from '#prisma/client.ts'
import { grantProgramRole, mayRewriteAudit } from '#server/database-roles.ts'
import { findRunningPostgres, startEmbeddedPostgres } from '#server/embedded-postgres.ts'
import { applyMigrations, MigrationError } from '#server/migrate.ts'

export interface DatabaseOptions {
  /**
   * `embedded:/absolute/path` for the PostgreSQL that we bring, start and stop ourselves;
   * `postgresql://user:password@host/database` for a server of yours. The user is the role that the program works under.
   */
  url: string
  /**
   * The same database under the role that owns its tables: for the migrations and the program's privileges only, the
   * connection ends before any work begins. Without it `url` serves for both (with an embedded one it is not needed).
   */
  ownerUrl?: string | undefined
  /** The directory with one directory for each migration. */
  migrationsDir: string
  log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** The embedded server ended without being asked: nothing can be read or written until this process starts anew. */
  onLost?: (() => void) | undefined
  /** Connections of this process at most. 10 unless given. */
  maxConnections?: number
}

export interface Database {
  /** For ordinary reading and writing. */
  prisma: PrismaClient
  /** For what Prisma cannot say, or says too slowly (thousands of rows at once). */
  pool: pg.Pool
  kind: 'embedded' | 'postgres'
  /** The program's own role could change the audit trail, if it were not for triggers: the operator gave it too much. */
  mayRewriteAudit: boolean
  /** Ends all connections, and stops the embedded server. */
  close(): Promise<void>
}

/** The database cannot be used; the message says why and what to do, in words for the operator. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
}

const DEFAULT_MAX_CONNECTIONS = 10
const CONNECT_TIMEOUT_MS = 10_000
/** SQLSTATE (PostgreSQL manual, appendix A). */
const INSUFFICIENT_PRIVILEGE = '42501'
const UNDEFINED_OBJECT = '42704'
const timeZoneRow = z.object({ TimeZone: z.string() })
const nameRow = z.object({ name: z.string().nullable() })
type Log = DatabaseOptions['log']

/**
 * Opens the database and brings it to the schema of this version.
 *
 * @throws DatabaseError for a URL of another kind, a server that cannot be reached or sessions that are not in UTC;
 * MigrationError and EmbeddedPostgresError as their functions say. Nothing is left open then.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { log, migrationsDir } = options
  const server = await reachServer(options)
  try {
    await prepareDatabase(server, migrationsDir, log)
    return await openPool(server, log, options.maxConnections ?? DEFAULT_MAX_CONNECTIONS)
  } catch (error) {
    // What went wrong first is what the operator needs; that the server does not stop either comes second.
    await server.stop().catch((stopError: unknown) => log.error({ err: stopError }, 'the database did not stop'))
    throw error
  }
}

/**
 * Opens the database for one command beside a server that may be running: under the program's role, with the schema as
 * it is. An embedded server that runs is neither owned nor stopped; one that does not is started, and stopped at `close`.
 *
 * @throws as `openDatabase`, and DatabaseError when the database has no tables yet.
 */
export async function openDatabaseBeside(
  options: Pick<DatabaseOptions, 'url' | 'log'> & { readOnly: boolean },
): Promise<Database> {
  const { url, log } = options
  const dataDir = embeddedDir(url)
  const running = dataDir === undefined ? undefined : await findRunningPostgres(dataDir)
  const server =
    running === undefined
      ? await reachServer({ url, log })
      : { kind: 'embedded' as const, owner: running, program: running, isOwner: false, stop: async () => {} }
  const program = options.readOnly
    ? { ...server.program, options: `${SESSION_OPTIONS} -c default_transaction_read_only=on` }
    : server.program
  try {
    return await openPool({ ...server, program }, log, 3)
  } catch (error) {
    await server.stop().catch((stopError: unknown) => log.error({ err: stopError }, 'the database did not stop'))
    throw error
  }
}

interface ReachedServer {
  kind: Database['kind']
  /** Whom the tables belong to. */
  owner: pg.ClientConfig
  /** Whom the program works as. */
  program: pg.ClientConfig
  /** Owner and program are the same. */
  isOwner: boolean
  stop(): Promise<void>
}

const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:/.test(url)

function embeddedDir(url: string): string | undefined {
  const dataDir = /^embedded:(.+)$/.exec(url)?.[1]
  return dataDir !== undefined && path.isAbsolute(dataDir) ? dataDir : undefined
}

async function reachServer(
  options: Pick<DatabaseOptions, 'url' | 'ownerUrl' | 'log' | 'onLost'>,
): Promise<ReachedServer> {
  const { url, ownerUrl, log, onLost } = options
  if (ownerUrl !== undefined && !(isPostgresUrl(ownerUrl) && isPostgresUrl(url))) {
    throw new DatabaseError(
      'DATABASE_OWNER_URL goes with a DATABASE_URL that begins with postgresql://, and must begin so itself.',
    )
  }
  if (isPostgresUrl(url)) {
    const program = { connectionString: url }
    const owner = ownerUrl === undefined ? program : { connectionString: ownerUrl }
    return { kind: 'postgres', owner, program, isOwner: ownerUrl === undefined, stop: async () => {} }
  }
  const dataDir = embeddedDir(url)
  if (dataDir === undefined) {
    throw new DatabaseError(
      'DATABASE_URL must be embedded:/an/absolute/path or postgresql://user:password@host/database.',
    )
  }
  const server = await startEmbeddedPostgres({ dataDir, log, ...(onLost === undefined ? {} : { onLost }) })
  return { kind: 'embedded', owner: server.address, program: server.program, isOwner: false, stop: server.stop }
}

// adapter-pg sends and reads timestamptz without an offset, so a session in another zone would shift every instant.
const SESSION_OPTIONS = '-c TimeZone=UTC'

const sessionOf = (connection: pg.ClientConfig): pg.ClientConfig => ({
  options: SESSION_OPTIONS,
  ...connection,
  application_name: 'loaxa',
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
})

/** One session of its own, in UTC, for `work`. */
async function inSession<Result>(
  connection: pg.ClientConfig,
  setting: 'DATABASE_URL' | 'DATABASE_OWNER_URL',
  log: Log,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client(sessionOf(connection))
  client.on('error', (error) => log.error({ err: error }, 'the database connection was lost while it was prepared'))
  try {
    await client.connect()
  } catch (error) {
    throw new DatabaseError(
      `The database at ${client.host}:${client.port} cannot be used: ${error instanceof Error ? error.message : String(error)}. Check ${setting}, and that PostgreSQL runs there.`,
      { cause: error },
    )
  }
  try {
    const { rows } = await client.query('SHOW TimeZone')
    const timeZone = timeZoneRow.parse(rows[0]).TimeZone
    if (!/^(Etc\/)?(UTC|GMT)$/.test(timeZone)) {
      throw new DatabaseError(
        `The database session is in the time zone ${timeZone}, but must be in UTC. Remove "options" from ${setting}.`,
      )
    }
    return await work(client)
  } finally {
    await client.end()
  }
}

async function prepareDatabase(server: ReachedServer, migrationsDir: string, log: Log): Promise<void> {
  const role = new pg.Client(server.program).user ?? ''
  await inSession(server.owner, server.isOwner ? 'DATABASE_URL' : 'DATABASE_OWNER_URL', log, async (client) => {
    try {
      const { applied, warnings } = await applyMigrations(client, migrationsDir)
      if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
      for (const warning of warnings) log.warn(warning)
    } catch (error) {
      const cause = error instanceof MigrationError ? error.cause : error
      if (server.isOwner && error instanceof Error && sqlStateOf(cause) === INSUFFICIENT_PRIVILEGE) {
        throw new DatabaseError(
          `${error.message}. The role "${role}" of DATABASE_URL does not own the tables: set DATABASE_OWNER_URL to the one that does.`,
          { cause: error },
        )
      }
      throw error
    }
    if (server.isOwner || client.user === role) return
    try {
      await grantProgramRole(client, role)
    } catch (error) {
      if (sqlStateOf(error) !== UNDEFINED_OBJECT) throw error
      throw new DatabaseError(
        `The role "${role}" that DATABASE_URL names does not exist. Make it with: CREATE ROLE "${role}" LOGIN PASSWORD '…'`,
        { cause: error },
      )
    }
  })
}

async function openPool(server: ReachedServer, log: Log, maxConnections: number): Promise<Database> {
  const mayRewrite = await inSession(server.program, 'DATABASE_URL', log, async (client) => {
    const { rows } = await client.query(`SELECT to_regclass('audit_entry')::text AS name`)
    if (nameRow.parse(rows[0]).name === null) {
      throw new DatabaseError(
        'The database of DATABASE_URL has no tables of this version. Start the server once, and check that DATABASE_OWNER_URL names the same database.',
      )
    }
    return mayRewriteAudit(client)
  })
  const pool = new pg.Pool({ ...sessionOf(server.program), max: maxConnections })
  pool.on('error', (error) =>
    log.warn({ err: error }, 'an idle database connection was lost; the next use opens another'),
  )
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return {
    prisma,
    pool,
    kind: server.kind,
    mayRewriteAudit: mayRewrite,
    close: async () => {
      await prisma.$disconnect()
      await pool.end()
      await server.stop()
    },
  }
}

const sqlStateOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined

/** Another row has this value already, perhaps since this very instant. A transaction in which it happened is over. */
export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002'

/** Other rows refer to what was to be deleted. A transaction in which it happened is over. */
export const isStillReferred = (error: unknown): boolean =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2003'
