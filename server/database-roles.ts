import { z } from 'zod'
import type { SqlClient } from './migrate.ts'

/**
 * Two roles. The owner holds the tables and brings them up to date at start, and nothing else. The program works under
 * a role of its own that can read and write rows, but can neither change nor delete what stands in the audit trail:
 * whoever gets as far as SQL still cannot rewrite who did what.
 */

/** The program's role on the embedded PostgreSQL. */
export const EMBEDDED_PROGRAM_ROLE = 'loaxa_app'

/** Any 32-bit number of our own, other than those of migrations, of the embedded server's owner and of the audit chain. */
const ROLE_LOCK_KEY = 72707372

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
const nameRow = z.object({ name: z.string() })
const answerRow = z.object({ answer: z.boolean() })

/** Makes a role without any power of its own, unless it is there. For a server whose every role may sign in already. */
export async function ensureProgramRole(owner: SqlClient, role: string): Promise<void> {
  await owner.query('BEGIN')
  await owner.query('SELECT pg_advisory_xact_lock($1)', [ROLE_LOCK_KEY])
  const { rows } = await owner.query('SELECT rolname AS name FROM pg_roles WHERE rolname = $1', [role])
  if (rows.length === 0) {
    await owner.query(
      `CREATE ROLE ${quote(role)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS`,
    )
  }
  await owner.query('COMMIT')
}

/** Append-only: rows are read and added, never changed. */
const APPEND_ONLY = ['audit_entry', 'audit_checkpoint']
/** Written by a function of the owner, or by the migrations. */
const READ_ONLY = ['audit_drop', '_prisma_migrations']

/**
 * Gives the program's role what it needs on the tables that are there, and takes away what it must not have. To be
 * repeated after every migration, in the session that holds the migrations' lock: a table of a later version gets its
 * privileges from that version, and two servers that start at once do not grant at once.
 */
export async function grantProgramRole(owner: SqlClient, role: string): Promise<void> {
  const { rows } = await owner.query('SELECT current_schema() AS name')
  const schema = quote(nameRow.parse(rows[0]).name)
  const to = quote(role)
  const tables = (names: readonly string[]): string => names.map((name) => `${schema}.${quote(name)}`).join(', ')
  const drop = `${schema}.audit_drop_stretch(uuid, integer, timestamptz)`
  await owner.query('BEGIN')
  await owner.query(`GRANT USAGE ON SCHEMA ${schema} TO ${to}`)
  await owner.query(`REVOKE CREATE ON SCHEMA ${schema} FROM ${to}, PUBLIC`)
  await owner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${to}`)
  await owner.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${schema} TO ${to}`)
  await owner.query(`REVOKE ALL ON ${tables([...APPEND_ONLY, ...READ_ONLY])} FROM ${to}, PUBLIC`)
  await owner.query(`GRANT SELECT, INSERT ON ${tables(APPEND_ONLY)} TO ${to}`)
  await owner.query(`GRANT SELECT ON ${tables(READ_ONLY)} TO ${to}`)
  // It runs as the owner. With the session's temporary tables searched first, as is usual, a caller could put tables of
  // its own in place of the audit trail's (PostgreSQL manual, "Writing SECURITY DEFINER Functions Safely").
  await owner.query(`ALTER FUNCTION ${drop} SET search_path = ${schema}, pg_temp`)
  await owner.query(`GRANT EXECUTE ON FUNCTION ${drop} TO ${to}`)
  await owner.query('COMMIT')
}

/**
 * Could this session change or delete what stands in the audit trail: a superuser, the owner of the tables or a member
 * of the owner's role, or somebody with more privileges than were meant?
 */
export async function mayRewriteAudit(program: SqlClient): Promise<boolean> {
  const { rows } = await program.query(
    `SELECT coalesce(bool_or(
              has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') OR pg_has_role(c.relowner, 'MEMBER')
            ), false) AS answer
       FROM pg_class c
      WHERE c.oid = ANY (ARRAY[to_regclass('audit_entry'), to_regclass('audit_checkpoint'), to_regclass('audit_drop')])`,
  )
  return answerRow.parse(rows[0]).answer
}
