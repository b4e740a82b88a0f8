import type { SinkStatus } from './sink.ts'
import { FRAMES_PER_MS } from './voice.ts'

/**
 * A sound device's sense of time for sinks that have none: plays what was written at 48 kHz by the monotonic clock, and
 * runs dry like a real one when nobody writes.
 */
export class Pacer {
  readonly status: SinkStatus = { state: 'preparing', writableFrames: 0, delayFrames: 0, detail: '' }
  readonly #monotonicMs: () => number
  readonly #bufferFrames: number
  #startMs: number | undefined
  #written = 0

  constructor(bufferMs: number, monotonicMs: () => number) {
    this.#bufferFrames = Math.round(bufferMs * FRAMES_PER_MS)
    this.#monotonicMs = monotonicMs
  }

  poll(): SinkStatus {
    const { status } = this
    if (status.state === 'failed') return status
    const nowMs = this.#monotonicMs()
    if (this.#startMs === undefined) {
      status.state = 'preparing'
      status.delayFrames = this.#written
    } else {
      const played = Math.floor((nowMs - this.#startMs) * FRAMES_PER_MS)
      status.state = played > this.#written ? 'xrun' : 'running'
      if (status.state === 'xrun') this.#startMs = nowMs - this.#written / FRAMES_PER_MS
      status.delayFrames = Math.max(0, this.#written - played)
    }
    status.writableFrames = Math.max(0, this.#bufferFrames - status.delayFrames)
    return status
  }

  /** Starts the clock at the first frame. */
  count(frames: number): void {
    this.#startMs ??= this.#monotonicMs()
    this.#written += frames
  }

  fail(detail: string): void {
    this.status.state = 'failed'
    this.status.detail = detail
    this.status.writableFrames = 0
  }
}
