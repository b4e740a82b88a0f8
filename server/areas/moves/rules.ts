import { type AreaKind, mayStandBelow } from '../rules.ts'

/** What may move where in the tree of areas. Pure. */

export interface MovingArea {
  readonly id: string
  readonly kind: AreaKind
  readonly name: string
  readonly parentId: string | null
}

export interface MovingDevice {
  readonly id: string
  readonly name: string
  readonly areaId: string
}

export interface Named {
  readonly id: string
  readonly name: string
}

/** Where they go, with what stands directly in it, or is to come into it by another plan. */
export interface Destination extends Named {
  readonly kind: AreaKind
  /** Root first, the area itself last. */
  readonly path: readonly string[]
  readonly areas: readonly Named[]
  readonly devices: readonly Named[]
}

export interface Obstacle {
  readonly code: 'area-kind-misplaced' | 'move-into-itself' | 'move-already-there' | 'move-name-taken'
  /** Of what cannot move. */
  readonly name: string
}

/** Why these cannot all move there; undefined: nothing is in the way. Names are unique within their place. */
export function findObstacle(
  moving: { readonly areas: readonly MovingArea[]; readonly devices: readonly MovingDevice[] },
  into: Destination,
): Obstacle | undefined {
  const [areaNames, deviceNames] = [namesOf(into.areas, moving.areas), namesOf(into.devices, moving.devices)]
  for (const { id, kind, name, parentId } of moving.areas) {
    if (into.path.includes(id)) return { code: 'move-into-itself', name }
    if (!mayStandBelow(kind, into.kind)) return { code: 'area-kind-misplaced', name }
    if (parentId === into.id) return { code: 'move-already-there', name }
    if (areaNames.has(name)) return { code: 'move-name-taken', name }
    areaNames.add(name)
  }
  for (const { name, areaId } of moving.devices) {
    if (areaId === into.id) return { code: 'move-already-there', name }
    if (deviceNames.has(name)) return { code: 'move-name-taken', name }
    deviceNames.add(name)
  }
  return undefined
}

/** Names that are taken there by others than these. */
function namesOf(there: readonly Named[], moving: readonly Named[]): Set<string> {
  const own = new Set(moving.map((one) => one.id))
  return new Set(there.filter((one) => !own.has(one.id)).map((one) => one.name))
}

/**
 * Where everything that moves must be one's own: each area's present place, since it is taken out of there, each device's
 * area, and the destination. A root has no place but itself.
 */
export const placesOf = (
  areas: readonly { readonly path: readonly string[] }[],
  devices: readonly { readonly areaPath: readonly string[] }[],
): readonly (readonly string[])[] => [
  ...areas.map(({ path }) => (path.length > 1 ? path.slice(0, -1) : path)),
  ...devices.map(({ areaPath }) => areaPath),
]
