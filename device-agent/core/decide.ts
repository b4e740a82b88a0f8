import type { PlayId } from '#protocol/ids.ts'
import type { PlayReason } from '#protocol/ledger.ts'
import type { PlannedOccurrence } from '#protocol/target.ts'
import type { ClockState, InstantMs } from '#protocol/time.ts'
import type { ItemHistory } from './history.ts'
import { findPermittedEnd, mayGoOn, type PermittedHours, WINDOW_GRACE_MS } from './permitted.ts'
import { endOf, type ItemKey, type TimedItem, timeItems } from './timeline.ts'

/** A play is prepared this long before its instant: its ledger entry is durable and its clip checked before it sounds. */
export const LOAD_AHEAD_MS = 5_000

/** A planned play that the player holds: waiting for its instant, sounding, or held. */
export type CurrentVoice = {
  readonly playId: PlayId
  readonly key: ItemKey
  readonly hasSounded: boolean
  /** Asked to stop already; its end is on the way. */
  readonly isStopping: boolean
}

/** A time in which this device could not play, and why. */
export type Outage = { readonly fromMs: number; readonly toMs: number; readonly reason: PlayReason }

export type Situation = {
  readonly now: InstantMs
  readonly clock: ClockState
  readonly isMuted: boolean
  /** By the signed target: outside these hours nothing that is planned sounds, whatever arrives. */
  readonly permitted: PermittedHours
  /** Past this nothing begins; null while there is no target. */
  readonly horizonEndsAt: InstantMs | null
  /** Since when this installation answers for plays; what began earlier is none of its business. */
  readonly responsibleSince: InstantMs
  /** What the target in force plans, as far as its day plans are on disk. */
  readonly planned: readonly PlannedOccurrence[]
  /** Occurrences that have begun, each in the version that it began with. */
  readonly begun: readonly PlannedOccurrence[]
  readonly isClipHeld: (item: TimedItem['item']) => boolean
  readonly historyOf: (key: ItemKey) => ItemHistory
  readonly voices: readonly CurrentVoice[]
  readonly outages: readonly Outage[]
  /** What kept an item waiting past its instant, as decided earlier. */
  readonly delays: ReadonlyMap<ItemKey, PlayReason>
}

export type Load = {
  readonly timed: TimedItem
  /** Why it begins after its instant; null when it is on time. */
  readonly lateReason: PlayReason | null
  /** When it must have ended, and what the ledger says when it is cut off then. */
  readonly latestEndAtMs: number
  readonly limit: 'window-ended' | 'outside-hours'
}

export type Decision = {
  readonly loads: readonly Load[]
  readonly stops: readonly { readonly playId: PlayId; readonly reason: PlayReason }[]
  readonly missed: readonly { readonly timed: TimedItem; readonly reason: PlayReason }[]
  readonly begun: readonly PlannedOccurrence[]
  /** Items that should sound now and cannot: the reason will stand in the ledger if that lasts. */
  readonly delays: ReadonlyMap<ItemKey, PlayReason>
  /** When to decide again at the latest, if nothing happens before. */
  readonly wakeAtMs: number
  /** Everything up to here is played, ended or recorded as missed. */
  readonly completeUntilMs: number
}

const byStart = (a: PlannedOccurrence, b: PlannedOccurrence): number => a.startAt - b.startAt || a.order - b.order

/** A started occurrence finishes the version that it began, whatever the target says now. */
function mergeVersions(situation: Situation): PlannedOccurrence[] {
  const begunIds = new Set(situation.begun.map((occurrence) => occurrence.occurrenceId))
  return [...situation.begun, ...situation.planned.filter((planned) => !begunIds.has(planned.occurrenceId))].sort(
    byStart,
  )
}

/** What keeps an item that should sound from sounding, if anything does. */
function findObstacle(situation: Situation, timed: TimedItem): PlayReason | undefined {
  if (situation.clock === 'untrusted') return 'clock-untrusted'
  if (situation.isMuted) return 'muted'
  if (!situation.isClipHeld(timed.item)) return 'clip-missing'
  return undefined
}

/** Until when an item may sound, and why no longer; undefined for one whose start lies outside the permitted hours. */
function findLimit(situation: Situation, timed: TimedItem): Pick<Load, 'latestEndAtMs' | 'limit'> | undefined {
  const permittedEndMs = findPermittedEnd(situation.permitted, timed.startMs)
  if (permittedEndMs === undefined) return undefined
  const { latestEndAt } = timed.occurrence
  return permittedEndMs < latestEndAt
    ? { latestEndAtMs: permittedEndMs, limit: 'outside-hours' }
    : { latestEndAtMs: latestEndAt, limit: 'window-ended' }
}

function explainLateness(situation: Situation, timed: TimedItem): PlayReason {
  const { outages } = situation
  const isPast = timed.startMs < situation.now
  // What came first: after a power cut a clock is not trusted for a moment, and it was the power that kept it silent.
  const first = isPast ? outages.find(({ fromMs, toMs }) => fromMs <= timed.startMs && timed.startMs < toMs) : undefined
  const during = outages.find((each) => each.fromMs < timed.endMs && each.toMs > timed.startMs)
  return first?.reason ?? situation.delays.get(timed.key) ?? during?.reason ?? 'too-late'
}

/**
 * What must sound now, what must stop, and what has been missed. Pure: the agent acts on it and writes it down. Which of
 * several voices is heard follows from their levels, in the player.
 */
export function decide(situation: Situation): Decision {
  const { now } = situation
  const occurrences = mergeVersions(situation)
  const voices = new Map(situation.voices.map((voice) => [voice.key, voice]))
  const loads: Load[] = []
  const missed: { timed: TimedItem; reason: PlayReason }[] = []
  const delays = new Map<ItemKey, PlayReason>()
  const known = new Map<ItemKey, TimedItem>()
  let wakeAtMs = Number.POSITIVE_INFINITY
  let completeUntilMs: number = now
  const wakeAt = (ms: number): void => {
    if (ms > now) wakeAtMs = Math.min(wakeAtMs, ms)
  }

  for (const occurrence of occurrences) {
    wakeAt(occurrence.startAt)
    for (const timed of timeItems(occurrence)) {
      known.set(timed.key, timed)
      if (voices.has(timed.key)) {
        completeUntilMs = Math.min(completeUntilMs, timed.startMs)
        wakeAt((findPermittedEnd(situation.permitted, now) ?? now) + WINDOW_GRACE_MS)
        continue
      }
      const history = situation.historyOf(timed.key)
      if (history === 'settled' || timed.startMs < situation.responsibleSince) continue
      const limit = findLimit(situation, timed)
      if (limit === undefined) {
        // Over before it begins, whenever the next window opens: whoever hears half of it at that hour hears too much.
        wakeAt(timed.startMs)
        const isOver = now >= timed.startMs && history === 'none' && situation.clock !== 'untrusted'
        if (isOver) missed.push({ timed, reason: 'outside-hours' })
        continue
      }
      const endMs = Math.min(timed.endMs, limit.latestEndAtMs)
      if (now >= endMs) {
        // With a clock that is known to be wrong nobody can tell what is over.
        if (history === 'none' && situation.clock !== 'untrusted') {
          missed.push({ timed, reason: explainLateness(situation, timed) })
        }
        continue
      }
      if (now < timed.startMs - LOAD_AHEAD_MS) {
        wakeAt(timed.startMs - LOAD_AHEAD_MS)
        continue
      }
      wakeAt(timed.startMs)
      wakeAt(endMs)
      if (situation.horizonEndsAt !== null && timed.startMs >= situation.horizonEndsAt) continue
      const obstacle = findObstacle(situation, timed)
      const isDue = now >= timed.startMs
      if (isDue) completeUntilMs = Math.min(completeUntilMs, timed.startMs)
      if (obstacle === undefined) {
        loads.push({ timed, lateReason: isDue ? explainLateness(situation, timed) : null, ...limit })
      } else if (isDue) {
        delays.set(timed.key, obstacle)
      }
    }
  }

  return {
    loads,
    stops: findStops(situation, known),
    missed,
    begun: occurrences.filter((each) => each.startAt <= now && isRunning(each, now, voices)),
    delays,
    wakeAtMs,
    completeUntilMs,
  }
}

function isRunning(occurrence: PlannedOccurrence, now: number, voices: ReadonlyMap<ItemKey, CurrentVoice>): boolean {
  return endOf(occurrence) > now || timeItems(occurrence).some((timed) => voices.has(timed.key))
}

function findStops(situation: Situation, known: ReadonlyMap<ItemKey, TimedItem>): Decision['stops'] {
  const { now, permitted } = situation
  const reasonFor = (voice: CurrentVoice): PlayReason | undefined => {
    if (voice.isStopping) return undefined
    if (situation.clock === 'untrusted') return 'clock-untrusted'
    if (situation.isMuted) return 'muted'
    const timed = known.get(voice.key)
    if (timed === undefined && !voice.hasSounded) return 'not-in-target'
    const isWaiting = timed !== undefined && !voice.hasSounded && now < timed.startMs
    const isPermitted = isWaiting ? findPermittedEnd(permitted, timed.startMs) !== undefined : mayGoOn(permitted, now)
    return isPermitted ? undefined : 'outside-hours'
  }
  return situation.voices.flatMap((voice) => {
    const reason = reasonFor(voice)
    return reason === undefined ? [] : [{ playId: voice.playId, reason }]
  })
}
