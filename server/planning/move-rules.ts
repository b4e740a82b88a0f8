import type { InstantMs } from '#protocol/time.ts'

/**
 * Where areas and devices will stand once moves that are planned have happened: the plan of a day after a merger is made
 * for the places of that day, so that a device that hears nothing from anybody on the day itself plays the right things.
 * Pure.
 */

/** A move that is planned and has not happened. */
export interface PendingMove {
  readonly at: InstantMs
  /** In the order in which they move. */
  readonly areaIds: readonly string[]
  readonly deviceIds: readonly string[]
  readonly into: {
    readonly id: string
    readonly name: string
    /** Root first, itself last; as it will be when this happens. */
    readonly path: readonly string[]
    readonly timeZone: string
  }
}

/** Where something stands in the tree, for a while. */
export interface Place {
  /** Root first, the own area last. */
  readonly areaPath: readonly string[]
  readonly timeZone: string
}

/** `fromAt` null: as it is now; `toAt` null: for good. */
export interface PlaceSpan extends Place {
  readonly fromAt: InstantMs | null
  readonly toAt: InstantMs | null
  /** The area into which it moved by itself; null: its own area is the same, wherever that stands now. */
  readonly movedInto: { readonly id: string; readonly name: string } | null
}

/** The path after one move. */
export function pathAfter(path: readonly string[], { areaIds, into }: PendingMove): readonly string[] {
  return areaIds.reduce((former, id) => {
    const index = former.indexOf(id)
    return index === -1 ? former : [...into.path, ...former.slice(index)]
  }, path)
}

/** Moves in the order in which they happen, each with its destination's path as it will be then. */
export function inOrder(moves: readonly PendingMove[]): PendingMove[] {
  const known: PendingMove[] = []
  for (const move of [...moves].sort((a, b) => a.at - b.at)) {
    known.push({ ...move, into: { ...move.into, path: known.reduce(pathAfter, move.into.path) } })
  }
  return known
}

/** Where a device (or something else in an area: `id` then names nothing that moves) stands from when on; never empty. */
export function placeSpans(thing: Place & { readonly id: string }, moves: readonly PendingMove[]): PlaceSpan[] {
  const { areaPath, timeZone } = thing
  const spans: PlaceSpan[] = [{ areaPath, timeZone, fromAt: null, toAt: null, movedInto: null }]
  for (const move of moves) {
    const last = spans.at(-1)
    if (last === undefined) break
    const isMoved = move.deviceIds.includes(thing.id)
    const path = isMoved ? move.into.path : pathAfter(last.areaPath, move)
    if (path === last.areaPath) continue
    const own = isMoved ? { timeZone: move.into.timeZone, movedInto: move.into } : {}
    if (last.fromAt === move.at) spans.pop()
    else spans.splice(-1, 1, { ...last, toAt: move.at })
    spans.push({ ...last, ...own, areaPath: path, fromAt: move.at, toAt: null })
  }
  return spans
}

export const isWithinSpan = (at: InstantMs, span: Pick<PlaceSpan, 'fromAt' | 'toAt'>): boolean =>
  (span.fromAt === null || at >= span.fromAt) && (span.toAt === null || at < span.toAt)

/** Where it stands at an instant. */
export function placeAt(thing: Place & { readonly id: string }, moves: readonly PendingMove[], at: InstantMs): Place {
  return placeSpans(thing, moves).find((span) => isWithinSpan(at, span)) ?? thing
}
