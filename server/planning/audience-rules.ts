/** What a broadcast may be aimed at, within its area. */
export interface Aim {
  readonly kind: 'area' | 'group' | 'device'
  readonly refId: string
  /** "All but these three". */
  readonly isExcluded: boolean
}

/** Where a device stands, as far as it decides what it hears. */
export interface Listener {
  readonly id: string
  /** Root first, the device's own area last. */
  readonly areaPath: readonly string[]
  readonly groupIds: readonly string[]
}

const isMeant = (listener: Listener, aim: Aim): boolean =>
  aim.kind === 'area'
    ? listener.areaPath.includes(aim.refId)
    : aim.kind === 'group'
      ? listener.groupIds.includes(aim.refId)
      : listener.id === aim.refId

/**
 * Does a device hear what is aimed so? Only below the broadcast's own area, whatever is named; without any inclusion all
 * of that area; what is excluded never.
 */
export function doesHear(
  listener: Listener,
  broadcast: { readonly areaId: string; readonly aims: readonly Aim[] },
): boolean {
  if (!listener.areaPath.includes(broadcast.areaId)) return false
  const included = broadcast.aims.filter((aim) => !aim.isExcluded)
  const isIncluded = included.length === 0 || included.some((aim) => isMeant(listener, aim))
  return isIncluded && !broadcast.aims.some((aim) => aim.isExcluded && isMeant(listener, aim))
}
