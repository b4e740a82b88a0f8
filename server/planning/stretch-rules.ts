import type { Airing } from '#server/broadcasts/rules.ts'
import { type Aim, doesHear } from './audience-rules.ts'
import type { Conflict, Findings, PlannedAddressee } from './findings-rules.ts'
import { isWithinSpan, type PendingMove, type PlaceSpan, placeSpans } from './move-rules.ts'

/** Who hears a broadcast between one move and the next, and what is found in all these stretches together. Pure. */

/** Alike devices where they stand in one stretch of time. */
export interface Stretch<T> {
  readonly own: readonly Airing[]
  readonly addressees: readonly T[]
}

type Standing = PlannedAddressee & { readonly areaName: string }

/** Alike devices at their place of one span of time. */
export function standAt<T extends Standing>(listener: T, { areaPath, timeZone, movedInto }: PlaceSpan): T {
  const area = movedInto === null ? {} : { areaId: movedInto.id, areaName: movedInto.name }
  return { ...listener, ...area, areaPath, timeZone }
}

/** What airs between moves, with those who hear it then; where nothing moves it is one stretch. Never empty. */
export function stretchesOf<T extends Standing>(
  own: readonly Airing[],
  listeners: readonly T[],
  broadcast: { readonly areaId: string; readonly aims: readonly Aim[] },
  moves: readonly PendingMove[],
): readonly Stretch<T>[] {
  const all = [null, ...new Set(moves.map(({ at }) => at))].map((fromAt, index, starts): Stretch<T> => {
    const toAt = starts[index + 1] ?? null
    const standing = listeners.flatMap((listener) => {
      const span = placeSpans(listener, moves).find((one) =>
        fromAt === null ? one.fromAt === null : isWithinSpan(fromAt, one),
      )
      return span === undefined ? [] : [standAt(listener, span)]
    })
    return {
      own: own.filter(({ startAt }) => isWithinSpan(startAt, { fromAt, toAt })),
      addressees: standing.filter((one) => doesHear(one, broadcast)),
    }
  })
  const airing = all.filter((stretch) => stretch.own.length > 0)
  return airing.length > 0 ? airing : all.slice(0, 1)
}

/** Each once, where it stands when it first hears something. */
export function everybodyIn<T extends Standing>(stretches: readonly Stretch<T>[]): readonly T[] {
  const [only, ...others] = stretches
  if (only !== undefined && others.length === 0) return only.addressees
  const known = new Map<string, T>()
  for (const { addressees } of stretches) {
    for (const one of addressees) {
      // Of alike devices the area is their own, wherever it stands: only what moves by itself changes it.
      const key = one.id === '' ? `${one.areaId} ${one.languages.join()} ${one.groupIds.join()}` : one.id
      if (!known.has(key)) known.set(key, one)
    }
  }
  return [...known.values()]
}

/** What was found in several stretches, as one: days add up, and who is concerned in two of them counts once. */
export function joinFindings(all: readonly Findings[]): Findings {
  const [first, ...later] = all
  if (first === undefined) return { violations: [], conflicts: [], leftOut: [], places: [] }
  return later.reduce(
    (joined, next) => ({
      violations: join(
        joined.violations,
        next.violations,
        ({ rule, areaId }) => `${rule} ${areaId}`,
        (a, b) => ({
          ...((b.actual ?? 0) > (a.actual ?? 0) ? b : a),
          ...together(a, b),
          broken: new Map([...a.broken, ...b.broken]),
        }),
      ),
      conflicts: join(joined.conflicts, next.conflicts, ({ airing }) => airing.broadcastId, joinConflicts),
      leftOut: join(
        joined.leftOut,
        next.leftOut,
        ({ reason }) => reason,
        (a, b) => ({ ...a, ...together(a, b) }),
      ),
      // When it sounds on its first day.
      places: joined.places.length > 0 ? joined.places : next.places,
    }),
    first,
  )
}

const together = (a: { days: number; devices: number }, b: { days: number; devices: number }) => ({
  days: a.days + b.days,
  devices: Math.max(a.devices, b.devices),
})

function joinConflicts(a: Conflict, b: Conflict): Conflict {
  const devices = new Map(a.devices)
  for (const [areaId, count] of b.devices) devices.set(areaId, Math.max(count, devices.get(areaId) ?? 0))
  const outcomes = join(
    a.outcomes,
    b.outcomes,
    ({ first, second }) => `${first} ${second}`,
    (one, other) => ({
      ...one,
      devices: Math.max(one.devices, other.devices),
    }),
  )
  return { ...a, days: a.days + b.days, devices, outcomes }
}

function join<T>(a: readonly T[], b: readonly T[], keyOf: (one: T) => string, both: (a: T, b: T) => T): T[] {
  const joined = [...a]
  for (const one of b) {
    const index = joined.findIndex((other) => keyOf(other) === keyOf(one))
    const there = joined[index]
    if (there === undefined) joined.push(one)
    else joined[index] = both(there, one)
  }
  return joined
}
