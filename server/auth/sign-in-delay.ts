import type { InstantMs } from '#protocol/time.ts'

export interface SignInDelay {
  /**
   * Counts an attempt before it is judged, so that attempts made at once do not slip through together. The answer is how
   * long this account must wait at this address, or undefined: go on.
   */
  begin(userName: string, address: string, now: InstantMs): number | undefined
  succeed(userName: string, address: string): void
}

interface Attempts {
  failures: number
  lastAt: number
}

const FREE_ATTEMPTS = 3
const FIRST_DELAY_MS = 1_000
const LONGEST_DELAY_MS = 5 * 60_000
const FORGOTTEN_AFTER_MS = 30 * 60_000

/** 0 for the first attempts, then doubling: 1 s, 2 s, 4 s … up to five minutes. */
export function delayAfter(failures: number): number {
  if (failures < FREE_ATTEMPTS) return 0
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - FREE_ATTEMPTS))
}

/**
 * Slows down guessing, by account AND address: nobody can lock others out from elsewhere. In memory and bounded; the
 * pair that was idle longest is forgotten first.
 */
export function createSignInDelay(maxPairs = 10_000): SignInDelay {
  const known = new Map<string, Attempts>()
  const keyOf = (userName: string, address: string): string => `${userName.trim().toLowerCase()} ${address}`
  return {
    begin(userName, address, now) {
      const key = keyOf(userName, address)
      const before = known.get(key)
      const attempts =
        before === undefined || now - before.lastAt > FORGOTTEN_AFTER_MS ? { failures: 0, lastAt: 0 } : before
      const waitMs = attempts.lastAt + delayAfter(attempts.failures) - now
      if (waitMs > 0) return waitMs
      known.delete(key)
      known.set(key, { failures: attempts.failures + 1, lastAt: now })
      const oldest = known.keys().next()
      if (known.size > maxPairs && !oldest.done) known.delete(oldest.value)
      return undefined
    },
    succeed: (userName, address) => {
      known.delete(keyOf(userName, address))
    },
  }
}
