import type pg from 'pg'

/**
 * What a refused request may leave behind: that it was refused, and that its session was used. Everything else in the
 * database is what the refusal must not touch.
 */
const onRecord = ['audit_entry', 'audit_checkpoint', 'sign_in_attempt']
/** What is worked at goes on: sessions are in use and get another id with other rights, and clips of requests before are read aloud and normalised. */
const moving: Readonly<Record<string, readonly string[]>> = {
  session: ['last_seen_at', 'token_hash', 'rights', 'previous_token_hash', 'previous_rights', 'rotated_at'],
  clip: [
    ...['state', 'source_bytes', 'sha256', 'bytes', 'duration_ms', 'loudness_lufs', 'peak_dbfs', 'peaks'],
    ...['rejection_code', 'attempts', 'updated_at'],
  ],
}

/** Rows and a checksum of each table. */
export type State = ReadonlyMap<string, string>

export async function readState(database: pg.Client): Promise<State> {
  const { rows: tables } = await database.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> ALL ($1)`,
    [onRecord],
  )
  const state = new Map<string, string>()
  for (const { name } of tables) {
    const quoted = `"${name.replaceAll('"', '""')}"`
    const { rows } = await database.query<{ count: string; hash: string }>(
      `SELECT count(*) AS count, md5(coalesce(string_agg(hash, '' ORDER BY hash), '')) AS hash
       FROM (SELECT md5((to_jsonb(one) - $1::text[])::text) AS hash FROM ${quoted} AS one) AS hashed`,
      [moving[name] ?? []],
    )
    state.set(name, `${rows[0]?.count} ${rows[0]?.hash}`)
  }
  return state
}

/** The tables that differ. */
export const findChanges = (before: State, after: State): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name))
