import type { InstantMs } from '#protocol/time.ts'

/**
 * Keeps anybody from filling the audit trail with attempts that are refused: of each account, or of each address nobody
 * is signed in from, the first few in a minute are written and the others counted. What strangers do does not use up
 * the room of those who are signed in.
 */
export interface RefusalBudget {
  /** Whether one more attempt of this account or address is written; otherwise it is counted as left out. */
  admit(from: RefusedFrom, now: InstantMs): boolean
  /** How many were left out in the minute that is over, once; 0 while it runs. */
  collect(now: InstantMs): number
}

export interface RefusedFrom {
  readonly accountId: string | null
  readonly address: string | undefined
}

export interface RefusalLimits {
  /** Entries of one account or address in a minute. */
  readonly perSource: number
  /** Entries of all accounts, and as many of all strangers, in a minute. */
  readonly inAll: number
}

export const defaultRefusalLimits: RefusalLimits = { perSource: 10, inAll: 100 }

const WINDOW_MS = 60_000

interface Window {
  readonly startedAt: InstantMs
  /** By account and by address. Bounded, since nothing is added once `inAll` are written. */
  readonly accounts: Map<string, number>
  readonly addresses: Map<string, number>
  leftOut: number
}

const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((all, one) => all + one, 0)

export function createRefusalBudget(limits: RefusalLimits = defaultRefusalLimits): RefusalBudget {
  const begin = (startedAt: InstantMs): Window => ({
    startedAt,
    accounts: new Map(),
    addresses: new Map(),
    leftOut: 0,
  })
  let current: Window | undefined

  return {
    admit(from, now) {
      current ??= begin(now)
      const counts = from.accountId === null ? current.addresses : current.accounts
      const source = from.accountId ?? from.address ?? ''
      const written = counts.get(source) ?? 0
      const isWritten = written < limits.perSource && sum(counts) < limits.inAll
      if (isWritten) counts.set(source, written + 1)
      else current.leftOut += 1
      return isWritten
    },
    collect(now) {
      const elapsedMs = current === undefined ? 0 : now - current.startedAt
      // A clock that was set back ends the minute too.
      if (current === undefined || (elapsedMs >= 0 && elapsedMs < WINDOW_MS)) return 0
      const { leftOut } = current
      current = undefined
      return leftOut
    },
  }
}
