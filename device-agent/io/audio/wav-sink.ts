import { closeSync, existsSync, openSync, renameSync, writeSync } from 'node:fs'
import { systemClock } from '#agent/clock.ts'
import { Pacer } from './pacer.ts'
import type { Sink, SinkOpening } from './sink.ts'
import { SAMPLE_RATE } from './voice.ts'
import { WAV_HEADER_BYTES, writeWavHeader } from './wav-media.ts'

const DEFAULT_MAX_BYTES = 128 * 1024 * 1024
/** The header is renewed this often; what a kill takes is at most this much of the end. */
const HEADER_EVERY_BYTES = SAMPLE_RATE * 2 * 0.1

/**
 * Plays into a WAV file in real time; silence is written too, so that the file keeps time. It can be opened by any
 * player while it grows, and after a kill. At `maxBytes`, and when the player starts anew, the file becomes `<path>.1`
 * (replacing an older one), and a new one begins: by default the last 23 to 46 minutes are kept.
 */
export function openWavSink(config: {
  readonly path: string
  readonly bufferMs: number
  readonly maxBytes?: number
}): SinkOpening {
  const opened = catchIo(() => new WavFile(config.path, config.maxBytes ?? DEFAULT_MAX_BYTES))
  if (!opened.ok) return { ok: false, kind: 'wav', detail: `cannot write ${config.path}: ${opened.detail}` }
  const file = opened.value
  const pacer = new Pacer(config.bufferMs, systemClock.monotonicMs)
  const sink: Sink = {
    kind: 'wav',
    poll: () => pacer.poll(),
    write: (frames) => {
      const written = catchIo(() => file.append(frames))
      if (!written.ok) {
        pacer.fail(`cannot write ${config.path}: ${written.detail}`)
        return 0
      }
      pacer.count(frames.length)
      return frames.length
    },
    close: () => {
      const closed = catchIo(() => file.close())
      if (!closed.ok) pacer.fail(closed.detail)
    },
  }
  return { ok: true, sink, detail: `into ${config.path}` }
}

function catchIo<T>(run: () => T): { ok: true; value: T } | { ok: false; detail: string } {
  try {
    return { ok: true, value: run() }
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) }
  }
}

class WavFile {
  readonly #path: string
  readonly #maxBytes: number
  readonly #header = new Uint8Array(WAV_HEADER_BYTES)
  #descriptor: number
  #dataBytes = 0
  #headerBytes = 0

  constructor(path: string, maxBytes: number) {
    this.#path = path
    this.#maxBytes = maxBytes
    // What an earlier run played is kept, as when the file is full.
    if (existsSync(path)) renameSync(path, `${path}.1`)
    this.#descriptor = openSync(path, 'w')
    this.#writeHeader()
  }

  append(frames: Int16Array): void {
    const bytes = new Uint8Array(frames.buffer, frames.byteOffset, frames.byteLength)
    if (WAV_HEADER_BYTES + this.#dataBytes + bytes.length > this.#maxBytes) this.#roll()
    writeSync(this.#descriptor, bytes, 0, bytes.length, WAV_HEADER_BYTES + this.#dataBytes)
    this.#dataBytes += bytes.length
    if (this.#dataBytes - this.#headerBytes >= HEADER_EVERY_BYTES) this.#writeHeader()
  }

  close(): void {
    this.#writeHeader()
    closeSync(this.#descriptor)
  }

  #roll(): void {
    this.close()
    renameSync(this.#path, `${this.#path}.1`)
    this.#descriptor = openSync(this.#path, 'w')
    this.#dataBytes = 0
    this.#writeHeader()
  }

  #writeHeader(): void {
    writeWavHeader(new DataView(this.#header.buffer), this.#dataBytes)
    writeSync(this.#descriptor, this.#header, 0, this.#header.length, 0)
    this.#headerBytes = this.#dataBytes
  }
}
