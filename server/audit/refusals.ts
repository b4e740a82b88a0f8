import type { InstantMs } from '#protocol/time.ts'
import { networkOf } from '#server/network-of.ts'

/**
 * Keeps anybody from filling the audit trail with attempts that are refused, and from hiding one attempt behind others.
 * There are rooms, by who is refused (`Side`) and why (`Kind`); of each account, network or attacked account the first few
 * in a minute are written into theirs, and the others counted. What fills one room takes nothing from another: asking for
 * pages that are not there hides no attempt at what is forbidden, strangers hide nobody who is signed in, and coming too
 * often, or trying made-up names, hides no attempt at an account that exists.
 */
export interface RefusalBudget {
  /** Whether one more attempt is written; otherwise it is counted as left out. */
  admit(refusal: Refusal, now: InstantMs): boolean
  /** How many were left out in the minute that is over, once; 0 while it runs. */
  collect(now: InstantMs): number
}

export interface Refusal {
  /** Of somebody signed in. */
  readonly accountId: string | null
  /** Absent for what no request caused. */
  readonly address: string | undefined
  /** The existing account that is to be got into. */
  readonly aimedAtAccountId: string | null
  /** The problem's code. */
  readonly reason: string | undefined
}

export interface RefusalLimits {
  /** Entries of one account or network, in one room in a minute. */
  readonly perSource: number
  /** Entries of all accounts, and as many of all strangers, in one room in a minute. */
  readonly inAll: number
  /** Entries of all attempts at accounts that exist: there are so many of these, and each trial of one is slow. */
  readonly onAccounts: number
}

export const defaultRefusalLimits: RefusalLimits = { perSource: 10, inAll: 100, onAccounts: 1_000 }

const WINDOW_MS = 60_000

type Side = 'signed-in' | 'on-account' | 'stranger' | 'server'
type Kind = 'too-often' | 'must-wait' | 'not-found' | 'no-token' | 'denied'

const sideOf = ({ accountId, address, aimedAtAccountId }: Refusal): Side => {
  if (accountId !== null) return 'signed-in'
  if (address === undefined) return 'server'
  return aimedAtAccountId === null ? 'stranger' : 'on-account'
}

const kinds: ReadonlyMap<string | undefined, Kind> = new Map([
  ['too-many-requests', 'too-often'],
  ['sign-in-must-wait', 'must-wait'],
  ['not-found', 'not-found'],
  ['csrf-missing', 'no-token'],
])

interface Window {
  readonly startedAt: InstantMs
  /** By room and source. Bounded, since nothing is added to a room that is full. */
  readonly rooms: Map<string, Map<string, number>>
  leftOut: number
}

const sum = (counts: Map<string, number>): number => [...counts.values()].reduce((all, one) => all + one, 0)

export function createRefusalBudget(limits: RefusalLimits = defaultRefusalLimits): RefusalBudget {
  let current: Window | undefined

  return {
    admit(refusal, now) {
      current ??= { startedAt: now, rooms: new Map(), leftOut: 0 }
      const side = sideOf(refusal)
      const room = `${side} ${kinds.get(refusal.reason) ?? 'denied'}`
      const counts = current.rooms.get(room) ?? new Map<string, number>()
      current.rooms.set(room, counts)
      const { accountId, address, aimedAtAccountId } = refusal
      const source = accountId ?? (side === 'on-account' ? aimedAtAccountId : null) ?? networkOf(address ?? '')
      const written = counts.get(source) ?? 0
      const inAll = side === 'on-account' ? limits.onAccounts : limits.inAll
      const isWritten = written < limits.perSource && sum(counts) < inAll
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
