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

/** A moment of this boot at which the clock was trusted. */
export type Anchor = { readonly at: InstantMs; readonly monotonicMs: number }

/** What a clock's state rests on; it is told in `hello`. */
export type ClockEvidence = 'server' | 'ntp' | 'rtc' | 'continuity' | 'none'

export type ClockReading = {
  readonly now: InstantMs
  /** Since the machine's boot. */
  readonly monotonicMs: number
  /** Newest instant in anything signed by the server that was ever seen: time cannot be before it. */
  readonly newestSignedAt: InstantMs | null
  readonly serverTime: ServerTime | null
  /** Does the kernel say that NTP keeps its clock? Undefined where it does not tell. */
  readonly isNtpSynchronised: boolean | undefined
  /** The hardware clock, to the second; undefined where there is none. */
  readonly rtcAt: InstantMs | undefined
  /** When the clock was last trusted, if that was in this boot. */
  readonly anchor: Anchor | undefined
  /** The last sign of life under a clock that was not untrusted, of whatever boot. */
  readonly lastAliveAt: InstantMs | undefined
}

export type ClockVerdict = { readonly state: ClockState; readonly evidence: ClockEvidence }

/** The server's time now, by its last welcome and the monotonic counter; undefined before the first welcome. */
export function estimateServerNow(reading: Pick<ClockReading, 'monotonicMs' | 'serverTime'>): number | undefined {
  if (reading.serverTime === null) return undefined
  const { serverAt, monotonicMs, roundTripMs } = reading.serverTime
  return serverAt + roundTripMs / 2 + (reading.monotonicMs - monotonicMs)
}

const untrusted: ClockVerdict = { state: 'untrusted', evidence: 'none' }

/**
 * How far the wall clock can be trusted, by the strongest evidence there is. Trusted: the server confirmed it within a day
 * and no step since then took it away, or the kernel says that NTP keeps it. Unconfirmed: it goes on from a moment at which
 * it was trusted, or from a hardware clock. Untrusted: it contradicts one of these or something signed – or nothing at all
 * speaks for it: a Pi without a battery wakes up at the time at which it was switched off, and looks sound.
 */
export function judgeClock(reading: ClockReading): ClockVerdict {
  const { now, newestSignedAt, serverTime, anchor } = reading
  const serverNow = estimateServerNow(reading)
  const isBefore = (at: InstantMs | null | undefined): boolean => at != null && now < at - CLOCK_TOLERANCE_MS
  if (serverNow !== undefined && serverTime !== null) {
    const ageMs = reading.monotonicMs - serverTime.monotonicMs
    const uncertaintyMs = serverTime.roundTripMs / 2 + ageMs * DRIFT
    if (Math.abs(now - serverNow) - uncertaintyMs > CLOCK_TOLERANCE_MS) return untrusted
    if (ageMs <= CONFIRMATION_LASTS_MS) return { state: 'trusted', evidence: 'server' }
  } else if (isBefore(newestSignedAt)) return untrusted
  if (reading.isNtpSynchronised === true) return { state: 'trusted', evidence: 'ntp' }
  if (anchor !== undefined) {
    // Both clocks are slewed alike (adjtimex(2)): what parts them within one boot are steps.
    const stepsMs = now - anchor.at - (reading.monotonicMs - anchor.monotonicMs)
    return Math.abs(stepsMs) > CLOCK_TOLERANCE_MS ? untrusted : { state: 'unconfirmed', evidence: 'continuity' }
  }
  if (reading.rtcAt === undefined || isBefore(reading.lastAliveAt)) return untrusted
  // At boot the one was set from the other; since then each has gone its own way.
  const partedMs = CLOCK_TOLERANCE_MS + 2 * DRIFT * reading.monotonicMs
  return Math.abs(now - reading.rtcAt) > partedMs ? untrusted : { state: 'unconfirmed', evidence: 'rtc' }
}
