import { describe, expect, it } from 'vitest'
import { retryDelayMs } from '#agent/io/link.ts'

describe('the wait before the next attempt to connect', () => {
  it.each([
    [0, 0, 500],
    [0, 1, 1_000],
    [3, 0, 4_000],
    [3, 1, 8_000],
    [5, 0, 15_000],
    [5, 1, 30_000],
    [10_000, 0.5, 22_500],
    [10_000, 1, 30_000],
  ])('attempt %d, chance %d: %d ms', (attempt, random, expectedMs) => {
    expect(retryDelayMs(attempt, random)).toBe(expectedMs)
  })
})
