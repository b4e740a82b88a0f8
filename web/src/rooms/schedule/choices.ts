import type { Bulletin, Programme } from '../../api/types.ts'

/** What can be put into the schedule. To the person a single bulletin is as good as a programme. */
export interface Choice {
  readonly key: string
  readonly title: string
  readonly durationMs: number
  readonly isApproved: boolean
  readonly bulletinId: string | undefined
  /** Exists already; a single bulletin gets its programme when it is first scheduled. */
  readonly programmeId: string | undefined
}

export function listChoices(
  bulletins: readonly Bulletin[],
  programmes: readonly Programme[],
): {
  bulletins: Choice[]
  programmes: Choice[]
} {
  const singles = new Map<string, Programme>()
  for (const programme of programmes) {
    const [only, ...others] = programme.items
    if (only && others.length === 0) singles.set(only.bulletinId, programme)
  }
  return {
    bulletins: bulletins
      .filter(({ current }) => current.state === 'approved')
      .map(({ id, current }) => ({
        key: `b:${id}`,
        title: current.title,
        durationMs: current.durationMs ?? 0,
        isApproved: true,
        bulletinId: id,
        programmeId: singles.get(id)?.id,
      })),
    programmes: programmes
      .filter((programme) => programme.items.length > 1)
      .map((programme) => ({
        key: `p:${programme.id}`,
        title: programme.title,
        durationMs: programme.durationMs,
        isApproved: programme.items.every((item) => item.state === 'approved'),
        bulletinId: undefined,
        programmeId: programme.id,
      })),
  }
}
