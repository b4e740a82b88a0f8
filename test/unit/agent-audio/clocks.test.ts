import { describe, expect, it } from 'vitest'
import { Anchor } from '#agent/io/audio/anchor.ts'
import { Pacer } from '#agent/io/audio/pacer.ts'
import { WallClock } from '#agent/io/audio/wall-clock.ts'
import { instantMs } from '#protocol/time.ts'

class TwoClocks {
  monotonic = 5_000.123
  offset = 1_800_000_000_000.678
  monotonicMs = () => this.monotonic
  now = () => instantMs.parse(Math.floor(this.monotonic + this.offset))
}

describe('the wall clock', () => {
  const settle = (clocks: TwoClocks, wall: WallClock, forMs: number) => {
    const steps: number[] = []
    for (let elapsed = 0; elapsed < forMs; elapsed += 4.03) {
      clocks.monotonic += 4.03
      steps.push(wall.observe())
    }
    return steps.filter((step) => step !== 0)
  }

  it('finds fractions that the system clock does not show', () => {
    const clocks = new TwoClocks()
    const wall = new WallClock(clocks)
    expect(settle(clocks, wall, 2_000)).toEqual([])
    expect(Math.abs(wall.offsetMs - clocks.offset)).toBeLessThan(0.05)
  })

  it.each([3_600_000, -3_600_000, 20, -20])('notices a step of %d ms at once', (stepMs) => {
    const clocks = new TwoClocks()
    const wall = new WallClock(clocks)
    settle(clocks, wall, 2_000)
    clocks.offset += stepMs
    const [step, ...more] = settle(clocks, wall, 2_000)
    expect(Math.abs((step ?? 0) - stepMs)).toBeLessThan(2)
    expect(more).toEqual([])
    expect(Math.abs(wall.offsetMs - clocks.offset)).toBeLessThan(0.05)
  })

  it.each([0.4, -0.4])('follows a step of %d ms in the end', (stepMs) => {
    const clocks = new TwoClocks()
    const wall = new WallClock(clocks)
    settle(clocks, wall, 3_000)
    clocks.offset += stepMs
    settle(clocks, wall, 11_000)
    expect(Math.abs(wall.offsetMs - clocks.offset)).toBeLessThan(0.05)
  })
})

describe('the anchor', () => {
  it('is the median of what the device said, once it has said enough', () => {
    const anchor = new Anchor()
    for (let index = 0; index < 9; index += 1) anchor.add(1_000 + index, index * 48)
    expect(anchor.monotonicMs).toBeUndefined()
    for (let index = 9; index < 60; index += 1) anchor.add(1_000 + index + (index % 5 === 0 ? 9 : 0), index * 48)
    expect(anchor.monotonicMs).toBe(1_000)
    anchor.reset()
    expect(anchor.monotonicMs).toBeUndefined()
  })
})

describe('a paced sink', () => {
  it('plays in real time, and runs dry', () => {
    let nowMs = 100
    const pacer = new Pacer(50, () => nowMs)
    expect(pacer.poll()).toMatchObject({ state: 'preparing', writableFrames: 2_400, delayFrames: 0 })
    pacer.count(2_400)
    nowMs += 20
    expect(pacer.poll()).toMatchObject({ state: 'running', writableFrames: 960, delayFrames: 1_440 })
    nowMs += 40
    expect(pacer.poll()).toMatchObject({ state: 'xrun', writableFrames: 2_400, delayFrames: 0 })
    pacer.count(960)
    nowMs += 10
    expect(pacer.poll()).toMatchObject({ state: 'running', delayFrames: 480 })
    pacer.fail('gone')
    expect(pacer.poll()).toMatchObject({ state: 'failed', detail: 'gone' })
  })
})
