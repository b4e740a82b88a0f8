import { systemClock } from '#agent/clock.ts'
import { Pacer } from './pacer.ts'
import type { Sink, SinkOpening } from './sink.ts'

/** Plays into nothing, in real time. For machines without sound, never chosen by itself. */
export function openNullSink(config: { readonly bufferMs: number }): SinkOpening {
  const pacer = new Pacer(config.bufferMs, systemClock.monotonicMs)
  const sink: Sink = {
    kind: 'null',
    poll: () => pacer.poll(),
    write: (frames) => {
      pacer.count(frames.length)
      return frames.length
    },
    close: () => {},
  }
  return { ok: true, sink, detail: 'no sound: the null sink plays in real time' }
}
