import type { ClockState, InstantMs } from '#protocol/time.ts'

/** A clock further off than this plays nothing but emergencies: two horns of one commune would sound apart. */
export const CLOCK_TOLERANCE_MS = 5_000
/** After this long without a word from the server a confirmation is stale. */
export const CONFIRMATION_LASTS_MS = 24 * 3_600_000
/** How far two honest oscillators may part: crystals of small computers stay within 100 ppm. */
const DRIFT = 100e-6

/** What the server said about the time in its last welcome, and when that was by the counter no clock step touches. */
export type ServerTime = {
  readonly serverAt: InstantMs
  readonly monotonicMs: number
  /** From hello to welcome: the server's instant lies somewhere within. */
  readonly roundTripMs: number
}

export type ClockReading = {
  readonly now: InstantMs
  readonly monotonicMs: number
  /** Newest instant in anything signed by the server that was ever seen: time cannot be before it. */
  readonly newestSignedAt: InstantMs | null
  readonly serverTime: ServerTime | null
}

/** The server's time now, by its last welcome and the monotonic counter; undefined before the first welcome. */
export function estimateServerNow(reading: Pick<ClockReading, 'monotonicMs' | 'serverTime'>): number | undefined {
  if (reading.serverTime === null) return undefined
  const { serverAt, monotonicMs, roundTripMs } = reading.serverTime
  return serverAt + roundTripMs / 2 + (reading.monotonicMs - monotonicMs)
}

/**
 * How far the wall clock can be trusted. Untrusted: it contradicts something signed. Trusted: the server confirmed it
 * within a day and no step since then took it away. Unconfirmed: nothing speaks against it.
 */
export function judgeClock(reading: ClockReading): ClockState {
  const { now, newestSignedAt, serverTime } = reading
  const serverNow = estimateServerNow(reading)
  if (serverNow !== undefined && serverTime !== null) {
    const ageMs = reading.monotonicMs - serverTime.monotonicMs
    const uncertaintyMs = serverTime.roundTripMs / 2 + ageMs * DRIFT
    if (Math.abs(now - serverNow) - uncertaintyMs > CLOCK_TOLERANCE_MS) return 'untrusted'
    return ageMs <= CONFIRMATION_LASTS_MS ? 'trusted' : 'unconfirmed'
  }
  if (newestSignedAt !== null && now < newestSignedAt - CLOCK_TOLERANCE_MS) return 'untrusted'
  return 'unconfirmed'
}
