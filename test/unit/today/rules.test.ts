import { describe, expect, test } from 'vitest'
import { instantMs } from '#protocol/time.ts'
import { findShared, gatherNotHeard, type NotHeardSum, type SilentItem } from '#server/today/rules.ts'
import { createShared } from '#server/today/shared.ts'

const sum = (
  reason: string,
  devices: number,
  occurrenceId: string | null = null,
  change: Partial<NotHeardSum> = {},
): NotHeardSum => ({
  outcome: 'missed',
  reason,
  isSilent: false,
  occurrenceId,
  devices,
  someIds: [`${reason} 1`],
  ...change,
})
const silent = (deviceId: string, occurrenceId: string, reason: string): SilentItem => ({
  occurrenceId,
  deviceId,
  outcome: 'missed',
  reason,
  startAt: instantMs.parse(0),
  durationMs: 1,
})

describe('what was not heard, by reason', () => {
  test('a speaker that missed two broadcasts counts once, and each broadcast has its own', () => {
    const sums = [sum('muted', 3), sum('muted', 2, 'a'), sum('muted', 3, 'b')]
    expect(gatherNotHeard(sums, [])).toMatchObject([
      {
        reason: 'muted',
        devices: 3,
        occurrences: 2,
        examples: [
          { id: 'b', devices: 3 },
          { id: 'a', devices: 2 },
        ],
      },
    ])
  })

  test('where no speaker told why, the evidence’s reason stands instead of the coarse one', () => {
    const sums = [sum('not-in-target', 2, null, { isSilent: true }), sum('not-in-target', 2, 'a', { isSilent: true })]
    const explained = [silent('x', 'a', 'power-lost'), silent('y', 'a', 'no-target'), silent('x', 'b', 'power-lost')]
    expect(gatherNotHeard(sums, explained).map((one) => [one.reason, one.devices, one.occurrences])).toEqual([
      ['no-target', 1, 1],
      ['power-lost', 1, 2],
    ])
    // Too many to look at each.
    expect(gatherNotHeard(sums, undefined).map((one) => [one.reason, one.devices])).toEqual([['not-in-target', 2]])
  })

  test('a speaker that told the reason of one broadcast and was silent of another counts once', () => {
    const sums = [sum('power-lost', 5), sum('power-lost', 5, 'a')]
    const explained = [silent('x', 'b', 'power-lost')]
    expect(findShared(sums, explained)).toMatchObject([{ reason: 'power-lost', silentIds: ['x'] }])
    expect(gatherNotHeard(sums, explained, new Map([['missed power-lost', 1]]))[0]?.devices).toBe(5)
    expect(gatherNotHeard(sums, explained)[0]?.devices).toBe(6)
  })

  test('what is not known yet stands last, and of many reasons those of most speakers remain', () => {
    const many = Array.from({ length: 20 }, (_, index) => sum(`reason-${index}`, index + 1))
    const rows = gatherNotHeard([sum('not-reported', 900, null, { outcome: 'unknown' }), ...many], [])
    expect(rows).toHaveLength(12)
    expect(rows[0]).toMatchObject({ reason: 'reason-19', devices: 20 })
    const few = gatherNotHeard([sum('not-reported', 900, null, { outcome: 'unknown' }), sum('muted', 1)], [])
    expect(few.map((one) => one.reason)).toEqual(['muted', 'not-reported'])
  })
})

describe('one reading for many', () => {
  test('who asks while one runs gets the next one, together with all others who came meanwhile', async () => {
    const share = createShared<number>()
    const release: (() => void)[] = []
    let begun = 0
    const work = (): Promise<number> => {
      const turn = ++begun
      return new Promise((resolve) => release.push(() => resolve(turn)))
    }
    const [first, second, third] = [share('a', work), share('a', work), share('a', work)]
    const other = share('b', work)
    expect(begun).toBe(2)
    release[0]?.()
    expect(await first).toBe(1)
    release[1]?.()
    expect(await other).toBe(2)
    expect(begun).toBe(3)
    release[2]?.()
    expect(await Promise.all([second, third])).toEqual([3, 3])
    const later = share('a', work)
    release[3]?.()
    expect(await later).toBe(4)
  })

  test('one that fails fails for those who wait for it alone', async () => {
    const share = createShared<string>()
    const failing = share('a', () => Promise.reject(new Error('away')))
    const next = share('a', () => Promise.resolve('there'))
    await expect(failing).rejects.toThrow('away')
    expect(await next).toBe('there')
  })
})
