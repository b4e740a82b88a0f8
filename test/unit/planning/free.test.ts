import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { localDateOf } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import { type Caps, findCapViolations, noCaps } from '#server/planning/caps-rules.ts'
import { findNextFree } from '#server/planning/free-rules.ts'
import { permittedWithin, type WeekWindow } from '#server/planning/hours-rules.ts'
import { capsOf, makePlan, type PlanInput } from '#server/planning/rules.ts'
import { areaOf, areaRules, at, broadcast, broadcastOf, item, planDevice, planInput, variant, ZONE } from './fixture.ts'

const MINUTE_MS = 60_000
const DAYS = 2
const range = { from: at('2026-11-23T17:00:00Z'), to: at('2026-12-12T17:00:00Z') }
const addressee = { ...planDevice(), devices: 1 }
const hours: WeekWindow[] = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:00', to: '07:00' }]
const timeOf = (minute: number): string =>
  `${String(5 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`

interface Other {
  readonly minute: number
  readonly minutes: number
  readonly isDaily: boolean
  readonly priority: 'normal' | 'priority'
}

/** The one that is to be placed first, the others after it; the one is asked for at 05:00 of 24 November. */
function inputOf(minutes: number, others: readonly Other[], caps: Partial<Caps>): [Airing, PlanInput] {
  const own = { id: broadcastOf(1), rule: null, localTimes: ['05:00:00'], firstDate: '2026-11-24' }
  const all = [
    broadcast({ ...own, items: [item(1, [variant('vi', minutes * MINUTE_MS)])] }),
    ...others.map((one, index) =>
      broadcast({
        ...{ id: broadcastOf(index + 2), localTimes: [timeOf(one.minute)], priority: one.priority },
        ...(one.isDaily ? {} : { rule: null, firstDate: '2026-11-24' }),
        items: [item(index + 2, [variant('vi', one.minutes * MINUTE_MS)])],
      }),
    ),
  ]
  const input = planInput(all, range, [areaRules(areaOf(1), { hours, caps: { ...noCaps, ...caps } })])
  const airing = input.airings.find(({ broadcastId }) => broadcastId === broadcastOf(1))
  if (airing === undefined) throw new Error('nothing airs')
  return [airing, input]
}

/** Minute by minute, with the plan made anew for each: undefined where none of the first days has any. */
function tryEveryMinute(airing: Airing, input: PlanInput): InstantMs | undefined {
  const near = { from: at('2026-11-22T17:00:00Z'), to: at('2026-11-26T17:00:00Z') }
  const others = input.airings.filter((one) => one !== airing && one.startAt >= near.from && one.startAt < near.to)
  const lengthMs = airing.endAt - airing.startAt
  const caps = capsOf(addressee.areaPath, input.areas)
  const end = airing.startAt + DAYS * 86_400_000
  for (const window of permittedWithin([hours], ZONE, { from: airing.startAt, to: instantMs.parse(end) })) {
    for (let from = window.fromAt; from + lengthMs <= window.toAt; from = instantMs.parse(from + MINUTE_MS)) {
      const moved = { ...airing, startAt: from, endAt: instantMs.parse(from + lengthMs) }
      if (others.some((one) => one.startAt < moved.endAt && one.endAt > moved.startAt)) continue
      const plan = makePlan({ ...input, airings: [...others, moved], range: near })
      const { arranged } = plan.planOf(plan.classOf(addressee))
      const own = arranged.find(({ occurrenceId }) => occurrenceId === moved.occurrenceId)
      const meets = arranged.some(
        (one) => one !== own && one.leftOut === null && one.startAt < moved.endAt && one.endAt > moved.startAt,
      )
      if (own?.startAt !== from || own.leftOut !== null || meets) continue
      const date = localDateOf(from, ZONE)
      const isBroken = findCapViolations(arranged, caps, ZONE).some((one) =>
        one.rule === 'maxMinutesPerSession' ? one.occurrenceIds.includes(moved.occurrenceId) : one.date === date,
      )
      if (!isBroken) return from
    }
  }
  return undefined
}

const other = fc.record({
  minute: fc.integer({ min: 0, max: 110 }),
  minutes: fc.integer({ min: 1, max: 30 }),
  isDaily: fc.boolean(),
  priority: fc.constantFrom('normal' as const, 'priority' as const),
})
const some = (min: number, max: number) => fc.option(fc.integer({ min, max }), { nil: null })
const limits = fc.record({
  maxSessionsPerDay: some(1, 3),
  maxMinutesPerSession: some(10, 40),
  maxMinutesPerDay: some(20, 80),
})

describe('the next free time', () => {
  it('is the first that trying every minute finds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.array(other, { minLength: 1, maxLength: 5 }),
        limits,
        (minutes, others, caps) => {
          const [airing, input] = inputOf(minutes, others, caps)
          const found = findNextFree(airing, [addressee], input)
          const isWithin = found !== undefined && found < airing.startAt + DAYS * 86_400_000
          expect(isWithin ? found : undefined).toBe(tryEveryMinute(airing, input))
        },
      ),
      { numRuns: 40 },
    )
  })

  it.each<[string, number, Other[], Partial<Caps>, string]>([
    [
      'no day is lost to a session of others that is too long',
      5,
      [{ minute: 60, minutes: 30, isDaily: true, priority: 'normal' }],
      { maxMinutesPerSession: 20 },
      '2026-11-23T22:00:00Z',
    ],
    [
      'later on the same day, apart from the session that it would make too long',
      10,
      [{ minute: 0, minutes: 15, isDaily: true, priority: 'normal' }],
      { maxMinutesPerSession: 20 },
      '2026-11-23T22:26:00Z',
    ],
    [
      'as a part of the one session that a day may have',
      10,
      [{ minute: 60, minutes: 15, isDaily: true, priority: 'normal' }],
      { maxSessionsPerDay: 1 },
      '2026-11-23T22:40:00Z',
    ],
    [
      'the next day, where the first is full',
      10,
      [{ minute: 60, minutes: 15, isDaily: false, priority: 'normal' }],
      { maxMinutesPerDay: 20 },
      '2026-11-24T22:00:00Z',
    ],
  ])('is found %s', (_name, minutes, others, caps, expected) => {
    const [airing, input] = inputOf(minutes, others, caps)
    expect(findNextFree(airing, [addressee], input)).toBe(at(expected))
  })
})
