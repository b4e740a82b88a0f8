import { describe, expect, it } from 'vitest'
import { type Decision, decide } from '#agent/core/decide.ts'
import type { ItemHistory } from '#agent/core/history.ts'
import type { Situation } from '#agent/core/situation.ts'
import { itemKey } from '#agent/core/timeline.ts'
import { playId } from '#protocol/ids.ts'
import type { LateStart } from '#protocol/target.ts'
import { instantMs } from '#protocol/time.ts'
import { at, clipOf, occurrence } from './plan.fixture.ts'

const start = at('2026-03-02T22:30:00Z')
const MINUTE = 60_000
const somePlay = playId.parse('00000000-0000-7000-8000-00000000ffff')
const names = ['a', 'b', 'c'] as const
type Name = (typeof names)[number]

/** Three minutes, one for each of a, b and c; its window is `slackMinutes` longer. */
const bulletin = (lateStart: LateStart, slackMinutes: number) =>
  occurrence(start, names, {
    lateStart,
    latestEndAt: instantMs.parse(start + (3 + slackMinutes) * MINUTE),
  })

type Given = {
  readonly lateStart: LateStart
  readonly minute: number
  readonly slackMinutes?: number
  readonly history?: Partial<Record<Name, ItemHistory>>
  readonly missing?: readonly Name[]
  readonly permittedUntilMinute?: number
  readonly change?: Partial<Situation>
}

/** At this minute after the start the power is back; it went a second before the start. */
function situationOf(given: Given): Situation {
  const { lateStart, minute, slackMinutes = 10, history = {}, missing = [], permittedUntilMinute = 600 } = given
  const planned = bulletin(lateStart, slackMinutes)
  const keyOf = (name: Name) => {
    const item = planned.items[names.indexOf(name)]
    return item === undefined ? undefined : itemKey(planned.occurrenceId, item.itemId, item.language)
  }
  const nowMs = start + minute * MINUTE
  return {
    now: instantMs.parse(nowMs),
    clock: 'trusted',
    isMuted: false,
    volumeOf: () => 70,
    permitted: [{ fromAt: start, toAt: instantMs.parse(start + permittedUntilMinute * MINUTE) }],
    horizonEndsAt: null,
    responsibleSince: instantMs.parse(0),
    planned: [planned],
    begun: [],
    isClipHeld: ({ clip }) => !missing.some((name) => clipOf(name).sha256 === clip.sha256),
    historyOf: (key) => history[names.find((name) => keyOf(name) === key) ?? 'a'] ?? 'none',
    voices: [],
    leadIns: [],
    outages: [{ fromMs: start - 1_000, toMs: nowMs, reason: 'power-lost' }],
    delays: new Map(),
    ...given.change,
  }
}

const nameOf = (index: number): string => names[index] ?? '?'

/** Each load as `name @minute late`, each miss as `name reason`. */
function tell({ loads, missed, begun }: Decision) {
  const indexOf = ({ timed }: { timed: Decision['loads'][number]['timed'] }) =>
    timed.occurrence.items.indexOf(timed.item)
  return {
    loads: loads.map((load) => `${nameOf(indexOf(load))} @${(load.timed.startMs - start) / MINUTE} ${load.late}`),
    missed: missed.map((each) => `${nameOf(indexOf(each))} ${each.reason}`),
    shift: (begun[0]?.shiftMs ?? 0) / MINUTE,
  }
}

const cases: [string, Given, Partial<ReturnType<typeof tell>>][] = [
  [
    'join: where the others are; the rest keeps its slots',
    { lateStart: 'join', minute: 1.5 },
    { loads: ['b @1 join'], missed: ['a power-lost'] },
  ],
  [
    'restart: from the beginning, also of what is over; the rest is as much later',
    { lateStart: 'restart', minute: 1.5 },
    { loads: ['a @1.5 from-start'], shift: 1.5 },
  ],
  ['restart: even after its end', { lateStart: 'restart', minute: 5 }, { loads: ['a @5 from-start'], shift: 5 }],
  [
    'restart: as much of the end as still fits its window',
    { lateStart: 'restart', minute: 2.5, slackMinutes: 1.5 },
    { loads: ['b @2.5 from-start'], missed: ['a power-lost'], shift: 1.5 },
  ],
  [
    'restart: as much of the end as still fits the permitted hours',
    { lateStart: 'restart', minute: 2.5, permittedUntilMinute: 4.6 },
    { loads: ['b @2.5 from-start'], missed: ['a power-lost'], shift: 1.5 },
  ],
  [
    'restart: where nothing fits any more it joins, for a part is better than silence',
    { lateStart: 'restart', minute: 2.5, slackMinutes: 0 },
    { loads: ['c @2 join'], missed: ['a power-lost', 'b power-lost'] },
  ],
  [
    'restart: nothing fits, and it is over',
    { lateStart: 'restart', minute: 4, slackMinutes: 0.5 },
    { missed: ['a power-lost', 'b power-lost', 'c power-lost'] },
  ],
  [
    'restart: what was interrupted begins anew, what was heard before it does not come again',
    { lateStart: 'restart', minute: 2.5, history: { a: 'settled', b: 'interrupted' } },
    { loads: ['b @2.5 from-start'], shift: 1.5 },
  ],
  [
    'restart: on time it is not moved',
    { lateStart: 'restart', minute: -0.05, change: { outages: [] } },
    { loads: ['a @0 from-start'] },
  ],
  [
    'restart: what is not there is passed over',
    { lateStart: 'restart', minute: 1.5, missing: ['a'] },
    { loads: ['b @1.5 from-start'], shift: 0.5 },
  ],
  [
    'restart: with nothing there it waits as long as it can still fit',
    { lateStart: 'restart', minute: 5, missing: ['a', 'b', 'c'] },
    {},
  ],
  [
    'restart: outside the permitted hours nothing begins anew',
    { lateStart: 'restart', minute: 5, permittedUntilMinute: 4.5 },
    { missed: ['a power-lost', 'b power-lost', 'c power-lost'] },
  ],
  [
    'skip: what the power cut took is its own, all that would come late is left out',
    { lateStart: 'skip', minute: 1.5 },
    { missed: ['a power-lost', 'b late-skipped', 'c late-skipped'] },
  ],
  ['skip: on time it plays', { lateStart: 'skip', minute: -0.05, change: { outages: [] } }, { loads: ['a @0 join'] }],
  ['skip: a moment late is not late', { lateStart: 'skip', minute: 0.01 }, { loads: ['a @0 join'] }],
  [
    'skip: the target came after the start',
    { lateStart: 'skip', minute: 0.5, change: { outages: [] } },
    { missed: ['a late-skipped', 'b late-skipped', 'c late-skipped'] },
  ],
  [
    'skip: what it began itself it does not take up again, but it goes on with the next item',
    { lateStart: 'skip', minute: 0.98, history: { a: 'interrupted' } },
    { loads: ['b @1 join'] },
  ],
  [
    'skip: one clip that came late is left out alone',
    {
      lateStart: 'skip',
      minute: 0.98,
      change: {
        outages: [],
        delays: new Map(
          bulletin('skip', 10)
            .items.slice(0, 1)
            .map((item) => [itemKey(bulletin('skip', 10).occurrenceId, item.itemId, 'vi'), 'clip-missing' as const]),
        ),
      },
    },
    { loads: ['b @1 join'], missed: ['a late-skipped'] },
  ],
]

describe('a late start', () => {
  it.each(cases)('%s', (_name, given, expected) => {
    expect(tell(decide(situationOf(given)))).toEqual({ loads: [], missed: [], shift: 0, ...expected })
  })

  it('that began anew stays moved: the next item follows, and is told under its planned instant', () => {
    const given = situationOf({ lateStart: 'restart', minute: 1.5 })
    const [begun] = decide(given).begun
    const [a, b] = begun?.items ?? []
    if (begun === undefined || a === undefined || b === undefined) throw new Error('not begun')
    const key = itemKey(begun.occurrenceId, a.itemId, 'vi')
    const later = decide({
      ...given,
      now: instantMs.parse(start + 2.45 * MINUTE),
      begun: [begun],
      voices: [
        { playId: somePlay, key, hasSounded: true, plannedStartMs: start, volumePercent: 70, isStopping: false },
      ],
    })
    expect(tell(later)).toEqual({ loads: ['b @2.5 from-start'], missed: [], shift: 1.5 })
    expect(later.loads[0]?.timed.plannedStartMs).toBe(start + MINUTE)
    // Nothing planned before now is called complete while it is still to come.
    expect(later.completeUntilMs).toBe(start)
  })
})
