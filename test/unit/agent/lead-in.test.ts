import { describe, expect, it } from 'vitest'
import { decide, LOAD_AHEAD_MS } from '#agent/core/decide.ts'
import { CHIME_MS } from '#agent/core/lead-in.ts'
import type { Situation } from '#agent/core/situation.ts'
import { synthesiseChime } from '#agent/io/audio/chime.ts'
import { readWav } from '#agent/io/audio/wav-media.ts'
import type { LeadIn } from '#protocol/target.ts'
import { instantMs } from '#protocol/time.ts'
import { at, clipOf, occurrence } from './plan.fixture.ts'

const start = at('2026-03-02T22:30:00Z')
const chime: LeadIn = { kind: 'chime' }
const spoken: LeadIn = { kind: 'clip', clip: clipOf('lead'), durationMs: 8_000 }

function situation(offsetMs: number, leadIn: LeadIn | null, change: Partial<Situation> = {}): Situation {
  return {
    now: instantMs.parse(start + offsetMs),
    clock: 'trusted',
    isMuted: false,
    volumeOf: () => 40,
    permitted: [{ fromAt: instantMs.parse(start - 3_600_000), toAt: instantMs.parse(start + 3_600_000) }],
    horizonEndsAt: null,
    responsibleSince: instantMs.parse(0),
    planned: [occurrence(start, ['a'], { leadIn })],
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

const held = [{ occurrenceId: occurrence(start, ['a']).occurrenceId, voiceId: 'lead' }]
const opensAt = (offsetMs: number): Pick<Situation, 'permitted'> => ({
  permitted: [{ fromAt: instantMs.parse(start + offsetMs), toAt: instantMs.parse(start + 3_600_000) }],
})

/** [when it begins, before the start] and how many are taken back. */
function tell(given: Situation) {
  const { leadIns, leadInStops } = decide(given)
  return {
    leadIns: leadIns.map(({ startMs, volumePercent }) => [startMs - start, volumePercent]),
    stops: leadInStops.length,
  }
}

const cases: [string, Situation, ReturnType<typeof tell>][] = [
  ['none is wanted', situation(-CHIME_MS, null), { leadIns: [], stops: 0 }],
  ['long before', situation(-CHIME_MS - LOAD_AHEAD_MS - 1, chime), { leadIns: [], stops: 0 }],
  [
    'in time: it ends when the occurrence starts, as loud as what it leads to',
    situation(-CHIME_MS - LOAD_AHEAD_MS, chime),
    { leadIns: [[-CHIME_MS, 40]], stops: 0 },
  ],
  ['a clip of its own', situation(-13_000, spoken), { leadIns: [[-8_000, 40]], stops: 0 }],
  ['once', situation(-CHIME_MS, chime, { leadIns: held }), { leadIns: [], stops: 0 }],
  ['not when it comes late for it', situation(-CHIME_MS + 1, chime), { leadIns: [], stops: 0 }],
  ['not when it joins late', situation(1_000, chime), { leadIns: [], stops: 0 }],
  ['it is forgotten when it has led in', situation(0, chime, { leadIns: held }), { leadIns: [], stops: 1 }],
  [
    'not without its clip',
    situation(-8_000, spoken, { isClipHeld: ({ clip }) => clip.sha256 !== clipOf('lead').sha256 }),
    { leadIns: [], stops: 0 },
  ],
  ['not before an item that cannot sound', situation(-CHIME_MS, chime, { isMuted: true }), { leadIns: [], stops: 0 }],
  ['muted meanwhile', situation(-1_000, chime, { isMuted: true, leadIns: held }), { leadIns: [], stops: 1 }],
  [
    'taken out of the plan meanwhile',
    situation(-1_000, chime, { planned: [], leadIns: held }),
    { leadIns: [], stops: 1 },
  ],
  [
    'stopped meanwhile',
    situation(-1_000, chime, { historyOf: () => 'settled', leadIns: held }),
    { leadIns: [], stops: 1 },
  ],
  ['not outside the permitted hours', situation(-CHIME_MS, chime, opensAt(0)), { leadIns: [], stops: 0 }],
  ['with the hours', situation(-CHIME_MS, chime, opensAt(-CHIME_MS)), { leadIns: [[-CHIME_MS, 40]], stops: 0 }],
  ['not with a wrong clock', situation(-CHIME_MS, chime, { clock: 'untrusted' }), { leadIns: [], stops: 0 }],
]

describe('a lead-in', () => {
  it.each(cases)('%s', (_name, given, expected) => {
    expect(tell(given)).toEqual(expected)
  })

  it('wakes the agent early enough', () => {
    expect(decide(situation(-3_600_000, spoken)).wakeAtMs).toBe(start - 8_000 - LOAD_AHEAD_MS)
  })
})

it('the chime lasts as long as is said, does not clip, and ends in silence', () => {
  const clip = readWav(synthesiseChime())
  if (!clip.ok) throw new Error(clip.detail)
  expect(clip.media.totalFrames).toBe(CHIME_MS * 48)
  const samples = new Float32Array(clip.media.totalFrames)
  clip.media.openAt(0).read(samples, 0, samples.length)
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  expect(peak).toBeGreaterThan(0.1)
  expect(peak).toBeLessThan(0.9)
  const steps = samples.subarray(1).map((sample, index) => Math.abs(sample - (samples[index] ?? 0)))
  expect(Math.max(...[...steps].slice(0, 1_000), Math.abs(samples.at(-1) ?? 1))).toBeLessThan(0.1)
  expect(steps.reduce((most, step) => Math.max(most, step), 0)).toBeLessThan(0.1)
})
