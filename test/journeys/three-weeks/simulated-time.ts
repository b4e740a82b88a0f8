import type { Clock } from '#agent/clock.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

const GRID_MS = 50

interface Timer {
  readonly dueMs: number
  readonly boot: number
  readonly run: () => void
}

const instant = (ms: number): InstantMs => instantMs.parse(Math.round(ms))

/** For a device that is gone: its program still ends, so that nothing stays open in this process. */
function runSoon(run: () => void): () => void {
  const timer = setTimeout(run, 1)
  return () => clearTimeout(timer)
}

/**
 * Time that passes only when it is told to: the true time, which the server knows, and a device's clock, which may be wrong.
 * A device that is switched off has no timers any more; the next boot counts from zero.
 */
export class SimulatedTime {
  readonly #startMs: number
  #nowMs: number
  #boot = 0
  #bootedMs = 0
  /** By how much the device's clock is ahead. */
  #errorMs = 0
  #timers: Timer[] = []
  #planned = 0

  constructor(startMs: number) {
    this.#startMs = startMs
    this.#nowMs = startMs
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** Timers planned so far: a sign that something is going on. */
  get activity(): number {
    return this.#planned
  }

  get deviceMs(): number {
    return this.#nowMs + this.#errorMs
  }

  readonly serverClock = {
    now: (): InstantMs => instant(this.#nowMs),
    monotonicMs: (): number => this.#nowMs - this.#startMs,
  }

  /** The device is off: nothing that it had planned happens. */
  powerOff(): void {
    this.#boot += 1
    this.#timers = []
  }

  /** A clock for another run of the device; `isColdBoot` false: only its program started again. */
  deviceClock(isColdBoot: boolean): Clock {
    this.#boot += 1
    this.#timers = []
    if (isColdBoot) this.#bootedMs = this.#nowMs - 20_000
    const boot = this.#boot
    const bootedMs = this.#bootedMs
    return {
      now: () => instant(this.deviceMs),
      monotonicMs: () => this.#nowMs - bootedMs,
      after: (delayMs, run) => {
        if (boot !== this.#boot) return runSoon(run)
        const timer: Timer = { dueMs: this.#nowMs + Math.max(0, delayMs), boot, run }
        this.#planned += 1
        this.#timers.push(timer)
        return () => {
          this.#timers = this.#timers.filter((each) => each !== timer)
        }
      },
    }
  }

  setDeviceClock(deviceMs: number): void {
    this.#errorMs = deviceMs - this.#nowMs
  }

  /** Each timer at its instant, and all that follows from it before the next. */
  async playTo(ms: number, settle: () => Promise<void>): Promise<void> {
    for (;;) {
      // What follows at once needs no look around.
      while (this.#next <= this.#nowMs) {
        this.#runDue()
        await new Promise((resolve) => setImmediate(resolve))
      }
      await settle()
      const next = this.#next
      if (next > ms) break
      // Timers of about the same moment go off together.
      this.#nowMs = Math.max(this.#nowMs, Math.min(ms, Math.ceil(next / GRID_MS) * GRID_MS))
    }
    this.#nowMs = Math.max(this.#nowMs, ms)
  }

  /** Over a stretch in which nothing happens: what was due meanwhile comes late, and once. */
  async hopTo(ms: number, settle: () => Promise<void>): Promise<void> {
    await settle()
    this.#nowMs = Math.max(this.#nowMs, ms)
    await this.playTo(this.#nowMs, settle)
  }

  /** Lets pass what `work` needs to end. */
  async until(work: Promise<unknown>, settle: () => Promise<void>): Promise<void> {
    let isDone = false
    const done = work.finally(() => {
      isDone = true
    })
    while (!isDone) {
      await this.playTo(this.#nowMs, settle)
      if (!isDone) await this.playTo(this.#nowMs + 100, settle)
    }
    await done
  }

  get #next(): number {
    return this.#timers.reduce((earliest, { dueMs }) => Math.min(earliest, dueMs), Number.POSITIVE_INFINITY)
  }

  #runDue(): void {
    const due = this.#timers.filter(({ dueMs }) => dueMs <= this.#nowMs)
    this.#timers = this.#timers.filter(({ dueMs }) => dueMs > this.#nowMs)
    for (const { boot, run } of due.sort((a, b) => a.dueMs - b.dueMs)) if (boot === this.#boot) run()
  }
}
