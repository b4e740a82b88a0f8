import type { Bulletin } from '../../api/types.ts'

/** In the order in which they are to be judged: what is heard soonest, then what has waited longest. */
export function orderQueue(all: readonly Bulletin[], startAtOf: ReadonlyMap<string, string>): Bulletin[] {
  const late = '9999'
  const keyOf = ({ id, current }: Bulletin): string =>
    `${startAtOf.get(id) ?? late} ${current.submittedAt ?? current.createdAt} ${id}`
  return [...all].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The one that follows when `id` was decided on: the one below it, else the first that is left. */
export function nextAfter(queue: readonly Bulletin[], id: string): Bulletin | undefined {
  const place = queue.findIndex((one) => one.id === id)
  return queue[place + 1] ?? queue.find((one) => one.id !== id)
}
