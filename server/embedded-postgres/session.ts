import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { z } from 'zod'
import { ensureProgramRole } from '#server/database-roles.ts'

/** Where a PostgreSQL server listens; `host` is the directory of its Unix socket. */
export interface PostgresAddress {
  host: string
  port: number
  user: string
  database: string
}

/** SQLSTATE of "the database system is starting up" (PostgreSQL manual, appendix A). */
const CANNOT_CONNECT_NOW = '57P03'
const SQLSTATE = /^[0-9A-Z]{5}$/
const CONNECT_TIMEOUT_MS = 5_000

/** Any 32-bit number of our own, other than the one that migrations lock. */
const OWNER_LOCK_KEY = 72707370
const OWNER_NAME = /^loaxa owner (\d+)$/
const CLAIM_ATTEMPTS = 8
const CLAIM_RETRY_MS = 250

export type ServerState = 'up' | 'starting' | 'down'

/** Asks the socket whether a server answers there. */
export async function probeServer(address: PostgresAddress): Promise<ServerState> {
  const client = new pg.Client({ ...address, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  try {
    await client.connect()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'down'
    // A server that refuses for another reason (too many connections …) is one that is up.
    if (SQLSTATE.test(code) && code !== CANNOT_CONNECT_NOW) return 'up'
    if (code === 'EACCES') throw error
    return 'starting'
  }
  await client.end()
  return 'up'
}

/** Makes the role that the program works under, as the superuser, who does nothing else but migrate. */
export async function provideProgramRole(superuser: PostgresAddress, role: string): Promise<PostgresAddress> {
  const client = new pg.Client({ ...superuser, connectionTimeoutMillis: CONNECT_TIMEOUT_MS })
  await client.connect()
  try {
    await ensureProgramRole(client, role)
  } finally {
    await client.end()
  }
  return { ...superuser, user: role }
}

export type Claim = { kind: 'claimed'; release(): Promise<void> } | { kind: 'taken'; owner: string }

const lockRow = z.object({ locked: z.boolean() })
// PostgreSQL hides the name of a session that belongs to another role.
const ownerRow = z.object({ name: z.string().nullable() })

/**
 * Makes this process the one owner of an embedded server, for as long as its session lives; the lock of a process that
 * was killed ends with its connection, so it never has to be cleaned up.
 */
export async function claimServer(
  address: PostgresAddress,
  log: Pick<Logger, 'error'>,
  onLost: () => void,
): Promise<Claim> {
  const client = new pg.Client({ ...address, application_name: `loaxa owner ${process.pid}` })
  let isLost = false
  client.on('error', (error) => {
    if (isLost) return
    isLost = true
    log.error({ err: error }, 'the connection that owns the embedded database was lost')
    onLost()
  })
  await client.connect()
  for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt++) {
    const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS locked', [OWNER_LOCK_KEY])
    if (lockRow.parse(rows[0]).locked) return { kind: 'claimed', release: () => client.end() }
    // The session of a process that has just been killed may take a moment to end.
    await delay(CLAIM_RETRY_MS)
  }
  const { rows } = await client.query(
    `SELECT activity.application_name AS name FROM pg_locks JOIN pg_stat_activity AS activity USING (pid)
      WHERE locktype = 'advisory' AND objid = $1 AND granted`,
    [OWNER_LOCK_KEY],
  )
  await client.end()
  const owner = z.array(ownerRow).parse(rows).at(0)?.name ?? ''
  return { kind: 'taken', owner: OWNER_NAME.exec(owner)?.[1] ?? 'unknown' }
}
