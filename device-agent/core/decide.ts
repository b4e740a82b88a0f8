import type { OccurrenceId, PlayId } from '#protocol/ids.ts'
import type { PlayReason } from '#protocol/ledger.ts'
import type { PlannedOccurrence } from '#protocol/target.ts'
import { canRestart, concernsDevice, findRestartShift, LATE_TOLERANCE_MS, lengthFrom } from './late-start.ts'
import { type CurrentLeadIn, findLeadInStart, type LeadInLoad, lengthOfLeadIn } from './lead-in.ts'
import { findPermittedEnd, mayGoOn, WINDOW_GRACE_MS } from './permitted.ts'
import {
  type CurrentVoice,
  describeItems,
  explainLateness,
  findLimit,
  findObstacle,
  type Limit,
  type Situation,
  type Standing,
} from './situation.ts'
import { type BegunOccurrence, endOf, type ItemKey, type TimedItem, timeItems } from './timeline.ts'

/** A play is prepared this long before its instant: its ledger entry is durable and its clip checked before it sounds. */
export const LOAD_AHEAD_MS = 5_000

export type Load = Limit & {
  readonly timed: TimedItem
  /** After its instant: where it would be by now, or from its beginning. */
  readonly late: 'join' | 'from-start'
  /** Why it begins after its instant; null when it is on time. */
  readonly lateReason: PlayReason | null
  readonly volumePercent: number
}

export type Decision = {
  readonly loads: readonly Load[]
  readonly leadIns: readonly LeadInLoad[]
  /** Lead-ins that are not to sound (any more). */
  readonly leadInStops: readonly CurrentLeadIn[]
  readonly stops: readonly { readonly playId: PlayId; readonly reason: PlayReason }[]
  /** What plays, or waits to, and is to be as loud as this from now on. */
  readonly volumes: readonly { readonly playId: PlayId; readonly volumePercent: number }[]
  readonly missed: readonly { readonly timed: TimedItem; readonly reason: PlayReason }[]
  readonly begun: readonly BegunOccurrence[]
  /** Items that should sound now and cannot: the reason will stand in the ledger if that lasts. */
  readonly delays: ReadonlyMap<ItemKey, PlayReason>
  /** When to decide again at the latest, if nothing happens before. */
  readonly wakeAtMs: number
  /** Everything up to here is played, ended or recorded as missed. */
  readonly completeUntilMs: number
}

const byStart = (a: PlannedOccurrence, b: PlannedOccurrence): number => a.startAt - b.startAt || a.order - b.order

/** A started occurrence finishes the version that it began, whatever the target says now. */
function mergeVersions(situation: Situation): BegunOccurrence[] {
  const begunIds = new Set(situation.begun.map((occurrence) => occurrence.occurrenceId))
  const others = situation.planned.filter((planned) => !begunIds.has(planned.occurrenceId))
  return [...situation.begun, ...others.map((planned) => ({ ...planned, shiftMs: 0 }))].sort(byStart)
}

/** When something that begins anew now must have ended. */
function findRestartEnd(situation: Situation, occurrence: PlannedOccurrence): number {
  return Math.min(occurrence.latestEndAt, findPermittedEnd(situation.permitted, situation.now) ?? situation.now)
}

/** Moves what came too late and is to begin anew to now, if it still fits. */
function startAnew(situation: Situation, occurrence: BegunOccurrence): BegunOccurrence {
  if (occurrence.lateStart !== 'restart' || situation.now < occurrence.startAt) return occurrence
  const latestEndMs = findRestartEnd(situation, occurrence)
  const shiftMs = findRestartShift(describeItems(situation, occurrence), situation.now, latestEndMs)
  return shiftMs === 0 ? occurrence : { ...occurrence, shiftMs: occurrence.shiftMs + shiftMs }
}

/** What is decided, as it grows. */
class Draft {
  readonly loads: Load[] = []
  readonly leadIns: LeadInLoad[] = []
  /** Occurrences whose lead-in may sound, or go on sounding. */
  readonly introduced = new Set<OccurrenceId>()
  readonly missed: { timed: TimedItem; reason: PlayReason }[] = []
  readonly delays = new Map<ItemKey, PlayReason>()
  readonly known = new Map<ItemKey, TimedItem>()
  wakeAtMs = Number.POSITIVE_INFINITY
  completeUntilMs: number
  readonly #now: number

  constructor(now: number) {
    this.#now = now
    this.completeUntilMs = now
  }

  wakeAt(ms: number): void {
    if (ms > this.#now) this.wakeAtMs = Math.min(this.wakeAtMs, ms)
  }

  /** Not everything about this item is on record yet. */
  leaveOpen({ plannedStartMs }: TimedItem): void {
    this.completeUntilMs = Math.min(this.completeUntilMs, plannedStartMs)
  }
}

/** The lead-in, if the occurrence it leads to can begin on time. Whoever comes late for it goes without. */
function introduce(situation: Situation, occurrence: BegunOccurrence, first: Standing | undefined, draft: Draft): void {
  const { now, permitted } = situation
  const startMs = findLeadInStart(occurrence, permitted, situation.isClipHeld)
  const { leadIn, occurrenceId } = occurrence
  if (leadIn === null || startMs === undefined || now >= occurrence.startAt || first === undefined) return
  if (!first.isReady || !(first.isOpen || first.isWithPlayer)) return
  draft.introduced.add(occurrenceId)
  draft.wakeAt(startMs - LOAD_AHEAD_MS)
  const isLoaded = situation.leadIns.some((each) => each.occurrenceId === occurrenceId)
  if (isLoaded || now < startMs - LOAD_AHEAD_MS || now > startMs) return
  draft.leadIns.push({ occurrence, leadIn, startMs, volumePercent: situation.volumeOf(first.timed.item) })
}

/** Nothing of it is with the player, nor to be given to it yet: most of what is planned for the next weeks. */
function isFarAhead(
  { now, voices }: Situation,
  { occurrenceId, startAt }: PlannedOccurrence,
  aheadMs: number,
): boolean {
  return now < startAt - aheadMs && !voices.some(({ key }) => key.startsWith(`${occurrenceId}/`))
}

function decideOccurrence(situation: Situation, occurrence: BegunOccurrence, draft: Draft): void {
  const { now } = situation
  const aheadMs = LOAD_AHEAD_MS + (occurrence.leadIn === null ? 0 : lengthOfLeadIn(occurrence.leadIn))
  if (isFarAhead(situation, occurrence, aheadMs)) {
    draft.wakeAt(occurrence.startAt - aheadMs)
    return
  }
  const items = describeItems(situation, occurrence)
  const isUntouched = items.every(({ history, isWithPlayer }) => history === 'none' && !isWithPlayer)
  const lastClosed = items.findLastIndex(({ isOpen }) => !isOpen)
  let isSkipping = false
  // With a clock that is known to be wrong nobody can tell what is over.
  const miss = ({ timed, history }: Standing, reason: PlayReason): void => {
    if (history !== 'none') return
    if (situation.clock === 'untrusted') draft.leaveOpen(timed)
    else draft.missed.push({ timed, reason })
    isSkipping ||= occurrence.lateStart === 'skip' && isUntouched && concernsDevice(reason)
  }

  draft.wakeAt(occurrence.startAt)
  introduce(situation, occurrence, items[0], draft)
  for (const [index, standing] of items.entries()) {
    const { timed, isReady } = standing
    draft.known.set(timed.key, timed)
    if (standing.isWithPlayer) {
      draft.leaveOpen(timed)
      draft.wakeAt((findPermittedEnd(situation.permitted, now) ?? now) + WINDOW_GRACE_MS)
    }
    if (!standing.isOpen) continue
    if (isSkipping) {
      miss(standing, 'late-skipped')
      continue
    }
    const limit = findLimit(situation, timed)
    if (limit === undefined) {
      // Over before it begins, whenever the next window opens: whoever hears half of it at that hour hears too much.
      draft.wakeAt(timed.startMs)
      if (now >= timed.startMs) miss(standing, 'outside-hours')
      continue
    }
    const restartEndMs = findRestartEnd(situation, occurrence)
    const mayRestart =
      occurrence.lateStart === 'restart' && index > lastClosed && canRestart(items, timed, now, restartEndMs)
    const endMs = Math.min(timed.endMs, limit.latestEndAtMs)
    if (now >= endMs && !mayRestart) {
      miss(standing, explainLateness(situation, timed))
      continue
    }
    if (now >= timed.plannedStartMs) draft.leaveOpen(timed)
    if (now < timed.startMs - LOAD_AHEAD_MS) {
      draft.wakeAt(timed.startMs - LOAD_AHEAD_MS)
      continue
    }
    draft.wakeAt(timed.startMs)
    draft.wakeAt(endMs)
    if (mayRestart) draft.wakeAt(restartEndMs - lengthFrom(items, timed) + 1)
    const isDue = now >= timed.startMs
    if (!isReady) {
      const obstacle = isDue ? findObstacle(situation, timed) : undefined
      if (obstacle !== undefined) draft.delays.set(timed.key, obstacle)
      continue
    }
    const lateReason = isDue ? explainLateness(situation, timed) : null
    if (lateReason !== null && occurrence.lateStart === 'skip' && now - timed.startMs > LATE_TOLERANCE_MS) {
      miss(standing, 'late-skipped')
      isSkipping ||= isUntouched && concernsDevice(lateReason)
      continue
    }
    const late = occurrence.lateStart === 'restart' && now <= timed.startMs ? 'from-start' : 'join'
    draft.loads.push({ timed, late, lateReason, volumePercent: situation.volumeOf(timed.item), ...limit })
  }
}

/**
 * What must sound now, what must stop, and what has been missed. Pure: the agent acts on it and writes it down. Which of
 * several voices is heard follows from their levels, in the player (core/arbitrate.ts).
 */
export function decide(situation: Situation): Decision {
  const { now } = situation
  const draft = new Draft(now)
  const occurrences = mergeVersions(situation).map((occurrence) => startAnew(situation, occurrence))
  for (const occurrence of occurrences) decideOccurrence(situation, occurrence, draft)
  const { loads, leadIns, missed, delays, wakeAtMs, completeUntilMs } = draft
  return {
    loads,
    leadIns,
    leadInStops: situation.leadIns.filter(({ occurrenceId }) => !draft.introduced.has(occurrenceId)),
    stops: findStops(situation, draft.known),
    volumes: findVolumes(situation, draft.known),
    missed,
    begun: occurrences.filter((each) => each.startAt <= now && isRunning(situation, each)),
    delays,
    wakeAtMs,
    completeUntilMs,
  }
}

function isRunning(situation: Situation, occurrence: BegunOccurrence): boolean {
  const held = new Set(situation.voices.map(({ key }) => key))
  return (
    endOf(occurrence) + occurrence.shiftMs > situation.now || timeItems(occurrence).some(({ key }) => held.has(key))
  )
}

function findStops(situation: Situation, known: ReadonlyMap<ItemKey, TimedItem>): Decision['stops'] {
  const { now, permitted } = situation
  const reasonFor = (voice: CurrentVoice): PlayReason | undefined => {
    if (voice.isStopping) return undefined
    if (situation.clock === 'untrusted') return 'clock-untrusted'
    if (situation.isMuted) return 'muted'
    const timed = known.get(voice.key)
    // Moved after it was given to the player: it is taken back, and given again for its new instant.
    const isPlanned = timed !== undefined && voice.plannedStartMs === timed.plannedStartMs
    if (!isPlanned && !voice.hasSounded) return 'not-in-target'
    if (timed === undefined) return undefined
    if (situation.volumeOf(timed.item) === 0) return 'volume-zero'
    const isWaiting = !voice.hasSounded && now < timed.startMs
    const isPermitted = isWaiting ? findPermittedEnd(permitted, timed.startMs) !== undefined : mayGoOn(permitted, now)
    return isPermitted ? undefined : 'outside-hours'
  }
  return situation.voices.flatMap((voice) => {
    const reason = reasonFor(voice)
    return reason === undefined ? [] : [{ playId: voice.playId, reason }]
  })
}

function findVolumes(situation: Situation, known: ReadonlyMap<ItemKey, TimedItem>): Decision['volumes'] {
  return situation.voices.flatMap((voice) => {
    const timed = known.get(voice.key)
    if (timed === undefined || voice.isStopping) return []
    const volumePercent = situation.volumeOf(timed.item)
    return volumePercent === voice.volumePercent || volumePercent === 0 ? [] : [{ playId: voice.playId, volumePercent }]
  })
}
