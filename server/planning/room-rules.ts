import type { OccurrenceId } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import { localDateOf } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing } from '#server/broadcasts/rules.ts'
import type { ArrangedAiring } from './arrange-rules.ts'
import type { Addressee, Violation } from './fit-rules.ts'
import { languagesOf, type PlanInput } from './rules.ts'
import { chooseVariants } from './variant-rules.ts'

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

/** Could it be more than one occurrence has room for? Only where devices play every language. */
export const mayHaveTooManyClips = ({ items, languageMode }: Pick<Airing, 'items' | 'languageMode'>): boolean =>
  (languageMode === 'each' ? items.reduce((sum, { variants }) => sum + variants.length, 0) : items.length) >
  limits.maxItemsPerOccurrence

/** Where one occurrence has more clips than devices take: what comes last would never sound. */
export function findTooManyClips(
  own: readonly Airing[],
  addressees: readonly Addressee[],
  areas: PlanInput['areas'],
  timeZone: string,
): Violation[] {
  const long = own.filter(mayHaveTooManyClips)
  if (long.length === 0) return []
  const counts = new Map<string, number>()
  let [startAt, devices, most] = [long[0]?.startAt, 0, 0]
  const broken = new Map<string, number>()
  for (const addressee of addressees) {
    const languages = languagesOf(addressee, areas)
    const clipsOf = ({ items, languageMode }: Airing): number =>
      items.reduce((sum, { variants }) => sum + chooseVariants(variants, languages, languageMode).length, 0)
    const over = long.filter((airing) => {
      // A series has one programme, but for single days.
      const key = `${languages.join()} ${airing.items.map(({ itemId }) => itemId).join()}`
      const count = counts.get(key) ?? clipsOf(airing)
      counts.set(key, count)
      if (count <= limits.maxItemsPerOccurrence) return false
      broken.set(String(airing.startAt), Math.max(count, broken.get(String(airing.startAt)) ?? 0))
      most = Math.max(most, count)
      return true
    })
    const [first] = over
    if (first === undefined) continue
    if (devices === 0 || startAt === undefined || first.startAt < startAt) startAt = first.startAt
    devices += addressee.devices
  }
  if (devices === 0 || startAt === undefined) return []
  const dates = new Set(
    long.filter((one) => broken.has(String(one.startAt))).map((one) => localDateOf(one.startAt, timeZone)),
  )
  const rule = { rule: 'maxClipsPerOccurrence', areaId: null, limit: limits.maxItemsPerOccurrence } as const
  return [{ ...rule, actual: most, startAt, days: dates.size, devices, broken }]
}
