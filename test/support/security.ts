import { pino } from 'pino'
import type { SecurityCode } from '#server/security/codes.ts'
import { createSecurityEvents, type SecurityEvents, type SecurityFacts } from '#server/security/events.ts'
import { createTestClock } from './clock.ts'

export interface ReportedEvent {
  readonly code: SecurityCode
  readonly facts: SecurityFacts
}

/** The real thing, writing down what is reported. */
export interface RecordedSecurity extends SecurityEvents {
  readonly reported: ReportedEvent[]
  readonly codes: () => SecurityCode[]
  /** Resolves with the next event of this code, or with one that was reported before. */
  next(code: SecurityCode): Promise<ReportedEvent>
}

export function recordSecurity(): RecordedSecurity {
  const reported: ReportedEvent[] = []
  const waiting: { code: SecurityCode; take(event: ReportedEvent): void }[] = []
  const sink = (code: SecurityCode, facts: SecurityFacts): void => {
    const event = { code, facts }
    reported.push(event)
    for (const one of waiting) if (one.code === code) one.take(event)
  }
  const events = createSecurityEvents({ log: pino({ level: 'silent' }), clock: createTestClock(), sinks: [sink] })
  return {
    report: events.report,
    reported,
    codes: () => reported.map(({ code }) => code),
    next: async (code) =>
      reported.find((one) => one.code === code) ??
      (await new Promise<ReportedEvent>((take) => waiting.push({ code, take }))),
  }
}
