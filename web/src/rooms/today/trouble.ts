import type { ItemOutcome, Occurrence, OccurrenceDetail } from '../../api/types.ts'

/** Broadcasts of today that did not reach every speaker, or of which that is not known yet. Newest first. */
export function findTroubled(ended: readonly Occurrence[]): Occurrence[] {
  return ended.filter(({ devices }) => devices.missed + devices.partial + devices.unknown > 0)
}

export interface Cause {
  readonly reason: string
  readonly deviceNames: readonly string[]
}

/** Why, in the server's words, and on which speakers; the commonest cause first. */
export function gatherCauses(detail: OccurrenceDetail): Cause[] {
  const namesByReason = new Map<string, Set<string>>()
  for (const item of detail.items) {
    const reason = reasonOf(item)
    if (reason === undefined) continue
    const names = namesByReason.get(reason) ?? new Set()
    namesByReason.set(reason, names.add(item.deviceName))
  }
  return [...namesByReason]
    .map(([reason, names]) => ({ reason, deviceNames: [...names] }))
    .sort((a, b) => b.deviceNames.length - a.deviceNames.length)
}

function reasonOf(item: ItemOutcome): string | undefined {
  return item.outcome === 'missed' || item.outcome === 'partial' ? item.reason?.text : undefined
}
