import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { playReasons } from '#protocol/ledger.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import type { Outcome } from '#server/airtime/rules.ts'
import {
  type DeviceFacts,
  explainOutcome,
  findOutages,
  type LifeSign,
  type Outage,
} from '#server/broadcasts/explain-rules.ts'

const at = (ms: number): InstantMs => instantMs.parse(1_700_000_000_000 + ms)
const DAY_MS = 86_400_000
const item = { startAt: at(0), durationMs: 60_000, leftOut: null }
const horizon = { days: 14, timeZone: 'Asia/Ho_Chi_Minh' }
const plan = { changedAt: at(-10_000), connectionsKnownFrom: at(-1_000_000), horizon }
const there: DeviceFacts = {
  installations: [{ enrolledAt: at(-500_000), revokedAt: null }],
  connections: [{ beganAt: at(-20_000), endedAt: at(-5_000) }],
  adopted: [],
  outages: [],
}
const outage = (from: number, until: number, isClean = false): Outage => ({ from: at(from), until: at(until), isClean })

describe('why a silent device did not play', () => {
  it.each<[string, Partial<DeviceFacts>, string]>([
    ['connected since the plan changed, and never told of it', {}, 'not-in-target'],
    ['never enrolled', { installations: [] }, 'never-enrolled'],
    ['enrolled after it', { installations: [{ enrolledAt: at(60_000), revokedAt: null }] }, 'never-enrolled'],
    ['revoked before it began', { installations: [{ enrolledAt: at(-9), revokedAt: at(0) }] }, 'revoked'],
    [
      'revoked, and enrolled anew when it was over',
      {
        installations: [
          { enrolledAt: at(-9), revokedAt: at(-1) },
          { enrolledAt: at(60_000), revokedAt: null },
        ],
      },
      'revoked',
    ],
    ['revoked while it played', { installations: [{ enrolledAt: at(-9), revokedAt: at(1) }] }, 'not-in-target'],
    ['without power all the time', { outages: [outage(-1_000, 90_000)] }, 'power-lost'],
    ['without power until the middle', { outages: [outage(-1_000, 30_000)] }, 'power-lost'],
    ['without power until just before', { outages: [outage(-1_000, 0)] }, 'not-in-target'],
    ['without power from the end on', { outages: [outage(60_000, 90_000)] }, 'not-in-target'],
    ['shut down in order', { outages: [outage(-1_000, 90_000, true)] }, 'agent-restarted'],
    ['never connected', { connections: [] }, 'no-target'],
    [
      'last connected before the plan changed',
      { connections: [{ beganAt: at(-20_000), endedAt: at(-10_000) }] },
      'no-target',
    ],
    ['connected only after the start', { connections: [{ beganAt: at(0), endedAt: null }] }, 'no-target'],
    ['connected all the time', { connections: [{ beganAt: at(-99_000), endedAt: null }] }, 'not-in-target'],
    [
      'without a known connection, and yet with a target since the change',
      { connections: [], adopted: [{ revision: 3, adoptedAt: at(-10_000) }] },
      'not-in-target',
    ],
    [
      'without a known connection, and with an older target',
      { connections: [], adopted: [{ revision: 3, adoptedAt: at(-10_001) }] },
      'no-target',
    ],
  ])('%s', (_, facts, reason) => {
    const silent = { outcome: 'missed', reason: 'not-in-target' } as const
    expect(explainOutcome(item, silent, false, plan, { ...there, ...facts })).toBe(reason)
  })

  it.each<[string, number | null, string]>([
    // at(0) is 2023-11-15 05:13:20 local: a plan of fourteen days got on the 1st ended at midnight.
    ['last connected fourteen days before by the calendar', at(-13 * DAY_MS - 6 * 3_600_000), 'horizon-ended'],
    ['last connected on the first day whose plan reached so far', at(-13 * DAY_MS), 'not-in-target'],
    ['connected since', null, 'not-in-target'],
  ])('with an old plan: %s', (_, endedAt, reason) => {
    const old = { ...plan, changedAt: at(-100 * DAY_MS), connectionsKnownFrom: at(-100 * DAY_MS) }
    const connections = [{ beganAt: at(-20 * DAY_MS), endedAt: endedAt === null ? null : instantMs.parse(endedAt) }]
    const silent = { outcome: 'missed', reason: null } as const
    expect(explainOutcome(item, silent, false, old, { ...there, connections })).toBe(reason)
  })

  it('does not say that it was never connected of times whose connections were dropped', () => {
    const old = { ...plan, connectionsKnownFrom: at(1) }
    const facts = { ...there, connections: [] }
    expect(explainOutcome(item, { outcome: 'missed', reason: null }, false, old, facts)).toBe('not-in-target')
  })
})

describe('the one reason of every outcome', () => {
  const instant = fc.integer({ min: -100_000, max: 200_000 }).map(at)
  const span = fc.record({ beganAt: instant, endedAt: fc.option(instant, { nil: null }) })
  const facts = fc.record({
    installations: fc.array(fc.record({ enrolledAt: instant, revokedAt: fc.option(instant, { nil: null }) }), {
      maxLength: 2,
    }),
    connections: fc.array(span, { maxLength: 2 }),
    adopted: fc.array(fc.record({ revision: fc.nat(), adoptedAt: instant }), { maxLength: 1 }),
    outages: fc.array(fc.record({ from: instant, until: instant, isClean: fc.boolean() }), { maxLength: 1 }),
  })
  /** What each outcome may be explained with; of the others every reason of the closed list. */
  const allowed: Partial<Record<Outcome, readonly (string | null)[]>> = {
    played: [null],
    unknown: ['not-reported', 'revoked'],
    cancelled: ['stopped', 'suspended', 'gave-way', 'outside-hours', 'cancelled'],
  }

  it('is of the closed list, fits the outcome, and is the device’s own where it has one', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Outcome>('played', 'partial', 'missed', 'cancelled', 'unknown'),
        fc.constantFrom(null, 'stopped', 'clip-missing', 'power-lost'),
        fc.boolean(),
        fc.constantFrom(null, 'suspended', 'gave-way', 'outside-hours'),
        facts,
        (outcome, said, isReported, leftOut, device) => {
          const reason =
            outcome === 'cancelled' ? 'stopped' : outcome === 'played' || outcome === 'unknown' ? null : said
          const explained = explainOutcome({ ...item, leftOut }, { outcome, reason }, isReported, plan, device)
          expect(allowed[outcome] ?? playReasons).toContain(explained)
          if (isReported && reason !== null && outcome !== 'cancelled') expect(explained).toBe(reason)
          if (outcome === 'cancelled') expect(explained).toBe(leftOut ?? 'stopped')
        },
      ),
    )
  })
})

describe('outages', () => {
  const sign = (seq: number, ms: number, change: Partial<LifeSign> = {}): LifeSign => ({
    ledgerId: 'l',
    seq,
    at: at(ms),
    clock: 'trusted',
    ...change,
  })
  const boot = (seq: number, ms: number, change: Partial<LifeSign> = {}): LifeSign =>
    sign(seq, ms, { cleanShutdown: false, ...change })
  it.each<[string, LifeSign[], [number, number][], Outage[]]>([
    ['none without a boot', [sign(1, 0), sign(2, 9)], [], []],
    ['from the entry before a boot to the boot', [sign(1, 0), boot(2, 90)], [], [outage(0, 90)]],
    ['not of a first boot', [boot(1, 90)], [], []],
    ['not across ledgers', [sign(1, 0), boot(1, 90, { ledgerId: 'm' })], [], []],
    ['narrowed by a connection that lasted longer', [sign(1, 0), boot(2, 90)], [[-5, 40]], [outage(40, 90)]],
    ['not by one after it', [sign(1, 0), boot(2, 90)], [[91, 95]], [outage(0, 90)]],
    [
      'with an old time at the boot: until its time is sure',
      [sign(1, 50), boot(2, 10, { clock: 'untrusted' }), sign(3, 12, { clock: 'untrusted' }), sign(4, 90)],
      [],
      [outage(50, 90)],
    ],
    ['with an old time for good: nothing is sure', [sign(1, 50), boot(2, 10, { clock: 'untrusted' })], [], []],
    ['in order', [sign(1, 0), boot(2, 90, { cleanShutdown: true })], [], [outage(0, 90, true)]],
  ])('%s', (_, entries, spans, expected) => {
    const connections = spans.map(([began, ended]) => ({ beganAt: at(began), endedAt: at(ended) }))
    expect(findOutages(entries, connections)).toEqual(expected)
  })
})
