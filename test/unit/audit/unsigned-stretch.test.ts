import { describe, expect, it } from 'vitest'
import { watchStretches } from '#server/audit/unsigned-stretch.ts'

const MINUTE_MS = 60_000
const noon = Date.UTC(2026, 2, 1, 12)
const atMinute = (minute: number): Date => new Date(noon + minute * MINUTE_MS)

/** An entry at a minute; a checkpoint right after it, or at the minute that is said. */
type Step = readonly [minute: number, signedAtMinute?: number | null, action?: string]

function watch(steps: readonly Step[]): string | undefined {
  const stretches = watchStretches()
  for (const [index, [minute, signed, action]] of steps.entries()) {
    const entry = { seq: index + 1, at: atMinute(minute), action: action ?? 'area.created' }
    const fault = stretches.take(entry, typeof signed === 'number' ? atMinute(signed) : undefined)
    if (fault !== undefined) return `${fault.fault} ${fault.seq}`
  }
  return undefined
}

const each = (count: number, everyMinutes: number, from = 0): Step[] =>
  Array.from({ length: count }, (_, index) => [from + index * everyMinutes])
const start = (minute: number): Step => [minute, null, 'server.started']

describe('a stretch without a checkpoint', () => {
  it.each<[string, Step[], string | undefined]>([
    ['1,000 entries at once', each(1_000, 0), undefined],
    ['one more', each(1_001, 0), 'unsigned-stretch 1'],
    ['2,000, signed in the middle', [...each(999, 0), [0, 0], ...each(1_000, 0)], undefined],
    ['rewritten behind a checkpoint', [...each(10, 1), [10, 10], ...each(1_001, 0, 11)], 'unsigned-stretch 12'],
    ['one rewritten and then signed by the server', [...each(1_000, 0), [0, 0]], 'unsigned-stretch 1'],
    ['two hours of work', each(13, 10), undefined],
    ['days of it', each(60, 60), 'unsigned-stretch 1'],
    ['few entries, signed days later', [[0], [300], [600], [900, 1_200]], 'unsigned-stretch 1'],
    ['an hour, signed at its end', [...each(6, 10), [55, 60]], undefined],
    [
      'a quiet month between checkpoints',
      [
        [0, 1],
        [43_200, 43_201],
        [86_400, 86_401],
      ],
      undefined,
    ],
    ['killed, and started a week later', [...each(6, 10), start(10_080), [10_081, 10_082]], undefined],
    [
      'killed again and again',
      [[0], [50], start(700), [710], start(1_400), [1_410], start(2_100), [2_101, 2_102]],
      undefined,
    ],
    ['a machine that slept', [...each(6, 10), [900], [905, 907]], undefined],
    ['a clock that was put right', [[-900_000], [0], [5, 7]], undefined],
    ['… and put back', [[900], [0], [5, 7]], undefined],
  ])('%s', (_name, steps, expected) => {
    expect(watch(steps)).toBe(expected)
  })
})
