import { describe, expect, it } from 'vitest'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import {
  airtimeOf,
  type DeviceEvidence,
  deriveOutcome,
  isPlayOf,
  type ReportedPlay,
  sumHeardMs,
} from '#server/airtime/rules.ts'

/** Seconds after the item's planned start. */
const s = (seconds: number): InstantMs => instantMs.parse(1_795_000_000_000 + seconds * 1000)
const MINUTE = 60
const expected = { startAt: s(0), durationMs: 60_000, settledAt: s(MINUTE + 1800), leftOut: null }
const occurrence = { endedEarlyAt: null }
const covered: DeviceEvidence = { coverage: [{ from: s(-3600), until: s(3600) }], firstEnrolledAt: s(-3600) }
const silent: DeviceEvidence = { coverage: [{ from: s(-3600), until: s(30) }], firstEnrolledAt: s(-3600) }

let drawn = 0
function play(fromS: number, toS: number, fields: Partial<ReportedPlay> = {}): ReportedPlay {
  drawn++
  return {
    id: `play-${String(drawn).padStart(4, '0')}`,
    plannedStartAt: s(0),
    startedAt: s(fromS),
    endedAt: s(toS),
    heardMs: (toS - fromS) * 1000,
    outcome: 'partial',
    reason: 'agent-restarted',
    ...fields,
  }
}
const whole = () => play(0, 60, { outcome: 'played', reason: null })
const running = () => play(0, 0, { endedAt: null, heardMs: 0, outcome: null, reason: null })
const refused = (reason: string) =>
  play(0, 0, { startedAt: null, endedAt: null, heardMs: 0, outcome: 'missed', reason })

describe('deriveOutcome', () => {
  it.each<[string, ReportedPlay[], DeviceEvidence, string, string | null, number]>([
    ['a whole play', [whole()], silent, 'played', null, 60_000],
    ['a play 250 ms short', [play(0, 59.75)], silent, 'played', null, 59_750],
    ['a play 251 ms short', [play(0, 59.749)], silent, 'partial', 'agent-restarted', 59_749],
    ['an interrupted play', [play(0, 20, { reason: 'power-lost' })], silent, 'partial', 'power-lost', 20_000],
    ['two halves around a restart', [play(0, 30), play(30, 60)], silent, 'played', null, 60_000],
    ['two pieces with a hole', [play(0, 20), play(40, 60)], silent, 'partial', 'agent-restarted', 40_000],
    [
      'what became of it after it was taken back for another instant',
      [refused('not-in-target'), play(4, 20, { reason: 'power-lost' })],
      silent,
      'partial',
      'power-lost',
      16_000,
    ],
    [
      'the first interruption’s reason',
      [play(40, 50, { reason: 'stopped' }), play(0, 20)],
      silent,
      'partial',
      'agent-restarted',
      30_000,
    ],
    ['a play whose end is not reported', [running()], covered, 'unknown', null, 0],
    [
      'joined again, the end still open',
      [play(0, 20), { ...running(), startedAt: s(30) }],
      covered,
      'unknown',
      null,
      20_000,
    ],
    ['the device says why it stayed silent', [refused('clip-missing')], silent, 'missed', 'clip-missing', 0],
    [
      'sound after a refusal',
      [refused('clock-untrusted'), play(30, 60, { reason: null })],
      silent,
      'partial',
      'clock-untrusted',
      30_000,
    ],
    ['nothing, and the ledger covers it', [], covered, 'missed', 'not-in-target', 0],
    ['nothing, and the ledger ends before it', [], silent, 'unknown', null, 0],
    ['nothing, and no ledger at all', [], { coverage: [], firstEnrolledAt: s(-60) }, 'unknown', null, 0],
    ['a device without hardware', [], { coverage: [], firstEnrolledAt: null }, 'missed', 'not-in-target', 0],
    ['hardware that came afterwards', [], { coverage: [], firstEnrolledAt: s(60) }, 'missed', 'not-in-target', 0],
    [
      'a ledger begun in the middle',
      [],
      { coverage: [{ from: s(10), until: s(9000) }], firstEnrolledAt: s(-60) },
      'unknown',
      null,
      0,
    ],
  ])('%s', (_name, plays, device, outcome, reason, heardMs) => {
    expect(deriveOutcome(expected, occurrence, plays, device, s(7200))).toMatchObject({ outcome, reason, heardMs })
  })

  it('calls nothing missed before its time has passed', () => {
    const never: DeviceEvidence = { coverage: [], firstEnrolledAt: null }
    expect(deriveOutcome(expected, occurrence, [], never, s(59)).outcome).toBe('unknown')
  })

  it('waits for the last instant at which what was held could still resume', () => {
    const until = (seconds: number): DeviceEvidence => ({ ...covered, coverage: [{ from: s(-60), until: s(seconds) }] })
    expect(deriveOutcome(expected, occurrence, [], until(MINUTE + 1799), s(7200)).outcome).toBe('unknown')
    expect(deriveOutcome(expected, occurrence, [], until(MINUTE + 1800), s(7200)).outcome).toBe('missed')
  })

  it('calls what was stopped before it began cancelled, unless it sounded all the same', () => {
    const stopped = { endedEarlyAt: s(-10) }
    expect(deriveOutcome(expected, stopped, [], silent, s(7200))).toMatchObject({
      outcome: 'cancelled',
      reason: 'stopped',
    })
    expect(deriveOutcome(expected, stopped, [whole()], silent, s(7200)).outcome).toBe('played')
    expect(airtimeOf(expected, { outcome: 'cancelled', heardMs: 0 }).expectedMs).toBe(0)
  })
})

describe('what the plan itself left out on a device', () => {
  const leftOut = { ...expected, leftOut: 'gave-way' }
  it.each<[string, ReportedPlay[], string, string | null]>([
    ['is cancelled, with its reason, before and after the device reports', [], 'cancelled', 'gave-way'],
    ['also where the device gives another reason', [refused('outside-hours')], 'cancelled', 'gave-way'],
    ['counts as played where it sounded all the same', [whole()], 'played', null],
    ['or as partial', [play(0, 20, { reason: 'preempted' })], 'partial', 'preempted'],
    ['is not known while it sounds', [running()], 'unknown', null],
  ])('%s', (_name, plays, outcome, reason) => {
    for (const device of [silent, covered]) {
      expect(deriveOutcome(leftOut, occurrence, plays, device, s(7200))).toMatchObject({ outcome, reason })
    }
  })

  it('is no airtime', () => {
    const nothing = { expectedMs: 0, playedMs: 0, missedMs: 0, unknownMs: 0 }
    expect(airtimeOf(leftOut, deriveOutcome(leftOut, occurrence, [], silent, s(7200)))).toEqual(nothing)
  })
})

it.each([
  ['the same item and language', { itemId: 'i1', language: 'hmn' }, true],
  ['another language', { itemId: 'i1', language: 'vi' }, false],
  ['another item', { itemId: 'i2', language: 'hmn' }, false],
  ['no language said', { itemId: 'i1', language: null }, true],
])('a play of %s', (_name, reported, isOne) => {
  expect(isPlayOf(reported, { itemId: 'i1', language: 'hmn' })).toBe(isOne)
})

describe('sumHeardMs', () => {
  it.each<[string, ReportedPlay[], number]>([
    ['the same sound reported by two ledgers counts once', [whole(), whole()], 60_000],
    ['an overlap counts once', [play(0, 30), play(20, 40)], 40_000],
    ['a play within another adds nothing', [play(0, 50), play(10, 20), play(45, 55)], 55_000],
    ['a hold inside a play is not heard', [play(0, 50, { heardMs: 20_000 })], 20_000],
    ['never more than the item lasts', [play(0, 45), play(50, 90)], 60_000],
    ['a clock stepped back takes nothing away', [play(30, 10, { heardMs: 5_000 })], 5_000],
  ])('%s', (_name, plays, heardMs) => {
    expect(sumHeardMs(plays, 60_000)).toBe(heardMs)
  })
})
