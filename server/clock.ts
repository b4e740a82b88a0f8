import { type InstantMs, instantMs } from '#protocol/time.ts'

/** Where all time in the server comes from. Decisions take an instant; nothing else asks the machine for the time. */
export interface Clock {
  now(): InstantMs
  /** Milliseconds that no clock step touches. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  now: () => instantMs.parse(Date.now()),
  monotonicMs: () => performance.now(),
}

export const toDate = (at: InstantMs): Date => new Date(at)
export const toInstant = (date: Date): InstantMs => instantMs.parse(date.getTime())
