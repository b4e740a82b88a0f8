import fc from 'fast-check'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { addDays, addMs, localDateOf, startsWithin } from '#server/broadcasts/recurrence-rules.ts'
import type { OccurrenceEdit, PlannedBroadcast } from '#server/broadcasts/rules.ts'
import { type PlanWindow, planWindow } from '#server/delivery/rules.ts'
import type { AreaRules, PlanDevice } from '#server/planning/rules.ts'
import { areaOf, areaRules, at, broadcast, broadcastOf, deviceOf, item, planDevice, variant, ZONE } from './fixture.ts'

/** Plans by chance: what a province, a commune and a village may have planned for three days, in which the clocks may be set. */

export const [province, commune, village, other] = [areaOf(1), areaOf(2), areaOf(3), areaOf(4)]
const groupId = 'group'
const DAYS = 3

/** Where and when, and after which hour of the day most is planned. */
export interface Scene {
  readonly timeZone: string
  readonly now: InstantMs
  readonly hour: number
}
export const vietnam: Scene = { timeZone: ZONE, now: at('2026-11-23T17:00:00Z'), hour: 4 }
/** Local midnight; in the last two the clocks are set on the second day, in the middle of what is planned. */
const scenes: readonly Scene[] = [
  vietnam,
  { timeZone: 'Europe/Berlin', now: at('2026-10-23T22:00:00Z'), hour: 1 },
  { timeZone: 'Europe/Berlin', now: at('2026-03-27T23:00:00Z'), hour: 1 },
]

export interface Chance extends Scene {
  readonly window: PlanWindow
  readonly range: { readonly from: InstantMs; readonly to: InstantMs }
  readonly view: { readonly from: InstantMs; readonly to: InstantMs }
  readonly devices: readonly PlanDevice[]
  readonly broadcasts: PlannedBroadcast[]
  readonly areas: AreaRules[]
}

export function makeChance(scene: Scene, broadcasts: PlannedBroadcast[], areas: AreaRules[]): Chance {
  const { timeZone, now } = scene
  const window = planWindow(now, timeZone, DAYS)
  const devices = [
    planDevice(1, { timeZone, areaPath: [province, commune] }),
    planDevice(2, { timeZone, areaPath: [province, commune, village], languages: ['hmn', 'vi'] }),
    planDevice(3, { timeZone, areaPath: [province, commune, village], groupIds: [groupId] }),
    planDevice(4, { timeZone, areaPath: [province, other] }),
  ]
  const range = { from: window.yesterday.startAt, to: window.horizonEndsAt }
  return { ...scene, window, range, view: { from: now, to: window.horizonEndsAt }, devices, broadcasts, areas }
}

const timeOf = (hour: number, minutes: number): string =>
  new Date((hour * 60 + minutes) * 60_000).toISOString().slice(11, 19)

const aim = fc.record({
  target: fc.constantFrom(
    ...[commune, village, other].map((refId) => ({ kind: 'area' as const, refId })),
    { kind: 'group' as const, refId: groupId },
    { kind: 'device' as const, refId: deviceOf(2) },
  ),
  isExcluded: fc.boolean(),
})
const bulletins = fc.array(
  fc.record({
    minutes: fc.integer({ min: 1, max: 12 }),
    hmn: fc.option(fc.integer({ min: 1, max: 12 }), { nil: null }),
  }),
  { minLength: 1, maxLength: 3 },
)
const itemsOf = (own: readonly { minutes: number; hmn: number | null }[], firstId: number) =>
  own.map(({ minutes, hmn }, place) =>
    item(firstId + place, [variant('vi', minutes * 60_000), ...(hmn === null ? [] : [variant('hmn', hmn * 60_000)])]),
  )
/** What was done to single occurrences: the place of each among those of the three days. */
const edits = fc.uniqueArray(
  fc.record({
    place: fc.nat(5),
    change: fc.oneof(
      fc.record({ isCancelled: fc.constant(true) }),
      fc.record({ movedMinutes: fc.integer({ min: -11, max: 11 }).map((five) => five * 5) }),
      fc.record({ bulletins }),
    ),
  }),
  { maxLength: 3, selector: ({ place }) => place },
)
const plan = fc.record({
  areaId: fc.constantFrom(province, province, commune, village, other),
  aims: fc.array(aim, { maxLength: 3, size: 'xsmall' }),
  priority: fc.constantFrom('priority', 'normal', 'filler'),
  languageMode: fc.constantFrom('first', 'each'),
  placement: fc.constantFrom('fixed', 'fixed', 'queue'),
  onConflict: fc.constantFrom('follow', 'drop'),
  rule: fc.constantFrom('once', 'FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2'),
  fives: fc.uniqueArray(fc.integer({ min: 0, max: 3 * 12 }), { minLength: 1, maxLength: 2 }),
  holidays: fc.subarray([0, 1, 2], { maxLength: 1 }),
  bulletins,
  edits,
})

type PlanShape = typeof plan extends fc.Arbitrary<infer T> ? T : never

function makeBroadcast(shape: PlanShape, index: number, { timeZone, now, hour }: Scene): PlannedBroadcast {
  const { aims, bulletins: own, edits: changes, fives, holidays, rule, ...rest } = shape
  const today = localDateOf(now, timeZone)
  const items = itemsOf(own, index * 100)
  const made = broadcast({
    ...rest,
    ...{ timeZone, id: broadcastOf(index), createdAt: addMs(now, -index - 1), firstDate: today },
    timedSince: addMs(now, -86_400_000),
    rule: rule === 'once' ? null : rule,
    localTimes: fives.sort((a, b) => a - b).map((five) => timeOf(hour, five * 5)),
    skippedDates: new Set(holidays.map((day) => addDays(today, day))),
    aims: aims.map(({ target, isExcluded }) => ({ ...target, isExcluded })),
    items,
    bulletinCount: items.length,
  })
  const starts = startsWithin(made, { from: now, to: addMs(now, DAYS * 86_400_000) })
  const edited = changes.flatMap(({ place, change }): OccurrenceEdit[] => {
    const originalStartAt = starts[place]
    if (originalStartAt === undefined) return []
    const asPlanned = { originalStartAt, isCancelled: false, movedStartAt: null, programme: null }
    if ('isCancelled' in change) return [{ ...asPlanned, isCancelled: true }]
    if ('movedMinutes' in change)
      return [{ ...asPlanned, movedStartAt: addMs(originalStartAt, change.movedMinutes * 60_000) }]
    const others = itemsOf(change.bulletins, index * 100 + 10 * (place + 1))
    return [{ ...asPlanned, programme: { title: 'Bản tin khác', items: others, bulletinCount: others.length } }]
  })
  return { ...made, edits: edited }
}

const cap = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: null })
const rule = fc.record({
  opens: fc.option(fc.integer({ min: -4, max: 1 }), { nil: null }),
  closes: fc.constantFrom(122, 183, 210),
  suspendsAt: fc.option(fc.integer({ min: 0, max: 60 * 12 }), { nil: null }),
  languages: fc.constantFrom([], ['hmn']),
  ranks: fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: -2, max: 2 })), { maxLength: 3 }),
  // Kept when something is planned; what stands is not silenced by them.
  caps: fc.record({ maxSessionsPerDay: cap(3), maxMinutesPerSession: cap(15), maxMinutesPerDay: cap(30) }),
})
type RuleShape = typeof rule extends fc.Arbitrary<infer T> ? T : never

function makeRules(areaId: string, shape: RuleShape, { now, hour }: Scene): AreaRules {
  const { opens, closes, suspendsAt, languages, ranks, caps } = shape
  const from = timeOf(Math.max(0, hour + (opens ?? 0)), 0).slice(0, 5)
  return areaRules(areaId, {
    hours: opens === null ? null : [{ days: [1, 2, 3, 4, 5, 6, 7], from, to: timeOf(hour, closes).slice(0, 5) }],
    suspended:
      suspendsAt === null
        ? []
        : [
            {
              fromAt: instantMs.parse(now + suspendsAt * 300_000 + 120_000),
              toAt: instantMs.parse(now + suspendsAt * 300_000 + 5 * 3_600_000),
            },
          ],
    languages,
    ranks: new Map(ranks.map(([index, rank]) => [broadcastOf(index), rank])),
    caps,
  })
}

export const chances: fc.Arbitrary<Chance> = fc
  .record({
    scene: fc.constantFrom(...scenes),
    plans: fc.array(plan, { minLength: 1, maxLength: 8, size: 'medium' }),
    rules: fc.tuple(rule, rule, rule),
  })
  .map(({ scene, plans, rules }) =>
    makeChance(
      scene,
      plans.map((one, index) => makeBroadcast(one, index, scene)),
      [province, commune, village].flatMap((areaId, index) => {
        const shape = rules[index]
        return shape === undefined ? [] : [makeRules(areaId, shape, scene)]
      }),
    ),
  )
