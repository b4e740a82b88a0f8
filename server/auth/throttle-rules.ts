/**
 * How failed sign-ins slow down further ones. Guessing gets slow, and nobody can lock out somebody else:
 *
 * - `pair`: one account from one address. What ordinary mistyping meets.
 * - `address`: all accounts from one address (password spraying). Generous, since an office may share one address.
 * - `account`: one account from all addresses, for browsers in which its owner has never signed in (a botnet). The
 *   owner's own browsers are not counted here and not held up by it (OWASP, "Slow Down Online Guessing Attacks with
 *   Device Cookies").
 * - `browser`: one of the owner's own browsers.
 * - `holder`: somebody who has already shown something that strangers cannot have (a session, a one-time code).
 */
export const attemptKinds = ['pair', 'address', 'account', 'browser', 'holder'] as const
export type AttemptKind = (typeof attemptKinds)[number]

export interface Attempts {
  readonly failures: number
  /** Of the last attempt that was let through. */
  readonly lastAtMs: number
}

interface Pace {
  /** So many failures cost nothing. */
  free: number
  firstDelayMs: number
  longestDelayMs: number
  /** One failure is forgiven after each such time. */
  forgivenEveryMs: number
}

const own: Pace = { free: 3, firstDelayMs: 1_000, longestDelayMs: 5 * 60_000, forgivenEveryMs: 10 * 60_000 }

/**
 * Guesses a day that remain possible: 48 against one account from unknown browsers, whatever the number of addresses
 * (NIST SP 800-63B §3.2.2 allows 100 in a row); 2,880 from one address against all accounts together.
 */
export const paces = {
  pair: own,
  address: { free: 30, firstDelayMs: 1_000, longestDelayMs: 30_000, forgivenEveryMs: 60_000 },
  account: { free: 20, firstDelayMs: 60_000, longestDelayMs: 30 * 60_000, forgivenEveryMs: 30 * 60_000 },
  browser: own,
  holder: own,
} as const satisfies Record<AttemptKind, Pace>

/** More failures than this beyond the free ones are not counted: calm returns within hours, however long an attack was. */
const COUNTED_BEYOND_FREE = 10

/** After this long nothing that was counted matters any more: every failure of the slowest pace is forgiven. */
export const FORGOTTEN_AFTER_MS = Math.max(
  ...Object.values(paces).map((pace) => (pace.free + COUNTED_BEYOND_FREE) * pace.forgivenEveryMs),
)

/** 0 for the first failures, then doubling. */
export function delayAfter(kind: AttemptKind, failures: number): number {
  const pace = paces[kind]
  if (failures < pace.free) return 0
  return Math.min(pace.longestDelayMs, pace.firstDelayMs * 2 ** Math.min(30, failures - pace.free))
}

/** How many failures still count. */
export function failuresAt(kind: AttemptKind, attempts: Attempts, nowMs: number): number {
  // A clock that was put back forgives nothing.
  const forgiven = Math.floor(Math.max(0, nowMs - attempts.lastAtMs) / paces[kind].forgivenEveryMs)
  return Math.max(0, attempts.failures - forgiven)
}

/** How long the next attempt must wait; 0: not at all. */
export function waitMs(kind: AttemptKind, attempts: Attempts, nowMs: number): number {
  const delayMs = delayAfter(kind, attempts.failures)
  // Never longer than the delay itself, also when the clock was put back.
  return Math.max(0, Math.min(delayMs, attempts.lastAtMs + delayMs - nowMs))
}

/** The counter after one more attempt, which counts as failed until it has succeeded. */
export const countAttempt = (kind: AttemptKind, attempts: Attempts, nowMs: number): Attempts => ({
  failures: Math.min(failuresAt(kind, attempts, nowMs) + 1, paces[kind].free + COUNTED_BEYOND_FREE),
  lastAtMs: nowMs,
})

/** Whether this attempt is the one with which the delays begin: told once, not at every further attempt. */
export const beginsDelay = (kind: AttemptKind, after: Attempts): boolean => after.failures === paces[kind].free
