import { type InstantMs, instantMs } from '#protocol/time.ts'
import type { Clock } from '#server/clock.ts'

/** A clock that stands still until the test moves it. */
export interface TestClock extends Clock {
  advance(ms: number): void
}

export function createTestClock(startAt = '2026-03-02T03:00:00.000Z'): TestClock {
  let now: InstantMs = instantMs.parse(Date.parse(startAt))
  const begin = now
  return {
    now: () => now,
    monotonicMs: () => now - begin,
    advance: (ms) => {
      now = instantMs.parse(now + ms)
    },
  }
}
