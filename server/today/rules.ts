import type { InstantMs } from '#protocol/time.ts'

/** What of a day was not heard, gathered by reason. Pure. */

export type NotHeardOutcome = 'missed' | 'partial' | 'unknown'

/** Of so many silent items the fine reason is looked for; of more than that they keep the coarse one. */
export const MOST_SILENT = 2_000
const MOST_ROWS = 12
const MOST_EXAMPLES = 3

/** How many devices, each once, over the day (`occurrenceId` null) or of one occurrence. */
export interface NotHeardSum {
  readonly outcome: NotHeardOutcome
  readonly reason: string
  /** No device told of it: why, only evidence can tell. */
  readonly isSilent: boolean
  readonly occurrenceId: string | null
  readonly devices: number
  readonly someIds: readonly string[]
}

export interface SilentItem {
  readonly occurrenceId: string
  readonly deviceId: string
  readonly outcome: NotHeardOutcome
  readonly reason: string
  readonly startAt: InstantMs
  readonly durationMs: number
}

export interface NotHeard {
  readonly outcome: NotHeardOutcome
  readonly reason: string
  readonly devices: number
  readonly occurrences: number
  /** With most devices first. */
  readonly examples: readonly { readonly id: string; readonly devices: number }[]
  readonly someIds: readonly string[]
}

const keyOf = ({ outcome, reason }: Pick<NotHeardSum, 'outcome' | 'reason'>): string => `${outcome} ${reason}`

/** Every device and occurrence of silent items once, by their reason. */
function gatherSilent(items: readonly SilentItem[]): Map<string, Map<string, Set<string>>> {
  const gathered = new Map<string, Map<string, Set<string>>>()
  for (const item of items) {
    const byOccurrence = gathered.get(keyOf(item)) ?? new Map<string, Set<string>>()
    gathered.set(keyOf(item), byOccurrence)
    byOccurrence.set(item.occurrenceId, (byOccurrence.get(item.occurrenceId) ?? new Set()).add(item.deviceId))
  }
  return gathered
}

/**
 * Rows by outcome and reason, those of most devices first. `explained`: silent items with their fine reason; undefined:
 * there are too many, and their sums stand with the coarse one. `alsoTold`: devices among the silent ones that told the
 * same reason of another item themselves, by outcome and reason; they count once.
 */
export function gatherNotHeard(
  sums: readonly NotHeardSum[],
  explained: readonly SilentItem[] | undefined,
  alsoTold: ReadonlyMap<string, number> = new Map(),
): NotHeard[] {
  const counted = sums.filter(({ isSilent }) => explained === undefined || !isSilent)
  const silent = gatherSilent(explained ?? [])
  const keys = new Set([...counted.map(keyOf), ...silent.keys()])
  const rows = [...keys].map((key): NotHeard => {
    const own = counted.filter((sum) => keyOf(sum) === key)
    const bySilent = silent.get(key) ?? new Map<string, Set<string>>()
    const silentIds = new Set([...bySilent.values()].flatMap((ids) => [...ids]))
    const whole = own.filter(({ occurrenceId }) => occurrenceId === null)
    const byOccurrence = new Map<string, number>()
    for (const { occurrenceId, devices } of own)
      if (occurrenceId !== null) byOccurrence.set(occurrenceId, devices + (byOccurrence.get(occurrenceId) ?? 0))
    for (const [id, ids] of bySilent) byOccurrence.set(id, ids.size + (byOccurrence.get(id) ?? 0))
    const [outcome = 'missed', reason = ''] = splitKey(key)
    return {
      outcome,
      reason,
      devices: whole.reduce((sum, one) => sum + one.devices, 0) + silentIds.size - (alsoTold.get(key) ?? 0),
      occurrences: byOccurrence.size,
      examples: [...byOccurrence]
        .map(([id, devices]) => ({ id, devices }))
        .sort((a, b) => b.devices - a.devices || (a.id < b.id ? 1 : -1))
        .slice(0, MOST_EXAMPLES),
      someIds: [...new Set([...whole.flatMap(({ someIds }) => someIds), ...silentIds])].slice(0, MOST_EXAMPLES),
    }
  })
  // What is known to have gone wrong stands before what is not known yet.
  const rank = ({ outcome }: NotHeard): number => (outcome === 'unknown' ? 1 : 0)
  return rows
    .sort((a, b) => rank(a) - rank(b) || b.devices - a.devices || (keyOf(a) < keyOf(b) ? -1 : 1))
    .slice(0, MOST_ROWS)
}

function splitKey(key: string): [NotHeardOutcome, string] | [] {
  const [outcome, reason] = key.split(' ')
  if (reason === undefined || (outcome !== 'missed' && outcome !== 'partial' && outcome !== 'unknown')) return []
  return [outcome, reason]
}

/** Keys of reasons that some devices told themselves and that others were silent about. */
export function findShared(
  sums: readonly NotHeardSum[],
  explained: readonly SilentItem[],
): { readonly outcome: NotHeardOutcome; readonly reason: string; readonly silentIds: string[] }[] {
  const told = new Set(sums.filter(({ isSilent }) => !isSilent).map(keyOf))
  const silent = new Map<string, SilentItem[]>()
  for (const item of explained) {
    if (told.has(keyOf(item))) silent.set(keyOf(item), [...(silent.get(keyOf(item)) ?? []), item])
  }
  return [...silent.values()].flatMap((items) => {
    const [first] = items
    if (first === undefined) return []
    return [{ ...first, silentIds: [...new Set(items.map(({ deviceId }) => deviceId))] }]
  })
}
