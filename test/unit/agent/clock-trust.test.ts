import { describe, expect, it } from 'vitest'
import { type ClockReading, estimateServerNow, judgeClock } from '#agent/core/clock-trust.ts'
import { instantMs } from '#protocol/time.ts'
import { at } from './plan.fixture.ts'

const noon = at('2026-03-02T05:00:00Z')
const plus = (ms: number) => instantMs.parse(noon + ms)
const welcomed = { serverAt: noon, monotonicMs: 10_000, roundTripMs: 100 }

const cases: [string, ClockReading, string][] = [
  ['nothing known', { now: noon, monotonicMs: 0, newestSignedAt: null, serverTime: null }, 'unconfirmed'],
  [
    'after what was signed',
    { now: noon, monotonicMs: 0, newestSignedAt: plus(-1_000), serverTime: null },
    'unconfirmed',
  ],
  [
    'before what was signed',
    { now: noon, monotonicMs: 0, newestSignedAt: plus(60_000), serverTime: null },
    'untrusted',
  ],
  ['confirmed', { now: plus(100), monotonicMs: 10_050, newestSignedAt: noon, serverTime: welcomed }, 'trusted'],
  [
    'an hour fast',
    { now: plus(3_600_000), monotonicMs: 10_050, newestSignedAt: noon, serverTime: welcomed },
    'untrusted',
  ],
  [
    'a minute slow',
    { now: plus(-60_000), monotonicMs: 10_050, newestSignedAt: noon, serverTime: welcomed },
    'untrusted',
  ],
  [
    'set right after the welcome',
    { now: plus(20_000), monotonicMs: 30_000, newestSignedAt: noon, serverTime: welcomed },
    'trusted',
  ],
  [
    'stepped after the welcome',
    { now: plus(40_000), monotonicMs: 30_000, newestSignedAt: noon, serverTime: welcomed },
    'untrusted',
  ],
  [
    'a slow link excuses half its round trip',
    { now: plus(9_000), monotonicMs: 10_000, newestSignedAt: noon, serverTime: { ...welcomed, roundTripMs: 6_000 } },
    'trusted',
  ],
  [
    'confirmed long ago',
    { now: plus(30 * 3_600_000), monotonicMs: 10_000 + 30 * 3_600_000, newestSignedAt: noon, serverTime: welcomed },
    'unconfirmed',
  ],
]

describe('how far the clock is trusted', () => {
  it.each(cases)('%s', (_name, reading, expected) => {
    expect(judgeClock(reading)).toBe(expected)
  })

  it('tells the server’s time from the last welcome, whatever the wall clock says', () => {
    expect(estimateServerNow({ monotonicMs: 15_000, serverTime: welcomed })).toBe(noon + 50 + 5_000)
    expect(estimateServerNow({ monotonicMs: 15_000, serverTime: null })).toBeUndefined()
  })
})
