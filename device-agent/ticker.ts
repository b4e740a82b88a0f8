import type { Clock } from './clock.ts'
import type { Log } from './io/log.ts'

export interface Ticker {
  start(): void
  /** Starts no further run. Resolves when the present one has ended. */
  stop(): Promise<void>
}

/** Runs `run` again and again, each time so long after the end of the run before; a failed run is logged. */
export function createTicker(options: {
  readonly everyMs: number
  readonly run: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
}): Ticker {
  const { everyMs, run, clock, log } = options
  let isStopping = false
  let cancel = (): void => {}
  let running: Promise<void> = Promise.resolve()
  function schedule(): void {
    cancel = clock.after(everyMs, () => {
      running = run()
        .catch((cause: unknown) => log.error('the tick failed', { cause }))
        .finally(() => {
          if (!isStopping) schedule()
        })
    })
  }
  return {
    start: schedule,
    stop() {
      isStopping = true
      cancel()
      return running
    },
  }
}
