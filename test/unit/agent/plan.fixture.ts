import { hashBytes, itemId, makeOccurrenceId } from '#protocol/ids.ts'
import { type PlannedOccurrence, plannedOccurrence } from '#protocol/target.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'

export const at = (iso: string): InstantMs => instantMs.parse(Date.parse(iso))

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`

export const itemIdOf = (n: number) => itemId.parse(uuid(n))
export const clipOf = (name: string) => ({ sha256: hashBytes(name), bytes: 1_000 })

/** An occurrence whose items are named by their clips, one minute each. */
export function occurrence(
  startAt: InstantMs,
  clips: readonly string[],
  change: Partial<PlannedOccurrence> & { broadcast?: number } = {},
): PlannedOccurrence {
  const { broadcast = 1, ...rest } = change
  return plannedOccurrence.parse({
    occurrenceId: makeOccurrenceId(uuid(broadcast), startAt),
    title: 'Bản tin sáng',
    startAt,
    latestEndAt: startAt + clips.length * 60_000 + 600_000,
    priority: 'normal',
    order: 0,
    lateStart: 'join',
    leadIn: null,
    items: clips.map((name, index) => ({
      itemId: itemIdOf(broadcast * 1_000 + index),
      clip: clipOf(name),
      durationMs: 60_000,
      language: 'vi',
      offsetMs: index * 60_000,
      volumePercent: 100,
    })),
    ...rest,
  })
}
