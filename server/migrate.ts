import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'

/** What the migrations need of a database connection; `pg.Client` and `pg.PoolClient` are one. */
export interface SqlClient {
  query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>
}

/** A migration that cannot be applied, in words for the operator. The database is as it was before that migration. */
export class MigrationError extends Error {
  override name = 'MigrationError'
}

export interface MigrationResult {
  /** Names of the migrations applied now, oldest first. */
  applied: string[]
  /** How many had been applied before. */
  alreadyAppliedCount: number
  /** What an operator should know, though the server can go on. */
  warnings: string[]
}

/** The advisory lock of Prisma's own schema engine, so that a `prisma migrate deploy` beside us waits its turn. */
const LOCK_KEY = 72707369

/** Exactly the table that Prisma's schema engine makes, so that its own commands go on working on our databases. */
const BOOKKEEPING_TABLE = `CREATE TABLE _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`

const tableNameRow = z.object({ name: z.string().nullable() })
const ownTableRow = z.object({ name: z.string() })
const migrationRow = z.object({
  migration_name: z.string(),
  checksum: z.string(),
  finished_at: z.date().nullable(),
  rolled_back_at: z.date().nullable(),
  logs: z.string().nullable(),
})

interface MigrationFile {
  name: string
  sql: string
}

/**
 * Brings a database to the schema of this version: applies every migration in `directory` that it does not have yet,
 * oldest first, with the bookkeeping of `prisma migrate deploy`, but without its native engine (which Prisma downloads).
 *
 * Each migration and the note that it was applied are one transaction: a power cut in between leaves neither, and the
 * next start tries again. So a migration file holds no BEGIN or COMMIT and nothing that PostgreSQL refuses inside a
 * transaction (such as CREATE INDEX CONCURRENTLY).
 *
 * What was migrated is analysed at once: PostgreSQL guesses wildly of tables that it never looked at, and only their owner
 * may make it look, which the program's role is not.
 *
 * Several servers may start at once: they take turns on an advisory lock. `client` is a session for this alone, which
 * the caller ends, whatever the outcome: that releases the lock and drops what a failed migration had begun.
 *
 * @throws MigrationError when a migration fails, when an earlier one failed half way, or when the database holds
 * tables that are not ours.
 */
export async function applyMigrations(client: SqlClient, directory: string): Promise<MigrationResult> {
  const files = await readMigrationFiles(directory)
  await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY])
  await ensureBookkeepingTable(client)
  const result = await applyMissing(client, files, directory)
  if (result.applied.length > 0) await analyzeTables(client)
  return result
}

async function readMigrationFiles(directory: string): Promise<MigrationFile[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw new MigrationError(`The database migrations cannot be read from ${directory}.`, { cause: error })
  })
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  if (names.length === 0) throw new MigrationError(`There is no database migration in ${directory}.`)
  return Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(path.join(directory, name, 'migration.sql'), 'utf8') })),
  )
}

async function ensureBookkeepingTable(client: SqlClient): Promise<void> {
  const found = await client.query(`SELECT to_regclass('_prisma_migrations')::text AS name`)
  if (tableNameRow.parse(found.rows[0]).name !== null) return
  const foreign = await client.query(
    `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p', 'v', 'm') LIMIT 1`,
  )
  if (foreign.rows.length > 0) {
    throw new MigrationError(
      'The database already holds tables that are not of Loa Xã. Give it an empty database of its own.',
    )
  }
  await client.query(BOOKKEEPING_TABLE)
}

async function applyMissing(client: SqlClient, files: MigrationFile[], directory: string): Promise<MigrationResult> {
  const { rows } = await client.query(
    'SELECT migration_name, checksum, finished_at, rolled_back_at, logs FROM _prisma_migrations ORDER BY started_at',
  )
  const records = z.array(migrationRow).parse(rows)
  const halfDone = records.find((record) => record.finished_at === null && record.rolled_back_at === null)
  if (halfDone !== undefined) {
    throw new MigrationError(
      `The database migration ${halfDone.migration_name} failed half way in another program (Prisma's P3009): ` +
        `${halfDone.logs ?? 'it was interrupted'}. Resolve it with "prisma migrate resolve", or restore a backup.`,
    )
  }
  const checksumOf = new Map(
    records
      .filter((record) => record.rolled_back_at === null)
      .map((record) => [record.migration_name, record.checksum]),
  )
  const result: MigrationResult = { applied: [], alreadyAppliedCount: 0, warnings: [] }
  const known = new Set(files.map((file) => file.name))
  for (const name of checksumOf.keys()) {
    if (!known.has(name)) {
      result.warnings.push(`the database has the migration ${name}, which this version does not know (${directory})`)
    }
  }
  for (const file of files) {
    const checksum = checksumOf.get(file.name)
    if (checksum === undefined) {
      await applyOne(client, file)
      result.applied.push(file.name)
      continue
    }
    result.alreadyAppliedCount += 1
    if (!acceptedChecksums(file.sql).includes(checksum)) {
      result.warnings.push(`the migration ${file.name} was edited after it had been applied to this database`)
    }
  }
  return result
}

async function applyOne(client: SqlClient, file: MigrationFile): Promise<void> {
  await client.query('BEGIN')
  try {
    await client.query(file.sql)
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, now(), 1)`,
      [randomUUID(), sha256(file.sql), file.name],
    )
    await client.query('COMMIT')
  } catch (error) {
    throw new MigrationError(
      `The database migration ${file.name} failed, and nothing of it was kept: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    )
  }
}

/** Ours alone: PostgreSQL's own tables are not this role's to analyse, and it would log a warning for each. */
async function analyzeTables(client: SqlClient): Promise<void> {
  const { rows } = await client.query(
    `SELECT quote_ident(c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')`,
  )
  const names = z.array(ownTableRow).parse(rows)
  await client.query(`ANALYZE ${names.map(({ name }) => name).join(', ')}`)
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}

/** Prisma takes a checksum made with LF or with CRLF line ends alike, because git may convert them on checkout. */
function acceptedChecksums(sql: string): string[] {
  return [sha256(sql), sha256(sql.replace(/\r\n/g, '\n')), sha256(sql.replace(/\r?\n/g, '\r\n'))]
}
