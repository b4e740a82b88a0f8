import { describe, expect, it } from 'vitest'
import {
  type AttemptKind,
  type Attempts,
  beginsDelay,
  countAttempt,
  delayAfter,
  FORGOTTEN_AFTER_MS,
  failuresAt,
  paces,
  waitMs,
} from '#server/auth/throttle-rules.ts'

const NONE: Attempts = { failures: 0, lastAtMs: 0 }
const NOW = 1_800_000_000_000

/** How many attempts somebody gets through who tries as soon as they may. */
function countGuesses(kind: AttemptKind, durationMs: number): number {
  let attempts = NONE
  let guesses = 0
  for (let nowMs = NOW; nowMs < NOW + durationMs; ) {
    const current = { ...attempts, failures: failuresAt(kind, attempts, nowMs) }
    const wait = waitMs(kind, current, nowMs)
    if (wait > 0) {
      nowMs += wait
      continue
    }
    attempts = countAttempt(kind, attempts, nowMs)
    guesses += 1
  }
  return guesses
}

describe('the delay after failed sign-ins', () => {
  it.each<[AttemptKind, number, number]>([
    ['pair', 0, 0],
    ['pair', 2, 0],
    ['pair', 3, 1_000],
    ['pair', 4, 2_000],
    ['pair', 6, 8_000],
    ['pair', 400, 300_000],
    ['address', 29, 0],
    ['address', 30, 1_000],
    ['address', 99, 30_000],
    ['account', 19, 0],
    ['account', 20, 60_000],
    ['account', 99, 1_800_000],
    ['browser', 3, 1_000],
    ['holder', 3, 1_000],
  ])('of %s after %i: %i ms', (kind, failures, expectedMs) => {
    expect(delayAfter(kind, failures)).toBe(expectedMs)
  })

  it.each<[number, number]>([
    [0, 10],
    [599_999, 10],
    [600_000, 9],
    [6_000_000, 0],
    [-5_000, 10],
  ])('%i ms later %i of ten failures still count', (laterMs, expected) => {
    expect(failuresAt('pair', { failures: 10, lastAtMs: NOW }, NOW + laterMs)).toBe(expected)
  })

  it('never waits longer than the delay, also when the clock was put back', () => {
    const attempts = { failures: 3, lastAtMs: NOW }
    expect(waitMs('pair', attempts, NOW)).toBe(1_000)
    expect(waitMs('pair', attempts, NOW + 400)).toBe(600)
    expect(waitMs('pair', attempts, NOW + 1_000)).toBe(0)
    expect(waitMs('pair', attempts, NOW - 3_600_000)).toBe(1_000)
  })

  it('begins once', () => {
    const counts = Array.from({ length: 6 }, (_, failures) => beginsDelay('pair', { failures, lastAtMs: NOW }))
    expect(counts).toEqual([false, false, false, true, false, false])
  })

  // NIST SP 800-63B §3.2.2: no more than 100 failed attempts in a row. A week of them is not yet a thousand guesses.
  it.each<[AttemptKind, number]>([
    ['account', 20 + 7 * 48 + 10],
    ['pair', 7 * 288 + 20],
    ['address', 7 * 2_880 + 60],
  ])('leaves a patient stranger at most %s %i guesses a week', (kind, most) => {
    expect(countGuesses(kind, 7 * 24 * 3_600_000)).toBeLessThanOrEqual(most)
  })

  it('forgets everything in the end, however long an attack was', () => {
    for (const kind of Object.keys(paces) as AttemptKind[]) {
      let attempts = NONE
      for (let i = 0; i < 10_000; i++) attempts = countAttempt(kind, attempts, NOW)
      expect(failuresAt(kind, attempts, NOW + FORGOTTEN_AFTER_MS)).toBe(0)
    }
    expect(FORGOTTEN_AFTER_MS).toBeLessThan(24 * 3_600_000)
  })
})
