import type { DeviceId } from '#protocol/ids.ts'
import { networkOf } from '#server/network-of.ts'
import { createRateLimiter, type RateLimit } from './rate-limit.ts'

export interface AdmissionLimits {
  /** Connections whose credential was not checked yet: of all addresses, and of one. */
  readonly maxUnauthenticated: number
  readonly maxUnauthenticatedPerAddress: number
  readonly maxConnectionsPerAddress: number
  /** New connections of one address. */
  readonly arrivals: RateLimit
  /** Sessions of one device: what a device with a bad line needs, and a copied card that fights with it does not get. */
  readonly sessions: RateLimit
  /** What one device may send, over all its connections: coming back must not make a full allowance of an empty one. */
  readonly packets: RateLimit
  readonly bytes: RateLimit
}

/** What one device may still send. Each is asked before the bytes are looked at. */
export interface Allowance {
  spendPackets(count: number, nowMs: number): boolean
  spendBytes(count: number, nowMs: number): boolean
}

/** Who may come in, counted by address and by device. Times are monotonic milliseconds. */
export interface Admission {
  /** A connection arrives. `leave` must be called when it ends, `known` when its credential was good. */
  arrive(address: string, nowMs: number): { ok: true; visit: Visit } | { ok: false; reason: string }
  /** A device whose credential is good begins a session: its allowance, or undefined when it begins too many. */
  begin(id: DeviceId, nowMs: number): Allowance | undefined
}

export interface Visit {
  known(): void
  leave(): void
}

interface AddressBook {
  connections: number
  unauthenticated: number
  readonly mayArrive: (cost: number, nowMs: number) => boolean
}

/** Addresses remembered after their last connection has ended; the oldest is forgotten first. */
const MAX_QUIET_ADDRESSES = 10_000

export function createAdmission(limits: AdmissionLimits): Admission {
  const addresses = new Map<string, AddressBook>()
  // Only devices whose credential was good, so that strangers fill no memory.
  const devices = new Map<DeviceId, Allowance & { mayBegin: (cost: number, nowMs: number) => boolean }>()
  let unauthenticated = 0

  function open(network: string, nowMs: number): AddressBook {
    const known = addresses.get(network)
    if (known !== undefined) return known
    if (addresses.size >= MAX_QUIET_ADDRESSES) forgetQuiet()
    const book = { connections: 0, unauthenticated: 0, mayArrive: createRateLimiter(limits.arrivals, nowMs) }
    addresses.set(network, book)
    return book
  }
  function forgetQuiet(): void {
    for (const [network, { connections }] of addresses) {
      if (connections > 0) continue
      addresses.delete(network)
      return
    }
  }
  function whyNot(book: AddressBook, nowMs: number): string | undefined {
    if (unauthenticated >= limits.maxUnauthenticated) return `${unauthenticated} not authenticated yet`
    if (book.unauthenticated >= limits.maxUnauthenticatedPerAddress)
      return `${book.unauthenticated} of this address not authenticated yet`
    if (book.connections >= limits.maxConnectionsPerAddress) return `${book.connections} of this address`
    return book.mayArrive(1, nowMs) ? undefined : 'too many new ones of this address'
  }

  return {
    arrive(address, nowMs) {
      const book = open(networkOf(address), nowMs)
      const reason = whyNot(book, nowMs)
      if (reason !== undefined) return { ok: false, reason }
      let isUnknown = true
      let isHere = true
      book.connections += 1
      book.unauthenticated += 1
      unauthenticated += 1
      const known = (): void => {
        if (!isUnknown) return
        isUnknown = false
        book.unauthenticated -= 1
        unauthenticated -= 1
      }
      const leave = (): void => {
        known()
        if (!isHere) return
        isHere = false
        book.connections -= 1
      }
      return { ok: true, visit: { known, leave } }
    },
    begin(id, nowMs) {
      const device = devices.get(id) ?? {
        mayBegin: createRateLimiter(limits.sessions, nowMs),
        spendPackets: createRateLimiter(limits.packets, nowMs),
        spendBytes: createRateLimiter(limits.bytes, nowMs),
      }
      devices.set(id, device)
      return device.mayBegin(1, nowMs) ? device : undefined
    },
  }
}
