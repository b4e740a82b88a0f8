import type { OccurrenceId } from '#protocol/ids.ts'
import type { InstantMs } from '#protocol/time.ts'
import { volumeOfItem } from '#protocol/volume.ts'
import type { InstantRange } from '#server/broadcasts/recurrence-rules.ts'
import type { Airing, AwaitedBulletin } from '#server/broadcasts/rules.ts'
import type { ArrangedAiring, LeftOut } from './arrange-rules.ts'
import type { Cut } from './cut-rules.ts'
import { isWithinSpan, type PendingMove, type PlaceSpan, placeSpans } from './move-rules.ts'
import { findWithoutRoom, itemsWithRoom } from './room-rules.ts'
import { type ClassPlan, makePlan, type PlanDevice, type PlanInput } from './rules.ts'
import { standAt } from './stretch-rules.ts'

/** What will sound, told from the plan itself: the function that targets and expected plays come from. Pure. */

/** Alike devices, and what a person wants to know of them. */
export interface PreviewListener extends PlanDevice {
  readonly areaId: string
  readonly areaName: string
  readonly devices: number
  readonly someIds: readonly string[]
  readonly volumes: { readonly from: number; readonly to: number }
}

/** One occurrence as it sounds, or does not, on all devices where the plan makes the same of it. */
export interface PreviewEntry {
  readonly airing: Airing
  readonly startAt: InstantMs
  readonly endAt: InstantMs
  readonly leftOut: LeftOut | 'stopped' | 'no-room' | 'not-approved' | null
  /** What of it would be silent if it began now: places and lengths are those with all of it. */
  readonly notApproved: readonly AwaitedBulletin[]
  /** From when on the end of hours or a suspension silences it; null: it sounds whole, or not at all. */
  readonly cut: Cut | null
  /** What it comes behind or gave way to. */
  readonly behind: OccurrenceId | null
  readonly movedBy: 'queue' | 'follow' | null
  readonly items: readonly { readonly title: string; readonly languages: readonly string[] }[]
  /** How many clips at its end do not sound, for one occurrence has room for no more. */
  readonly clipsWithoutRoom: number
  readonly devices: number
  readonly areas: readonly { readonly areaId: string; readonly areaName: string; readonly devices: number }[]
  readonly deviceIds: readonly string[]
  /** Of what the hardware gives, per cent: from the quietest device and item to the loudest. */
  readonly volume: { readonly from: number; readonly to: number }
}

/** How many devices of one entry are named one by one, and areas. */
const NAMED = 100

/** Where alike devices stand from when on, as long as that is in or below `areaId` (undefined: anywhere). */
export function placesOf<T extends PreviewListener>(
  listener: T,
  moves: readonly PendingMove[],
  areaId: string | undefined,
): { readonly listener: T; readonly span: PlaceSpan }[] {
  return placeSpans(listener, moves)
    .filter(({ areaPath }) => areaId === undefined || areaPath.includes(areaId))
    .map((span) => ({ span, listener: standAt(listener, span) }))
}

/**
 * Everything that the plan has within `range` for these devices while they stand in or below `areaId`, by start; alike
 * ones made one.
 */
export function previewPlan(
  input: PlanInput,
  listeners: readonly PreviewListener[],
  range: InstantRange,
  areaId?: string,
): PreviewEntry[] {
  const { moves = [] } = input
  const plan = makePlan(input)
  const entries = new Map<string, Gathered>()
  const crowded = new Map<ClassPlan, ReadonlySet<OccurrenceId>>()
  for (const listener of listeners) {
    const classPlan = plan.planOf(plan.classOf(listener))
    const withoutRoom = crowded.get(classPlan) ?? findWithoutRoom(classPlan.arranged, listener.timeZone)
    crowded.set(classPlan, withoutRoom)
    for (const { listener: placed, span } of placesOf(listener, moves, areaId)) {
      for (const arranged of classPlan.arranged) {
        if (arranged.endAt <= range.from || arranged.startAt >= range.to) continue
        if (!isWithinSpan(arranged.airing.startAt, span)) continue
        const { occurrenceId, startAt, endAt, leftOut, cut } = arranged
        const hasRoom = !withoutRoom.has(occurrenceId)
        const key = `${hasRoom} ${occurrenceId} ${startAt} ${endAt} ${leftOut} ${cut?.at} ${cut?.by} ${behindOf(arranged)}`
        const there = entries.get(key)
        if (there === undefined) entries.set(key, { arranged, hasRoom, heard: [{ listener: placed, arranged }] })
        else there.heard.push({ listener: placed, arranged })
      }
    }
  }
  return [...entries.values()]
    .map(tell)
    .sort(
      (a, b) =>
        a.startAt - b.startAt ||
        a.airing.order - b.airing.order ||
        (a.airing.occurrenceId < b.airing.occurrenceId ? -1 : 1) ||
        b.devices - a.devices,
    )
}

const isAllAwaited = ({ items, awaiting = [] }: Airing): boolean =>
  items.every((item) => awaiting.some(({ bulletinId }) => bulletinId === item.bulletinId))

interface Gathered {
  readonly arranged: ArrangedAiring
  readonly hasRoom: boolean
  readonly heard: { readonly listener: PreviewListener; readonly arranged: ArrangedAiring }[]
}

const behindOf = ({ moved, gaveWayTo }: ArrangedAiring): OccurrenceId | null => moved?.behind ?? gaveWayTo

/** Listeners' volumes are within what their hardware stands already. */
const loudnessOf = (devicePercent: number, itemPercent: number): number =>
  volumeOfItem({ volumePercent: devicePercent, maxVolumePercent: devicePercent }, { volumePercent: itemPercent })

function tell({ arranged, hasRoom, heard }: Gathered): PreviewEntry {
  const areas = new Map<string, { areaId: string; areaName: string; devices: number }>()
  const languages = new Map<string, { title: string; languages: Set<string> }>()
  let [quietest, loudest] = [100, 0]
  let clipsWithoutRoom = 0
  for (const { listener, arranged: own } of heard) {
    const { areaId, areaName, devices, volumes } = listener
    areas.set(areaId, { areaId, areaName, devices: devices + (areas.get(areaId)?.devices ?? 0) })
    const sounding = itemsWithRoom(own.items)
    clipsWithoutRoom = Math.max(clipsWithoutRoom, own.items.length - sounding.length)
    for (const { itemId, title, language, volumePercent } of sounding) {
      const item = languages.get(itemId) ?? { title, languages: new Set<string>() }
      languages.set(itemId, item)
      item.languages.add(language)
      quietest = Math.min(quietest, loudnessOf(volumes.from, volumePercent))
      loudest = Math.max(loudest, loudnessOf(volumes.to, volumePercent))
    }
  }
  const { airing, startAt, endAt, leftOut, cut, moved } = arranged
  return {
    ...{ airing, startAt, endAt },
    leftOut:
      leftOut ??
      (airing.endedEarlyAt !== null ? 'stopped' : !hasRoom ? 'no-room' : isAllAwaited(airing) ? 'not-approved' : null),
    notApproved: airing.awaiting ?? [],
    cut,
    behind: behindOf(arranged),
    movedBy: moved?.by ?? null,
    items: [...languages.values()].map((item) => ({ title: item.title, languages: [...item.languages] })),
    clipsWithoutRoom,
    devices: heard.reduce((sum, { listener }) => sum + listener.devices, 0),
    areas: [...areas.values()].sort((a, b) => b.devices - a.devices).slice(0, NAMED),
    deviceIds: heard.flatMap(({ listener }) => listener.someIds).slice(0, NAMED),
    volume: { from: Math.min(quietest, loudest), to: loudest },
  }
}
