import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { PrismaClient } from '#prisma/client.ts'
import { startEmbeddedPostgres } from '#server/embedded-postgres.ts'
import { applyMigrations } from '#server/migrate.ts'

export interface DatabaseOptions {
  /**
   * `embedded:/absolute/path` for the PostgreSQL that we bring, start and stop ourselves;
   * `postgresql://user:password@host/database` for a server of yours.
   */
  url: string
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
  /** Ends all connections, and stops the embedded server. */
  close(): Promise<void>
}

/** The database cannot be used; the message says why and what to do, in words for the operator. */
export class DatabaseError extends Error {
  override name = 'DatabaseError'
}

const DEFAULT_MAX_CONNECTIONS = 10
const CONNECT_TIMEOUT_MS = 10_000
const timeZoneRow = z.object({ TimeZone: z.string() })

/**
 * Opens the database and brings it to the schema of this version.
 *
 * @throws DatabaseError for a URL of another kind, a server that cannot be reached or sessions that are not in UTC;
 * MigrationError and EmbeddedPostgresError as their functions say. Nothing is left open then.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, log, migrationsDir } = options
  const server = await reachServer(url, log, options.onLost)
  // adapter-pg sends and reads timestamptz without an offset, so a session in another zone would shift every instant.
  const session = { ...server.connection, options: '-c TimeZone=UTC', application_name: 'loaxa' }
  const timeouts = { connectionTimeoutMillis: CONNECT_TIMEOUT_MS, keepAlive: true }
  try {
    await prepareDatabase({ ...session, ...timeouts }, migrationsDir, log)
  } catch (error) {
    // What went wrong first is what the operator needs; that the server does not stop either comes second.
    await server.stop().catch((stopError: unknown) => log.error({ err: stopError }, 'the database did not stop'))
    throw error
  }
  const pool = new pg.Pool({ ...session, ...timeouts, max: options.maxConnections ?? DEFAULT_MAX_CONNECTIONS })
  pool.on('error', (error) =>
    log.warn({ err: error }, 'an idle database connection was lost; the next use opens another'),
  )
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  return {
    prisma,
    pool,
    kind: server.kind,
    close: async () => {
      await prisma.$disconnect()
      await pool.end()
      await server.stop()
    },
  }
}

interface ReachedServer {
  kind: Database['kind']
  connection: pg.ClientConfig
  stop(): Promise<void>
}

async function reachServer(
  url: string,
  log: DatabaseOptions['log'],
  onLost: DatabaseOptions['onLost'],
): Promise<ReachedServer> {
  if (/^postgres(ql)?:/.test(url))
    return { kind: 'postgres', connection: { connectionString: url }, stop: async () => {} }
  const dataDir = /^embedded:(.+)$/.exec(url)?.[1]
  if (dataDir === undefined || !path.isAbsolute(dataDir)) {
    throw new DatabaseError(
      'DATABASE_URL must be embedded:/an/absolute/path or postgresql://user:password@host/database.',
    )
  }
  const { address, stop } = await startEmbeddedPostgres({ dataDir, log, ...(onLost === undefined ? {} : { onLost }) })
  return { kind: 'embedded', connection: address, stop }
}

async function prepareDatabase(
  config: pg.ClientConfig,
  migrationsDir: string,
  log: DatabaseOptions['log'],
): Promise<void> {
  const client = new pg.Client(config)
  client.on('error', (error) => log.error({ err: error }, 'the database connection was lost while migrating'))
  try {
    await client.connect()
  } catch (error) {
    throw new DatabaseError(
      `The database at ${client.host}:${client.port} cannot be used: ${error instanceof Error ? error.message : String(error)}. Check DATABASE_URL, and that PostgreSQL runs there.`,
      { cause: error },
    )
  }
  try {
    const { rows } = await client.query('SHOW TimeZone')
    const timeZone = timeZoneRow.parse(rows[0]).TimeZone
    if (!/^(Etc\/)?(UTC|GMT)$/.test(timeZone)) {
      throw new DatabaseError(
        `The database session is in the time zone ${timeZone}, but must be in UTC. Remove "options" from DATABASE_URL.`,
      )
    }
    const { applied, warnings } = await applyMigrations(client, migrationsDir)
    if (applied.length > 0) log.info({ applied }, 'the database was brought up to date')
    for (const warning of warnings) log.warn(warning)
  } finally {
    await client.end()
  }
}
