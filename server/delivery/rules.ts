import { type AreaId, type DeviceId, hashBytes, type Sha256 } from '#protocol/ids.ts'
import { limits } from '#protocol/limits.ts'
import type { BlobRef, DayPlan, LeadIn, PlannedOccurrence, TargetContent } from '#protocol/target.ts'
import { type InstantMs, type LocalDate, localDate } from '#protocol/time.ts'
import { addDays, localDateOf, startOfLocalDay } from '#server/broadcasts/recurrence-rules.ts'
import type { ArrangedAiring } from '#server/planning/arrange-rules.ts'
import { intersectIntervals } from '#server/planning/hours-rules.ts'
import { itemsWithRoom, maySound, withRoom } from '#server/planning/room-rules.ts'
import { type ClassPlan, leadInAt } from '#server/planning/rules.ts'

/**
 * What each device must do, as bytes. The order of fields below is part of the format: the same plan must give the same
 * bytes, or every device would be sent a new target for nothing. It is the order of the schemas in protocol/target.ts,
 * so that what comes back through a schema hashes alike.
 */

export interface PlanWindow {
  readonly timeZone: string
  readonly days: readonly { readonly date: LocalDate; readonly startAt: InstantMs; readonly endAt: InstantMs }[]
  /** Yesterday in the zone: kept for what began before midnight and may still sound. */
  readonly yesterday: { readonly date: LocalDate; readonly startAt: InstantMs; readonly endAt: InstantMs }
  readonly horizonEndsAt: InstantMs
}

export interface DayPlanBlob {
  readonly date: LocalDate
  readonly ref: BlobRef
  readonly bytes: Buffer
  /** Clips that it names. */
  readonly clips: readonly Sha256[]
  /** Occurrences beyond what one day can carry, left out. */
  readonly omitted: number
}

export interface PlannedDevice {
  readonly id: DeviceId
  /** Root first, the device's own area last. */
  readonly areaPath: readonly AreaId[]
  readonly volumePercent: number
  readonly maxVolumePercent: number
  readonly emergencyVolumePercent: number
  readonly muted: boolean
}

export interface ClipDelivery {
  readonly transport: 'mqtt' | 'http' | 'auto'
  readonly baseUrl: string | null
}

/** `horizonDays` local days beginning with today. It moves at local midnight and at no other instant. */
export function planWindow(now: InstantMs, timeZone: string, horizonDays: number): PlanWindow {
  const today = localDateOf(now, timeZone)
  const day = (offset: number) => {
    const date = addDays(today, offset)
    return {
      date: localDate.parse(date),
      startAt: startOfLocalDay(date, timeZone),
      endAt: startOfLocalDay(addDays(date, 1), timeZone),
    }
  }
  return {
    timeZone,
    days: Array.from({ length: horizonDays }, (_, offset) => day(offset)),
    yesterday: day(-1),
    horizonEndsAt: startOfLocalDay(addDays(today, horizonDays), timeZone),
  }
}

function planOccurrence(arranged: ArrangedAiring, order: number, leadIn: LeadIn | null): PlannedOccurrence {
  const { airing } = arranged
  return {
    occurrenceId: arranged.occurrenceId,
    title: airing.title.slice(0, 200),
    startAt: arranged.startAt,
    latestEndAt: arranged.latestEndAt,
    priority: airing.priority,
    order,
    lateStart: airing.lateStart,
    leadIn,
    items: itemsWithRoom(arranged.items).map((item) => ({
      itemId: item.itemId,
      clip: { sha256: item.clip.sha256, bytes: item.clip.bytes },
      durationMs: item.durationMs,
      language: item.language,
      offsetMs: item.offsetMs,
      volumePercent: item.volumePercent,
    })),
  }
}

const clipsOf = ({ leadIn, items }: PlannedOccurrence): Sha256[] => [
  ...(leadIn?.kind === 'clip' ? [leadIn.clip.sha256] : []),
  ...items.map((item) => item.clip.sha256),
]

type Compiled = Pick<ClassPlan, 'arranged' | 'leadIn' | 'laterLeadIns'>

function compileDay(date: LocalDate, arranged: readonly ArrangedAiring[], own: Compiled): DayPlanBlob {
  const kept = withRoom(arranged)
  // Places of this day alone: what is planned for another day must not give this one other bytes.
  const places = [...kept].sort((a, b) => a.order - b.order)
  const occurrences = kept.map((one) => planOccurrence(one, places.indexOf(one), leadInAt(own, one.startAt)))
  const plan: DayPlan = { version: 1, date, occurrences }
  const bytes = Buffer.from(JSON.stringify(plan))
  return {
    date,
    ref: { sha256: hashBytes(bytes), bytes: bytes.byteLength },
    bytes,
    clips: [...new Set(plan.occurrences.flatMap(clipsOf))],
    omitted: arranged.length - kept.length,
  }
}

/**
 * One plan for each local day of the window on which something airs, in order. Yesterday's is among them while one of
 * its occurrences may reach past midnight.
 */
export function compileDayPlans(plan: Compiled, window: PlanWindow): DayPlanBlob[] {
  const sounding = plan.arranged.filter(maySound)
  const within = (day: PlanWindow['yesterday']): ArrangedAiring[] =>
    sounding.filter(({ startAt }) => startAt >= day.startAt && startAt < day.endAt)
  const yesterday = within(window.yesterday)
  const reachesPastMidnight = yesterday.some(({ latestEndAt }) => latestEndAt > window.yesterday.endAt)
  const days = [
    ...(reachesPastMidnight ? [{ date: window.yesterday.date, arranged: yesterday }] : []),
    ...window.days.map((day) => ({ date: day.date, arranged: within(day) })),
  ]
  return days.filter((day) => day.arranged.length > 0).map((day) => compileDay(day.date, day.arranged, plan))
}

/** Permitted hours within the window, as the device keeps them; `omitted` latest ones have no room: it is silent then. */
export function permittedOf(
  plan: Pick<ClassPlan, 'permitted'>,
  window: PlanWindow,
): { permitted: TargetContent['permitted']; omitted: number } {
  const all = [{ fromAt: window.yesterday.startAt, toAt: window.horizonEndsAt }]
  const windows = intersectIntervals(plan.permitted, all)
  const permitted = windows.slice(0, limits.maxPermittedWindows)
  return { permitted, omitted: windows.length - permitted.length }
}

/** Fields of a target's content that a class of devices has in common; the last ones of the schema, in its order. */
export const sharedFields = { permitted: true, clips: true, days: true, horizonEndsAt: true } as const
type SharedField = keyof typeof sharedFields

/** What the targets of a class of devices have in common, as JSON: worked out once for thousands of devices. */
export function compileShared(
  dayPlans: readonly Pick<DayPlanBlob, 'date' | 'ref'>[],
  permitted: TargetContent['permitted'],
  window: Pick<PlanWindow, 'horizonEndsAt'>,
  clips: ClipDelivery,
): string {
  const shared: Pick<TargetContent, SharedField> = {
    permitted,
    clips: { transport: clips.transport, baseUrl: clips.baseUrl },
    days: dayPlans.map(({ date, ref }) => ({ date, plan: { sha256: ref.sha256, bytes: ref.bytes } })),
    horizonEndsAt: window.horizonEndsAt,
  }
  return JSON.stringify(shared)
}

/** The device's target: what is its own in it, and the hash that its revision follows, of the exact text that it is sent. */
export function compileTarget(
  device: PlannedDevice,
  sharedJson: string,
  timeZone: string,
): { ownJson: string; contentHash: Sha256 } {
  const own: Omit<TargetContent, SharedField> = {
    deviceId: device.id,
    areas: [...device.areaPath],
    timeZone,
    volumePercent: device.volumePercent,
    maxVolumePercent: device.maxVolumePercent,
    emergencyVolumePercent: device.emergencyVolumePercent,
    muted: device.muted,
  }
  const ownJson = JSON.stringify(own)
  return { ownJson, contentHash: hashBytes(joinContent(ownJson, sharedJson)) }
}

/** A target's content as text, from what is the device's own and what it has in common with others. */
export const joinContent = (ownJson: string, sharedJson: string): string =>
  `${ownJson.slice(0, -1)},${sharedJson.slice(1)}`

export type HelloDecision =
  | { readonly send: false; readonly revision: number }
  | { readonly send: true; readonly revision: number }

/**
 * What a device that says hello is to hold. The revision never falls behind what the device holds: it refuses a lower
 * one, so that a server restored from a backup would lock its devices out.
 */
export function decideHello(
  wanted: { readonly revision: number; readonly contentHash: string },
  held: { readonly targetRevision: number; readonly targetHash: string | null },
): HelloDecision {
  const holdsContent = held.targetHash === wanted.contentHash
  if (holdsContent && held.targetRevision >= wanted.revision) return { send: false, revision: held.targetRevision }
  if (held.targetRevision >= wanted.revision) return { send: true, revision: held.targetRevision + 1 }
  return { send: true, revision: wanted.revision }
}
