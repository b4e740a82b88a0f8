import { expect, it } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { createShownBefore } from '#server/http/shown-before.ts'

const at = (minutes: number) => instantMs.parse(1_800_000_000_000 + minutes * 60_000)

it('lets a page ask for some minutes for what its person was shown and is gone, and nobody else', () => {
  const shown = createShownBefore()
  shown.remember('a', '/api/devices/1')
  expect(shown.mayStillAsk('b', '/api/devices/1', at(0))).toBe(false)
  expect(shown.mayStillAsk('a', '/api/devices/2', at(0))).toBe(false)
  // However long ago it was shown: an open page asks only when something changes.
  const answers = [600, 605, 609.9, 610, 611].map((minutes) => shown.mayStillAsk('a', '/api/devices/1', at(minutes)))
  expect(answers).toEqual([true, true, true, false, false])
  shown.remember('a', '/api/devices/1')
  expect(shown.mayStillAsk('a', '/api/devices/1', at(700))).toBe(true)
})

it('forgets what was shown the longest ago', () => {
  const shown = createShownBefore(2)
  for (const address of ['/1', '/2', '/1', '/3']) shown.remember('a', address)
  expect(['/1', '/2', '/3'].map((address) => shown.mayStillAsk('a', address, at(0)))).toEqual([true, false, true])
})
