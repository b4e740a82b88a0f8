import { chmod, mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAudit, system } from '#server/audit/audit.ts'
import { openDatabase, openDatabaseBeside } from '#server/db.ts'
import { startEmbeddedPostgres } from '#server/embedded-postgres.ts'
import { createTestClock } from '../../support/clock.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { asProgram, migrationsDir } from '../../support/database-setup.ts'

const log = pino({ level: 'silent' })
let db: TestDatabase

beforeAll(async () => {
  db = await createTestDatabase()
  const audit = createAudit({ db, clock: createTestClock() })
  await audit.note(system, { action: 'server.started', areaPath: [], subject: { type: 'server', id: null } })
})
afterAll(() => db.close())

describe('the role of the program', () => {
  it('is no superuser, makes neither roles nor databases, and belongs to no other role', async () => {
    const { rows } = await db.pool.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls,
              (SELECT count(*)::int FROM pg_auth_members WHERE member = r.oid) AS memberships
         FROM pg_roles r WHERE rolname = current_user`,
    )
    expect(rows).toEqual([
      {
        rolsuper: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolreplication: false,
        rolbypassrls: false,
        memberships: 0,
      },
    ])
    expect(db.mayRewriteAudit).toBe(false)
  })

  it.each([
    "UPDATE audit_entry SET action = 'x'",
    'DELETE FROM audit_entry',
    'TRUNCATE audit_entry',
    'ALTER TABLE audit_entry DISABLE TRIGGER ALL',
    'DROP TABLE audit_entry',
    'DROP TRIGGER audit_entry_keep ON audit_entry',
    'UPDATE audit_checkpoint SET hash = hash',
    'DELETE FROM audit_checkpoint',
    `INSERT INTO audit_drop VALUES (gen_random_uuid(), 1, 1, 'x', 'x', now())`,
    'DELETE FROM audit_drop',
    'DELETE FROM _prisma_migrations',
    'CREATE TABLE mine (id int)',
    'CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'SET ROLE postgres',
    'SET SESSION AUTHORIZATION postgres',
    'SET session_replication_role = replica',
    'ALTER ROLE current_user SUPERUSER',
    `COPY audit_entry TO PROGRAM 'cat'`,
  ])('may not: %s', async (sql) => {
    await expect(db.pool.query(sql)).rejects.toThrow(/permission denied|must be owner|must be|denied/)
  })

  it('cannot make the function of the owner work on tables of its own', async () => {
    const client = await db.pool.connect()
    try {
      await client.query('BEGIN')
      await client.query('CREATE TEMP TABLE audit_checkpoint (seq int, hash text, jws text)')
      await client.query("INSERT INTO audit_checkpoint SELECT seq, hash, 'forged' FROM public.audit_entry")
      await expect(
        client.query(`SELECT audit_drop_stretch(gen_random_uuid(), 1, '2020-01-01T00:00:00Z')`),
      ).rejects.toThrow('there is no checkpoint at 1')
    } finally {
      await client.query('ROLLBACK')
      client.release()
    }
  })

  it('has all the privileges it needs on every other table', async () => {
    const { rows } = await db.pool.query(
      `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = current_schema() AND relkind = 'r' AND relname NOT LIKE 'audit%' AND relname <> '_prisma_migrations'
          AND NOT (has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
               AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))`,
    )
    expect(rows).toEqual([])
  })
})

describe('the owner', () => {
  it('cannot change the trail by accident either: triggers refuse it', async () => {
    for (const sql of ["UPDATE audit_entry SET action = 'x'", 'DELETE FROM audit_entry', 'TRUNCATE audit_entry']) {
      await expect(db.asOwner(sql)).rejects.toThrow('the audit trail is append-only')
    }
  })

  it('used as the program, is seen to be able to', async () => {
    const opened = await openDatabase({ url: db.ownerUrl, migrationsDir, log })
    expect(opened.mayRewriteAudit).toBe(true)
    await opened.close()
  })
})

describe('openDatabase with an owner', () => {
  it('migrates as the owner, grants, and works as the program', async () => {
    const empty = await createEmptyDatabase()
    const opened = await openDatabase({ url: asProgram(empty.url), ownerUrl: empty.url, migrationsDir, log })
    expect(opened.mayRewriteAudit).toBe(false)
    expect(await opened.prisma.area.count()).toBe(0)
    await opened.close()
    await empty.drop()
  })

  it('needs no superuser: the owner of the database is enough, and may drop what is past its retention', async () => {
    const empty = await createEmptyDatabase()
    const name = new URL(empty.url).pathname.slice(1)
    const owner = `owner_of_${name}`
    await db.asOwner(`CREATE ROLE ${owner} LOGIN NOSUPERUSER; ALTER DATABASE ${name} OWNER TO ${owner}`)
    const ownerUrl = new URL(empty.url)
    ownerUrl.username = owner
    const opened = await openDatabase({ url: asProgram(empty.url), ownerUrl: ownerUrl.href, migrationsDir, log })
    expect(opened.mayRewriteAudit).toBe(false)
    const clock = createTestClock('2023-01-01T00:00:00.000Z')
    const audit = createAudit({ db: opened, clock })
    await audit.note(system, { action: 'server.started', areaPath: [], subject: { type: 'server', id: null } })
    await opened.pool.query(`INSERT INTO audit_checkpoint SELECT seq, hash, at, 'jws' FROM audit_entry`)
    const { rows } = await opened.pool.query(
      `SELECT audit_drop_stretch(gen_random_uuid(), 1, '2026-01-01T00:00:00Z') AS dropped`,
    )
    expect(rows).toEqual([{ dropped: 1 }])
    await opened.close()
    await empty.drop()
    await db.asOwner(`DROP ROLE ${owner}`)
  })

  it('says what is missing when the program’s role cannot migrate and there is no owner', async () => {
    const empty = await createEmptyDatabase()
    await expect(openDatabase({ url: asProgram(empty.url), migrationsDir, log })).rejects.toThrow(
      /permission denied.*DATABASE_OWNER_URL/,
    )
    await empty.drop()
  })

  it('says how to make a role that does not exist', async () => {
    const url = new URL(db.url)
    url.username = 'nobody_made_it'
    await expect(openDatabase({ url: url.href, ownerUrl: db.ownerUrl, migrationsDir, log })).rejects.toThrow(
      /"nobody_made_it" that DATABASE_URL names does not exist\. Make it with: CREATE ROLE/,
    )
  })
})

describe('the embedded database', () => {
  it('gets the role on a cluster of an earlier version, and holds no session of the superuser', async () => {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'loaxa-roles-'))
    await chmod(dir, 0o711)
    const dataDir = path.join(dir, 'postgres')
    const earlier = await startEmbeddedPostgres({ dataDir, log })
    const superuser = new pg.Client(earlier.address)
    await superuser.connect()
    await superuser.query('DROP ROLE loaxa_app')
    await superuser.end()
    await earlier.stop()

    const opened = await openDatabase({ url: `embedded:${dataDir}`, migrationsDir, log })
    const { rows } = await opened.pool.query(
      'SELECT DISTINCT usename AS name FROM pg_stat_activity WHERE datname IS NOT NULL',
    )
    expect(rows).toEqual([{ name: 'loaxa_app' }])
    expect(opened.mayRewriteAudit).toBe(false)

    const beside = await openDatabaseBeside({ url: `embedded:${dataDir}`, log, readOnly: true })
    await expect(beside.pool.query('DELETE FROM area')).rejects.toThrow('read-only transaction')
    await beside.close()
    // It is still there: who only reads does not stop it.
    expect(await opened.prisma.area.count()).toBe(0)
    await opened.close()

    const alone = await openDatabaseBeside({ url: `embedded:${dataDir}`, log, readOnly: true })
    expect(await alone.prisma.area.count()).toBe(0)
    await alone.close()
    await rm(dir, { recursive: true })
  })
})
