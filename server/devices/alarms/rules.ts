/**
 * Alarms that may mean that somebody tampers. Only the server raises them; a person who may manage the device ends them by
 * acknowledging them, and nothing else does: not the device's next word, and not that the condition is over.
 * Every other alarm is operational: it comes and goes with its condition, as the device reports it.
 */
export const securityAlarms = [
  'hardware-changed',
  'ledger-forked',
  'ledger-replaced',
  'ledgers-exhausted',
  'unscheduled-sound',
] as const
export type SecurityAlarm = (typeof securityAlarms)[number]

export const isSecurityAlarm = (code: string): boolean => securityAlarms.some((one) => one === code)

/** Unacknowledged alarms of one code of one device at most: what says more of the same is in the log. */
export const MAX_RAISED_PER_CODE = 20

/** Which operational alarms begin and which end when a device reports `reported` while the conditions `goingOn` are known. */
export function compareAlarms(
  goingOn: ReadonlySet<string>,
  reported: readonly string[],
): { raise: string[]; end: string[] } {
  return {
    raise: [...new Set(reported)].filter((code) => !isSecurityAlarm(code) && !goingOn.has(code)),
    end: [...goingOn].filter((code) => !isSecurityAlarm(code) && !reported.includes(code)),
  }
}
