import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import type { TestProject } from 'vitest/node'
import { EMBEDDED_PROGRAM_ROLE, ensureProgramRole, grantProgramRole } from '#server/database-roles.ts'
import { startEmbeddedPostgres } from '#server/embedded-postgres.ts'
import { applyMigrations } from '#server/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: TestDatabaseServer
  }
}

/** The one PostgreSQL server of a test run, and the migrated database in it that every test copies. */
export interface TestDatabaseServer {
  /** postgresql:// URL of the server's maintenance database, as a superuser. */
  url: string
  template: string
}

export const migrationsDir = path.resolve(import.meta.dirname, '../../prisma/migrations')

/**
 * Runs once before the integration tests: starts an embedded PostgreSQL (or takes the one of TEST_DATABASE_URL) and
 * migrates one database in it. Copying that one (~50 ms) is what makes a fresh database for every test file affordable.
 */
export default async function setUpDatabaseServer(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServer()
  const template = `loaxa_template_${process.pid}`
  const admin = new pg.Client({ connectionString: server.url })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${template}`)
  await migrate(withDatabase(server.url, template))
  project.provide('databaseServer', { url: server.url, template })
  return async () => {
    await admin.query(`DROP DATABASE ${template}`)
    await admin.end()
    await server.stop()
  }
}

interface RunningServer {
  url: string
  stop(): Promise<void>
}

async function startServer(): Promise<RunningServer> {
  const external = process.env.TEST_DATABASE_URL
  if (external !== undefined && external !== '') return { url: external, stop: async () => {} }
  const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-test-'))
  // As root the database runs under an account of its own, which must be able to pass.
  await chmod(dir, 0o711)
  const { address, stop } = await startEmbeddedPostgres({
    dataDir: path.join(dir, 'postgres'),
    log: pino({ level: 'warn' }),
    // What these tests write need not survive a power cut; what does is tested with the real settings.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 200 },
  })
  return {
    url: `postgresql://${address.user}@localhost/${address.database}?host=${encodeURIComponent(address.host)}&port=${address.port}`,
    stop: async () => {
      await stop()
      await rm(dir, { recursive: true })
    },
  }
}

async function migrate(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await applyMigrations(client, migrationsDir)
  await ensureProgramRole(client, EMBEDDED_PROGRAM_ROLE)
  await grantProgramRole(client, EMBEDDED_PROGRAM_ROLE)
  await client.end()
}

/** The same database under the role that the program has, which may do less than the one of the URL. */
export function asProgram(url: string): string {
  const changed = new URL(url)
  changed.username = EMBEDDED_PROGRAM_ROLE
  changed.password = ''
  return changed.href
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${database}`
  return changed.href
}
