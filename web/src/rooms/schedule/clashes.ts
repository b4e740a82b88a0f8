import type { Area, Occurrence } from '../../api/types.ts'

export interface Slot {
  readonly startMs: number
  readonly durationMs: number
  readonly areaId: string
}

/** Do some speakers hear both? So it is when one area lies within the other. */
export function sharesSpeakers(
  a: string,
  b: string,
  areaById: (id: string) => Pick<Area, 'path'> | undefined,
): boolean {
  return a === b || (areaById(a)?.path.includes(b) ?? false) || (areaById(b)?.path.includes(a) ?? false)
}

/** The first of the `planned` that would sound at the same time in the same place. */
export function findClash<O extends Pick<Occurrence, 'startAt' | 'endAt' | 'areaId' | 'state'>>(
  slot: Slot,
  planned: readonly O[],
  areaById: (id: string) => Pick<Area, 'path'> | undefined,
): O | undefined {
  return planned.find(
    (other) =>
      other.state !== 'cancelled' &&
      Date.parse(other.startAt) < slot.startMs + slot.durationMs &&
      Date.parse(other.endAt) > slot.startMs &&
      sharesSpeakers(other.areaId, slot.areaId, areaById),
  )
}
