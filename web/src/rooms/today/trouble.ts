import type { ItemOutcome, Occurrence, OccurrenceDetail } from '../../api/types.ts'

/** Broadcasts of today that did not reach every speaker, or of which that is not known yet. Newest first. */
export function findTroubled(ended: readonly Occurrence[]): Occurrence[] {
  return ended.filter(({ devices }) => devices.missed + devices.partial + devices.unknown > 0)
}

export interface Cause {
  readonly reason: string
  /** Some of the speakers, of the first page; none when they all come later. */
  readonly deviceNames: readonly string[]
  readonly isMore: boolean
}

const wentWrong = (outcome: ItemOutcome['outcome']): boolean => outcome === 'missed' || outcome === 'partial'

/** Why, in the server's words, over all speakers, and on which of them; the commonest cause first. */
export function gatherCauses({ reasons, items, next }: OccurrenceDetail, shownNames: number): Cause[] {
  const itemsByReason = new Map<string, number>()
  for (const { outcome, reason, items: count } of reasons) {
    if (wentWrong(outcome) && reason !== null) {
      itemsByReason.set(reason.text, (itemsByReason.get(reason.text) ?? 0) + count)
    }
  }
  return [...itemsByReason]
    .sort(([, a], [, b]) => b - a)
    .map(([reason]) => {
      const own = items.filter((item) => wentWrong(item.outcome) && item.reason?.text === reason)
      const names = [...new Set(own.map(({ deviceName }) => deviceName))]
      return { reason, deviceNames: names.slice(0, shownNames), isMore: next !== null || names.length > shownNames }
    })
}
