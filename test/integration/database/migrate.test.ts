import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyMigrations } from '#server/migrate.ts'
import { createEmptyDatabase } from '../../support/database.ts'
import { migrationsDir } from '../../support/database-setup.ts'

let database: Awaited<ReturnType<typeof createEmptyDatabase>>
let directory: string

beforeEach(async () => {
  database = await createEmptyDatabase()
  directory = await mkdtemp(path.join(os.tmpdir(), 'loaxa-migrations-'))
})

afterEach(async () => {
  await database.drop()
  await rm(directory, { recursive: true })
})

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(directory, name), { recursive: true })
  await writeFile(path.join(directory, name, 'migration.sql'), sql)
}

async function inSession<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

const migrate = () => inSession((client) => applyMigrations(client, directory))
const query = (sql: string) => inSession(async (client) => (await client.query(sql)).rows)

describe('applyMigrations', () => {
  it('applies what is missing, in order and once', async () => {
    await addMigration('20260102_second', 'ALTER TABLE village ADD COLUMN name text')
    await addMigration('20260101_first', 'CREATE TABLE village (id int)')
    expect((await migrate()).applied).toEqual(['20260101_first', '20260102_second'])
    await addMigration('20260103_third', 'ALTER TABLE village DROP COLUMN name')
    expect(await migrate()).toEqual({ applied: ['20260103_third'], alreadyAppliedCount: 2, warnings: [] })
  })

  it('makes one record of each migration when many servers start at once', async () => {
    await addMigration('20260101_first', 'CREATE TABLE village (id int)')
    const results = await Promise.all(Array.from({ length: 6 }, migrate))
    expect(results.flatMap((result) => result.applied)).toEqual(['20260101_first'])
    expect(await query('SELECT migration_name FROM _prisma_migrations')).toHaveLength(1)
  })

  it('keeps nothing of a migration that fails, and tries it again when it is mended', async () => {
    await addMigration('20260101_first', 'CREATE TABLE village (id int); SELECT 1 / 0')
    await expect(migrate()).rejects.toThrow(/20260101_first failed, and nothing of it was kept: division by zero/)
    expect(await query(`SELECT to_regclass('village')::text AS name`)).toEqual([{ name: null }])
    await addMigration('20260101_first', 'CREATE TABLE village (id int)')
    expect((await migrate()).applied).toEqual(['20260101_first'])
  })

  it('refuses a database with tables of somebody else', async () => {
    await query('CREATE TABLE theirs (id int)')
    await addMigration('20260101_first', 'CREATE TABLE village (id int)')
    await expect(migrate()).rejects.toThrow(/tables that are not of Loa Xã/)
  })

  it('warns of a migration that was edited, and of one that this version does not know', async () => {
    await addMigration('20260101_first', 'CREATE TABLE village (id int)')
    await addMigration('20260102_second', 'CREATE TABLE area (id int)')
    await migrate()
    await addMigration('20260101_first', 'CREATE TABLE village (id bigint)')
    await rm(path.join(directory, '20260102_second'), { recursive: true })
    const { warnings } = await migrate()
    expect(warnings).toEqual([
      expect.stringMatching(/20260102_second/),
      expect.stringMatching(/20260101_first was edited/),
    ])
  })

  it('takes line ends converted by git for the same migration', async () => {
    await addMigration('20260101_first', 'CREATE TABLE village (\n  id int\n)')
    await migrate()
    await addMigration('20260101_first', 'CREATE TABLE village (\r\n  id int\r\n)')
    expect((await migrate()).warnings).toEqual([])
  })

  it('lets PostgreSQL look at what was migrated, so that it plans by what is there', async () => {
    await addMigration('20260101_first', 'CREATE TABLE village AS SELECT generate_series(1, 500) AS id')
    await migrate()
    expect(await query(`SELECT reltuples::int AS rows FROM pg_class WHERE relname = 'village'`)).toEqual([
      { rows: 500 },
    ])
  })

  it('knows every migration of this version to be applied to a test database', async () => {
    const names = (await readdir(migrationsDir, { withFileTypes: true })).filter((entry) => entry.isDirectory())
    const first = await inSession((client) => applyMigrations(client, migrationsDir))
    expect(first.applied).toHaveLength(names.length)
  })
})
