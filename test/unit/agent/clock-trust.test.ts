import { describe, expect, it } from 'vitest'
import { type ClockReading, estimateServerNow, judgeClock } from '#agent/core/clock-trust.ts'
import { instantMs } from '#protocol/time.ts'
import { at } from './plan.fixture.ts'

const noon = at('2026-03-02T05:00:00Z')
const plus = (ms: number) => instantMs.parse(noon + ms)
const welcomed = { serverAt: noon, monotonicMs: 10_000, roundTripMs: 100 }

const nothing: ClockReading = {
  now: noon,
  monotonicMs: 10_000,
  newestSignedAt: null,
  serverTime: null,
  isNtpSynchronised: undefined,
  rtcAt: undefined,
  anchor: undefined,
  lastAliveAt: undefined,
}
const day = 86_400_000
const anchor = { at: noon, monotonicMs: 10_000 }

const cases: [string, Partial<ClockReading>, string][] = [
  ['nothing speaks for it: a Pi wakes up at the time at which it was switched off', {}, 'untrusted none'],
  ['after what was signed, which alone says little', { newestSignedAt: plus(-1_000) }, 'untrusted none'],
  ['confirmed by the server', { now: plus(100), monotonicMs: 10_050, serverTime: welcomed }, 'trusted server'],
  ['an hour fast', { now: plus(3_600_000), serverTime: welcomed }, 'untrusted none'],
  ['a minute slow', { now: plus(-60_000), serverTime: welcomed }, 'untrusted none'],
  [
    'an hour fast, whatever NTP says',
    { now: plus(3_600_000), serverTime: welcomed, isNtpSynchronised: true },
    'untrusted none',
  ],
  ['set right after the welcome', { now: plus(20_000), monotonicMs: 30_000, serverTime: welcomed }, 'trusted server'],
  ['stepped after the welcome', { now: plus(40_000), monotonicMs: 30_000, serverTime: welcomed }, 'untrusted none'],
  [
    'a slow link excuses half its round trip',
    { now: plus(9_000), serverTime: { ...welcomed, roundTripMs: 6_000 } },
    'trusted server',
  ],
  [
    'confirmed more than a day ago, and never set since',
    { now: plus(2 * day), monotonicMs: 10_000 + 2 * day, serverTime: welcomed, anchor },
    'unconfirmed continuity',
  ],
  ['kept by NTP', { isNtpSynchronised: true }, 'trusted ntp'],
  [
    'kept by NTP, but before what was signed',
    { isNtpSynchronised: true, newestSignedAt: plus(60_000) },
    'untrusted none',
  ],
  ['not kept by NTP', { isNtpSynchronised: false }, 'untrusted none'],
  ['goes on from a trusted moment', { now: plus(day), monotonicMs: 10_000 + day, anchor }, 'unconfirmed continuity'],
  [
    'set by hand since the trusted moment',
    { now: plus(day + 60_000), monotonicMs: 10_000 + day, anchor },
    'untrusted none',
  ],
  ['set by NTP since the trusted moment', { now: plus(60_000), anchor, isNtpSynchronised: true }, 'trusted ntp'],
  ['agrees with the hardware clock', { rtcAt: plus(-900) }, 'unconfirmed rtc'],
  ['has gone its own way for a day', { monotonicMs: day, rtcAt: plus(-12_000) }, 'unconfirmed rtc'],
  ['disagrees with the hardware clock', { rtcAt: plus(-60_000) }, 'untrusted none'],
  ['a hardware clock without a battery', { now: plus(-day), rtcAt: plus(-day), lastAliveAt: noon }, 'untrusted none'],
]

describe('how far the clock is trusted', () => {
  it.each(cases)('%s', (_name, reading, expected) => {
    const { state, evidence } = judgeClock({ ...nothing, ...reading })
    expect(`${state} ${evidence}`).toBe(expected)
  })

  it('tells the server’s time from the last welcome, whatever the wall clock says', () => {
    expect(estimateServerNow({ monotonicMs: 15_000, serverTime: welcomed })).toBe(noon + 50 + 5_000)
    expect(estimateServerNow({ monotonicMs: 15_000, serverTime: null })).toBeUndefined()
  })
})
