import type { Clock } from '#agent/clock.ts'

/** The two clocks that are compared. */
export type Clocks = Pick<Clock, 'now' | 'monotonicMs'>

const BUCKET_MS = 5_000
const MAX_READ_GAP_MS = 0.2
const STEP_NOTICE_MS = 5

/**
 * Wall-clock time with a fraction of a millisecond, from a clock that only shows whole ones. The true offset between the
 * two clocks is never below (epochMs − monotonicMs), and the readings taken just after the millisecond has changed come
 * closest to it: the largest of several seconds is exact to some microseconds. (On Linux NTP slews both clocks alike,
 * adjtimex(2), so that the offset moves only when the clock is set.)
 */
export class WallClock {
  readonly #clocks: Clocks
  #offsetMs: number
  #bucketMaxMs = Number.NEGATIVE_INFINITY
  #bucketEndMs: number

  constructor(clocks: Clocks) {
    this.#clocks = clocks
    const nowMs = clocks.monotonicMs()
    this.#offsetMs = clocks.now() - nowMs
    this.#bucketEndMs = nowMs + BUCKET_MS
  }

  /** What to add to monotonic time. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  /** Reads both clocks; call it often. Returns by how much the clock was set, 0 as a rule. */
  observe(): number {
    const beforeMs = this.#clocks.monotonicMs()
    const epochMs = this.#clocks.now()
    const afterMs = this.#clocks.monotonicMs()
    if (afterMs - beforeMs > MAX_READ_GAP_MS) return 0
    const floorMs = epochMs - afterMs
    const before = this.#offsetMs
    if (epochMs + 1 - beforeMs < before || floorMs > before + 1) {
      this.#offsetMs = floorMs
      this.#bucketMaxMs = floorMs
      this.#bucketEndMs = afterMs + BUCKET_MS
      return Math.abs(floorMs - before) >= STEP_NOTICE_MS ? floorMs - before : 0
    }
    this.#bucketMaxMs = Math.max(this.#bucketMaxMs, floorMs)
    this.#offsetMs = Math.max(before, floorMs)
    if (afterMs >= this.#bucketEndMs) {
      // Forget what is older than a bucket: a clock set back by less than a millisecond shows only this way.
      this.#offsetMs = this.#bucketMaxMs
      this.#bucketMaxMs = Number.NEGATIVE_INFINITY
      this.#bucketEndMs = afterMs + BUCKET_MS
    }
    return 0
  }
}
