import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { type Database, openDatabase } from '#server/db.ts'
import { asProgram, migrationsDir, withDatabase } from './database-setup.ts'

export interface TestDatabase extends Database {
  /** postgresql:// URL of this database under the program's role, for a program that opens it itself. */
  url: string
  /** The same under the role that owns the tables: a superuser. */
  ownerUrl: string
  /** Runs SQL as the superuser: for what the program itself may not do, such as breaking something on purpose. */
  asOwner(sql: string, values?: unknown[]): Promise<void>
}

/**
 * A fresh database with the schema of this version, empty, on the server of this test run, opened as the program opens
 * it: under its restricted role. `close()` deletes it.
 * Only for tests in test/integration, whose set-up starts that server.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const created = await createEmptyDatabase(inject('databaseServer').template)
  const database = await openDatabase({
    url: asProgram(created.url),
    ownerUrl: created.url,
    migrationsDir,
    log: pino({ level: 'warn' }),
    maxConnections: 5,
  })
  return {
    ...database,
    url: asProgram(created.url),
    ownerUrl: created.url,
    asOwner: (sql, values) => runAsAdmin(created.url, sql, values),
    close: async () => {
      await database.close()
      await created.drop()
    },
  }
}

/** A database with no table at all (or a copy of `template`), for tests of what comes before the schema. */
export async function createEmptyDatabase(template = 'template1'): Promise<{ url: string; drop(): Promise<void> }> {
  const server = inject('databaseServer').url
  const name = `loaxa_test_${randomUUID().replaceAll('-', '')}`
  await runAsAdmin(server, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  return {
    url: withDatabase(server, name),
    // FORCE: a program under test may have been killed, and its session still be ending.
    drop: () => runAsAdmin(server, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

async function runAsAdmin(url: string, sql: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql, values)
  } finally {
    await client.end()
  }
}
