import type { InstantMs } from '#protocol/time.ts'

/**
 * What each account was shown. Pages stay open when a right ends that was lent, or when what they show is removed, and
 * ask for it again: that is no attempt at anything. Only what was shown to this very account counts, so that the answer
 * depends on nothing that it does not know.
 */
export interface ShownBefore {
  /** `address`: the path that was asked for, without its query. */
  remember(accountId: string, address: string): void
  /** Whether a page may still ask for this, which was shown before: for some minutes from when it first asks in vain. */
  mayStillAsk(accountId: string, address: string, now: InstantMs): boolean
}

/** So long an open page goes on asking for what is gone. */
const LEAVE_MS = 10 * 60_000

/** All accounts together; what was shown the longest ago is forgotten first, which leaves one entry more in the trail. */
const MOST_REMEMBERED = 50_000

export function createShownBefore(mostRemembered = MOST_REMEMBERED): ShownBefore {
  /** Since when it is asked for in vain; null: it is shown. */
  const shown = new Map<string, InstantMs | null>()
  const nameOf = (accountId: string, address: string): string => `${accountId} ${address}`
  return {
    remember(accountId, address) {
      const name = nameOf(accountId, address)
      shown.delete(name)
      shown.set(name, null)
      if (shown.size <= mostRemembered) return
      const [oldest] = shown.keys()
      if (oldest !== undefined) shown.delete(oldest)
    },
    mayStillAsk(accountId, address, now) {
      const name = nameOf(accountId, address)
      const goneSince = shown.get(name)
      if (goneSince === undefined) return false
      if (goneSince === null) {
        shown.set(name, now)
        return true
      }
      const isLeft = now - goneSince < LEAVE_MS
      if (!isLeft) shown.delete(name)
      return isLeft
    },
  }
}
