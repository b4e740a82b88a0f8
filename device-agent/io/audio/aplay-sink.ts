import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { systemClock } from '#agent/clock.ts'
import { Pacer } from './pacer.ts'
import type { Sink, SinkOpening } from './sink.ts'

type Aplay = ChildProcessByStdio<Writable, null, Readable>

/** aplay's own buffer; it begins to play when this much has been written to it. */
const APLAY_BUFFER_MS = 100
const MAX_BACKLOG_BYTES = 96_000

/**
 * Plays through the program aplay, for where libasound cannot be loaded. It starts at once and is fed all the time, so
 * that no start-up time lies between command and sound. A pipe does not tell what has been heard: delay is reckoned by
 * the clock, starts are exact to some milliseconds, and underruns go unseen.
 */
export async function openAplaySink(config: {
  readonly device: string
  readonly bufferMs: number
}): Promise<SinkOpening> {
  const { device } = config
  const bufferMs = Math.max(config.bufferMs, APLAY_BUFFER_MS * 1.5)
  const parameters = ['-q', '-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', '48000', '-D', device]
  const child: Aplay = spawn('aplay', [...parameters, `--buffer-time=${APLAY_BUFFER_MS * 1_000}`, '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  try {
    await once(child, 'spawn')
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    return { ok: false, kind: 'aplay', detail: `aplay cannot be started (install alsa-utils): ${detail}` }
  }
  return { ok: true, sink: new AplaySink(child, bufferMs), detail: `aplay on ${device}` }
}

class AplaySink implements Sink {
  readonly kind = 'aplay'
  readonly #child: Aplay
  readonly #pacer: Pacer
  #lastWords = ''

  constructor(child: Aplay, bufferMs: number) {
    this.#child = child
    this.#pacer = new Pacer(bufferMs, systemClock.monotonicMs)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-300)
    })
    child.on('exit', () => this.#pacer.fail(`aplay ended: ${this.#lastWords.trim() || 'without a word'}`))
    child.on('error', (error) => this.#pacer.fail(`aplay failed: ${error.message}`))
    child.stdin.on('error', (error) => this.#pacer.fail(`aplay takes no more: ${error.message}`))
  }

  poll() {
    if (this.#child.stdin.writableLength > MAX_BACKLOG_BYTES) this.#pacer.fail('aplay does not play')
    return this.#pacer.poll()
  }

  write(frames: Int16Array): number {
    if (this.#pacer.status.state === 'failed') return 0
    // The stream may keep the bytes until later, and the caller uses its block again.
    this.#child.stdin.write(new Uint8Array(frames.buffer, frames.byteOffset, frames.byteLength).slice())
    this.#pacer.count(frames.length)
    return frames.length
  }

  close(): void {
    this.#child.stdin.destroy()
    this.#child.kill('SIGKILL')
  }
}
