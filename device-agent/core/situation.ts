import type { PlayId } from '#protocol/ids.ts'
import type { PlayReason } from '#protocol/ledger.ts'
import type { BlobRef, PlannedOccurrence } from '#protocol/target.ts'
import type { ClockState, InstantMs } from '#protocol/time.ts'
import type { ItemHistory } from './history.ts'
import type { CurrentLeadIn } from './lead-in.ts'
import { findPermittedEnd, type PermittedHours } from './permitted.ts'
import { type BegunOccurrence, type ItemKey, type TimedItem, timeItems } from './timeline.ts'

/** A planned play that the player holds: waiting for its instant, sounding, or held. */
export type CurrentVoice = {
  readonly playId: PlayId
  readonly key: ItemKey
  readonly hasSounded: boolean
  readonly plannedStartMs: number
  readonly volumePercent: number
  /** Asked to stop already; its end is on the way. */
  readonly isStopping: boolean
}

/** A time in which this device could not play, and why. */
export type Outage = { readonly fromMs: number; readonly toMs: number; readonly reason: PlayReason }

export type Situation = {
  readonly now: InstantMs
  readonly clock: ClockState
  readonly isMuted: boolean
  /** How loud an item sounds here, in percent. */
  readonly volumeOf: (item: TimedItem['item']) => number
  /** By the signed target: outside these hours nothing that is planned sounds, whatever arrives. */
  readonly permitted: PermittedHours
  /** Past this nothing begins; null while there is no target. */
  readonly horizonEndsAt: InstantMs | null
  /** Since when this installation answers for plays; what began earlier is none of its business. */
  readonly responsibleSince: InstantMs
  /** What the target in force plans, as far as its day plans are on disk. */
  readonly planned: readonly PlannedOccurrence[]
  /** Occurrences that have begun, each in the version that it began with. */
  readonly begun: readonly BegunOccurrence[]
  readonly isClipHeld: (needed: { readonly clip: BlobRef }) => boolean
  /** Why a clip that is not held is not, if that is known. */
  readonly clipFaultOf?: (item: TimedItem['item']) => 'clip-corrupt' | 'disk-full' | undefined
  readonly historyOf: (key: ItemKey) => ItemHistory
  readonly voices: readonly CurrentVoice[]
  readonly leadIns: readonly CurrentLeadIn[]
  readonly outages: readonly Outage[]
  /** What kept an item waiting past its instant, as decided earlier. */
  readonly delays: ReadonlyMap<ItemKey, PlayReason>
}

/** When something must have ended, and what the ledger says when it is cut off then. */
export type Limit = { readonly latestEndAtMs: number; readonly limit: 'window-ended' | 'outside-hours' }

const isPastHorizon = ({ horizonEndsAt }: Situation, { plannedStartMs }: TimedItem): boolean =>
  horizonEndsAt !== null && plannedStartMs >= horizonEndsAt

/** What keeps an item that should sound from sounding, if anything does. */
export function findObstacle(situation: Situation, timed: TimedItem): PlayReason | undefined {
  if (isPastHorizon(situation, timed)) return 'horizon-ended'
  if (situation.clock === 'untrusted') return 'clock-untrusted'
  if (situation.isMuted) return 'muted'
  if (situation.volumeOf(timed.item) === 0) return 'volume-zero'
  if (!situation.isClipHeld(timed.item)) return situation.clipFaultOf?.(timed.item) ?? 'clip-missing'
  return undefined
}

/** Until when an item may sound, and why no longer; undefined for one whose start lies outside the permitted hours. */
export function findLimit(situation: Situation, timed: TimedItem): Limit | undefined {
  const permittedEndMs = findPermittedEnd(situation.permitted, timed.startMs)
  if (permittedEndMs === undefined) return undefined
  const { latestEndAt } = timed.occurrence
  return permittedEndMs < latestEndAt
    ? { latestEndAtMs: permittedEndMs, limit: 'outside-hours' }
    : { latestEndAtMs: latestEndAt, limit: 'window-ended' }
}

/** Why an item did not begin at its instant, or did not sound at all. */
export function explainLateness(situation: Situation, timed: TimedItem): PlayReason {
  if (isPastHorizon(situation, timed)) return 'horizon-ended'
  const { outages } = situation
  const isPast = timed.startMs < situation.now
  // What came first: after a power cut a clock is not trusted for a moment, and it was the power that kept it silent.
  const first = isPast ? outages.find(({ fromMs, toMs }) => fromMs <= timed.startMs && timed.startMs < toMs) : undefined
  const during = outages.find((each) => each.fromMs < timed.endMs && each.toMs > timed.startMs)
  return first?.reason ?? situation.delays.get(timed.key) ?? during?.reason ?? 'too-late'
}

/** One item as it stands: what is over, played or with the player is not open any more. */
export type Standing = {
  readonly timed: TimedItem
  readonly history: ItemHistory
  readonly isWithPlayer: boolean
  readonly isOpen: boolean
  readonly isReady: boolean
}

export function describeItems(situation: Situation, occurrence: BegunOccurrence): Standing[] {
  const held = new Set(situation.voices.map(({ key }) => key))
  return timeItems(occurrence, occurrence.shiftMs).map((timed) => {
    const history = situation.historyOf(timed.key)
    const isWithPlayer = held.has(timed.key)
    const isOpen = !isWithPlayer && history !== 'settled' && timed.plannedStartMs >= situation.responsibleSince
    return { timed, history, isWithPlayer, isOpen, isReady: findObstacle(situation, timed) === undefined }
  })
}
