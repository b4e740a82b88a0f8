export type AreaKind = 'province' | 'commune' | 'village'

/** What may stand directly above what. A merger makes the old communes children of the new one, so a commune may hold communes. */
const parentsOf: Readonly<Record<AreaKind, readonly AreaKind[]>> = {
  province: [],
  commune: ['province', 'commune'],
  village: ['commune'],
}

export const mayStandBelow = (kind: AreaKind, parent: AreaKind): boolean => parentsOf[kind].includes(parent)

/** The part of a path (root first) that somebody who holds `granted` areas may know of: from the highest of them down. */
export function visiblePath(path: readonly string[], granted: readonly string[]): string[] {
  const first = path.findIndex((id) => granted.includes(id))
  return first < 0 ? [] : path.slice(first)
}
