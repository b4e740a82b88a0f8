import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '#agent/core/decide.ts'
import type { Situation } from '#agent/core/situation.ts'
import type { ItemKey } from '#agent/core/timeline.ts'
import { limits } from '#protocol/limits.ts'
import { dayPlan, type PlannedOccurrence } from '#protocol/target.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import type { PlannedBroadcast } from '#server/broadcasts/rules.ts'
import { compileDayPlans, permittedOf, planWindow } from '#server/delivery/rules.ts'
import { intervalAt } from '#server/planning/hours-rules.ts'
import { type PreviewListener, previewPlan } from '#server/planning/preview-rules.ts'
import { type AreaRules, makePlan } from '#server/planning/rules.ts'
import {
  areaOf,
  areaRules,
  at,
  broadcast,
  broadcastOf,
  deviceOf,
  item,
  planDevice,
  planInput,
  variant,
  ZONE,
} from './fixture.ts'

/** What the preview shows, what devices are told, and what a device does with it are one plan. */

const [province, commune, village, other] = [areaOf(1), areaOf(2), areaOf(3), areaOf(4)]
const groupId = 'group'
const now = at('2026-11-23T17:00:00Z')
const window = planWindow(now, ZONE, 3)
const range = { from: window.yesterday.startAt, to: window.horizonEndsAt }
const view = { from: now, to: window.horizonEndsAt }

const devices = [
  planDevice(1, { areaPath: [province, commune] }),
  planDevice(2, { areaPath: [province, commune, village], languages: ['hmn', 'vi'] }),
  planDevice(3, { areaPath: [province, commune, village], groupIds: [groupId] }),
  planDevice(4, { areaPath: [province, other] }),
]
const listeners = devices.map((device): PreviewListener => {
  const areaId = device.areaPath.at(-1) ?? ''
  return { ...device, areaId, areaName: areaId, devices: 1, someIds: [device.id], volumes: { from: 80, to: 80 } }
})

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
const times = fc
  .uniqueArray(fc.integer({ min: 4 * 12, max: 8 * 12 }), { minLength: 1, maxLength: 2 })
  .map((all) => all.sort((a, b) => a - b).map((five) => new Date(five * 300_000).toISOString().slice(11, 19)))
const plans = fc
  .array(
    fc.record({
      areaId: fc.constantFrom(province, commune, village, other),
      aims: fc.array(aim, { maxLength: 3 }),
      priority: fc.constantFrom('priority', 'normal', 'filler'),
      languageMode: fc.constantFrom('first', 'each'),
      placement: fc.constantFrom('fixed', 'fixed', 'queue'),
      onConflict: fc.constantFrom('follow', 'drop'),
      rule: fc.constantFrom(null, 'FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=TU,WE'),
      localTimes: times,
      bulletins,
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) =>
    all.map(({ aims, bulletins: own, ...rest }, index): PlannedBroadcast => {
      const items = own.map(({ minutes, hmn }, place) =>
        item(index * 10 + place, [
          variant('vi', minutes * 60_000),
          ...(hmn === null ? [] : [variant('hmn', hmn * 60_000)]),
        ]),
      )
      const meant = aims.map(({ target, isExcluded }) => ({ ...target, isExcluded }))
      const made = { ...rest, id: broadcastOf(index), createdAt: instantMs.parse(now - index), firstDate: '2026-11-24' }
      return broadcast({ ...made, aims: meant, items, bulletinCount: items.length })
    }),
  )
const rule = (areaId: string): fc.Arbitrary<AreaRules> =>
  fc
    .record({
      opens: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
      closes: fc.constantFrom('06:02', '07:03', '07:30'),
      suspendsAt: fc.option(fc.integer({ min: 0, max: 60 * 12 }), { nil: null }),
      languages: fc.constantFrom([], ['hmn']),
      ranks: fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: -2, max: 2 })), { maxLength: 3 }),
    })
    .map(({ opens, closes, suspendsAt, languages, ranks }) =>
      areaRules(areaId, {
        hours: opens === null ? null : [{ days: [1, 2, 3, 4, 5, 6, 7], from: `0${opens}:00`, to: closes }],
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
      }),
    )
/** What chance does not always bring: the end of hours in the middle of one item, and a suspension in that of another. */
const atTheClose: [PlannedBroadcast[], [AreaRules, AreaRules, AreaRules]] = [
  ['05:10:00', '06:00:40'].map((time, index) => {
    const items = [item(index * 10, [variant('vi', 60_000)]), item(index * 10 + 1, [variant('vi', 60_000)])]
    const made = { id: broadcastOf(index), areaId: province, priority: 'priority', localTimes: [time] } as const
    return broadcast({ ...made, createdAt: now, firstDate: '2026-11-24', items, bulletinCount: items.length })
  }),
  [
    areaRules(province, { hours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '05:00', to: '06:02' }] }),
    areaRules(commune, { suspended: [{ fromAt: at('2026-11-23T22:10:30Z'), toAt: at('2026-11-23T22:30:00Z') }] }),
    areaRules(village, {}),
  ],
]
const rules = fc.tuple(rule(province), rule(commune), rule(village))

/** `occurrence start` and what it plays, for comparing. */
const sayPlay = (occurrenceId: string, startMs: number, language: string): string =>
  `${occurrenceId} ${new Date(startMs).toISOString()} ${language}`

/** Everything that a device with a good clock and all clips plays of this, minute by minute as the target says: no power cuts, nothing above the plan. */
function live(planned: readonly PlannedOccurrence[], permitted: Situation['permitted']) {
  const played: string[] = []
  const silent: string[] = []
  /** By occurrence: when the last of it ends, and whether all of it sounds. */
  const ends = new Map<string, { endMs: number; isWhole: boolean }>()
  const endOf = (id: string) => ends.get(id) ?? { endMs: 0, isWhole: true }
  const settled = new Set<ItemKey>()
  let at = now
  for (let step = 0; at < view.to; step++) {
    if (step > 5_000) throw new Error('the device never comes to an end')
    const decision = decide({
      now: at,
      clock: 'trusted',
      isMuted: false,
      volumeOf: () => 70,
      permitted,
      horizonEndsAt: view.to,
      responsibleSince: range.from,
      planned,
      begun: [],
      isClipHeld: () => true,
      historyOf: (key) => (settled.has(key) ? 'settled' : 'none'),
      voices: [],
      leadIns: [],
      outages: [],
      delays: new Map(),
    })
    for (const { timed, lateReason, latestEndAtMs } of decision.loads) {
      expect(lateReason).toBeNull()
      settled.add(timed.key)
      const { occurrenceId } = timed.occurrence
      const { endMs, isWhole } = endOf(occurrenceId)
      ends.set(occurrenceId, {
        endMs: Math.max(endMs, Math.min(timed.endMs, latestEndAtMs)),
        isWhole: isWhole && timed.endMs <= latestEndAtMs,
      })
      played.push(sayPlay(timed.occurrence.occurrenceId, timed.startMs, timed.item.language))
    }
    for (const { timed, reason } of decision.missed) {
      expect(reason).toBe('outside-hours')
      settled.add(timed.key)
      const { occurrenceId } = timed.occurrence
      ends.set(occurrenceId, { ...endOf(occurrenceId), isWhole: false })
      silent.push(sayPlay(timed.occurrence.occurrenceId, timed.startMs, timed.item.language))
    }
    const next: InstantMs = Number.isFinite(decision.wakeAtMs) ? instantMs.parse(decision.wakeAtMs) : view.to
    expect(next).toBeGreaterThan(at)
    at = next
  }
  return { played: played.sort(), silent: silent.sort(), ends }
}

describe('preview, target and device', () => {
  it('are one plan, whatever is planned', () => {
    let [heard, cutOff] = [0, 0]
    fc.assert(
      fc.property(plans, rules, (broadcasts, areas) => {
        const input = planInput(broadcasts, range, areas)
        const shown = previewPlan(input, listeners, view)
        const plan = makePlan(input)
        for (const device of devices) {
          const classPlan = plan.planOf(plan.classOf(device))
          const planned = compileDayPlans(classPlan, window).flatMap(
            ({ bytes }) => dayPlan.parse(JSON.parse(bytes.toString())).occurrences,
          )
          const previewed = shown
            .filter(({ deviceIds, leftOut }) => leftOut === null && deviceIds.includes(device.id))
            .map(({ airing, startAt }) => `${airing.occurrenceId} ${startAt}`)
          expect(previewed.sort()).toEqual(
            planned.map(({ occurrenceId, startAt }) => `${occurrenceId} ${startAt}`).sort(),
          )

          // The device ends when the preview says so. Nothing holds what is of the highest priority.
          const lived = live(planned, permittedOf(classPlan, window).permitted)
          for (const { airing, endAt, cut, leftOut, deviceIds } of shown) {
            const end = lived.ends.get(airing.occurrenceId)
            if (leftOut !== null || !deviceIds.includes(device.id) || end === undefined) continue
            expect(end.endMs).toBeLessThanOrEqual(endAt)
            if (!end.isWhole) expect(cut).not.toBeNull()
            if (airing.priority !== 'priority') continue
            expect(end.isWhole).toBe(cut === null)
            if (cut !== null) cutOff += 1
          }

          const { permitted } = permittedOf(classPlan, window)
          const told = planned.flatMap(({ occurrenceId, startAt, items }) =>
            items.map(({ offsetMs, language }) => ({
              startMs: startAt + offsetMs,
              said: sayPlay(occurrenceId, startAt + offsetMs, language),
            })),
          )
          const mayBegin = ({ startMs }: { startMs: number }): boolean =>
            intervalAt(permitted, instantMs.parse(startMs)) !== undefined
          heard += lived.played.length
          expect(lived.played).toEqual(
            told
              .filter(mayBegin)
              .map(({ said }) => said)
              .sort(),
          )
          // What a window cuts off in the middle of a programme: the device keeps silent, and says so.
          expect(lived.silent).toEqual(
            told
              .filter((one) => !mayBegin(one))
              .map(({ said }) => said)
              .sort(),
          )
        }
        const counted = shown.filter(({ devices: count, deviceIds }) => count !== deviceIds.length)
        expect(counted).toEqual([])
      }),
      { numRuns: 60, examples: [atTheClose] },
    )
    expect(heard).toBeGreaterThan(100)
    expect(cutOff).toBeGreaterThan(1)
  })
  it('leave out the same where a day or an occurrence has room for no more, and the preview says so', () => {
    const localTimes = Array.from({ length: limits.maxOccurrencesPerDay }, (_, minute) =>
      new Date((60 + minute) * 60_000).toISOString().slice(11, 19),
    )
    const clips = ['vi', 'hmn', 'tay'].map((language) => variant(language, 100))
    const items = Array.from({ length: 70 }, (_, index) => item(index, clips))
    const once = { rule: null, firstDate: '2026-11-24', createdAt: now } as const
    const long = broadcast({ ...once, id: broadcastOf(2), localTimes: ['00:30:00'], items, languageMode: 'each' })
    const input = planInput([broadcast({ ...once, localTimes }), long], range)
    const device = planDevice(1, { languages: ['vi', 'hmn', 'tay'] })
    const who = {
      areaId: province,
      areaName: province,
      devices: 1,
      someIds: [device.id],
      volumes: { from: 80, to: 80 },
    }
    const day = { from: now, to: instantMs.parse(now + 86_400_000) }
    const shown = previewPlan(input, [{ ...device, ...who }], day)
    const plan = makePlan(input)
    const told = compileDayPlans(plan.planOf(plan.classOf(device)), window)
      .filter(({ date }) => date === '2026-11-24')
      .flatMap(({ bytes }) => dayPlan.parse(JSON.parse(bytes.toString())).occurrences)
    const heard = shown.filter(({ leftOut }) => leftOut === null)
    expect(heard.map(({ airing }) => airing.occurrenceId)).toEqual(told.map(({ occurrenceId }) => occurrenceId))
    expect(shown.filter(({ leftOut }) => leftOut !== null).map(({ leftOut, startAt }) => [leftOut, startAt])).toEqual([
      ['no-room', at('2026-11-24T02:19:00Z')],
    ])
    expect([told[0]?.items.length, shown[0]?.clipsWithoutRoom]).toEqual([limits.maxItemsPerOccurrence, 10])
  })
})
