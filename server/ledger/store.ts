import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { emptyLedgerHash } from '#protocol/link.ts'
import { instantMs } from '#protocol/time.ts'
import type { ForkReason, ReadEntry } from './rules.ts'

/** A connection within a transaction. */
export type Tx = PoolClient
/** Any connection, or that of a transaction. */
export type Reader = Pool | Tx

/** Runs `work` in one transaction; what it throws undoes everything. */
export async function inTransaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx = await pool.connect()
  try {
    await tx.query('BEGIN')
    const result = await work(tx)
    await tx.query('COMMIT')
    tx.release()
    return result
  } catch (error) {
    // A connection that cannot even roll back is thrown away, and what it began with it.
    await tx.query('ROLLBACK').then(
      () => tx.release(),
      (rollbackError: unknown) => tx.release(rollbackError instanceof Error ? rollbackError : true),
    )
    throw error
  }
}

const installationRow = z.object({
  id: z.string(),
  publicKey: z.string(),
  areaId: z.string(),
  areaPath: z.array(z.string()),
})
export type InstallationRow = z.infer<typeof installationRow>

const READ_INSTALLATION = `
  SELECT i.id, i.public_key AS "publicKey", d.area_id AS "areaId", a.path::text[] AS "areaPath"
    FROM installation i JOIN device d ON d.id = i.device_id JOIN area a ON a.id = d.area_id
   WHERE i.device_id = $1::uuid AND i.revoked_at IS NULL AND d.retired_at IS NULL`

/** The installation in force; undefined when the device has none. */
export async function readInstallation(pool: Pool, deviceId: string): Promise<InstallationRow | undefined> {
  const { rows } = await pool.query({ name: 'ledger-installation', text: READ_INSTALLATION, values: [deviceId] })
  return rows[0] === undefined ? undefined : installationRow.parse(rows[0])
}

const ledgerRow = z.object({
  installationId: z.string(),
  state: z.enum(['open', 'forked', 'closed']),
  seq: z.number().int(),
  hash: z.string(),
  completeUntil: z
    .date()
    .nullable()
    .transform((date) => (date === null ? null : instantMs.parse(date.getTime()))),
})
export type LedgerRow = z.infer<typeof ledgerRow>

const COLUMNS = 'installation_id AS "installationId", state, seq, hash, complete_until AS "completeUntil"'

export async function readLedger(pool: Pool, id: string): Promise<LedgerRow | undefined> {
  const text = `SELECT ${COLUMNS} FROM ledger WHERE id = $1::uuid`
  const { rows } = await pool.query({ name: 'ledger-read', text, values: [id] })
  return rows[0] === undefined ? undefined : ledgerRow.parse(rows[0])
}

/** Whoever has it locked is the only one who extends it. */
export async function lockLedger(tx: Tx, id: string): Promise<LedgerRow | undefined> {
  const text = `SELECT ${COLUMNS} FROM ledger WHERE id = $1::uuid FOR UPDATE`
  const { rows } = await tx.query({ name: 'ledger-lock', text, values: [id] })
  return rows[0] === undefined ? undefined : ledgerRow.parse(rows[0])
}

export async function countLedgers(tx: Reader, installationId: string): Promise<number> {
  const text = 'SELECT count(*)::int AS count FROM ledger WHERE installation_id = $1::uuid'
  const { rows } = await tx.query(text, [installationId])
  return z.object({ count: z.number() }).parse(rows[0]).count
}

/**
 * A new ledger ends the installation's earlier ones; answers the one that was open. Another process may have begun it in the
 * same instant.
 */
export async function beginLedger(
  tx: Tx,
  ledger: { id: string; installationId: string; deviceId: string; createdAt: Date },
): Promise<string | undefined> {
  const { id, installationId, deviceId, createdAt } = ledger
  await tx.query(
    `INSERT INTO ledger (id, installation_id, device_id, state, seq, hash, created_at)
     VALUES ($1, $2, $3, 'open', 0, $4, $5) ON CONFLICT (id) DO NOTHING`,
    [id, installationId, deviceId, emptyLedgerHash, createdAt],
  )
  return closeOthers(tx, id, installationId)
}

async function closeOthers(tx: Tx, id: string, installationId: string): Promise<string | undefined> {
  const { rows } = await tx.query(
    `UPDATE ledger SET state = 'closed' WHERE installation_id = $1 AND id <> $2 AND state = 'open' RETURNING id`,
    [installationId, id],
  )
  return rows[0] === undefined ? undefined : z.object({ id: z.string() }).parse(rows[0]).id
}

/** The ledger that the device writes now, though another one was begun after it; answers the one that was open. */
export async function reopenLedger(tx: Tx, id: string, installationId: string): Promise<string | undefined> {
  await tx.query(`UPDATE ledger SET state = 'open' WHERE id = $1::uuid AND state = 'closed'`, [id])
  return closeOthers(tx, id, installationId)
}

export async function markForked(tx: Tx, id: string): Promise<void> {
  await tx.query(`UPDATE ledger SET state = 'forked' WHERE id = $1::uuid`, [id])
}

const hashRow = z.object({ seq: z.number().int(), hash: z.string() })

export async function readHashes(tx: Reader, id: string, from: number, to: number): Promise<Map<number, string>> {
  const text = 'SELECT seq, hash FROM ledger_entry WHERE ledger_id = $1::uuid AND seq BETWEEN $2 AND $3'
  const { rows } = await tx.query({ name: 'ledger-hashes', text, values: [id, from, to] })
  return new Map(
    z
      .array(hashRow)
      .parse(rows)
      .map(({ seq, hash }) => [seq, hash]),
  )
}

const INSERT_ENTRIES = `
  INSERT INTO ledger_entry (ledger_id, received_at, seq, hash, bytes, type, at)
  SELECT $1::uuid, $2::timestamptz, * FROM unnest($3::int[], $4::text[], $5::bytea[], $6::text[], $7::timestamptz[])
      ON CONFLICT (ledger_id, seq) DO NOTHING`

/** @throws Error when one of these numbers was taken: the lock on the ledger was not held. */
export async function insertEntries(
  tx: Tx,
  id: string,
  entries: readonly ReadEntry[],
  receivedAt: Date,
): Promise<void> {
  if (entries.length === 0) return
  const { rowCount } = await tx.query({
    name: 'ledger-insert',
    text: INSERT_ENTRIES,
    values: [
      id,
      receivedAt,
      entries.map((one) => one.seq),
      entries.map((one) => one.hash),
      entries.map((one) => Buffer.from(one.text)),
      entries.map((one) => one.type),
      entries.map((one) => new Date(one.at).toISOString()),
    ],
  })
  if (rowCount !== entries.length)
    throw new Error(`${entries.length - (rowCount ?? 0)} entries of ${id} were there already`)
}

export async function updateLedger(
  tx: Tx,
  id: string,
  change: { seq: number; hash: string; completeUntil: number | null; isForked: boolean },
): Promise<void> {
  await tx.query({
    name: 'ledger-update',
    text: `UPDATE ledger SET seq = $2, hash = $3, complete_until = $4,
                  state = CASE WHEN $5 THEN 'forked'::"LedgerState" ELSE state END
            WHERE id = $1::uuid`,
    values: [
      id,
      change.seq,
      change.hash,
      change.completeUntil === null ? null : new Date(change.completeUntil),
      change.isForked,
    ],
  })
}

/** Keeps as evidence what could not be taken in, each thing once, up to `maxRows` for one ledger. */
export async function quarantine(
  tx: Tx,
  ledger: { id: string; deviceId: string },
  items: readonly { id: string; seq: number; text: string }[],
  reason: ForkReason,
  receivedAt: Date,
  maxRows: number,
): Promise<number> {
  if (items.length === 0) return 0
  const { rowCount } = await tx.query(
    `INSERT INTO ledger_quarantine (ledger_id, device_id, reason, received_at, id, seq, bytes)
     SELECT $1::uuid, $2::uuid, $3, $4::timestamptz, u.* FROM unnest($5::uuid[], $6::int[], $7::bytea[]) AS u(id, seq, bytes)
      WHERE NOT EXISTS (SELECT FROM ledger_quarantine q WHERE q.ledger_id = $1::uuid AND q.bytes = u.bytes)
      LIMIT greatest(0, $8 - (SELECT count(*) FROM ledger_quarantine WHERE ledger_id = $1::uuid))`,
    [
      ledger.id,
      ledger.deviceId,
      reason,
      receivedAt,
      items.map((one) => one.id),
      items.map((one) => one.seq),
      items.map((one) => Buffer.from(one.text)),
      maxRows,
    ],
  )
  return rowCount ?? 0
}
