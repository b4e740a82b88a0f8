import { ALSA_STATE, type AlsaHandle, type AlsaLibrary, type AlsaPosition } from './alsa-library.ts'
import type { Sink, SinkOpening, SinkStatus } from './sink.ts'

const EAGAIN = -11
/** Frames left free that still count as a full buffer: less than one block of the mixer. */
const FULL_SLACK_FRAMES = 480

/** Opens an ALSA device (`default`, `plughw:…`, or a name from asound.conf) for 16-bit mono at 48 kHz. */
export function openAlsaSink(
  library: AlsaLibrary,
  config: { readonly device: string; readonly bufferMs: number },
): SinkOpening {
  const { device } = config
  const opened = library.open(device)
  if ('error' in opened) {
    return { ok: false, kind: 'alsa', detail: `cannot open ${device}: ${library.describe(opened.error)}` }
  }
  const result = library.setParams(opened.handle, Math.round(config.bufferMs * 1_000))
  if (result < 0) {
    library.close(opened.handle)
    return { ok: false, kind: 'alsa', detail: `${device} refuses 16-bit mono at 48 kHz: ${library.describe(result)}` }
  }
  return { ok: true, sink: new AlsaSink(library, opened.handle), detail: `ALSA device ${device}` }
}

class AlsaSink implements Sink {
  readonly kind = 'alsa'
  readonly #library: AlsaLibrary
  readonly #pcm: AlsaHandle
  readonly #status: SinkStatus = { state: 'preparing', writableFrames: 0, delayFrames: 0, detail: '' }
  readonly #position: AlsaPosition = { availFrames: 0, delayFrames: 0 }
  #isDry = true
  #isClosed = false

  constructor(library: AlsaLibrary, pcm: AlsaHandle) {
    this.#library = library
    this.#pcm = pcm
  }

  poll(): SinkStatus {
    const status = this.#status
    if (status.state === 'failed') return status
    const result = this.#library.availDelay(this.#pcm, this.#position)
    if (result < 0) return this.#recover(result)
    const state = this.#library.state(this.#pcm)
    if (state === ALSA_STATE.disconnected) return this.#fail('the device was unplugged')
    status.writableFrames = Math.max(0, this.#position.availFrames)
    status.delayFrames = Math.max(0, this.#position.delayFrames)
    status.state = state === ALSA_STATE.running ? 'running' : 'preparing'
    // The device starts by itself only when its buffer is full to the last frame, which whole blocks may never do.
    if (state === ALSA_STATE.prepared && !this.#isDry && status.writableFrames < FULL_SLACK_FRAMES) {
      const started = this.#library.start(this.#pcm)
      if (started < 0) return this.#recover(started)
    }
    return status
  }

  write(frames: Int16Array): number {
    const written = this.#library.write(this.#pcm, frames)
    if (written > 0) this.#isDry = false
    if (written >= 0 || written === EAGAIN) return Math.max(0, written)
    this.#recover(written)
    return 0
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#library.close(this.#pcm)
  }

  /** After an underrun or a suspend the device is made ready again; whatever else happened, it has to be reopened. */
  #recover(error: number): SinkStatus {
    const result = this.#library.recover(this.#pcm, error)
    if (result < 0) return this.#fail(this.#library.describe(result))
    this.#isDry = true
    this.#status.state = 'xrun'
    this.#status.writableFrames = 0
    this.#status.delayFrames = 0
    return this.#status
  }

  #fail(detail: string): SinkStatus {
    this.#status.state = 'failed'
    this.#status.writableFrames = 0
    this.#status.detail = detail
    return this.#status
  }
}
