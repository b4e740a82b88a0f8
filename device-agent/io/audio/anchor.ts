import { FRAMES_PER_MS } from './voice.ts'

const WINDOW = 101
const ENOUGH = 10

/**
 * When frame 0 would have left the sound device, in monotonic time: the median of what the last 101 polls say. The
 * median, because single answers of a sound server are off by milliseconds; it makes two devices start within 0.2 ms.
 */
export class Anchor {
  readonly #samples = new Float64Array(WINDOW)
  readonly #sorted = new Float64Array(WINDOW)
  #count = 0
  #next = 0

  /** At `monotonicMs` the device had played `playedFrames`. */
  add(monotonicMs: number, playedFrames: number): void {
    this.#samples[this.#next] = monotonicMs - playedFrames / FRAMES_PER_MS
    this.#next = (this.#next + 1) % WINDOW
    this.#count = Math.min(WINDOW, this.#count + 1)
  }

  /** After a gap in the sound nothing that was measured before holds. */
  reset(): void {
    this.#count = 0
    this.#next = 0
  }

  /** Undefined until it has been measured often enough. */
  get monotonicMs(): number | undefined {
    if (this.#count < ENOUGH) return undefined
    const sorted = this.#sorted.subarray(0, this.#count)
    sorted.set(this.#samples.subarray(0, this.#count))
    return sorted.sort()[this.#count >> 1]
  }
}
