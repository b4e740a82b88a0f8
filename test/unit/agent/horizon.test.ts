import { expect, it } from 'vitest'
import { judgeHorizon } from '#agent/core/horizon.ts'
import type { TargetContent } from '#protocol/target.ts'
import { instantMs } from '#protocol/time.ts'
import { at } from './plan.fixture.ts'

const day = 86_400_000
const issuedAt = at('2026-03-02T17:00:00Z')

it.each([
  ['14 days, all of them left', 14, 0, 'far'],
  ['14 days, three days and an hour left', 14, 11 * day - 3_600_000, 'far'],
  ['14 days, less than three days left: low water', 14, 11 * day + 3_600_000, 'ending'],
  ['14 days, over', 14, 14 * day, 'ended'],
  ['60 days', 60, 56 * day, 'far'],
  ['two days, one left: no alarm every day', 2, day, 'far'],
  ['two days, half a day left', 2, 1.5 * day, 'ending'],
])('%s', (_name, days, afterMs, expected) => {
  const content = { horizonEndsAt: instantMs.parse(issuedAt + days * day) } as TargetContent
  expect(judgeHorizon({ issuedAt, content }, instantMs.parse(issuedAt + afterMs))).toBe(expected)
})

it('without a target nothing ends', () => {
  expect(judgeHorizon(undefined, issuedAt)).toBe('far')
})
