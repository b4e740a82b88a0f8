import { describe, expect, it } from 'vitest'
import { listNeeds, orderFetches } from '#agent/core/fetch-order.ts'
import { hashBytes } from '#protocol/ids.ts'
import { type DayPlan, dayPlan } from '#protocol/target.ts'
import { localDate } from '#protocol/time.ts'
import { at, clipOf, occurrence } from './plan.fixture.ts'

const monday = dayPlan.parse({
  version: 1,
  date: '2026-03-02',
  occurrences: [
    occurrence(at('2026-03-01T22:30:00Z'), ['morning', 'jingle']),
    occurrence(at('2026-03-02T10:00:00Z'), ['evening']),
  ],
})
const tuesday = dayPlan.parse({
  version: 1,
  date: '2026-03-03',
  occurrences: [occurrence(at('2026-03-02T22:30:00Z'), ['jingle', 'tuesday'])],
})
const refOf = (name: string) => ({ sha256: hashBytes(name), bytes: 10 })
const days = [
  { date: localDate.parse('2026-03-03'), plan: refOf('tuesday-plan') },
  { date: localDate.parse('2026-03-02'), plan: refOf('monday-plan') },
]
const plans = new Map<string, DayPlan>([
  [refOf('monday-plan').sha256, monday],
  [refOf('tuesday-plan').sha256, tuesday],
])
const planOf = (sha256: string) => plans.get(sha256)

const names = new Map(
  ['morning', 'jingle', 'evening', 'tuesday', 'monday-plan', 'tuesday-plan'].map((name) => [
    hashBytes(name) as string,
    name,
  ]),
)
const order = (now: string, held: readonly string[] = [], known = planOf) =>
  orderFetches(listNeeds(at(now), days, known), (sha256) => held.includes(names.get(sha256) ?? '')).map((ref) =>
    names.get(ref.sha256),
  )

describe('which blob to fetch first', () => {
  it.each([
    [
      'plans by day, then clips by the time of need, each once',
      order('2026-03-01T20:00:00Z'),
      ['monday-plan', 'tuesday-plan', 'morning', 'jingle', 'evening', 'tuesday'],
    ],
    [
      'what is over is left out',
      order('2026-03-02T09:00:00Z'),
      ['monday-plan', 'tuesday-plan', 'evening', 'jingle', 'tuesday'],
    ],
    [
      'what is held is left out',
      order('2026-03-01T20:00:00Z', ['monday-plan', 'tuesday-plan', 'jingle', 'morning']),
      ['evening', 'tuesday'],
    ],
    [
      'without plans only plans are known',
      order('2026-03-01T20:00:00Z', [], () => undefined),
      ['monday-plan', 'tuesday-plan'],
    ],
  ])('%s', (_name, actual, expected) => {
    expect(actual).toEqual(expected)
  })

  it('a lead-in is needed before its occurrence, and no more once that has begun', () => {
    const leadIn = { kind: 'clip' as const, clip: clipOf('lead'), durationMs: 8_000 }
    const startAt = at('2026-03-02T22:30:00Z')
    const plan: DayPlan = {
      version: 1,
      date: localDate.parse('2026-03-02'),
      occurrences: [occurrence(startAt, ['a'], { leadIn })],
    }
    const needsAt = (now: string) => listNeeds(at(now), days.slice(1), () => plan).clips
    expect(needsAt('2026-03-02T22:00:00Z')).toEqual([
      { ...clipOf('lead'), neededAtMs: startAt - 8_000 },
      { ...clipOf('a'), neededAtMs: startAt },
    ])
    expect(needsAt('2026-03-02T22:30:00Z').map(({ sha256 }) => sha256)).toEqual([clipOf('a').sha256])
  })

  it('keeps the size of each', () => {
    const { clips } = listNeeds(at('2026-03-01T20:00:00Z'), days, planOf)
    expect(clips[0]).toEqual({ ...clipOf('morning'), neededAtMs: at('2026-03-01T22:30:00Z') })
  })
})
