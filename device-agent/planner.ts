import { newId, type OccurrenceId, playId, type Sha256 } from '#protocol/ids.ts'
import type { PlayReason, PlaySubject } from '#protocol/ledger.ts'
import type { BlobRef, PlannedOccurrence } from '#protocol/target.ts'
import type { InstantMs } from '#protocol/time.ts'
import { volumeOfItem } from '#protocol/volume.ts'
import { type Clock, toInstant } from './clock.ts'
import { decide, type Load } from './core/decide.ts'
import { listNeeds, orderFetches } from './core/fetch-order.ts'
import type { History } from './core/history.ts'
import type { CurrentLeadIn, LeadInLoad } from './core/lead-in.ts'
import { WINDOW_GRACE_MS } from './core/permitted.ts'
import { PlayRecord } from './core/play-record.ts'
import type { Situation } from './core/situation.ts'
import { type BegunOccurrence, type ItemKey, itemKey, type TimedItem, timeItems } from './core/timeline.ts'
import { synthesiseChime } from './io/audio/chime.ts'
import type { ClipStore } from './io/clip-store.ts'
import type { Log } from './io/log.ts'
import type { TargetStore } from './io/target-store.ts'
import type { PlanBook } from './plan-book.ts'
import type { PlayDesk } from './play-desk.ts'
import type { Recorder } from './recorder.ts'
import type { TimeKeeper } from './time-keeper.ts'

/** However quiet it is, the loop looks at the world this often. */
const LONGEST_SLEEP_MS = 30_000

/** The loop for what is planned: looks at the situation, decides (core/decide.ts), acts, writes down. */
export interface Planner {
  /** Something happened: decide again soon. */
  wake(): void
  /** The target or what is on disk changed: read the day plans anew, and decide. */
  refresh(): Promise<void>
  /** Ends an occurrence for good, or (null) all of the plan that plays now. Never an alert: only its signed cancel does. */
  stopPlanned(occurrenceId: OccurrenceId | null): Promise<'done' | 'refused'>
  /** All that happened before this stands in the ledger; null while that cannot be said. */
  readonly completeUntil: InstantMs | null
  /** What the target names, for the report on readiness; undefined before the first target. */
  readonly needed: { readonly held: readonly Sha256[]; readonly missing: readonly Sha256[] } | undefined
  stop(): Promise<void>
}

export function createPlanner(options: {
  readonly targets: TargetStore
  readonly begun: readonly BegunOccurrence[]
  readonly book: PlanBook
  readonly store: ClipStore
  readonly desk: PlayDesk
  readonly recorder: Recorder
  readonly history: History
  readonly keeper: TimeKeeper
  readonly clock: Clock
  readonly log: Log
  readonly onWanted: (wanted: readonly BlobRef[], needed: ReadonlySet<Sha256>) => void
}): Planner {
  const { targets, book, store, desk, recorder, history, keeper, clock, log } = options
  let begun: readonly BegunOccurrence[] = options.begun
  let planned: readonly PlannedOccurrence[] = []
  let leadIns: readonly CurrentLeadIn[] = []
  let delays: ReadonlyMap<ItemKey, PlayReason> = new Map()
  let completeUntil: InstantMs | null = null
  let needs: readonly BlobRef[] = []
  let isStopped = false
  let isWoken = false
  let cancelTimer = (): void => {}
  let turn: Promise<void> = Promise.resolve()

  /** One thing at a time, in order: a command must not fall between a decision and its execution. */
  function inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = turn.then(act)
    turn = result.then(
      () => undefined,
      () => undefined,
    )
    return result
  }

  function describe(): Situation {
    const content = targets.held?.manifest.content
    return {
      now: clock.now(),
      clock: keeper.state,
      isMuted: content?.muted ?? false,
      volumeOf: (item) => (content === undefined ? 0 : volumeOfItem(content, item)),
      permitted: content?.permitted ?? [],
      horizonEndsAt: content?.horizonEndsAt ?? null,
      responsibleSince: targets.held?.responsibleSince ?? clock.now(),
      planned,
      begun,
      isClipHeld: (item) => store.has(item.clip.sha256),
      clipFaultOf: (item) => store.faultOf(item.clip.sha256),
      historyOf: (key) => history.of(key),
      voices: desk.plays.flatMap(({ subject, hasSounded, isStopping, volumePercent, plannedStartAt }) =>
        subject.occurrenceId === null || subject.itemId === null || subject.language === null
          ? []
          : [
              {
                playId: subject.playId,
                key: itemKey(subject.occurrenceId, subject.itemId, subject.language),
                hasSounded,
                plannedStartMs: plannedStartAt,
                volumePercent,
                isStopping,
              },
            ],
      ),
      leadIns,
      outages: keeper.outages,
      delays,
    }
  }

  async function recordMissed(timed: TimedItem, reason: PlayReason): Promise<void> {
    const { occurrence, item, plannedStartMs } = timed
    log.warn('missed', { occurrence: occurrence.occurrenceId, title: occurrence.title, reason })
    await recorder.record({
      type: 'missed',
      occurrenceId: occurrence.occurrenceId,
      itemId: item.itemId,
      clip: item.clip.sha256,
      language: item.language,
      plannedStartAt: toInstant(plannedStartMs),
      reason,
    })
  }

  async function load({ timed, late, lateReason, latestEndAtMs, limit, volumePercent }: Load): Promise<void> {
    const { occurrence, item, startMs } = timed
    // What lay on the card may have decayed: it is played only if its hash still matches.
    if (!(await store.verify(item.clip.sha256))) {
      refetch()
      return
    }
    const now = clock.now()
    const subject: PlaySubject = {
      playId: playId.parse(newId(now)),
      occurrenceId: occurrence.occurrenceId,
      alertId: null,
      itemId: item.itemId,
      clip: item.clip.sha256,
      language: item.language,
    }
    const plannedStartAt = toInstant(timed.plannedStartMs)
    const fromMs = late === 'join' ? Math.max(0, now - toInstant(startMs)) : 0
    // Durable BEFORE the player hears of it: a power cut in the middle leaves evidence. A card that takes nothing any more
    // must not silence the commune: the recorder keeps it in memory, and the alarm is raised.
    await recorder.record({ type: 'play-started', play: subject, plannedStartAt, fromMs })
    log.debug('prepared', { title: occurrence.title, startsAt: new Date(startMs).toISOString(), fromMs })
    desk.load(
      {
        voiceId: subject.playId,
        level: occurrence.priority,
        order: occurrence.order,
        group: occurrence.occurrenceId,
        startAtMs: startMs,
        late,
        latestEndAtMs,
        volumePercent,
        segments: [
          { segmentId: item.itemId, media: { path: store.pathOf(item.clip.sha256) }, gainDb: 0, gapAfterMs: 0 },
        ],
      },
      new PlayRecord({ subject, plannedStartAt, volumePercent, durationMs: item.durationMs, lateReason, limit }),
    )
  }

  /** Known to the player alone: it is no airtime, and stands in no ledger. */
  async function loadLeadIn({ occurrence, leadIn, startMs, volumePercent }: LeadInLoad): Promise<void> {
    const { occurrenceId, startAt, priority, order } = occurrence
    if (leadIn.kind === 'clip' && !(await store.verify(leadIn.clip.sha256))) {
      refetch()
      return
    }
    const voiceId = newId(clock.now())
    const media = leadIn.kind === 'chime' ? { bytes: synthesiseChime() } : { path: store.pathOf(leadIn.clip.sha256) }
    leadIns = [...leadIns, { occurrenceId, voiceId }]
    desk.loadUnrecorded({
      voiceId,
      level: priority,
      order,
      group: occurrenceId,
      startAtMs: startMs,
      late: 'join',
      // Without the grace of a window: the occurrence itself begins there. What is held is over for good.
      latestEndAtMs: startAt - WINDOW_GRACE_MS,
      volumePercent,
      segments: [{ segmentId: 'lead-in', media, gainDb: 0, gapAfterMs: 0 }],
    })
  }

  function stopLeadIns(stops: readonly CurrentLeadIn[]): void {
    for (const { voiceId } of stops) desk.stopUnrecorded(voiceId)
    leadIns = leadIns.filter((each) => !stops.includes(each))
  }

  async function keepBegun(next: readonly BegunOccurrence[]): Promise<void> {
    const isSame = next.length === begun.length && next.every((occurrence, index) => occurrence === begun[index])
    if (isSame) return
    begun = next
    await targets.writeBegun(next)
  }

  async function step(): Promise<void> {
    if (isStopped || targets.held === undefined) return
    const decision = decide(describe())
    delays = decision.delays
    for (const { playId: id, reason } of decision.stops) {
      const play = desk.plays.find(({ subject }) => subject.playId === id)
      if (play !== undefined) desk.stop(play, reason)
    }
    for (const { playId: id, volumePercent } of decision.volumes) {
      const play = desk.plays.find(({ subject }) => subject.playId === id)
      if (play !== undefined) desk.setVolume(play, volumePercent)
    }
    stopLeadIns(decision.leadInStops)
    for (const each of decision.leadIns) await loadLeadIn(each)
    for (const each of decision.loads) await load(each)
    await Promise.all(decision.missed.map(({ timed, reason }) => recordMissed(timed, reason)))
    await keepBegun(decision.begun)
    completeUntil = keeper.state === 'untrusted' ? null : toInstant(decision.completeUntilMs)
    const sleepMs = Math.min(LONGEST_SLEEP_MS, Math.max(0, decision.wakeAtMs - clock.now()))
    cancelTimer()
    cancelTimer = clock.after(sleepMs, wake)
  }

  function wake(): void {
    if (isWoken || isStopped) return
    isWoken = true
    inTurn(() => {
      isWoken = false
      return step()
    }).catch((cause: unknown) => {
      log.error('a step of the loop failed', { cause })
      cancelTimer()
      cancelTimer = clock.after(LONGEST_SLEEP_MS, wake)
    })
  }

  /** Tells the fetcher what is missing, in the order of need. */
  function refetch(): ReadonlySet<Sha256> {
    const target = targets.held
    if (target === undefined) return new Set()
    // A clock that is known to be wrong says of nothing that it is over.
    const now = keeper.state === 'untrusted' ? 0 : clock.now()
    const all = listNeeds(now, target.manifest.content.days, (sha256) => book.planOf(sha256))
    const running = begun.flatMap((occurrence) => occurrence.items.map((item) => item.clip))
    const fallback = target.fallbackDays.map((day) => day.sha256)
    needs = [...new Map([...all.plans, ...running, ...all.clips].map((ref) => [ref.sha256, ref])).values()]
    const wanted = orderFetches({ plans: all.plans, clips: all.clips }, (sha256) => store.has(sha256))
    const needed = new Set([...needs.map(({ sha256 }) => sha256), ...fallback])
    options.onWanted(wanted, needed)
    return needed
  }

  async function refresh(): Promise<void> {
    const target = targets.held
    if (target === undefined) return
    await book.refresh(target)
    planned = book.listPlanned(target)
    await store.dropPartials(refetch())
  }

  async function stopOccurrence(occurrence: PlannedOccurrence): Promise<void> {
    const voices = desk.plays.filter(({ subject }) => subject.occurrenceId === occurrence.occurrenceId)
    for (const play of voices) desk.stop(play, 'stopped')
    stopLeadIns(leadIns.filter(({ occurrenceId }) => occurrenceId === occurrence.occurrenceId))
    const isPlaying = ({ item }: TimedItem): boolean =>
      voices.some(({ subject }) => subject.itemId === item.itemId && subject.language === item.language)
    const rest = timeItems(occurrence).filter((timed) => !isPlaying(timed) && history.of(timed.key) === 'none')
    await Promise.all(rest.map((timed) => recordMissed(timed, 'stopped')))
  }

  return {
    wake,
    refresh: async () => {
      await inTurn(refresh)
      wake()
    },
    stopPlanned(occurrenceId) {
      return inTurn(async () => {
        const known = [...begun, ...planned.filter((each) => !begun.some((b) => b.occurrenceId === each.occurrenceId))]
        const playing = new Set(
          [...desk.plays.map(({ subject }) => subject), ...leadIns].map((each) => each.occurrenceId),
        )
        const meant = known.filter(({ occurrenceId: id }) =>
          occurrenceId === null ? playing.has(id) : id === occurrenceId,
        )
        for (const occurrence of meant) await stopOccurrence(occurrence)
        const others = desk.plays.filter((play) => !play.isStopping && play.subject.alertId === null)
        if (occurrenceId === null) for (const play of others) desk.stop(play, 'stopped')
        return meant.length > 0 || occurrenceId === null ? 'done' : 'refused'
      })
    },
    get completeUntil() {
      return completeUntil
    },
    get needed() {
      if (targets.held === undefined) return undefined
      const isHeld = ({ sha256 }: BlobRef): boolean => store.has(sha256)
      return {
        held: needs.filter(isHeld).map(({ sha256 }) => sha256),
        missing: needs.filter((ref) => !isHeld(ref)).map(({ sha256 }) => sha256),
      }
    },
    async stop() {
      isStopped = true
      cancelTimer()
      await turn
    },
  }
}
