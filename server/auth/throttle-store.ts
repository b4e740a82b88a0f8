import type { Db } from './store.ts'
import type { Attempts } from './throttle-rules.ts'

const NEVER = new Date(0)

/** These counters, locked until the transaction ends: attempts made at once are counted one after the other. */
export async function lockAttempts(tx: Db, keys: readonly string[]): Promise<Map<string, Attempts>> {
  // Always in the same order, so that two never wait for each other.
  const sorted = [...keys].sort()
  await tx.$executeRaw`
    INSERT INTO sign_in_attempt (key, failures, last_at)
    SELECT key, 0, ${NEVER} FROM unnest(${sorted}::text[]) AS key ORDER BY key
    ON CONFLICT (key) DO UPDATE SET failures = sign_in_attempt.failures`
  const rows = await tx.signInAttempt.findMany({ where: { key: { in: sorted } } })
  return new Map(rows.map((row) => [row.key, { failures: row.failures, lastAtMs: row.lastAt.getTime() }]))
}

export async function saveAttempts(tx: Db, key: string, attempts: Attempts): Promise<void> {
  await tx.signInAttempt.update({
    where: { key },
    data: { failures: attempts.failures, lastAt: new Date(attempts.lastAtMs) },
  })
}

/** Takes one attempt back as if it had never been; when others came since, only the count. */
export async function restoreAttempts(tx: Db, key: string, before: Attempts, after: Attempts): Promise<void> {
  const unchanged = { key, failures: after.failures, lastAt: new Date(after.lastAtMs) }
  const { count } = await tx.signInAttempt.updateMany({
    where: unchanged,
    data: { failures: before.failures, lastAt: new Date(before.lastAtMs) },
  })
  if (count > 0) return
  await tx.signInAttempt.updateMany({ where: { key, failures: { gt: 0 } }, data: { failures: { decrement: 1 } } })
}

export async function deleteAttempts(tx: Db, key: string): Promise<void> {
  await tx.signInAttempt.deleteMany({ where: { key } })
}

/** Drops what is forgotten, and beyond `atMost` the counters with the fewest failures: a flood of names keeps no real one out. */
export async function sweepAttempts(tx: Db, forgottenBefore: Date, atMost: number): Promise<number> {
  const { count } = await tx.signInAttempt.deleteMany({ where: { lastAt: { lt: forgottenBefore } } })
  const surplus = await tx.$executeRaw`
    DELETE FROM sign_in_attempt WHERE key IN (
      SELECT key FROM sign_in_attempt ORDER BY failures DESC, last_at DESC OFFSET ${atMost})`
  return count + surplus
}
