import type { Account, Area, Role } from '../../api/types.ts'

export type Grant = Account['grants'][number]

/** In the order in which they are offered: the ones most often given first. */
export const roles = [
  'editor',
  'approver',
  'technician',
  'auditor',
  'administrator',
  'province_official',
] as const satisfies readonly Role[]

/** The areas in which this person may give and take roles: where they are administrator, and all below. */
export function managedAreas<T extends Pick<Area, 'path'>>(
  all: readonly T[],
  me: Pick<Account, 'grants'> | undefined,
): T[] {
  const tops = new Set((me?.grants ?? []).filter(({ role }) => role === 'administrator').map(({ areaId }) => areaId))
  return all.filter(({ path }) => path.some((id) => tops.has(id)))
}

/** A role twice in the same area is the same role. */
export function withoutRepeats(grants: readonly Grant[]): Grant[] {
  return grants.filter(
    (one, index) => grants.findIndex(({ areaId, role }) => areaId === one.areaId && role === one.role) === index,
  )
}
