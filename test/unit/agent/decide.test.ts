import { describe, expect, it } from 'vitest'
import { decide, LOAD_AHEAD_MS } from '#agent/core/decide.ts'
import type { Situation } from '#agent/core/situation.ts'
import { itemKey } from '#agent/core/timeline.ts'
import { volumeOfAlert } from '#agent/core/volume.ts'
import { playId } from '#protocol/ids.ts'
import { instantMs } from '#protocol/time.ts'
import { volumeOfItem } from '#protocol/volume.ts'
import { at, clipOf, occurrence } from './plan.fixture.ts'

const start = at('2026-03-02T22:30:00Z')
const bulletin = occurrence(start, ['a', 'b'])
const begunBulletin = { ...bulletin, shiftMs: 0 }
const play = playId.parse('00000000-0000-7000-8000-00000000ffff')
const keyOf = (index: number) => {
  const item = bulletin.items[index]
  if (item === undefined) throw new Error(`no item ${index}`)
  return itemKey(bulletin.occurrenceId, item.itemId, item.language)
}

/** Permitted hours, in ms from the start. */
const hours = (...windows: readonly (readonly [number, number])[]): Situation['permitted'] =>
  windows.map(([from, to]) => ({ fromAt: instantMs.parse(start + from), toAt: instantMs.parse(start + to) }))

/** All is well, and nothing has been played, `offsetMs` after the start. */
function situation(offsetMs: number, change: Partial<Situation> = {}): Situation {
  return {
    now: instantMs.parse(start + offsetMs),
    clock: 'trusted',
    isMuted: false,
    volumeOf: () => 70,
    permitted: hours([-86_400_000, 86_400_000]),
    horizonEndsAt: instantMs.parse(start + 14 * 86_400_000),
    responsibleSince: instantMs.parse(start - 86_400_000),
    planned: [bulletin],
    begun: [],
    isClipHeld: () => true,
    historyOf: () => 'none',
    voices: [],
    leadIns: [],
    outages: [],
    delays: new Map(),
    ...change,
  }
}

const clipA = clipOf('a').sha256
const clipB = clipOf('b').sha256
const without =
  (...missing: readonly string[]): Situation['isClipHeld'] =>
  (item) =>
    !missing.includes(item.clip.sha256)

/** [late reasons by clip, stops, missed by clip] in short. */
function summarise(given: Situation) {
  const name = new Map([
    [clipA, 'a'],
    [clipB, 'b'],
  ])
  const { loads, stops, missed } = decide(given)
  return {
    loads: loads.map(({ timed, lateReason }) => `${name.get(timed.item.clip.sha256)}:${lateReason ?? 'on-time'}`),
    stops: stops.map(({ reason }) => reason),
    missed: missed.map(({ timed, reason }) => `${name.get(timed.item.clip.sha256)}:${reason}`),
  }
}

const voice = (index: number, change = {}) => ({
  playId: play,
  key: keyOf(index),
  plannedStartMs: start + index * 60_000,
  hasSounded: true,
  volumePercent: 70,
  isStopping: false,
  ...change,
})
const lost = (reason: 'power-lost' | 'agent-restarted') => [
  { fromMs: start - 1_000, toMs: start + 90_000, reason } as const,
]

const cases: [string, Situation, ReturnType<typeof summarise>][] = [
  ['long before', situation(-60_000), { loads: [], stops: [], missed: [] }],
  ['a few seconds ahead', situation(-LOAD_AHEAD_MS), { loads: ['a:on-time'], stops: [], missed: [] }],
  ['already loaded', situation(-1_000, { voices: [voice(0)] }), { loads: [], stops: [], missed: [] }],
  [
    'the second item is prepared while the first sounds',
    situation(56_000, { voices: [voice(0)] }),
    { loads: ['b:on-time'], stops: [], missed: [] },
  ],
  [
    'played already, after a clock step back',
    situation(-1_000, { historyOf: () => 'settled' }),
    { loads: [], stops: [], missed: [] },
  ],
  [
    'clip not there at its time: waits',
    situation(1_000, { isClipHeld: without(clipA) }),
    { loads: [], stops: [], missed: [] },
  ],
  [
    'clip arrives while its item runs: joins late',
    situation(30_000, { delays: new Map([[keyOf(0), 'clip-missing']]) }),
    { loads: ['a:clip-missing'], stops: [], missed: [] },
  ],
  [
    'clip never came: missed at the item’s end, the next one goes on',
    situation(60_000, { isClipHeld: without(clipA), delays: new Map([[keyOf(0), 'clip-missing']]) }),
    { loads: ['b:too-late'], stops: [], missed: ['a:clip-missing'] },
  ],
  [
    'back from a power cut in the second item',
    situation(80_000, { historyOf: (key) => (key === keyOf(0) ? 'interrupted' : 'none'), outages: lost('power-lost') }),
    { loads: ['b:power-lost'], stops: [], missed: [] },
  ],
  [
    'interrupted item is joined again while it runs',
    situation(40_000, { historyOf: () => 'interrupted', outages: lost('agent-restarted') }),
    { loads: ['a:agent-restarted'], stops: [], missed: [] },
  ],
  [
    'back from a power cut after the end',
    situation(200_000, { outages: [{ fromMs: start - 1_000, toMs: start + 190_000, reason: 'power-lost' }] }),
    { loads: [], stops: [], missed: ['a:power-lost', 'b:power-lost'] },
  ],
  ['the target came after the end', situation(200_000), { loads: [], stops: [], missed: ['a:too-late', 'b:too-late'] }],
  [
    'began before this installation was enrolled',
    situation(200_000, { responsibleSince: instantMs.parse(start + 150_000) }),
    { loads: [], stops: [], missed: [] },
  ],
  ['muted: silent', situation(1_000, { isMuted: true }), { loads: [], stops: [], missed: [] }],
  [
    'muted to the end: missed',
    situation(60_000, { isMuted: true, delays: new Map([[keyOf(0), 'muted']]) }),
    { loads: [], stops: [], missed: ['a:muted'] },
  ],
  [
    'muted while it sounds: stops',
    situation(30_000, { isMuted: true, voices: [voice(0)] }),
    { loads: [], stops: ['muted'], missed: [] },
  ],
  ['clock untrusted: silent', situation(1_000, { clock: 'untrusted' }), { loads: [], stops: [], missed: [] }],
  [
    'clock untrusted: nothing is called missed by a wrong clock',
    situation(200_000, { clock: 'untrusted' }),
    { loads: [], stops: [], missed: [] },
  ],
  [
    'clock found wrong while it sounds: stops',
    situation(1_000, { clock: 'untrusted', voices: [voice(0)] }),
    { loads: [], stops: ['clock-untrusted'], missed: [] },
  ],
  [
    'clock right again after the end: missed for that reason',
    situation(200_000, { outages: [{ fromMs: start - 1_000, toMs: start + 199_000, reason: 'clock-untrusted' }] }),
    { loads: [], stops: [], missed: ['a:clock-untrusted', 'b:clock-untrusted'] },
  ],
  [
    'clock unconfirmed: plays',
    situation(-1_000, { clock: 'unconfirmed' }),
    { loads: ['a:on-time'], stops: [], missed: [] },
  ],
  [
    'taken out of the target before its start: not played',
    situation(-1_000, { planned: [], voices: [voice(0, { hasSounded: false })] }),
    { loads: [], stops: ['not-in-target'], missed: [] },
  ],
  [
    'moved just before its start: taken back, to be given again for its new instant',
    situation(-1_000, {
      planned: [{ ...bulletin, startAt: instantMs.parse(start + 600_000) }],
      voices: [voice(0, { hasSounded: false })],
    }),
    { loads: [], stops: ['not-in-target'], missed: [] },
  ],
  [
    'taken out of the target after its start: goes on',
    situation(56_000, { planned: [], begun: [begunBulletin], voices: [voice(0)] }),
    { loads: ['b:on-time'], stops: [], missed: [] },
  ],
  [
    'changed after its start: finishes the version that it began',
    situation(56_000, { planned: [occurrence(start, ['c', 'd'])], begun: [begunBulletin], voices: [voice(0)] }),
    { loads: ['b:on-time'], stops: [], missed: [] },
  ],
  ['past the horizon: silent', situation(-1_000, { horizonEndsAt: start }), { loads: [], stops: [], missed: [] }],
  [
    'a voice that is stopping is not stopped again',
    situation(30_000, { isMuted: true, voices: [voice(0, { isStopping: true })] }),
    { loads: [], stops: [], missed: [] },
  ],
]

const outsideHours: [string, Situation, ReturnType<typeof summarise>][] = [
  [
    'a start outside the hours: not prepared',
    situation(-1_000, { permitted: hours([60_000, 999_000]) }),
    { loads: [], stops: [], missed: [] },
  ],
  [
    'a start outside the hours: missed at its instant, also where a window opens while it would sound',
    situation(0, { permitted: hours([30_000, 999_000]) }),
    { loads: [], stops: [], missed: ['a:outside-hours'] },
  ],
  [
    'no hours at all: nothing sounds',
    situation(60_000, { permitted: [] }),
    { loads: [], stops: [], missed: ['a:outside-hours', 'b:outside-hours'] },
  ],
  [
    'also what has begun: its next item starts outside',
    situation(60_000, { begun: [begunBulletin], voices: [voice(0)], permitted: hours([-999_000, 60_000]) }),
    { loads: [], stops: [], missed: ['b:outside-hours'] },
  ],
  [
    'the end of the window: what sounds is given the grace of the player',
    situation(30_200, { voices: [voice(0)], permitted: hours([-999_000, 30_000]) }),
    { loads: [], stops: [], missed: [] },
  ],
  [
    'the end of the window: what sounds or is held is stopped',
    situation(30_250, { voices: [voice(0)], permitted: hours([-999_000, 30_000]) }),
    { loads: [], stops: ['outside-hours'], missed: [] },
  ],
  [
    'what waits for an instant that is no longer permitted is taken back',
    situation(-1_000, { voices: [voice(0, { hasSounded: false })], permitted: hours([-999_000, 0]) }),
    { loads: [], stops: ['outside-hours'], missed: [] },
  ],
  [
    'what waits for the window to open may wait',
    situation(-1_000, { voices: [voice(0, { hasSounded: false })], permitted: hours([0, 999_000]) }),
    { loads: [], stops: [], missed: [] },
  ],
  [
    'back after the window has ended: not joined, missed for what kept it',
    situation(40_000, { permitted: hours([-999_000, 30_000]), outages: lost('power-lost') }),
    { loads: [], stops: [], missed: ['a:power-lost'] },
  ],
  [
    'a wrong clock tells nobody what is outside',
    situation(60_000, { clock: 'untrusted', permitted: [] }),
    { loads: [], stops: [], missed: [] },
  ],
  [
    'a settled item stays settled',
    situation(60_000, { permitted: [], historyOf: () => 'settled' }),
    { loads: [], stops: [], missed: [] },
  ],
]

describe('nothing planned sounds outside the permitted hours', () => {
  it.each(outsideHours)('%s', (_name, given, expected) => {
    expect(summarise(given)).toEqual(expected)
  })

  it('and the player is told when the hours end, if that is before the window of the plan', () => {
    const limits = (permitted: Situation['permitted']) =>
      decide(situation(-1_000, { permitted })).loads.map(({ latestEndAtMs, limit }) => [latestEndAtMs - start, limit])
    expect(limits(hours([-1_000, 30_000]))).toEqual([[30_000, 'outside-hours']])
    expect(limits(hours([-1_000, 9_999_000]))).toEqual([[720_000, 'window-ended']])
  })

  it('and looks again when they end', () => {
    const { wakeAtMs } = decide(situation(1_000, { voices: [voice(0)], permitted: hours([-1_000, 30_000]) }))
    expect(wakeAtMs).toBe(start + 30_250)
  })
})

describe('volume', () => {
  it('an item whose volume is nothing stays silent, and is missed for that', () => {
    const silent = { volumeOf: (item: { clip: { sha256: string } }) => (item.clip.sha256 === clipA ? 0 : 70) }
    expect(summarise(situation(-1_000, silent))).toEqual({ loads: [], stops: [], missed: [] })
    const delays = decide(situation(1_000, silent)).delays
    expect(delays).toEqual(new Map([[keyOf(0), 'volume-zero']]))
    expect(summarise(situation(60_000, { ...silent, delays })).missed).toEqual(['a:volume-zero'])
  })

  it('turned down to nothing while it sounds: ends for that', () => {
    const given = situation(1_000, { voices: [voice(0)], volumeOf: () => 0 })
    expect(summarise(given).stops).toEqual(['volume-zero'])
    expect(decide(given).volumes).toEqual([])
  })

  it('turned up or down while it sounds: follows', () => {
    const given = situation(1_000, { voices: [voice(0)], volumeOf: () => 40 })
    expect(decide(given).volumes).toEqual([{ playId: play, volumePercent: 40 }])
    expect(decide(situation(1_000, { voices: [voice(0)] })).volumes).toEqual([])
  })

  it.each([
    ['its share of the device’s own', { volumePercent: 60 }, 50, 30],
    ['never above what amplifier and horn stand', { volumePercent: 90, maxVolumePercent: 40 }, 100, 40],
    ['the limit counts after the share', { volumePercent: 80, maxVolumePercent: 50 }, 50, 40],
    ['nothing of something is nothing', { volumePercent: 60 }, 0, 0],
  ])('an item: %s', (_name, change, share, expected) => {
    const content = { maxVolumePercent: 100, emergencyVolumePercent: 70, ...change }
    expect(volumeOfItem(content, { volumePercent: share })).toBe(expected)
  })

  it.each([
    ['at least the volume for emergencies', {}, 50, 70],
    ['louder when it asks for it', {}, 90, 90],
    ['without a wish as loud as the device, if that is louder', { volumePercent: 80 }, null, 80],
    ['on a speaker turned down to nothing', { volumePercent: 0 }, null, 70],
    ['never above what amplifier and horn stand', { maxVolumePercent: 60 }, 90, 60],
  ])('an alert: %s', (_name, change, asked, expected) => {
    const content = { volumePercent: 50, maxVolumePercent: 100, emergencyVolumePercent: 70, ...change }
    expect(volumeOfAlert(content, asked)).toBe(expected)
  })
})

describe('what must sound now', () => {
  it.each(cases)('%s', (_name, given, expected) => {
    expect(summarise(given)).toEqual(expected)
  })

  it('remembers what an item is waiting for', () => {
    expect(decide(situation(1_000, { isClipHeld: without(clipA) })).delays).toEqual(
      new Map([[keyOf(0), 'clip-missing']]),
    )
    expect(decide(situation(-1_000, { isClipHeld: without(clipA) })).delays).toEqual(new Map())
  })

  it('keeps an occurrence in the version that it began with, until its end', () => {
    expect(decide(situation(-1)).begun).toEqual([])
    expect(decide(situation(0)).begun).toEqual([begunBulletin])
    expect(decide(situation(119_999, { planned: [], begun: [begunBulletin] })).begun).toEqual([begunBulletin])
    expect(decide(situation(120_000, { planned: [], begun: [begunBulletin] })).begun).toEqual([])
    // Held for a while by something more important: it is still going on.
    expect(decide(situation(120_000, { planned: [], begun: [begunBulletin], voices: [voice(1)] })).begun).toEqual([
      begunBulletin,
    ])
  })

  it('says when to look again', () => {
    expect(decide(situation(-60_000)).wakeAtMs).toBe(start - LOAD_AHEAD_MS)
    expect(decide(situation(1_000, { voices: [voice(0)] })).wakeAtMs).toBe(start + 60_000 - LOAD_AHEAD_MS)
    expect(decide(situation(1_000, { isClipHeld: () => false })).wakeAtMs).toBe(start + 60_000 - LOAD_AHEAD_MS)
  })

  it('calls complete only what is over and written down', () => {
    expect(decide(situation(-60_000)).completeUntilMs).toBe(start - 60_000)
    expect(decide(situation(30_000, { voices: [voice(0)] })).completeUntilMs).toBe(start)
    expect(decide(situation(30_000, { isClipHeld: () => false })).completeUntilMs).toBe(start)
    expect(decide(situation(300_000, { historyOf: () => 'settled' })).completeUntilMs).toBe(start + 300_000)
  })

  it('prepares the one that goes first in the commune’s order first', () => {
    const first = occurrence(start, ['b'], { broadcast: 2, order: 1 })
    const second = occurrence(start, ['a'], { broadcast: 3, order: 2 })
    expect(summarise(situation(-1_000, { planned: [second, first] })).loads).toEqual(['b:on-time', 'a:on-time'])
  })
})
