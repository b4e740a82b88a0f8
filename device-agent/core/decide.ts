import type { PlayId } from '#protocol/ids.ts'
import type { PlayReason } from '#protocol/ledger.ts'
import type { PlannedOccurrence } from '#protocol/target.ts'
import type { ClockState, InstantMs } from '#protocol/time.ts'
import type { ItemHistory } from './history.ts'
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

function explainLateness(situation: Situation, timed: TimedItem): PlayReason {
  const delay = situation.delays.get(timed.key)
  if (delay !== undefined) return delay
  const outage = situation.outages.find((each) => each.fromMs < timed.endMs && each.toMs > timed.startMs)
  return outage?.reason ?? 'too-late'
}

/**
 * What must sound now, what must stop, and what has been missed. Pure: the agent acts on it and writes it down. Which of
 * several voices is heard follows from their levels, in the player; permitted hours will be checked here.
 */
export function decide(situation: Situation): Decision {
  const { now } = situation
  const occurrences = mergeVersions(situation)
  const voices = new Map(situation.voices.map((voice) => [voice.key, voice]))
  const loads: Load[] = []
  const missed: { timed: TimedItem; reason: PlayReason }[] = []
  const delays = new Map<ItemKey, PlayReason>()
  const known = new Set<ItemKey>()
  let wakeAtMs = Number.POSITIVE_INFINITY
  let completeUntilMs: number = now
  const wakeAt = (ms: number): void => {
    if (ms > now) wakeAtMs = Math.min(wakeAtMs, ms)
  }

  for (const occurrence of occurrences) {
    wakeAt(occurrence.startAt)
    for (const timed of timeItems(occurrence)) {
      known.add(timed.key)
      if (voices.has(timed.key)) {
        completeUntilMs = Math.min(completeUntilMs, timed.startMs)
        continue
      }
      const history = situation.historyOf(timed.key)
      if (history === 'settled' || timed.startMs < situation.responsibleSince) continue
      const endMs = Math.min(timed.endMs, occurrence.latestEndAt)
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
        loads.push({ timed, lateReason: isDue ? explainLateness(situation, timed) : null })
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

function findStops(situation: Situation, known: ReadonlySet<ItemKey>): Decision['stops'] {
  const reasonFor = (voice: CurrentVoice): PlayReason | undefined => {
    if (voice.isStopping) return undefined
    if (situation.clock === 'untrusted') return 'clock-untrusted'
    if (situation.isMuted) return 'muted'
    return known.has(voice.key) || voice.hasSounded ? undefined : 'not-in-target'
  }
  return situation.voices.flatMap((voice) => {
    const reason = reasonFor(voice)
    return reason === undefined ? [] : [{ playId: voice.playId, reason }]
  })
}
