import type { z } from 'zod'
import { makeOccurrenceId, occurrenceId, parseOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import type { Language } from '#server/http/language.ts'
import type { plannedBroadcast } from './check-schemas.ts'
import type { OccurrenceView } from './occurrence-views.ts'
import { sayWarning } from './plan-warnings.ts'
import { plannedDurationMs } from './rules.ts'
import type { broadcast, occurrence } from './schemas.ts'
import type { BroadcastView, PlannedView } from './service.ts'

export const iso = (at: InstantMs): string => new Date(at).toISOString()
export const isoOrNull = (at: InstantMs | null | undefined): string | null =>
  at === null || at === undefined ? null : iso(at)
export function showBroadcast(view: BroadcastView): z.infer<typeof broadcast> {
  const { row, nextStartAt, readiness, targets, targetsElsewhere } = view
  return {
    id: row.id,
    programmeId: row.programmeId,
    title: row.title,
    revision: row.revision,
    areaId: row.areaId,
    areaName: row.areaName,
    priority: row.priority,
    rule: row.rule,
    firstDate: row.firstDate,
    lastDate: row.lastDate,
    localTimes: [...row.localTimes],
    extraDates: [...row.extraDates],
    exceptDates: [...row.exceptDates],
    timeZone: row.timeZone,
    targets: targets.map(({ kind, refId, isExcluded }) => ({ kind, id: refId, isExcluded })),
    targetsElsewhere,
    languageMode: row.languageMode,
    lateStart: row.lateStart,
    placement: row.placement,
    onConflict: row.onConflict,
    skipHolidays: row.skipHolidays,
    durationMs: plannedDurationMs(row),
    nextStartAt: isoOrNull(nextStartAt),
    allApproved: row.bulletinCount > 0 && row.items.length === row.bulletinCount,
    cancelledAt: isoOrNull(row.cancelledAt),
    continuedAt: isoOrNull(row.continuedAt),
    continuedById: row.continuedById,
    readiness,
  }
}

export const showPlanned = (view: PlannedView, language: Language): z.infer<typeof plannedBroadcast> => ({
  ...showBroadcast(view),
  planWarnings: view.planWarnings.map((one) => sayWarning(one, language)),
})

const PLACES_TOLD = 20

const originalStartOf = (id: string): InstantMs =>
  instantMs.parse(parseOccurrenceId(occurrenceId.parse(id)).originalStartAtMs)

export function showOccurrence(view: OccurrenceView): z.infer<typeof occurrence> {
  const { id, broadcastId, revision, title, areaId, areaName, priority, state, devices } = view
  const [startAt, endAt] = [iso(view.startAt), iso(view.endAt)]
  const [soundsFrom, soundsUntil] = [iso(view.soundsFrom), iso(view.soundsUntil)]
  const elsewhen = view.places
    .slice(0, PLACES_TOLD)
    .map((place) => ({ ...place, startAt: iso(place.startAt), endAt: iso(place.endAt) }))
  const suspended = view.suspended === null ? null : { ...view.suspended, until: iso(view.suspended.until) }
  const movedFromAt = id === makeOccurrenceId(broadcastId, view.startAt) ? null : iso(originalStartOf(id))
  return {
    ...{
      id,
      broadcastId,
      revision,
      title,
      areaId,
      areaName,
      priority,
      startAt,
      endAt,
      soundsFrom,
      soundsUntil,
      elsewhen,
    },
    ...{ suspended, movedFromAt, state, devices },
  }
}
