import type { Logger } from 'pino'
import { type OccurrenceId, parseOccurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor, mayAct } from '#server/auth/rules.ts'
import { toDate } from '#server/clock.ts'
import { Problem } from '#server/http/problem.ts'
import { announceFrozen, type BroadcastsDeps, planTransaction } from './act.ts'
import { readAimedAtOf } from './aims-store.ts'
import { readBroadcasts, readTimings } from './airing-store.ts'
import { type Explanation, explainOccurrence, noExplanation, type PageQuery } from './explain.ts'
import {
  type ExplainContext,
  type Person,
  reasonOfWhole,
  type SilentReason,
  withNames,
} from './explain-context-rules.ts'
import { readExplainContext } from './explain-context-store.ts'
import { countFleet, countPending, type FirstSteps, type FleetCounts, readFirstSteps } from './fleet-store.ts'
import { freezeDueOccurrences, refreshWaiting } from './freeze.ts'
import { readEdges } from './freeze-store.ts'
import { type BegunOccurrence, listExpectedDevices, markStopped, readBegun } from './occurrence-store.ts'
import { createOccurrenceViews, type OccurrenceView, stateOf } from './occurrence-views.ts'
import { addMs, type InstantRange, type KnownStarts, localDateOf, startOfLocalDay } from './recurrence-rules.ts'
import { airingShown, LATE_FREEZE_MS, nextAiringStart, RESUME_WINDOW_MS } from './rules.ts'

export interface OccurrencesDeps extends BroadcastsDeps {
  readonly log: Logger
  /** Sends a signed stop to each of these devices. */
  readonly commands: {
    stopOccurrence(occurrenceId: OccurrenceId, deviceIds: readonly string[], issuedById: string): Promise<void>
  }
  /** Zone whose calendar day is "today". */
  readonly zone: string
  /** How many local days ahead devices hold their plan. */
  readonly horizonDays: number
}

export interface TodayView {
  readonly now: InstantMs
  readonly timeZone: string
  readonly playing: readonly OccurrenceView[]
  readonly next: readonly OccurrenceView[]
  readonly ended: readonly OccurrenceView[]
  /** Of which the lists hold the first ones. */
  readonly totals: { readonly playing: number; readonly next: number; readonly ended: number }
  readonly devices: FleetCounts
  readonly pendingApprovals: number
  readonly firstSteps: FirstSteps
}

const DAY_MS = 86_400_000
/** As the preview: the plan of a province is worked out for each of them. */
const MAX_RANGE_DAYS = 31
const TODAY_LIMIT = 20
/** Of so many occurrences that began since yesterday it is looked at what became of them. */
const BEGUN_LIMIT = 2_000
export type OccurrencesService = ReturnType<typeof createOccurrencesService>

export function createOccurrencesService(deps: OccurrencesDeps) {
  const { db, clock } = deps
  const { viewBegun, viewPlanned, viewAirings } = createOccurrenceViews(deps)
  let advancedTo = clock.now()

  const byStart = (a: OccurrenceView, b: OccurrenceView): number =>
    a.soundsFrom - b.soundsFrom || a.startAt - b.startAt || (a.id < b.id ? -1 : 1)

  async function find(actor: Actor, id: OccurrenceId): Promise<{ begun?: BegunOccurrence; view: OccurrenceView }> {
    const roots = areasFor(actor, 'broadcasts.read')
    const [begun] = await readBegun(db.prisma, { ids: [id], roots })
    const { broadcastId, originalStartAtMs } = parseOccurrenceId(id)
    const rows = begun === undefined ? await readBroadcasts(db.prisma, { ids: [broadcastId], soundingIn: roots }) : []
    const planned = rows.flatMap((row) => {
      const airing = airingShown(row, instantMs.parse(originalStartAtMs))
      return airing === undefined ? [] : [{ row, airing }]
    })
    const startAt = planned[0]?.airing.startAt ?? instantMs.parse(originalStartAtMs)
    const range = { from: startAt, to: addMs(startAt, 1) }
    const views = begun === undefined ? await viewAirings(planned, range, roots) : await viewBegun([begun], roots)
    const [view] = views
    if (view === undefined) throw new Problem('not-found')
    return begun === undefined ? { view } : { begun, view }
  }

  return {
    /** Everything that sounds, sounded or will sound within the range, by start. */
    async list(actor: Actor, range: InstantRange, areaId: string | undefined): Promise<OccurrenceView[]> {
      if (range.to <= range.from || range.to - range.from > MAX_RANGE_DAYS * DAY_MS)
        throw new Problem('occurrence-range', { days: MAX_RANGE_DAYS })
      const roots = areasFor(actor, 'broadcasts.read')
      const begun = await readBegun(db.prisma, { ...range, roots, alsoIn: areaId })
      const broadcasts = await readBroadcasts(db.prisma, {
        soundingIn: roots,
        alsoSoundingIn: areaId,
        datedFrom: range.from,
      })
      const planned = await viewPlanned(broadcasts, range, new Set(begun.map((one) => one.id)), roots)
      return [...(await viewBegun(begun, roots)), ...planned].sort(byStart)
    },

    /** One occurrence and, once it has begun, why each item was heard or not on each device of a page. */
    async get(
      actor: Actor,
      id: OccurrenceId,
      query: PageQuery,
    ): Promise<{
      view: OccurrenceView
      explanation: Explanation
      context: ExplainContext
      silent: SilentReason
      zone: string
    }> {
      const { begun, view } = await find(actor, id)
      const [roots, now] = [areasFor(actor, 'broadcasts.read'), clock.now()]
      const horizon = { days: deps.horizonDays, timeZone: deps.zone }
      const explanation =
        begun === undefined ? noExplanation(now) : await explainOccurrence(db.prisma, begun, roots, query, now, horizon)
      const context = await readExplainContext(
        db.prisma,
        view,
        explanation.devices.map((device) => device.id),
      )
      const mayKnow = (person: Person): boolean =>
        person.id === actor.accountId || mayAct(actor, 'audit.read', person.areaPath)
      const silent = reasonOfWhole(view.state, begun?.endedEarlyAt != null, view.places)
      return { view, explanation, context: withNames(context, mayKnow), silent, zone: deps.zone }
    },

    /**
     * Ends what is on air, on every device: a signed stop to those that are connected, and out of the target of all.
     * May be repeated: the command is then sent again.
     */
    async stop(actor: Actor, id: OccurrenceId): Promise<OccurrenceView> {
      const frozen = await db.prisma.$transaction((tx) => freezeDueOccurrences(tx, clock.now()), planTransaction)
      announceFrozen(deps.events, frozen)
      const { begun, view } = await find(actor, id)
      assertMay(actor, 'broadcasts.stop', view.areaPath)
      const now = clock.now()
      if (begun === undefined || now >= begun.soundsUntil + RESUME_WINDOW_MS)
        throw new Problem('occurrence-not-playing')
      // A repeat is on record too: it sends the command once more.
      await deps.audit.act(actor, async (tx, note) => {
        await markStopped(tx, id, now)
        note({
          action: 'occurrence.stopped',
          areaPath: view.areaPath,
          subject: { type: 'occurrence', id },
          before: { endedEarlyAt: begun.endedEarlyAt === null ? null : toDate(begun.endedEarlyAt) },
          after: {
            title: begun.title,
            startAt: toDate(begun.startAt),
            endedEarlyAt: toDate(begun.endedEarlyAt ?? now),
          },
        })
      })
      deps.events.publish({
        kind: 'occurrences',
        areaPath: view.areaPath,
        id,
        aimedAt: await readAimedAtOf(db.prisma, id),
      })
      deps.plan.areaChanged(view.areaId)
      try {
        await deps.commands.stopOccurrence(id, await listExpectedDevices(db.prisma, id), actor.accountId)
      } catch (cause) {
        deps.log.error({ err: cause, occurrenceId: id }, 'the stop could not be sent to the devices')
        throw new Problem('occurrence-stop-not-sent')
      }
      return (await find(actor, id)).view
    },

    async today(actor: Actor): Promise<TodayView> {
      const now = clock.now()
      const roots = areasFor(actor, 'broadcasts.read')
      const midnight = startOfLocalDay(localDateOf(now, deps.zone), deps.zone)
      const ahead = { from: midnight, to: addMs(now, DAY_MS) }
      // A programme that began before midnight may still be on air.
      const begun = await readBegun(db.prisma, {
        from: addMs(midnight, -DAY_MS),
        to: addMs(now, 1),
        roots,
        limit: BEGUN_LIMIT,
      })
      const onAir = begun.filter((one) => stateOf(one, now) === 'playing')
      const isOver = (one: BegunOccurrence): boolean => ['ended', 'not-approved'].includes(stateOf(one, now))
      const over = begun.filter((one) => one.soundsUntil >= midnight && isOver(one))
      // Its time has come, and it is queued or follows on: it sounds before what is only planned, or soon.
      const waiting = begun.filter((one) => stateOf(one, now) === 'planned').sort((a, b) => a.soundsFrom - b.soundsFrom)
      const broadcasts = await readBroadcasts(db.prisma, { soundingIn: roots, airingFrom: midnight })
      const planned = await viewPlanned(broadcasts, ahead, new Set(begun.map((one) => one.id)), roots)
      const next = planned.filter((one) => one.soundsFrom > now && one.state !== 'cancelled')
      const onAirShown = onAir.slice(0, TODAY_LIMIT)
      const begunViews = await viewBegun([...onAirShown, ...over.slice(0, TODAY_LIMIT)], roots)
      // Begun a moment ago, and not frozen yet.
      const beginning = planned.filter((one) => one.state === 'playing')
      const waitingViews = await viewBegun(waiting.slice(0, TODAY_LIMIT), roots)
      return {
        now,
        timeZone: deps.zone,
        playing: [...begunViews.slice(0, onAirShown.length), ...beginning].slice(0, TODAY_LIMIT),
        next: [...waitingViews, ...next].sort(byStart).slice(0, TODAY_LIMIT),
        ended: begunViews.slice(onAirShown.length),
        totals: {
          playing: onAir.length + beginning.length,
          next: waiting.length + next.length,
          ended: over.length,
        },
        devices: await countFleet(db.prisma, areasFor(actor, 'devices.read')),
        pendingApprovals: await countPending(db.prisma, areasFor(actor, 'library.read')),
        firstSteps: await readFirstSteps(db.prisma, areasFor(actor, 'areas.read'), actor.accountId),
      }
    },

    /** Freezes what has begun and tells the consoles what began and what ended. Run at start-up, at every edge, and by the tick. */
    async advance(): Promise<void> {
      const now = clock.now()
      const [frozen, refreshed] = await db.prisma.$transaction(
        async (tx) => [await freezeDueOccurrences(tx, now), await refreshWaiting(tx, now)] as const,
        planTransaction,
      )
      announceFrozen(deps.events, [...frozen, ...refreshed])
      for (const areaId of new Set(refreshed.map(({ airing }) => airing.areaId))) deps.plan.areaChanged(areaId)
      for (const { id, areaPath, edges } of await readEdges(db.prisma, advancedTo)) {
        if (!edges.some((at) => at > advancedTo && at <= now)) continue
        deps.events.publish({ kind: 'occurrences', areaPath, id, aimedAt: await readAimedAtOf(db.prisma, id) })
      }
      advancedTo = now
    },

    /** When the next occurrence begins or ends, by its plan or really, looking two days ahead; undefined when none does. */
    async nextEdgeAt(): Promise<InstantMs | undefined> {
      const [now, known]: [InstantMs, KnownStarts] = [clock.now(), new Map()]
      const begun = await readEdges(db.prisma, now)
      const starts = (await readTimings(db.prisma, addMs(now, -LATE_FREEZE_MS))).flatMap(
        (timing) => nextAiringStart({ ...timing, items: [] }, now, known) ?? [],
      )
      const later = begun.flatMap(({ edges }) => edges).filter((at) => at > now)
      const edges = [...starts, ...later].filter((at) => at < now + 2 * DAY_MS)
      return edges.reduce<InstantMs | undefined>(
        (first, at) => (first === undefined || at < first ? at : first),
        undefined,
      )
    },
  }
}
