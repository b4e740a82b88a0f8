import path from 'node:path'
import { z } from 'zod'
import { type BootId, bootId } from '#protocol/ids.ts'
import { type ClockState, instantMs } from '#protocol/time.ts'
import type { Clock } from './clock.ts'
import { judgeClock, type ServerTime } from './core/clock-trust.ts'
import type { Outage } from './core/decide.ts'
import { readState, writeState } from './io/files.ts'
import type { Log } from './io/log.ts'
import type { Trust } from './io/trust.ts'

/** A smaller change of the wall clock is not worth a ledger entry. */
const STEP_MS = 500
const ALIVE_EVERY_MS = 60_000

const aliveState = z.object({
  version: z.literal(1),
  at: instantMs,
  bootId,
  cleanShutdown: z.boolean(),
})

/** What the last run left behind: when it was last alive, and whether it ended by itself. */
export type LastRun = z.infer<typeof aliveState> | undefined

export async function readLastRun(stateDir: string, log: Log): Promise<LastRun> {
  const read = await readState(path.join(stateDir, 'alive.json'), aliveState)
  if (read.status === 'corrupt') log.warn('sign of life unreadable, set aside', read)
  return read.status === 'ok' ? read.value : undefined
}

/** How far the clock is trusted, when it was set, and when this device could not play. */
export interface TimeKeeper {
  readonly state: ClockState
  readonly outages: readonly Outage[]
  /** Looks at the clocks; returns by how much the wall clock was set since the last look, 0 as a rule. */
  observe(serverTime: ServerTime | null): number
  /** Leaves a sign of life on disk, at most once a minute unless it is the last one. */
  leaveSign(isLast: boolean): Promise<void>
}

export function createTimeKeeper(options: {
  readonly stateDir: string
  readonly clock: Clock
  readonly trust: Trust
  readonly bootId: BootId
  readonly lastRun: LastRun
  readonly log: Log
}): TimeKeeper {
  const { clock, trust, lastRun, log } = options
  const file = path.join(options.stateDir, 'alive.json')
  const startedMs = clock.monotonicMs()
  const readOffset = (): number => clock.now() - clock.monotonicMs()
  let offsetMs = readOffset()
  let state: ClockState = 'unconfirmed'
  /** Stretches of monotonic time in which the clock was untrusted; the last one may still be open. */
  const untrusted: { fromMs: number; toMs: number | undefined }[] = []
  let lastSignMs = Number.NEGATIVE_INFINITY

  function judge(serverTime: ServerTime | null): void {
    const next = judgeClock({
      now: clock.now(),
      monotonicMs: clock.monotonicMs(),
      newestSignedAt: trust.newestSignedAt,
      serverTime,
    })
    if (next === state) return
    log[next === 'untrusted' ? 'warn' : 'info']('clock', { state: next, was: state })
    if (next === 'untrusted') untrusted.push({ fromMs: clock.monotonicMs(), toMs: undefined })
    const open = untrusted.at(-1)
    if (state === 'untrusted' && open !== undefined) open.toMs = clock.monotonicMs()
    state = next
  }

  judge(null)

  return {
    get state() {
      return state
    },
    get outages() {
      // Instants of this run are counted back from now: the clock may have been wrong when they happened.
      const outages: Outage[] = untrusted.map(({ fromMs, toMs }) => ({
        fromMs: fromMs + offsetMs,
        toMs: (toMs ?? clock.monotonicMs()) + offsetMs,
        reason: 'clock-untrusted',
      }))
      if (lastRun !== undefined) {
        const reason = lastRun.bootId === options.bootId ? 'agent-restarted' : 'power-lost'
        outages.unshift({ fromMs: lastRun.at, toMs: startedMs + offsetMs, reason })
      }
      return outages
    },
    observe(serverTime) {
      const before = offsetMs
      offsetMs = readOffset()
      judge(serverTime)
      const stepMs = Math.round(offsetMs - before)
      return Math.abs(stepMs) >= STEP_MS ? stepMs : 0
    },
    async leaveSign(isLast) {
      const nowMs = clock.monotonicMs()
      // A wrong instant is worse than an old one.
      if (state === 'untrusted' || (!isLast && nowMs - lastSignMs < ALIVE_EVERY_MS)) return
      lastSignMs = nowMs
      await writeState(file, { version: 1, at: clock.now(), bootId: options.bootId, cleanShutdown: isLast })
    },
  }
}
