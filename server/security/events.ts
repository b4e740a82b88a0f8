import type { Logger } from 'pino'
import type { Clock } from '#server/clock.ts'
import { type SecurityCode, type Severity, securityCodes } from './codes.ts'
import { createFloodGuard, defaultFloodLimits, type FloodLimits } from './floods.ts'

/** Who and what; never a secret, never a password that was tried. */
export interface SecurityFacts {
  accountId?: string | undefined
  userName?: string | undefined
  deviceId?: string | undefined
  /** The device that somebody says to be who has not shown its credential. */
  claimedId?: string | undefined
  address?: string | undefined
  requestId?: string | undefined
  /** A short text or number for people: the topic, the reason, the hash. */
  detail?: string | undefined
}

/** Told of everything that a security officer would want to see. Never throws and never waits. */
export interface SecurityEvents {
  report(code: SecurityCode, facts: SecurityFacts): void
}

/** An event as it is logged and sent to the SOC. */
export interface SaidEvent {
  readonly code: SecurityCode
  readonly severity: Severity
  /** A sentence for people. */
  readonly text: string
  readonly facts: SecurityFacts
  /** 0; or this one stands for so many like it, left out since they came too fast. */
  readonly withheld: number
}

export interface SecurityReporter extends SecurityEvents {
  /** Says how many events were left out in minutes that are over. To be called every minute. */
  sayWithheld(): void
  /** The same for the running minute too. */
  close(): void
}

const MAX_TEXT = 300

/** What the same device, account or address does again is the same to a reader. A claim is no source: it costs nothing. */
const nameSource = ({ deviceId, accountId, address, userName }: SecurityFacts): string =>
  deviceId ?? accountId ?? address ?? userName ?? ''

export function createSecurityEvents(deps: {
  log: Pick<Logger, 'info' | 'warn' | 'error'>
  clock: Pick<Clock, 'monotonicMs'>
  /** Told of each event, those that a flood leaves out too: what counts. */
  sinks?: readonly ((code: SecurityCode, facts: SecurityFacts) => void)[]
  /** Told of what is said: the SOC. */
  channels?: readonly ((event: SaidEvent) => void)[]
  floodLimits?: FloodLimits
}): SecurityReporter {
  const { log, clock } = deps
  const others: SecurityFacts = { detail: 'of several sources' }
  const guard = createFloodGuard<SecurityCode, SecurityFacts>(others, deps.floodLimits ?? defaultFloodLimits)

  function say(code: SecurityCode, facts: SecurityFacts, withheld = 0): void {
    const { severity, meaning } = securityCodes[code]
    const text = withheld === 0 ? meaning : `${meaning} (${withheld} more like it)`
    const line = { securityEvent: code, severity, ...facts, ...(withheld === 0 ? {} : { withheld }) }
    if (severity === 'notice') log.info(line, text)
    else if (severity === 'warning') log.warn(line, text)
    else log.error(line, text)
    for (const channel of deps.channels ?? []) channel({ code, severity, text, facts, withheld })
  }
  function sayWithheld(all: boolean): void {
    for (const { code, facts, count } of guard.collect(clock.monotonicMs(), all)) say(code, facts, count)
  }

  return {
    report(code, facts) {
      const short: SecurityFacts = Object.fromEntries(
        Object.entries(facts).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value.slice(0, MAX_TEXT)]],
        ),
      )
      for (const sink of deps.sinks ?? []) sink(code, short)
      const { detail: _differs, requestId: _too, claimedId: _asWell, ...common } = short
      const { isSaid, overdue } = guard.admit(code, { name: nameSource(short), facts: common }, clock.monotonicMs())
      if (overdue !== undefined) say(code, overdue.facts, overdue.count)
      if (isSaid) say(code, short)
    },
    sayWithheld: () => sayWithheld(false),
    close: () => sayWithheld(true),
  }
}
