import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitrate, type Contender, goesBefore } from '#agent/core/arbitrate.ts'
import { levels } from '#protocol/target.ts'

const now = 1_800_000_000_000
type Named = Contender & { readonly name: string }

/** A normal one that has just become due and has ten minutes to play, within an hour. */
const due = (name: string, change: Partial<Contender> = {}): Named => ({
  name,
  level: 'normal',
  order: 0,
  startAtMs: now,
  begunOrder: Number.POSITIVE_INFINITY,
  isHeld: false,
  remainingMs: 600_000,
  latestEndAtMs: now + 3_600_000,
  ...change,
})
const sounding = (name: string, change: Partial<Contender> = {}) => due(name, { begunOrder: 1, ...change })
const held = (name: string, change: Partial<Contender> = {}) => due(name, { begunOrder: 0, isHeld: true, ...change })

const rules: [string, readonly Named[], { sounds: string | undefined; ends?: readonly string[] }][] = [
  ['silence when idle', [], { sounds: undefined }],
  [
    'an emergency goes before everything, live speech too',
    [sounding('live', { level: 'live' }), due('emergency', { level: 'emergency' })],
    { sounds: 'emergency' },
  ],
  [
    'live goes before priority',
    [sounding('ưu tiên', { level: 'priority' }), due('live', { level: 'live' })],
    { sounds: 'live' },
  ],
  [
    'ưu tiên goes before thông thường (Circular 39/2020/TT-BTTTT)',
    [sounding('thông thường'), due('ưu tiên', { level: 'priority' })],
    { sounds: 'ưu tiên' },
  ],
  ['normal goes before filler', [sounding('filler', { level: 'filler' }), due('normal')], { sounds: 'normal' }],
  [
    'a lower one never interrupts, whatever its order',
    [sounding('priority', { level: 'priority', order: 9 }), due('normal', { order: -1, startAtMs: now - 1 })],
    { sounds: 'priority' },
  ],
  [
    'no pre-emption among equals: what has begun goes on, whatever the order',
    [due('first in order', { order: 0 }), sounding('begun', { order: 5 })],
    { sounds: 'begun' },
  ],
  [
    'the commune’s order decides among equals that have not begun',
    [due('second', { order: 2, startAtMs: now - 60_000, isHeld: true }), due('first', { order: 1 })],
    { sounds: 'first' },
  ],
  [
    'in the same place of the order the earlier start goes first',
    [due('later', { startAtMs: now }), due('earlier', { startAtMs: now - 1 })],
    { sounds: 'earlier' },
  ],
  [
    'the next item of what has begun comes before an equal that waits',
    [due('waits', { order: 0, startAtMs: now - 60_000, isHeld: true }), due('next item', { order: 5, begunOrder: 3 })],
    { sounds: 'next item' },
  ],
  ['what nothing tells apart sounds in the order of the list', [due('x'), due('y')], { sounds: 'x' }],
  ['what was held goes on when nothing goes before it', [held('held')], { sounds: 'held' }],
  [
    'of two that are held the one that was begun first goes on first',
    [held('second', { begunOrder: 2 }), held('first', { begunOrder: 1 })],
    { sounds: 'first' },
  ],
  [
    'what was held goes on only if its end still fits its window',
    [held('held', { remainingMs: 600_000, latestEndAtMs: now + 599_000 })],
    { sounds: undefined, ends: ['held'] },
  ],
  [
    'it ends as soon as it no longer fits, and does not wait for what holds it',
    [sounding('emergency', { level: 'emergency' }), held('held', { latestEndAtMs: now + 1 })],
    { sounds: 'emergency', ends: ['held'] },
  ],
  [
    'the next one sounds when what was held has ended',
    [held('ended', { latestEndAtMs: now }), held('next', { begunOrder: 4 })],
    { sounds: 'next', ends: ['ended'] },
  ],
  [
    'an end a moment past its window is within it: sound cards run slow',
    [held('held', { remainingMs: 600_000, latestEndAtMs: now + 599_800 })],
    { sounds: 'held' },
  ],
  [
    'what sounds already is ended by its window alone, not by what is left of it',
    [sounding('sounding', { latestEndAtMs: now + 1 })],
    { sounds: 'sounding' },
  ],
]

describe('which of those whose instant has come sounds', () => {
  it.each(rules)('%s', (_name, contenders, expected) => {
    const { sounds, ends } = arbitrate(contenders, now)
    expect({ sounds: sounds?.name, ends: ends.map(({ name }) => name) }).toEqual({ ends: [], ...expected })
  })

  const contender = fc.record({
    level: fc.constantFrom(...levels),
    order: fc.integer({ min: 0, max: 2 }),
    startAtMs: fc.integer({ min: now - 3, max: now }),
    begunOrder: fc.constantFrom(0, 1, 2, Number.POSITIVE_INFINITY),
    isHeld: fc.boolean(),
    remainingMs: fc.integer({ min: 0, max: 2_000 }),
    latestEndAtMs: fc.integer({ min: now, max: now + 2_000 }),
  })

  it('the highest level always wins, nothing that can end in its window is ended, and nobody goes before the winner', () => {
    fc.assert(
      fc.property(fc.array(contender, { maxLength: 6 }), (all) => {
        const { sounds, ends } = arbitrate(all, now)
        const left = all.filter((each) => !ends.includes(each))
        expect(ends.every((each) => each.isHeld && now + each.remainingMs > each.latestEndAtMs)).toBe(true)
        expect(sounds === undefined).toBe(left.length === 0)
        if (sounds === undefined) return
        expect(left.some((each) => goesBefore(each, sounds))).toBe(false)
        expect(levels.indexOf(sounds.level)).toBe(Math.min(...left.map(({ level }) => levels.indexOf(level))))
      }),
    )
  })

  it('goes before in one direction only, and through the middle', () => {
    fc.assert(
      fc.property(contender, contender, contender, (a, b, c) => {
        expect(goesBefore(a, b) && goesBefore(b, a)).toBe(false)
        if (goesBefore(a, b) && goesBefore(b, c)) expect(goesBefore(a, c)).toBe(true)
      }),
    )
  })
})
