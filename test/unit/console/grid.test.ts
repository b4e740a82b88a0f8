import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { countLines } from '../../../web/src/rooms/schedule/card-meter.ts'
import { layOut, minuteAt, minuteOf, type Span, timeOf, yOf } from '../../../web/src/rooms/schedule/grid.ts'

const span = (id: string, from: string, minutes: number, date = '2026-11-23'): Span => ({
  ...{ id, date, fromMinute: minuteOf(from), toMinute: minuteOf(from) + minutes, leastHeight: 50 },
})
const topOf = (spans: readonly Span[], id: string): number => layOut(spans).places.get(id)?.top ?? Number.NaN

/** Any week: up to a dozen broadcasts a day on three days, some at the same minute, some over midnight’s edge. */
const weeks = fc
  .array(
    fc.record({
      date: fc.constantFrom('2026-11-23', '2026-11-24', '2026-11-25'),
      fromMinute: fc.nat({ max: 1_439 }),
      length: fc.nat({ max: 200 }),
      leastHeight: fc.integer({ min: 48, max: 100 }),
    }),
    { maxLength: 30 },
  )
  .map((all) =>
    all.map(
      ({ length, ...one }, index): Span => ({
        ...one,
        id: String(index),
        toMinute: Math.min(1_440, one.fromMinute + length),
      }),
    ),
  )

describe('the week as a picture', () => {
  test('the same time of two days lies on one line, and a long idle time shrinks', () => {
    const spans = [span('a', '05:00', 10), span('b', '05:00', 30, '2026-11-24'), span('c', '17:30', 15)]
    expect(topOf(spans, 'a')).toBe(topOf(spans, 'b'))
    expect(topOf(spans, 'c') - topOf(spans, 'b')).toBeLessThan(90)
  })

  test('two that overlap stand below each other at full width, also when they begin together', () => {
    const spans = [span('a', '17:00', 20), span('b', '17:10', 20), span('c', '05:00', 5), span('d', '05:00', 5)]
    expect(topOf(spans, 'b')).toBeGreaterThanOrEqual(topOf(spans, 'a') + 50)
    expect(topOf(spans, 'd')).toBe(topOf(spans, 'c') + 50)
    expect(layOut(spans).stacks).toEqual([])
  })

  test('where many overlap they are one stack, from the first start to the last end', () => {
    const spans = ['a', 'b', 'c', 'd'].map((id, index) => span(id, `05:${index}0`, 15))
    const { stacks, places } = layOut([...spans, span('e', '05:50', 10)])
    expect(stacks).toMatchObject([{ fromMinute: 300, toMinute: 345, ids: ['a', 'b', 'c', 'd'] }])
    expect(places.get('a')).toBeUndefined()
    expect(places.get('e')).toBeDefined()
  })

  test('500 broadcasts of a province are few boxes', () => {
    const spans = Array.from({ length: 500 }, (_one, index) => span(String(index), `0${5 + (index % 3)}:00`, 20))
    expect(layOut(spans).places.size).toBe(3)
  })

  test('nothing of a day covers anything else of it, all is as high as its words need, and time runs downwards', () => {
    fc.assert(
      fc.property(weeks, (spans) => {
        const { places, stacks, marks, height } = layOut(spans)
        const least = new Map(spans.map((one) => [one.id, one.leastHeight]))
        for (const date of new Set(spans.map((one) => one.date))) {
          const ids = [...spans, ...stacks.map(({ key, ...one }) => ({ ...one, id: key }))]
            .filter((one) => one.date === date)
            .map((one) => one.id)
          const drawn = ids.flatMap((id) => (places.has(id) ? [{ id, ...places.get(id) }] : []))
          drawn.sort((a, b) => (a.top ?? 0) - (b.top ?? 0))
          for (const [index, one] of drawn.entries()) {
            expect(one.height ?? 0).toBeGreaterThanOrEqual(least.get(one.id) ?? 0)
            expect((one.top ?? 0) + (one.height ?? 0)).toBeLessThanOrEqual((drawn[index + 1]?.top ?? height) + 1e-6)
          }
        }
        expect(marks.every((mark, index) => mark.y >= (marks[index - 1]?.y ?? 0))).toBe(true)
        const shown = new Set([...places.keys(), ...stacks.flatMap(({ ids }) => ids)])
        expect(spans.every(({ id }) => shown.has(id))).toBe(true)
      }),
    )
  })

  test('where a card is let go is the time that is meant', () => {
    const grid = layOut([span('a', '05:00', 60), span('b', '17:30', 15)])
    for (const time of ['05:00', '05:30', '17:30']) expect(timeOf(minuteAt(grid, yOf(grid, minuteOf(time))))).toBe(time)
    expect(minuteAt(grid, -50)).toBe(0)
    expect(minuteAt(grid, grid.height + 50)).toBe(1_435)
  })

  test.each([
    ['Bản tin sáng', 120, 1],
    ['Tiêm chủng mở rộng', 120, 2],
    ['Chương trình phát thanh buổi chiều', 120, 3],
    ['Nghiêngngảnghiêngngả', 60, 1],
  ])('%s takes at %i px %i lines of 10 px a letter', (title, widthPx, lines) => {
    expect(countLines(title, widthPx, (text) => text.length * 10)).toBe(lines)
  })
})
