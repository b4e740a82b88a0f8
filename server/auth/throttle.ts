import { normalizeIP } from '@fastify/rate-limit'
import type { Clock } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import type { SecurityEvents } from '#server/security/events.ts'
import type { Sealing } from './sealing.ts'
import {
  type AttemptKind,
  type Attempts,
  beginsDelay,
  countAttempt,
  FORGOTTEN_AFTER_MS,
  failuresAt,
  waitMs,
} from './throttle-rules.ts'
import { deleteAttempts, lockAttempts, restoreAttempts, saveAttempts, sweepAttempts } from './throttle-store.ts'

/** Who tries: a stranger, one of the account's own browsers, or the holder of something strangers cannot have. */
export type Trier =
  | { readonly kind: 'stranger'; readonly userName: string; readonly address: string }
  | { readonly kind: 'browser'; readonly tokenHash: string; readonly address: string }
  | { readonly kind: 'holder'; readonly of: string; readonly address: string }

/** One attempt that was let through and counts as failed until it succeeds. */
export interface Attempt {
  readonly counters: readonly Counter[]
}
interface Counter {
  readonly kind: AttemptKind
  readonly key: string
  readonly before: Attempts
  readonly after: Attempts
}

export interface Throttle {
  /**
   * Counts an attempt before it is judged, so that attempts made at once do not slip through together. Counters outlive a restart.
   * @throws Problem `sign-in-must-wait`
   */
  begin(trier: Trier, facts: { accountId?: string | undefined; requestId: string }): Promise<Attempt>
  /**
   * The password was right and a second factor is asked for: no failure of a stranger, so nothing is held against the
   * address and the account. Who goes on asking is still counted until they succeed.
   */
  passFirstStep(attempt: Attempt): Promise<void>
  succeed(attempt: Attempt): Promise<void>
  /** Forgets what does not count any more. */
  sweep(): Promise<number>
}

const NONE: Attempts = { failures: 0, lastAtMs: 0 }
const MAX_COUNTERS = 50_000
/** One subscriber is given a whole IPv6 subnet (as in http/rate-limits.ts). */
const IPV6_PREFIX_BITS = 64

function countersOf(trier: Trier): { kind: AttemptKind; of: string }[] {
  if (trier.kind === 'browser') return [{ kind: 'browser', of: trier.tokenHash }]
  if (trier.kind === 'holder') return [{ kind: 'holder', of: trier.of }]
  const address = normalizeIP(trier.address, IPV6_PREFIX_BITS)
  return [
    { kind: 'pair', of: `${trier.userName} ${address}` },
    { kind: 'address', of: address },
    { kind: 'account', of: trier.userName },
  ]
}

export function createThrottle(deps: {
  db: Database
  clock: Clock
  security: SecurityEvents
  sealing: Pick<Sealing, 'fingerprint'>
}): Throttle {
  const { db, clock, security, sealing } = deps

  async function takeBack(attempt: Attempt, { isProven }: { isProven: boolean }): Promise<void> {
    await db.prisma.$transaction(async (tx) => {
      // In the order of `lockAttempts`, so that two never wait for each other.
      const sorted = attempt.counters.toSorted((left, right) => (left.key < right.key ? -1 : 1))
      for (const { kind, key, before, after } of sorted) {
        // Who has proven who they are starts afresh; strangers' failures against the account, or from the address, stay.
        if (kind === 'address' || kind === 'account') await restoreAttempts(tx, key, before, after)
        else if (isProven) await deleteAttempts(tx, key)
      }
    })
  }

  return {
    async begin(trier, facts) {
      const wanted = countersOf(trier).map(({ kind, of }) => ({ kind, key: sealing.fingerprint(`${kind} ${of}`) }))
      const judged = await db.prisma.$transaction(async (tx) => {
        const stored = await lockAttempts(
          tx,
          wanted.map((one) => one.key),
        )
        const nowMs = clock.now()
        const counters = wanted.map(({ kind, key }): Counter => {
          const before = stored.get(key) ?? NONE
          return { kind, key, before, after: countAttempt(kind, before, nowMs) }
        })
        // What is left to wait is decided by what still counts, not by what was counted once.
        const waits = counters.map(({ kind, before }) =>
          waitMs(kind, { ...before, failures: failuresAt(kind, before, nowMs) }, nowMs),
        )
        const longestMs = Math.max(...waits)
        if (longestMs > 0) return { longestMs }
        for (const { key, after } of counters) await saveAttempts(tx, key, after)
        return { counters }
      })
      const told = { ...facts, address: trier.address }
      if ('longestMs' in judged) {
        security.report('sign-in-delayed', { ...told, detail: `${Math.ceil(judged.longestMs / 1_000)} s` })
        throw new Problem('sign-in-must-wait', { seconds: Math.max(1, Math.ceil(judged.longestMs / 1_000)) })
      }
      const locking = judged.counters.find(({ kind, after }) => kind === 'account' && beginsDelay(kind, after))
      if (locking !== undefined) security.report('sign-in-locked', told)
      return judged
    },
    passFirstStep: (attempt) => takeBack(attempt, { isProven: false }),
    succeed: (attempt) => takeBack(attempt, { isProven: true }),
    sweep: () => sweepAttempts(db.prisma, new Date(clock.now() - FORGOTTEN_AFTER_MS), MAX_COUNTERS),
  }
}
