import type { ItemId, OccurrenceId } from '#protocol/ids.ts'
import type { PlannedItem, PlannedOccurrence } from '#protocol/target.ts'

/** One item of one occurrence in one language: the smallest thing that is played, missed or reported. */
export type ItemKey = `${string}/${string}/${string}`
export const itemKey = (occurrenceId: OccurrenceId, itemId: ItemId, language: string): ItemKey =>
  `${occurrenceId}/${itemId}/${language}`

/** An occurrence that has begun, in the version that it began with; `shiftMs` later than planned where it began anew. */
export type BegunOccurrence = PlannedOccurrence & { readonly shiftMs: number }

/** An item with its place in time. Between items there may be a gap, in which neighbours play a longer variant. */
export type TimedItem = {
  readonly key: ItemKey
  readonly occurrence: PlannedOccurrence
  readonly item: PlannedItem
  /** By the plan; `startMs` and `endMs` are later by the shift. */
  readonly plannedStartMs: number
  readonly startMs: number
  readonly endMs: number
}

/** The items of an occurrence at their instants; what lies wholly past the window's end is left out by nobody but the player. */
export function timeItems(occurrence: PlannedOccurrence, shiftMs = 0): TimedItem[] {
  return occurrence.items.map((item) => {
    const plannedStartMs = occurrence.startAt + item.offsetMs
    const key = itemKey(occurrence.occurrenceId, item.itemId, item.language)
    const startMs = plannedStartMs + shiftMs
    return { key, occurrence, item, plannedStartMs, startMs, endMs: startMs + item.durationMs }
  })
}

export const endOf = (occurrence: PlannedOccurrence): number =>
  occurrence.items.reduce(
    (end, item) => Math.max(end, occurrence.startAt + item.offsetMs + item.durationMs),
    occurrence.startAt as number,
  )
