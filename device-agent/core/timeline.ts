import type { ItemId, OccurrenceId } from '#protocol/ids.ts'
import type { PlannedItem, PlannedOccurrence } from '#protocol/target.ts'

/** One item of one occurrence: the smallest thing that is played, missed or reported. */
export type ItemKey = `${string}/${string}`
export const itemKey = (occurrenceId: OccurrenceId, itemId: ItemId): ItemKey => `${occurrenceId}/${itemId}`

/** An item with its place in time. Items of an occurrence follow one another without a gap. */
export type TimedItem = {
  readonly key: ItemKey
  readonly occurrence: PlannedOccurrence
  readonly item: PlannedItem
  readonly startMs: number
  readonly endMs: number
}

/** The items of an occurrence at their instants; what lies wholly past the window's end is left out by nobody but the player. */
export function timeItems(occurrence: PlannedOccurrence): TimedItem[] {
  let at: number = occurrence.startAt
  return occurrence.items.map((item) => {
    const startMs = at
    at += item.durationMs
    return { key: itemKey(occurrence.occurrenceId, item.itemId), occurrence, item, startMs, endMs: at }
  })
}

export const endOf = (occurrence: PlannedOccurrence): number =>
  occurrence.items.reduce((at, item) => at + item.durationMs, occurrence.startAt as number)
