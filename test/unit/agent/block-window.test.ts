import { describe, expect, it } from 'vitest'
import { adaptWindow, firstWindow, planBlocks } from '#agent/core/block-window.ts'
import { limits } from '#protocol/limits.ts'

/** Fetches `totalBytes` over a link of this rate and round trip; returns the longest time that anything was queued. */
function simulate(bytesPerSecond: number, roundTripMs: number, totalBytes: number) {
  let window = firstWindow
  let [offset, longestQueueMs, elapsed] = [0, 0, 0]
  while (offset < totalBytes) {
    const bytes = planBlocks(window, offset, totalBytes).reduce((sum, block) => sum + block.length, 0)
    const queueMs = (bytes / bytesPerSecond) * 1_000
    longestQueueMs = Math.max(longestQueueMs, queueMs)
    elapsed += roundTripMs + queueMs
    window = adaptWindow(window, { bytes, elapsedMs: roundTripMs + queueMs })
    offset += bytes
  }
  return { longestQueueMs, efficiency: totalBytes / bytesPerSecond / (elapsed / 1_000) }
}

describe('how much of a clip is asked for at once', () => {
  it.each([
    ['64 kbit/s', 8_000, 300],
    ['128 kbit/s', 16_000, 200],
    ['256 kbit/s', 32_000, 100],
    ['256 kbit/s by satellite', 32_000, 600],
    ['1 Mbit/s', 125_000, 80],
  ])('never queues more than about half a second on %s', (_name, bytesPerSecond, roundTripMs) => {
    expect(simulate(bytesPerSecond, roundTripMs, 1_000_000).longestQueueMs).toBeLessThanOrEqual(520)
  })

  it('uses most of a slow link, and all that the protocol allows on a fast one', () => {
    expect(simulate(32_000, 100, 1_000_000).efficiency).toBeGreaterThan(0.7)
    let window = firstWindow
    for (let i = 0; i < 10; i += 1) window = adaptWindow(window, { bytes: window.bytes, elapsedMs: 20 })
    expect(window.bytes).toBe(limits.maxBlockBytes * limits.maxBlocksPerRequest)
  })

  it('shrinks when a link gets slower', () => {
    let window = { bytes: 32_768, quickestMs: 100 }
    for (let i = 0; i < 3; i += 1)
      window = adaptWindow(window, { bytes: window.bytes, elapsedMs: 3_000 }) as typeof window
    expect(window.bytes).toBe(4_096)
  })

  it('plans blocks within the protocol’s limits, up to the clip’s end', () => {
    expect(planBlocks({ bytes: 70_000, quickestMs: null }, 10, 1_000_000)).toEqual([
      { offset: 10, length: 32_768 },
      { offset: 32_778, length: 32_768 },
      { offset: 65_546, length: 4_464 },
    ])
    expect(planBlocks(firstWindow, 90, 100)).toEqual([{ offset: 90, length: 10 }])
    expect(planBlocks(firstWindow, 100, 100)).toEqual([])
  })
})
