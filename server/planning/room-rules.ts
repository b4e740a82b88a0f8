import type { OccurrenceId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { localDateOf } from '#server/broadcasts/recurrence-rules.ts'
import type { ArrangedAiring } from './arrange-rules.ts'

/** What a device's plan of one day has room for (protocol/limits.ts): the preview and what is sent ask the same here. */

/** Does it sound? Not what the plan leaves out here, nor what a person stopped. */
export const maySound = ({ leftOut, airing, items }: ArrangedAiring): boolean =>
  leftOut === null && airing.endedEarlyAt === null && items.length > 0

/** Of what sounds on one day, by start: what devices are told. */
export const withRoom = (ofDay: readonly ArrangedAiring[]): ArrangedAiring[] =>
  ofDay.slice(0, limits.maxOccurrencesPerDay)

export const itemsWithRoom = (items: ArrangedAiring['items']): ArrangedAiring['items'] =>
  items.slice(0, limits.maxItemsPerOccurrence)

/** What would sound and devices are not told, for a day has room for no more. `arranged`: whole local days, by start. */
export function findWithoutRoom(arranged: readonly ArrangedAiring[], timeZone: string): ReadonlySet<OccurrenceId> {
  // A day's plan holds as many as that: fewer in all cannot fill one.
  if (arranged.length <= limits.maxOccurrencesPerDay) return new Set()
  const days = new Map<string, ArrangedAiring[]>()
  for (const one of arranged.filter(maySound)) {
    const date = localDateOf(one.startAt, timeZone)
    const day = days.get(date)
    if (day === undefined) days.set(date, [one])
    else day.push(one)
  }
  return new Set(
    [...days.values()].flatMap((ofDay) => ofDay.slice(withRoom(ofDay).length).map(({ occurrenceId }) => occurrenceId)),
  )
}
