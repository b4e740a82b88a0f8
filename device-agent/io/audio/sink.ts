import type { SinkKind } from './voice.ts'

/** What a sink says of itself at one moment. The object is reused from poll to poll. */
export type SinkStatus = {
  /** preparing: open, nothing plays yet · running · xrun: it ran dry since the last poll · failed: close it. */
  state: 'preparing' | 'running' | 'xrun' | 'failed'
  writableFrames: number
  /** Frames written that have not been heard yet. */
  delayFrames: number
  detail: string
}

/** A sound device, or what stands for one: 16-bit mono frames at 48 kHz, in real time. */
export interface Sink {
  readonly kind: SinkKind
  poll(): SinkStatus
  /** Returns how many of the frames were taken; after a failure none are, and the next poll says why. */
  write(frames: Int16Array): number
  close(): void
}

export type SinkOpening =
  | { readonly ok: true; readonly sink: Sink; readonly detail: string }
  | { readonly ok: false; readonly kind: SinkKind; readonly detail: string }
