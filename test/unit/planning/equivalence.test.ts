import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '#agent/core/decide.ts'
import type { Situation } from '#agent/core/situation.ts'
import type { ItemKey } from '#agent/core/timeline.ts'
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
      opens: fc.option(fc.integer({ min: 0, max: 6 }), { nil: null }),
      suspendsAt: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
      languages: fc.constantFrom([], ['hmn']),
      ranks: fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: -2, max: 2 })), { maxLength: 3 }),
    })
    .map(({ opens, suspendsAt, languages, ranks }) =>
      areaRules(areaId, {
        hours: opens === null ? null : [{ days: [1, 2, 3, 4, 5, 6, 7], from: `0${opens}:00`, to: '07:30' }],
        suspended:
          suspendsAt === null
            ? []
            : [
                {
                  fromAt: instantMs.parse(now + suspendsAt * 3_600_000),
                  toAt: instantMs.parse(now + (suspendsAt + 5) * 3_600_000),
                },
              ],
        languages,
        ranks: new Map(ranks.map(([index, rank]) => [broadcastOf(index), rank])),
      }),
    )
const rules = fc.tuple(rule(province), rule(commune), rule(village))

/** `occurrence start` and what it plays, for comparing. */
const sayPlay = (occurrenceId: string, startMs: number, language: string): string =>
  `${occurrenceId} ${new Date(startMs).toISOString()} ${language}`

/** Everything that a device with a good clock and all clips plays of this, minute by minute as the target says: no power cuts, nothing above the plan. */
function live(planned: readonly PlannedOccurrence[], permitted: Situation['permitted']) {
  const played: string[] = []
  const silent: string[] = []
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
    for (const { timed, lateReason } of decision.loads) {
      expect(lateReason).toBeNull()
      settled.add(timed.key)
      played.push(sayPlay(timed.occurrence.occurrenceId, timed.startMs, timed.item.language))
    }
    for (const { timed, reason } of decision.missed) {
      expect(reason).toBe('outside-hours')
      settled.add(timed.key)
      silent.push(sayPlay(timed.occurrence.occurrenceId, timed.startMs, timed.item.language))
    }
    const next: InstantMs = Number.isFinite(decision.wakeAtMs) ? instantMs.parse(decision.wakeAtMs) : view.to
    expect(next).toBeGreaterThan(at)
    at = next
  }
  return { played: played.sort(), silent: silent.sort() }
}

describe('preview, target and device', () => {
  it('are one plan, whatever is planned', () => {
    let heard = 0
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

          const { permitted } = permittedOf(classPlan, window)
          const told = planned.flatMap(({ occurrenceId, startAt, items }) =>
            items.map(({ offsetMs, language }) => ({
              startMs: startAt + offsetMs,
              said: sayPlay(occurrenceId, startAt + offsetMs, language),
            })),
          )
          const mayBegin = ({ startMs }: { startMs: number }): boolean =>
            intervalAt(permitted, instantMs.parse(startMs)) !== undefined
          const lived = live(planned, permitted)
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
      { numRuns: 60 },
    )
    expect(heard).toBeGreaterThan(100)
  })
})
