import { type InstantMs, instantMs } from '#protocol/time.ts'

/** Where all time in the agent comes from. Decisions take an instant; nothing else asks the machine for the time. */
export interface Clock {
  /** The wall clock, right or wrong. */
  now(): InstantMs
  /** Milliseconds since the machine's boot that no clock step touches. */
  monotonicMs(): number
  /** Runs `callback` once after `delayMs`; returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void
}

/** Longest delay that setTimeout takes; a longer one would fire at once. */
const MAX_TIMER_MS = 2_147_483_647

export const systemClock: Clock = {
  now: () => instantMs.parse(Date.now()),
  // On Linux this is CLOCK_MONOTONIC, which counts from boot and is the same in every process.
  monotonicMs: () => Number(process.hrtime.bigint() / 1_000n) / 1_000,
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(MAX_TIMER_MS, Math.max(0, delayMs)))
    return () => clearTimeout(timer)
  },
}

/** An instant from a calculation: whole milliseconds, never before 1970. */
export const toInstant = (ms: number): InstantMs => instantMs.parse(Math.max(0, Math.round(ms)))

export const toDate = (at: InstantMs): Date => new Date(at)
