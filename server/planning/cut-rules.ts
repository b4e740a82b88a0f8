import type { InstantMs } from '#protocol/time.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import { type Interval, intervalAt } from './hours-rules.ts'

/** Where permitted hours end, or an area falls silent, before all of it has sounded: devices stop at that instant. */
export interface Cut {
  readonly at: InstantMs
  readonly by: 'suspended' | 'outside-hours'
}

/** An item's place within what it is part of. */
interface Timed {
  readonly offsetMs: number
  readonly durationMs: number
}

/** Both in order and apart from each other. */
interface Silences {
  readonly permitted: readonly Interval[]
  readonly suspended: readonly Interval[]
}

/**
 * Where what starts here is cut off, as devices do it (device-agent/core/permitted.ts): at the first end of permitted
 * hours or beginning of a suspension. What follows the end of hours is over; an item that begins after a suspension
 * sounds (`goesOn`). Null where all of its items end before.
 */
export function findCut(
  startAt: InstantMs,
  heldMs: number,
  items: readonly Timed[],
  { permitted, suspended }: Silences,
): { readonly cut: Cut; readonly goesOn: boolean } | null {
  const endAt = items.reduce((last, { offsetMs, durationMs }) => Math.max(last, startAt + offsetMs + durationMs), 0)
  const isLost = (at: InstantMs): boolean => at < endAt + heldMs
  const closesAt = intervalAt(permitted, startAt)?.toAt
  const silence = suspended.find(({ fromAt }) => fromAt > startAt)
  if (silence !== undefined && isLost(silence.fromAt) && (closesAt === undefined || silence.fromAt < closesAt)) {
    const goesOn = items.some(({ offsetMs }) => {
      const itemAt = addMs(startAt, offsetMs)
      return itemAt >= silence.toAt && (closesAt === undefined || itemAt < closesAt)
    })
    return { cut: { at: silence.fromAt, by: 'suspended' }, goesOn }
  }
  return closesAt !== undefined && isLost(closesAt)
    ? { cut: { at: closesAt, by: 'outside-hours' }, goesOn: false }
    : null
}
