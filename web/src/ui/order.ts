/** The order of a list that people arrange. Pure. */

/** The list with the one at `from` in place `to`. */
export function moveItem<T>(list: readonly T[], from: number, to: number): T[] {
  const place = Math.max(0, Math.min(list.length - 1, to))
  const moved = [...list]
  moved.splice(place, 0, ...moved.splice(from, 1))
  return moved
}

/** Over which place a pointer stands, when the middles of the rows are at these heights. */
export const placeAt = (middles: readonly number[], y: number): number => {
  const place = middles.filter((middle) => middle < y).length
  return Math.min(place, middles.length - 1)
}
