import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaId, deviceId, hashBytes, itemId, occurrenceId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { dayPlan, targetContent } from '#protocol/target.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing, PlannedBroadcast } from '#server/broadcasts/rules.ts'
import {
  compileDayPlans,
  compileShared,
  compileTarget,
  decideHello,
  joinContent,
  type PlannedDevice,
  type PlanWindow,
  permittedOf,
  planWindow,
} from '#server/delivery/rules.ts'
import { type ClassPlan, makePlan } from '#server/planning/rules.ts'
import { areaOf, at, deviceOf, broadcast as makeBroadcast, planDevice, planInput, ZONE } from '../planning/fixture.ts'

const device: PlannedDevice = {
  id: deviceId.parse(deviceOf(1)),
  areaPath: [areaId.parse(areaOf(1))],
  volumePercent: 80,
  maxVolumePercent: 100,
  emergencyVolumePercent: 100,
  muted: false,
}
const clips = { transport: 'mqtt', baseUrl: null } as const
const broadcast = makeBroadcast()

function planFor(broadcasts: readonly PlannedBroadcast[], window: PlanWindow, airings?: readonly Airing[]): ClassPlan {
  const input = planInput(broadcasts, { from: window.yesterday.startAt, to: window.horizonEndsAt })
  const plan = makePlan({ ...input, airings: airings ?? input.airings })
  return plan.planOf(plan.classOf(planDevice()))
}

function compile(broadcasts: readonly PlannedBroadcast[], now: InstantMs, window = planWindow(now, ZONE, 14)) {
  const classPlan = planFor(broadcasts, window)
  const plans = compileDayPlans(classPlan, window)
  const shared = compileShared(plans, permittedOf(classPlan, window).permitted, window, clips)
  const { ownJson, contentHash } = compileTarget(device, shared, ZONE)
  const contentJson = joinContent(ownJson, shared)
  return { plans, contentHash, content: targetContent.parse(JSON.parse(contentJson)), contentJson }
}

describe('planWindow', () => {
  it('holds whole local days from today on and moves at local midnight only', () => {
    const before = planWindow(at('2026-11-23T16:59:59.999Z'), ZONE, 14)
    const after = planWindow(at('2026-11-23T17:00:00Z'), ZONE, 14)
    expect([before.days[0]?.date, before.days.at(-1)?.date]).toEqual(['2026-11-23', '2026-12-06'])
    expect(before.horizonEndsAt).toBe(at('2026-12-06T17:00:00Z'))
    expect(after.days[0]?.date).toBe('2026-11-24')
    expect(after).toEqual(planWindow(at('2026-11-24T16:59:59.999Z'), ZONE, 14))
  })
})

describe('permittedOf', () => {
  it('keeps the earliest windows where a target has no room for all, and counts the rest', () => {
    const window = planWindow(at('2026-11-23T00:00:00Z'), ZONE, 14)
    const many = Array.from({ length: limits.maxPermittedWindows + 3 }, (_, index) => {
      const fromAt = addMs(window.yesterday.startAt, index * 60_000)
      return { fromAt, toAt: addMs(fromAt, 30_000) }
    })
    const { permitted, omitted } = permittedOf({ permitted: many }, window)
    expect([permitted, omitted]).toEqual([many.slice(0, limits.maxPermittedWindows), 3])
  })
})

describe('compileDayPlans', () => {
  it('makes one plan a day, each decodable by the protocol and named by its bytes', () => {
    const { plans } = compile([broadcast], at('2026-11-23T00:00:00Z'))
    expect(plans.map((plan) => plan.date)).toHaveLength(14)
    for (const plan of plans) {
      expect(plan.ref).toEqual({ sha256: hashBytes(plan.bytes), bytes: plan.bytes.byteLength })
      expect(JSON.stringify(dayPlan.parse(JSON.parse(plan.bytes.toString())))).toBe(plan.bytes.toString())
    }
  })

  it.each<[string, Partial<PlannedBroadcast>]>([
    ['nothing approved', { items: [] }],
    ['cancelled', { cancelledAt: at('2026-11-20T00:00:00Z') }],
  ])('leaves out what does not air: %s', (_name, change) => {
    expect(compile([{ ...broadcast, ...change }], at('2026-11-23T00:00:00Z')).plans).toEqual([])
  })

  it('leaves out what a person stopped, so that a device that comes back does not join it', () => {
    const window = planWindow(at('2026-11-23T00:00:00Z'), ZONE, 14)
    const { arranged } = planFor([broadcast], window)
    const stopped = arranged.map(({ airing }) => ({ ...airing, endedEarlyAt: addMs(airing.startAt, 5_000) }))
    expect(compileDayPlans(planFor([], window, stopped), window)).toEqual([])
  })

  it('keeps yesterday’s plan while one of its occurrences may reach past midnight', () => {
    const late = { ...broadcast, localTimes: ['23:45:00'] }
    const dates = (one: PlannedBroadcast) => compile([one], at('2026-11-23T20:00:00Z')).plans.map((plan) => plan.date)
    expect(dates(late)[0]).toBe('2026-11-23')
    expect(dates(broadcast)[0]).toBe('2026-11-24')
  })

  it('puts a broadcast of another zone on the device’s own day', () => {
    const tokyo = { ...broadcast, timeZone: 'Asia/Tokyo', localTimes: ['01:00:00'], rule: null }
    const { plans } = compile([{ ...tokyo, firstDate: '2026-11-25' }], at('2026-11-23T00:00:00Z'))
    expect(plans.map((plan) => plan.date)).toEqual(['2026-11-24'])
  })
})

describe('compileTarget', () => {
  it('survives the way through a JSON store that keeps no order of keys', () => {
    const { content, contentHash } = compile([broadcast], at('2026-11-23T00:00:00Z'))
    const shuffled = Object.fromEntries(Object.entries(content).reverse())
    expect(hashBytes(JSON.stringify(targetContent.parse(shuffled)))).toBe(contentHash)
  })

  it('does not change from tick to tick within a local day, nor with the order in which the plan is read', () => {
    const plan = fc.record({
      minute: fc.integer({ min: 0, max: 1439 }),
      firstDay: fc.integer({ min: -5, max: 20 }),
      once: fc.boolean(),
      items: fc.integer({ min: 0, max: 3 }),
      madeAt: fc.integer({ min: 0, max: 3 }),
      priority: fc.constantFrom('priority', 'normal', 'filler'),
    })
    fc.assert(
      fc.property(
        fc.array(plan, { maxLength: 6 }),
        fc.integer({ min: 0, max: 86_399_999 }),
        fc.integer({ min: 0, max: 86_399_999 }),
        (plans, firstTick, secondTick) => {
          const day = Date.parse('2026-11-23T17:00:00Z')
          const broadcasts = plans.map(
            (one, index): PlannedBroadcast => ({
              ...broadcast,
              id: `0193a5a0-0000-7000-8000-${String(index).padStart(12, '0')}`,
              rule: one.once ? null : 'FREQ=DAILY',
              localTimes: [new Date(one.minute * 60_000).toISOString().slice(11, 19)],
              firstDate: new Date(day + one.firstDay * 86_400_000).toISOString().slice(0, 10),
              createdAt: instantMs.parse(broadcast.createdAt + one.madeAt),
              priority: one.priority,
              items: broadcast.items.flatMap((item) => Array.from({ length: one.items }, () => item)),
            }),
          )
          const first = compile(broadcasts, instantMs.parse(day + firstTick))
          const second = compile([...broadcasts].reverse(), instantMs.parse(day + secondTick))
          expect(second.contentHash).toBe(first.contentHash)
          expect(JSON.stringify(first.content)).toBe(first.contentJson)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('shares day plans between devices that hear the same', () => {
    const window = planWindow(at('2026-11-23T00:00:00Z'), ZONE, 14)
    const { plans } = compile([broadcast], at('2026-11-23T00:00:00Z'), window)
    const other = { ...device, id: deviceId.parse(randomUUID()), volumePercent: 30 }
    const shared = compileShared(plans, [], window, clips)
    const [one, two] = [device, other].map((each) => compileTarget(each, shared, ZONE))
    const daysOf = (ownJson = '') => targetContent.parse(JSON.parse(joinContent(ownJson, shared))).days
    expect(daysOf(two?.ownJson)).toEqual(daysOf(one?.ownJson))
    expect(two?.contentHash).not.toBe(one?.contentHash)
  })
})

describe('decideHello', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)]
  it.each<[string, number, number, string | null, ReturnType<typeof decideHello>]>([
    ['a new installation holds nothing', 3, 0, null, { send: true, revision: 3 }],
    ['what is wanted is held', 3, 3, a, { send: false, revision: 3 }],
    ['an older target', 3, 2, b, { send: true, revision: 3 }],
    ['the same content under an older revision', 3, 1, a, { send: true, revision: 3 }],
    ['the server was restored from a backup, the content is another', 3, 9, b, { send: true, revision: 10 }],
    ['the server was restored from a backup, the content is the same', 3, 9, a, { send: false, revision: 9 }],
    ['the same revision with other content', 3, 3, b, { send: true, revision: 4 }],
  ])('%s', (_name, revision, targetRevision, targetHash, expected) => {
    expect(decideHello({ revision, contentHash: a }, { targetRevision, targetHash })).toEqual(expected)
  })
})

it('keeps the ids of the protocol', () => {
  const { plans } = compile([broadcast], at('2026-11-23T00:00:00Z'))
  const plan = dayPlan.parse(JSON.parse(plans[0]?.bytes.toString() ?? ''))
  expect(occurrenceId.safeParse(plan.occurrences[0]?.occurrenceId).success).toBe(true)
  expect(itemId.safeParse(plan.occurrences[0]?.items[0]?.itemId).success).toBe(true)
})
