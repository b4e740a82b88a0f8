import type { ItemId, OccurrenceId } from '#protocol/ids.ts'
import type { PlannedItem, PlannedOccurrence } from '#protocol/target.ts'

/** One item of one occurrence in one language: the smallest thing that is played, missed or reported. */
export type ItemKey = `${string}/${string}/${string}`
export const itemKey = (occurrenceId: OccurrenceId, itemId: ItemId, language: string): ItemKey =>
  `${occurrenceId}/${itemId}/${language}`

/** An item with its place in time. Between items there may be a gap, in which neighbours play a longer variant. */
export type TimedItem = {
  readonly key: ItemKey
  readonly occurrence: PlannedOccurrence
  readonly item: PlannedItem
  readonly startMs: number
  readonly endMs: number
}

/** The items of an occurrence at their instants; what lies wholly past the window's end is left out by nobody but the player. */
export function timeItems(occurrence: PlannedOccurrence): TimedItem[] {
  return occurrence.items.map((item) => {
    const startMs = occurrence.startAt + item.offsetMs
    const key = itemKey(occurrence.occurrenceId, item.itemId, item.language)
    return { key, occurrence, item, startMs, endMs: startMs + item.durationMs }
  })
}

export const endOf = (occurrence: PlannedOccurrence): number =>
  occurrence.items.reduce(
    (end, item) => Math.max(end, occurrence.startAt + item.offsetMs + item.durationMs),
    occurrence.startAt as number,
  )
