import { describe, expect, it } from 'vitest'
import type { BroadcastPriority } from '#protocol/target.ts'
import {
  type Caps,
  type EffectiveCaps,
  effectiveCaps,
  findCapViolations,
  noCaps,
  sessionsOf,
} from '#server/planning/caps-rules.ts'
import type { WeekWindow } from '#server/planning/hours-rules.ts'
import { makePlan } from '#server/planning/rules.ts'
import { areaOf, areaRules, at, broadcast, broadcastOf, item, planDevice, planInput, variant, ZONE } from './fixture.ts'

/** [start HH:MM, minutes, priority] on every day of the week from Monday 23 November 2026. */
type Slot = readonly [time: string, minutes: number, priority?: BroadcastPriority]
const week = { from: at('2026-11-22T17:00:00Z'), to: at('2026-11-29T17:00:00Z') }

function arrange(slots: readonly Slot[], rules: { caps?: Caps; hours?: readonly WeekWindow[] } = {}) {
  const broadcasts = slots.map(([time, minutes, priority = 'normal'], index) =>
    broadcast({
      id: broadcastOf(index + 1),
      localTimes: [`${time}:00`],
      priority,
      items: [item(index + 1, [variant('vi', minutes * 60_000)])],
    }),
  )
  const area = areaRules(areaOf(1), rules)
  const plan = makePlan(planInput(broadcasts, week, [area]))
  return plan.planOf(plan.classOf(planDevice())).arranged
}

const capped = (caps: Partial<Caps>): EffectiveCaps =>
  effectiveCaps([{ areaId: areaOf(1), caps: { ...noCaps, ...caps } }])
const violationsOf = (slots: readonly Slot[], caps: Partial<Caps>, hours?: readonly WeekWindow[]) =>
  findCapViolations(arrange(slots, hours === undefined ? {} : { hours }), capped(caps), ZONE).map(
    ({ rule, limit, actual, date }) => `${date} ${rule} ${actual}/${limit}`,
  )

describe('sessions', () => {
  it.each<[string, Slot[], number[]]>([
    [
      'one after the other is one',
      [
        ['05:00', 10],
        ['05:10', 5],
      ],
      [15],
    ],
    [
      'a pause of ten minutes does not end one',
      [
        ['05:00', 10],
        ['05:20', 5],
      ],
      [15],
    ],
    [
      'a longer one does',
      [
        ['05:00', 10],
        ['05:21', 5],
      ],
      [10, 5],
    ],
    [
      'filler counts',
      [
        ['05:00', 10, 'filler'],
        ['05:12', 5],
      ],
      [15],
    ],
    [
      'what is held meanwhile counts once, and what holds it too',
      [
        ['05:00', 20],
        ['05:05', 5, 'priority'],
      ],
      [25],
    ],
  ])('%s', (_name, slots, minutes) => {
    const monday = sessionsOf(arrange(slots), ZONE).filter(({ date }) => date === '2026-11-23')
    expect(monday.map(({ soundMs }) => soundMs / 60_000)).toEqual(minutes)
  })

  it('leaves out what the plan leaves out', () => {
    const mornings = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:00', to: '07:00' }]
    expect(sessionsOf(arrange([['17:00', 10]], { hours: mornings }), ZONE)).toEqual([])
  })
})

describe('caps', () => {
  it('are the lowest of the path, by the area that set it', () => {
    const path = [
      { areaId: areaOf(1), caps: { ...noCaps, maxSessionsPerDay: 3, maxMinutesPerDay: 60 } },
      { areaId: areaOf(2), caps: { ...noCaps, maxSessionsPerDay: 2, maxMinutesPerDay: 90 } },
    ]
    expect(effectiveCaps(path)).toEqual({
      maxSessionsPerDay: { limit: 2, areaId: areaOf(2) },
      maxMinutesPerSession: null,
      maxMinutesPerDay: { limit: 60, areaId: areaOf(1) },
    })
  })

  it('name what stands in the way: the sessions after the last one that is permitted', () => {
    const arranged = arrange([
      ['05:00', 5],
      ['11:00', 5],
      ['17:00', 5],
    ])
    const [first] = findCapViolations(arranged, capped({ maxSessionsPerDay: 2 }), ZONE)
    const third = arranged.find(({ startAt }) => startAt === at('2026-11-23T10:00:00Z'))?.occurrenceId
    expect(first).toEqual({
      rule: 'maxSessionsPerDay',
      limit: 2,
      actual: 3,
      date: '2026-11-23',
      areaId: areaOf(1),
      occurrenceIds: [third],
    })
  })

  it('count what sounds over midnight for each day by its part', () => {
    const slots: Slot[] = [['23:30', 60]]
    const found = violationsOf(slots, { maxMinutesPerDay: 59 })
    // Half an hour from the night before and half an hour of the evening, but for Monday, where the plan begins.
    expect(found).toEqual([24, 25, 26, 27, 28, 29].map((day) => `2026-11-${day} maxMinutesPerDay 60/59`))
    expect(violationsOf(slots, { maxMinutesPerDay: 60 })).toEqual([])
  })

  it('forgive what an encoder adds, and no second more', () => {
    const plus = (ms: number): string[] => violationsOf([['05:00', 15 + ms / 60_000]], { maxMinutesPerSession: 15 })
    expect(plus(999)).toEqual([])
    expect(plus(1_000)).toHaveLength(7)
  })
})

/** Hà Nội, 2021: the network of commune loudspeakers. */
describe('the rule of Hà Nội of 2021', () => {
  const workdays = [{ days: [1, 2, 3, 4, 5], from: '06:00', to: '19:00' }]
  const urban = { maxSessionsPerDay: 2, maxMinutesPerSession: 15 }
  const rural = { maxMinutesPerSession: 45 }

  it.each<[string, Slot[], Partial<Caps>, string[]]>([
    [
      'urban: two sessions of fifteen minutes keep to it',
      [
        ['07:00', 15],
        ['16:45', 15],
      ],
      urban,
      [],
    ],
    [
      'urban: a third session breaks it on each of five days',
      [
        ['07:00', 10],
        ['11:30', 10],
        ['16:45', 10],
      ],
      urban,
      [23, 24, 25, 26, 27].map((day) => `2026-11-${day} maxSessionsPerDay 3/2`),
    ],
    [
      'urban: sixteen minutes break it',
      [['07:00', 16]],
      urban,
      [23, 24, 25, 26, 27].map((day) => `2026-11-${day} maxMinutesPerSession 16/15`),
    ],
    [
      'rural: forty-five minutes with the relay of higher stations keep to it',
      [
        ['07:00', 30, 'priority'],
        ['07:30', 15],
      ],
      rural,
      [],
    ],
    [
      'rural: a relay and a bulletin of more than that together break it',
      [
        ['07:00', 30, 'priority'],
        ['07:30', 16],
      ],
      rural,
      [23, 24, 25, 26, 27].map((day) => `2026-11-${day} maxMinutesPerSession 46/45`),
    ],
  ])('%s', (_name, slots, caps, violations) => {
    expect(violationsOf(slots, caps, workdays)).toEqual(violations)
  })

  it('weekends are silent', () => {
    const days = arrange([['07:00', 15]], { hours: workdays }).map(({ leftOut }) => leftOut)
    expect(days).toEqual([null, null, null, null, null, 'outside-hours', 'outside-hours'])
  })
})
