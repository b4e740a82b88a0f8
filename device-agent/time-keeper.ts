import path from 'node:path'
import { z } from 'zod'
import { type BootId, bootId } from '#protocol/ids.ts'
import type { LedgerEntry } from '#protocol/ledger.ts'
import { type ClockState, type InstantMs, instantMs } from '#protocol/time.ts'
import { type Clock, toInstant } from './clock.ts'
import { type Anchor, type ClockEvidence, type ClockVerdict, judgeClock, type ServerTime } from './core/clock-trust.ts'
import type { Outage } from './core/situation.ts'
import type { Card } from './io/card.ts'
import type { Log } from './io/log.ts'
import type { TimeSources } from './io/time-sources.ts'
import type { Trust } from './io/trust.ts'

/** A smaller change of the wall clock is not worth a ledger entry. */
const STEP_MS = 500
const ALIVE_EVERY_MS = 60_000

const aliveState = z.object({
  version: z.literal(1),
  at: instantMs,
  bootId,
  cleanShutdown: z.boolean(),
  /** When the clock was last trusted in that boot. */
  anchor: z
    .object({ at: instantMs, monotonicMs: z.number().min(0) })
    .nullable()
    .default(null),
})

/** What the last run left behind: when it was last alive, and whether it ended by itself. */
export type LastRun = z.infer<typeof aliveState>

const fileOf = (stateDir: string): string => path.join(stateDir, 'alive.json')

export const readLastRun = (stateDir: string, card: Card): Promise<LastRun | undefined> =>
  card.read(fileOf(stateDir), aliveState)

/** How far the clock is trusted, when it was set, and when this device could not play. */
export interface TimeKeeper {
  /** Of the clock as it reads now: a step since the last look counts already. */
  readonly state: ClockState
  readonly evidence: ClockEvidence
  readonly outages: readonly Outage[]
  /** Why the run before this one ended what it played: with it the machine restarted, or it alone. */
  readonly endOfLastRun: 'agent-restarted' | 'power-lost'
  /** An entry of the ledger, read at the start: it tells when this device was alive, and how far the clock was trusted. */
  recall(entry: LedgerEntry): void
  /** Looks at the clocks; returns by how much the wall clock was set since the last look, 0 as a rule. */
  observe(serverTime: ServerTime | null): Promise<number>
  /** Leaves a sign of life on disk, at most once a minute unless it is the last one. */
  leaveSign(isLast: boolean): Promise<void>
}

export function createTimeKeeper(options: {
  readonly stateDir: string
  readonly card: Card
  readonly clock: Clock
  readonly sources: TimeSources
  readonly trust: Trust
  readonly bootId: BootId
  readonly lastRun: LastRun | undefined
  readonly log: Log
}): TimeKeeper {
  const { clock, trust, lastRun, log } = options
  const startedMs = clock.monotonicMs()
  const readOffset = (): number => clock.now() - clock.monotonicMs()
  let offsetMs = readOffset()
  let verdict: ClockVerdict = { state: 'untrusted', evidence: 'none' }
  let anchor: Anchor | undefined = (lastRun?.bootId === options.bootId ? lastRun.anchor : null) ?? undefined
  let lastSeen: { readonly at: InstantMs; readonly bootId: BootId } | undefined = lastRun
  let rtc: Anchor | undefined
  let serverTime: ServerTime | null = null
  /** The clocks' offset when they were judged last. */
  let judgedMs = Number.NaN
  /** Stretches of monotonic time in which the clock was untrusted; the last one may still be open. */
  const untrusted: { fromMs: number; toMs: number | undefined }[] = []
  let lastSignMs = Number.NEGATIVE_INFINITY

  const endOfLastRun = (): 'agent-restarted' | 'power-lost' =>
    lastSeen?.bootId === options.bootId ? 'agent-restarted' : 'power-lost'

  function judge(): void {
    const [now, monotonicMs] = [clock.now(), clock.monotonicMs()]
    judgedMs = now - monotonicMs
    const before = verdict
    verdict = judgeClock({
      now,
      monotonicMs,
      newestSignedAt: trust.newestSignedAt,
      serverTime,
      isNtpSynchronised: options.sources.isNtpSynchronised(),
      rtcAt: rtc === undefined ? undefined : toInstant(rtc.at + monotonicMs - rtc.monotonicMs),
      anchor,
      lastAliveAt: lastSeen?.at,
    })
    if (verdict.state === 'trusted') {
      // The first trusted moment of a boot goes to disk at once: the next start may have nothing else to go by.
      if (anchor === undefined) lastSignMs = Number.NEGATIVE_INFINITY
      anchor = { at: now, monotonicMs }
    }
    const open = untrusted.at(-1)
    const isOpen = open !== undefined && open.toMs === undefined
    if (verdict.state === 'untrusted' && !isOpen) untrusted.push({ fromMs: monotonicMs, toMs: undefined })
    if (verdict.state !== 'untrusted' && isOpen) open.toMs = monotonicMs
    if (verdict.state !== before.state || verdict.evidence !== before.evidence)
      log[verdict.state === 'untrusted' ? 'warn' : 'info']('clock', { ...verdict, was: before.state })
  }

  function judgeNow(): ClockVerdict {
    if (!(Math.abs(readOffset() - judgedMs) < STEP_MS)) judge()
    return verdict
  }

  return {
    get state() {
      return judgeNow().state
    },
    get evidence() {
      return judgeNow().evidence
    },
    get outages() {
      // Instants of this run are counted back from now: the clock may have been wrong when they happened.
      const outages: Outage[] = untrusted.map(({ fromMs, toMs }) => ({
        fromMs: fromMs + offsetMs,
        toMs: (toMs ?? clock.monotonicMs()) + offsetMs,
        reason: 'clock-untrusted',
      }))
      if (lastSeen !== undefined)
        outages.unshift({ fromMs: lastSeen.at, toMs: startedMs + offsetMs, reason: endOfLastRun() })
      return outages
    },
    get endOfLastRun() {
      return endOfLastRun()
    },
    recall({ clock: state, at, monotonicMs, bootId: boot }) {
      if (state === 'untrusted') return
      if (lastSeen === undefined || at >= lastSeen.at) lastSeen = { at, bootId: boot }
      if (state === 'trusted' && boot === options.bootId) anchor = { at, monotonicMs }
    },
    async observe(latest) {
      const rtcAt = await options.sources.readRtc()
      rtc = rtcAt === undefined ? undefined : { at: rtcAt, monotonicMs: clock.monotonicMs() }
      serverTime = latest
      const before = offsetMs
      offsetMs = readOffset()
      judge()
      const stepMs = Math.round(offsetMs - before)
      return Math.abs(stepMs) >= STEP_MS ? stepMs : 0
    },
    async leaveSign(isLast) {
      const nowMs = clock.monotonicMs()
      // A wrong instant is worse than an old one.
      if (verdict.state === 'untrusted' || (!isLast && nowMs - lastSignMs < ALIVE_EVERY_MS)) return
      lastSignMs = nowMs
      const sign: LastRun = {
        version: 1,
        at: clock.now(),
        bootId: options.bootId,
        cleanShutdown: isLast,
        anchor: anchor ?? null,
      }
      await options.card.write(fileOf(options.stateDir), sign)
    },
  }
}
