import type { Logger } from 'pino'
import { type SecurityCode, securityCodes } from './codes.ts'

/** Who and what; never a secret, never a password that was tried. */
export interface SecurityFacts {
  accountId?: string | undefined
  userName?: string | undefined
  deviceId?: string | undefined
  address?: string | undefined
  requestId?: string | undefined
  /** A short text or number for people: the topic, the reason, the hash. */
  detail?: string | undefined
}

/** Told of everything that a security officer would want to see. Never throws and never waits. */
export interface SecurityEvents {
  report(code: SecurityCode, facts: SecurityFacts): void
}

const MAX_TEXT = 300

export function createSecurityEvents(deps: {
  log: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Further places that get each event: the metrics, the SOC. */
  sinks?: readonly ((code: SecurityCode, facts: SecurityFacts) => void)[]
}): SecurityEvents {
  return {
    report(code, facts) {
      const { severity, meaning } = securityCodes[code]
      const short = Object.fromEntries(
        Object.entries(facts).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value.slice(0, MAX_TEXT)]],
        ),
      )
      const line = { securityEvent: code, severity, ...short }
      if (severity === 'notice') deps.log.info(line, meaning)
      else if (severity === 'warning') deps.log.warn(line, meaning)
      else deps.log.error(line, meaning)
      for (const sink of deps.sinks ?? []) sink(code, short)
    },
  }
}
