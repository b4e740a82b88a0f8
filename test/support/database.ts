import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { inject } from 'vitest'
import { type Database, openDatabase } from '#server/db.ts'
import { migrationsDir, withDatabase } from './database-setup.ts'

export interface TestDatabase extends Database {
  /** postgresql:// URL of this database, for a program that opens it itself. */
  url: string
}

/**
 * A fresh database with the schema of this version, empty, on the server of this test run. `close()` deletes it.
 * Only for tests in test/integration, whose set-up starts that server.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const created = await createEmptyDatabase(inject('databaseServer').template)
  const database = await openDatabase({
    url: created.url,
    migrationsDir,
    log: pino({ level: 'warn' }),
    maxConnections: 5,
  })
  return {
    ...database,
    url: created.url,
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

async function runAsAdmin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
