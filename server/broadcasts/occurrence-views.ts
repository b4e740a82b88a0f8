import { type InstantMs, instantMs } from '#protocol/time.ts'
import { countAudiences } from '#server/planning/audience-store.ts'
import type { BroadcastsDeps } from './act.ts'
import type { BroadcastRow } from './airing-store.ts'
import { type BegunOccurrence, countOutcomes, type DeviceCounts } from './occurrence-store.ts'
import type { InstantRange, KnownStarts } from './recurrence-rules.ts'
import { type Airing, airingsShown, type OccurrenceState, occurrenceState, saidBefore } from './rules.ts'
import { type SilentBy, type SoundingPlace, soundingOf, stateOfSounding } from './sounding-rules.ts'
import { readFrozenPlaces, readPlannedPlaces, readSilences } from './sounding-store.ts'

/** What people see of occurrences: of those to come by the plan, of those that have begun as they were frozen. */

export interface OccurrenceView extends Omit<BegunOccurrence, 'endedEarlyAt'> {
  readonly state: OccurrenceState
  readonly places: readonly SoundingPlace[]
  readonly suspended: SilentBy | null
  readonly devices: DeviceCounts
}

const noCounts: DeviceCounts = {
  expected: 0,
  playing: 0,
  played: 0,
  partial: 0,
  missed: 0,
  cancelled: 0,
  leftOut: 0,
  unknown: 0,
}

/** Of what has not begun: who is to hear it, and where it is known already that they will not. */
function countPlanned(expected: number, { isCancelled }: Airing, places: readonly SoundingPlace[]): DeviceCounts {
  if (isCancelled) return { ...noCounts, expected, cancelled: expected }
  const silent = places.reduce((sum, { leftOut, devices }) => sum + (leftOut === null ? 0 : devices), 0)
  const leftOut = Math.min(expected, silent)
  return { ...noCounts, expected, leftOut, unknown: expected - leftOut }
}

/** By when it really sounds. What was ended before it sounded anywhere was cancelled. */
export const stateOf = ({ endedEarlyAt, soundsFrom, soundsUntil }: BegunOccurrence, now: InstantMs): OccurrenceState =>
  occurrenceState(
    {
      startAt: soundsFrom,
      endAt: soundsUntil,
      endedEarlyAt,
      isCancelled: endedEarlyAt !== null && endedEarlyAt < soundsFrom,
    },
    now,
  )

/** Written out, and nothing copied twice: a province's month has tens of thousands. */
function viewAiring(
  row: BroadcastRow,
  airing: Airing,
  there: readonly SoundingPlace[],
  expected: number,
  now: InstantMs,
): OccurrenceView {
  const { leftOut, soundsFrom, soundsUntil, places } = soundingOf(airing, there)
  const { occurrenceId, title, startAt, endAt, isCancelled, endedEarlyAt } = airing
  const state = occurrenceState({ startAt: soundsFrom, endAt: soundsUntil, isCancelled, endedEarlyAt }, now)
  return {
    id: occurrenceId,
    broadcastId: row.id,
    revision: row.revision,
    areaId: row.areaId,
    areaName: row.areaName,
    areaPath: row.areaPath,
    title,
    priority: row.priority,
    startAt,
    endAt,
    suspended: null,
    soundsFrom,
    soundsUntil,
    places,
    state: stateOfSounding(state, leftOut),
    devices: countPlanned(expected, airing, there),
  }
}

export function createOccurrenceViews({ db, clock }: Pick<BroadcastsDeps, 'db' | 'clock'>) {
  async function viewBegun(begun: readonly BegunOccurrence[], roots: string[]): Promise<OccurrenceView[]> {
    const now = clock.now()
    const counts = await countOutcomes(
      db.prisma,
      begun.map((one) => one.id),
      roots,
      now,
    )
    const places = await readFrozenPlaces(
      db.prisma,
      begun.map((one) => one.id),
      roots,
    )
    const views = begun.map((row) => {
      const { endedEarlyAt: _ended, ...one } = row
      const { places: elsewhen, leftOut } = soundingOf(row, places.get(one.id) ?? [])
      const state = stateOfSounding(stateOf(row, now), leftOut)
      return { ...one, state, places: elsewhen, suspended: null, devices: counts.get(one.id) ?? noCounts }
    })
    return tellSuspensions(views, roots)
  }

  /** Says which suspension it is that silences an occurrence: of those around or within its area the widest. */
  async function tellSuspensions(views: readonly OccurrenceView[], roots: string[]): Promise<OccurrenceView[]> {
    const silenced = new Set(views.filter(({ places }) => places.some(({ leftOut }) => leftOut === 'suspended')))
    if (silenced.size === 0) return [...views]
    let [first, last]: [number, number] = [Number.POSITIVE_INFINITY, 0]
    for (const { startAt } of silenced) [first, last] = [Math.min(first, startAt), Math.max(last, startAt)]
    const range = { from: instantMs.parse(first), to: instantMs.parse(last + 1) }
    const silences = await readSilences(db.prisma, range, roots)
    return views.map((view) => {
      if (!silenced.has(view)) return view
      const by = silences.find(
        ({ from, until, areaPath }) =>
          from <= view.startAt &&
          view.startAt < until &&
          (view.areaPath.includes(areaPath.at(-1) ?? '') || areaPath.includes(view.areaId)),
      )
      const suspended = by === undefined ? null : { reason: by.reason, areaName: by.areaName, until: by.until }
      return { ...view, suspended }
    })
  }

  /** What its broadcasts say of a range, but for what has begun: `begun` stands for itself. */
  async function viewPlanned(
    broadcasts: readonly BroadcastRow[],
    range: InstantRange,
    begun: ReadonlySet<string>,
    roots: string[],
  ): Promise<OccurrenceView[]> {
    const known: KnownStarts = new Map()
    const repeated = saidBefore(broadcasts)
    const airings = broadcasts.flatMap((row) =>
      airingsShown(row, range, known)
        .filter(({ occurrenceId }) => !begun.has(occurrenceId) && !repeated.has(occurrenceId))
        .map((airing) => ({ row, airing })),
    )
    return viewAirings(airings, range, roots)
  }

  async function viewAirings(
    airings: readonly { readonly row: BroadcastRow; readonly airing: Airing }[],
    range: InstantRange,
    roots: string[],
  ): Promise<OccurrenceView[]> {
    if (airings.length === 0) return []
    const now = clock.now()
    const rows = [...new Set(airings.map(({ row }) => row))]
    const devices = await countAudiences(db.prisma, rows, roots)
    const placesOf = await readPlannedPlaces(db.prisma, range, roots)
    const views = airings.map(({ row, airing }) =>
      viewAiring(row, airing, placesOf.get(airing.occurrenceId)?.places ?? [], devices.get(row.id) ?? 0, now),
    )
    return tellSuspensions(views, roots)
  }

  return { viewBegun, viewPlanned, viewAirings }
}
