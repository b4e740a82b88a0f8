import type { Occurrence, Priority } from '../../api/types.ts'

/** The order among equals, as an area chooses it (Circular 39/2020/TT-BTTTT). Pure. */
export interface Ordered {
  readonly broadcastId: string
  readonly title: string
  readonly areaId: string
  readonly areaName: string
  readonly priority: Priority
  /** Of its next start, HH:MM; null: none within the days that were looked at. */
  readonly localTime: string | null
  /** Titles of its equals that are planned at the same time somewhere. */
  readonly meets: readonly string[]
}
export interface Level {
  readonly priority: Priority
  readonly rows: readonly Ordered[]
  /** So many from the top have a place that was chosen; the rest follow by when they start. */
  readonly chosen: number
}

const levels: readonly Priority[] = ['priority', 'normal', 'filler']

type Planned = Pick<
  Occurrence,
  'broadcastId' | 'title' | 'areaId' | 'areaName' | 'priority' | 'state' | 'startAt' | 'endAt'
>
interface Around {
  /** Do speakers of one area hear what the other hears? */
  shares(a: string, b: string): boolean
  /** Instant → HH:MM there */
  localTimeOf(at: string): string
}

/** One row for each broadcast, from its occurrences, which are in the order of time. */
export function gatherRows(occurrences: readonly Planned[], { shares, localTimeOf }: Around): Ordered[] {
  const live = occurrences.filter(({ state }) => state !== 'cancelled' && state !== 'ended')
  const first = new Map<string, Planned>()
  for (const one of live) if (!first.has(one.broadcastId)) first.set(one.broadcastId, one)
  const meets = new Map<string, Set<string>>([...first.keys()].map((id) => [id, new Set<string>()]))
  const byStart = [...live].sort((a, b) => Date.parse(a.startAt) - Date.parse(b.startAt))
  for (const [index, one] of byStart.entries()) {
    const endMs = Date.parse(one.endAt)
    for (const other of byStart.slice(index + 1)) {
      if (Date.parse(other.startAt) >= endMs) break
      if (other.priority !== one.priority || other.broadcastId === one.broadcastId) continue
      if (!shares(one.areaId, other.areaId)) continue
      meets.get(one.broadcastId)?.add(other.title)
      meets.get(other.broadcastId)?.add(one.title)
    }
  }
  return [...first.values()].map(({ broadcastId, title, areaId, areaName, priority, startAt }) => ({
    ...{ broadcastId, title, areaId, areaName, priority, localTime: localTimeOf(startAt) },
    meets: [...(meets.get(broadcastId) ?? [])],
  }))
}

/** Each level with its own order: what was chosen first, then what starts first. */
export function intoLevels(rows: readonly Ordered[], order: readonly string[]): Level[] {
  const place = new Map(order.map((id, index) => [id, index]))
  const rankOf = ({ broadcastId }: Ordered): number => place.get(broadcastId) ?? Number.POSITIVE_INFINITY
  const timeOf = ({ localTime }: Ordered): string => localTime ?? '24:00'
  return levels.flatMap((priority) => {
    const own = rows
      .filter((row) => row.priority === priority)
      .sort((a, b) => {
        const [first, second] = [rankOf(a), rankOf(b)]
        if (first !== second) return first - second
        return timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : a.broadcastId < b.broadcastId ? -1 : 1
      })
    const chosen = own.filter(({ broadcastId }) => place.has(broadcastId)).length
    return own.length === 0 ? [] : [{ priority, rows: own, chosen }]
  })
}

/**
 * The order to keep once a row of a level has moved: whatever now stands above it gets a place of its own too, since what
 * has none comes last.
 */
export function orderAfter(all: readonly Level[], priority: Priority, from: number, to: number): string[] {
  return all.flatMap((level) => {
    if (level.priority !== priority) return level.rows.slice(0, level.chosen).map(({ broadcastId }) => broadcastId)
    const ids = level.rows.map(({ broadcastId }) => broadcastId)
    ids.splice(to, 0, ...ids.splice(from, 1))
    const wasChosen = from < level.chosen
    return ids.slice(0, Math.max(wasChosen ? level.chosen : level.chosen + (to < level.chosen ? 1 : 0), to + 1))
  })
}
