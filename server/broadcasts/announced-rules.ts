import type { OccurrenceId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import type { Airing, AnnouncedPlace } from './rules.ts'

/** What devices were told of what has begun by its plan, in few words: most areas are told one thing. Pure. */

/** Devices of one area that were told the same. */
export interface ToldDevices {
  readonly areaId: string
  readonly deviceIds: readonly string[]
  readonly arranged: readonly ArrangedAiring[]
}

type Told = Pick<AnnouncedPlace, 'startAt' | 'endAt' | 'leftOut'>

export const isAsPlanned = (airing: Pick<Airing, 'startAt' | 'endAt'>, { startAt, endAt, leftOut }: Told): boolean =>
  leftOut === null && startAt === airing.startAt && endAt === airing.endAt

/** By occurrence where it is not as planned: whole areas where all devices that hear it were told the same, else devices. */
export function summariseAnnounced(told: readonly ToldDevices[]): Map<OccurrenceId, AnnouncedPlace[]> {
  const found = new Map<OccurrenceId, { airing: Airing; byArea: Map<string, Map<string, Told & { ids: string[] }>> }>()
  for (const { areaId, deviceIds, arranged } of told) {
    for (const { occurrenceId, airing, startAt, endAt, leftOut } of arranged) {
      const of = found.get(occurrenceId) ?? { airing, byArea: new Map() }
      found.set(occurrenceId, of)
      const area = of.byArea.get(areaId) ?? new Map<string, Told & { ids: string[] }>()
      of.byArea.set(areaId, area)
      const key = `${startAt} ${endAt} ${leftOut}`
      const there = area.get(key)
      if (there === undefined) area.set(key, { startAt, endAt, leftOut, ids: [...deviceIds] })
      else there.ids.push(...deviceIds)
    }
  }
  return new Map(
    [...found].map(([id, { airing, byArea }]) => {
      const places = new Map<string, Told & { areaIds: string[]; deviceIds: string[] }>()
      for (const [areaId, area] of byArea) {
        for (const [key, { ids, ...one }] of area) {
          if (isAsPlanned(airing, one)) continue
          const place = places.get(key) ?? { ...one, areaIds: [], deviceIds: [] }
          places.set(key, place)
          if (area.size === 1) place.areaIds.push(areaId)
          else place.deviceIds.push(...ids)
        }
      }
      const inOrder = [...places.values()].sort((a, b) => a.startAt - b.startAt || a.endAt - b.endAt)
      return [id, inOrder.map((one) => ({ ...one, areaIds: one.areaIds.sort(), deviceIds: one.deviceIds.sort() }))]
    }),
  )
}

/** What a device in this area was told; undefined: as it was planned. */
export const announcedAt = (
  airing: Pick<Airing, 'announced'>,
  device: { readonly id: string; readonly areaPath: readonly string[] },
): AnnouncedPlace | undefined =>
  airing.announced?.find(({ deviceIds }) => deviceIds.includes(device.id)) ??
  airing.announced?.find(({ areaIds }) => areaIds.includes(device.areaPath.at(-1) ?? ''))

/** Every instant at which an occurrence begins or ends somewhere. */
export const edgesOf = (airing: Pick<Airing, 'startAt' | 'endAt' | 'announced'>): InstantMs[] => [
  airing.startAt,
  airing.endAt,
  ...(airing.announced ?? []).flatMap(({ startAt, endAt, leftOut }) => (leftOut === null ? [startAt, endAt] : [])),
]
