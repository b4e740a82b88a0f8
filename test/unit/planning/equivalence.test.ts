import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '#agent/core/decide.ts'
import type { Situation } from '#agent/core/situation.ts'
import type { ItemKey } from '#agent/core/timeline.ts'
import { limits } from '#protocol/limits.ts'
import { dayPlan, type PlannedOccurrence } from '#protocol/target.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { compileDayPlans, permittedOf } from '#server/delivery/rules.ts'
import { intervalAt } from '#server/planning/hours-rules.ts'
import { type PreviewListener, previewPlan } from '#server/planning/preview-rules.ts'
import { makePlan } from '#server/planning/rules.ts'
import { areaRules, at, broadcast, broadcastOf, item, planDevice, planInput, variant } from './fixture.ts'
import { type Chance, chances, commune, makeChance, province, vietnam, village } from './plans.fixture.ts'

/** What the preview shows, what devices are told, and what a device does with it are one plan. */

/** What chance does not always bring: the end of hours in the middle of one item, and a suspension in that of another. */
const { now } = vietnam
const atTheClose = makeChance(
  vietnam,
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
)
const listenersOf = ({ devices }: Chance): PreviewListener[] =>
  devices.map((device) => {
    const areaId = device.areaPath.at(-1) ?? ''
    return { ...device, areaId, areaName: areaId, devices: 1, someIds: [device.id], volumes: { from: 80, to: 80 } }
  })

/** `occurrence start` and what it plays, for comparing. */
const sayPlay = (occurrenceId: string, startMs: number, language: string): string =>
  `${occurrenceId} ${new Date(startMs).toISOString()} ${language}`

/** Everything that a device with a good clock and all clips plays of this, minute by minute as the target says: no power cuts, nothing above the plan. */
function live(planned: readonly PlannedOccurrence[], permitted: Situation['permitted'], { now, range, view }: Chance) {
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
      fc.property(chances, (chance) => {
        const { broadcasts, areas, devices, range, view, window } = chance
        const input = planInput(broadcasts, range, areas)
        const shown = previewPlan(input, listenersOf(chance), view)
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
          const lived = live(planned, permittedOf(classPlan, window).permitted, chance)
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
      { numRuns: 200, examples: [[atTheClose]] },
    )
    expect(heard).toBeGreaterThan(1_000)
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
    const { range, window } = makeChance(vietnam, [], [])
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
