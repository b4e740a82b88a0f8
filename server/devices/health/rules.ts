import type { Health } from '#protocol/link.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

/** The worst that a device reported of itself within one hour. Null: nothing of it was measured. */
export interface HealthHour {
  readonly hourAt: InstantMs
  readonly reports: number
  readonly maxTemperatureC: number | null
  readonly minDiskFreeBytes: number | null
  readonly maxMemoryRssBytes: number | null
  readonly minSignalPercent: number | null
  /** The offset whose absolute value was greatest. */
  readonly worstClockOffsetMs: number | null
  /** Interruptions of the sound within the hour. */
  readonly xruns: number
}

const HOUR_MS = 3_600_000
/** As long as a device keeps what it has delivered: what is asked about an airing can be seen beside it. */
export const HEALTH_RETENTION_MS = 90 * 86_400_000

export const hourOf = (at: InstantMs): InstantMs => instantMs.parse(Math.floor(at / HOUR_MS) * HOUR_MS)

const pick = (choose: (...values: number[]) => number, a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : choose(a, b)

/** `xruns` of a report counts since the agent started; a count that fell says that it began anew. */
export function newXruns(before: Health | null | undefined, health: Health): number {
  if (before === null || before === undefined) return 0
  return health.xruns < before.xruns ? health.xruns : health.xruns - before.xruns
}

/** Two parts of one hour as one. */
export const mergeHours = (a: HealthHour, b: HealthHour): HealthHour => ({
  hourAt: a.hourAt,
  reports: a.reports + b.reports,
  maxTemperatureC: pick(Math.max, a.maxTemperatureC, b.maxTemperatureC),
  minDiskFreeBytes: pick(Math.min, a.minDiskFreeBytes, b.minDiskFreeBytes),
  maxMemoryRssBytes: pick(Math.max, a.maxMemoryRssBytes, b.maxMemoryRssBytes),
  minSignalPercent: pick(Math.min, a.minSignalPercent, b.minSignalPercent),
  worstClockOffsetMs: pick(
    (one, other) => (Math.abs(other) > Math.abs(one) ? other : one),
    a.worstClockOffsetMs,
    b.worstClockOffsetMs,
  ),
  xruns: a.xruns + b.xruns,
})

/** What one report says of its hour. */
export const reportedHour = (
  at: InstantMs,
  health: Health,
  clockOffsetMs: number | null,
  xruns: number,
): HealthHour => ({
  hourAt: hourOf(at),
  reports: 1,
  maxTemperatureC: health.temperatureC,
  minDiskFreeBytes: health.diskFreeBytes,
  maxMemoryRssBytes: health.memoryRssBytes,
  minSignalPercent: health.signalPercent ?? null,
  worstClockOffsetMs: clockOffsetMs,
  xruns,
})
