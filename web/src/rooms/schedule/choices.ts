import type { Bulletin, Programme } from '../../api/types.ts'

/** What can be put into the schedule. To the person a single bulletin is as good as a programme. */
export interface Choice {
  /** `b:<bulletin>` or `p:<programme>`: what the form keeps. */
  readonly key: string
  readonly kind: 'bulletin' | 'programme'
  readonly id: string
  readonly title: string
  readonly durationMs: number
  readonly isApproved: boolean
  /** Bulletins in it. */
  readonly count: number
  readonly areaId: string
}

export const choiceOfBulletin = ({ id, areaId, current }: Bulletin): Choice => ({
  key: `b:${id}`,
  kind: 'bulletin',
  id,
  title: current.title,
  durationMs: current.durationMs ?? 0,
  isApproved: current.state === 'approved',
  count: 1,
  areaId,
})

export const choiceOfProgramme = ({ id, areaId, title, durationMs, items }: Programme): Choice => ({
  key: `p:${id}`,
  kind: 'programme',
  id,
  title,
  durationMs,
  isApproved: items.every((item) => item.state === 'approved'),
  count: items.length,
  areaId,
})

/** A single bulletin gets a programme of its own name when it is first planned: beside the bulletin it says nothing more. */
export const isOwnProgramme = ({
  title,
  items,
}: Pick<Programme, 'title'> & { items: readonly { title: string }[] }): boolean =>
  items.length === 1 && items[0]?.title === title

/** The form's key, taken apart. */
export function readKey(key: string): { kind: 'bulletin' | 'programme'; id: string } | undefined {
  const match = /^([bp]):([0-9a-f-]{36})$/.exec(key)
  const id = match?.[2]
  if (id === undefined) return undefined
  return { kind: match?.[1] === 'b' ? 'bulletin' : 'programme', id }
}
