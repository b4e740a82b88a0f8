import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { systemClock } from '#agent/clock.ts'
import { Pacer } from './pacer.ts'
import type { Sink, SinkOpening, SinkStatus } from './sink.ts'

type Aplay = ChildProcessByStdio<Writable, null, Readable>

/** aplay's own buffer; it begins to play when this much has been written to it. */
const APLAY_BUFFER_MS = 150
/** What is written ahead of the sound: aplay's buffer, and as much again in the pipe as a busy machine may need. */
const AHEAD_MS = 250
const MAX_BACKLOG_BYTES = 96_000

/**
 * Plays through the program aplay, for where libasound cannot be loaded. It is started once and fed all the time, so
 * that no start-up time lies between command and sound. A pipe does not tell what has been heard: delay is reckoned by
 * the clock from the moment aplay began to read, starts are exact to some 10 ms, and underruns go unseen.
 */
export async function openAplaySink(config: { readonly device: string }): Promise<SinkOpening> {
  const { device } = config
  const format = ['-t', 'raw', '-f', 'S16_LE', '-c', '1', '-r', '48000']
  const child: Aplay = spawn('aplay', [...format, '-D', device, `--buffer-time=${APLAY_BUFFER_MS * 1_000}`, '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const failure = await waitUntilOpen(child)
  if (failure !== undefined) return { ok: false, kind: 'aplay', detail: failure }
  return { ok: true, sink: new AplaySink(child), detail: `aplay on ${device}` }
}

/** aplay says "Playing raw data …" when it has the device, and ends when it cannot get it. */
function waitUntilOpen(child: Aplay): Promise<string | undefined> {
  return new Promise((resolve) => {
    let words = ''
    child.once('error', (error) => resolve(`aplay cannot be started (install alsa-utils): ${error.message}`))
    child.once('exit', () => resolve(`aplay ended: ${words.trim()}`))
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      words = (words + text).slice(-300)
      if (words.includes('Playing')) resolve(undefined)
    })
    // Without a listener a write to a process that has ended would end this one.
    child.stdin.on('error', (error) => resolve(`aplay takes nothing: ${error.message}`))
  })
}

class AplaySink implements Sink {
  readonly kind = 'aplay'
  readonly #child: Aplay
  readonly #pacer = new Pacer(AHEAD_MS, systemClock.monotonicMs)
  #lastWords = ''

  constructor(child: Aplay) {
    this.#child = child
    child.stderr.on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-300)
    })
    child.on('exit', () => this.#pacer.fail(`aplay ended: ${this.#lastWords.trim() || 'without a word'}`))
    child.on('error', (error) => this.#pacer.fail(`aplay failed: ${error.message}`))
    child.stdin.on('error', (error) => this.#pacer.fail(`aplay takes no more: ${error.message}`))
  }

  poll(): SinkStatus {
    if (this.#child.stdin.writableLength > MAX_BACKLOG_BYTES) this.#pacer.fail('aplay does not play')
    return this.#pacer.poll()
  }

  write(frames: Int16Array): number {
    if (this.#pacer.status.state === 'failed') return 0
    // A copy, because the stream may keep the bytes until later, and the caller uses its block again.
    this.#child.stdin.write(new Uint8Array(frames.buffer, frames.byteOffset, frames.byteLength).slice())
    this.#pacer.count(frames.length)
    return frames.length
  }

  close(): void {
    this.#child.stdin.destroy()
    this.#child.kill('SIGKILL')
  }
}
