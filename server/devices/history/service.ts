import type { InstantMs } from '#protocol/time.ts'
import { deriveOutcome, isPlayOf, type ReportedPlay } from '#server/airtime/rules.ts'
import type { Actor } from '#server/auth/rules.ts'
import { factsOf, noFacts } from '#server/broadcasts/explain.ts'
import { readServerFacts } from '#server/broadcasts/explain-facts-store.ts'
import { type DeviceFacts, explainOutcome, type PlanFacts } from '#server/broadcasts/explain-rules.ts'
import { readEntriesAround, readPlanChangedAt } from '#server/broadcasts/explain-store.ts'
import { readBegun, readEvidence } from '#server/broadcasts/occurrence-store.ts'
import { addMs } from '#server/broadcasts/recurrence-rules.ts'
import { type Clock, toDate, toInstant } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import type { DevicesService } from '#server/devices/service.ts'
import { CONNECTION_RETENTION_MS } from '../presence/rules.ts'
import { listAlertTitles, listExpected, listPlays, listPlaysOf } from './store.ts'

export interface PlayedItem {
  readonly kind: 'broadcast' | 'alert' | 'unplanned'
  readonly occurrenceId: string | null
  readonly alertId: string | null
  readonly title: string | null
  readonly language: string | null
  readonly plannedStartAt: InstantMs
  readonly startedAt: InstantMs | null
  readonly endedAt: InstantMs | null
  readonly expectedMs: number | null
  readonly heardMs: number
  readonly volumePercent: number | null
  readonly outcome: 'played' | 'partial' | 'missed' | 'cancelled' | 'unknown'
  readonly reason: string | null
}

export interface HistoryDeps {
  readonly db: Database
  readonly clock: Clock
  readonly devices: Pick<DevicesService, 'read'>
  /** How many local days ahead devices hold their plan. */
  readonly horizonDays: number
  readonly zone: string
}

export type HistoryService = ReturnType<typeof createHistoryService>

type PlayRow = Awaited<ReturnType<typeof listPlays>>[number]
const instantOrNull = (date: Date | null): InstantMs | null => (date === null ? null : toInstant(date))
const toReported = (row: PlayRow): ReportedPlay & { itemId: string | null; language: string | null } => ({
  ...row,
  plannedStartAt: toInstant(row.plannedStartAt),
  startedAt: instantOrNull(row.startedAt),
  endedAt: instantOrNull(row.endedAt),
})

/** What one device played and did not, item by item, each with its one reason: the same as in its occurrence's page. */
export function createHistoryService(deps: HistoryDeps) {
  const { db, clock } = deps

  /** What the server itself knows about the silence of one device in one occurrence. */
  async function readSilence(deviceId: string, occurrenceId: string, now: InstantMs) {
    const [begun] = await readBegun(db.prisma, { ids: [occurrenceId] })
    if (begun === undefined) return undefined
    const plan: PlanFacts = {
      horizon: { days: deps.horizonDays, timeZone: deps.zone },
      changedAt: await readPlanChangedAt(db.prisma, begun),
      connectionsKnownFrom: addMs(now, -CONNECTION_RETENTION_MS),
    }
    const server = (await readServerFacts(db.prisma, begun.startAt, [deviceId])).get(deviceId) ?? noFacts
    return { plan, facts: factsOf(server, await readEntriesAround(db.prisma, begun.startAt, [deviceId])) }
  }

  async function judgeExpected(deviceId: string, before: Date, limit: number, now: InstantMs): Promise<PlayedItem[]> {
    const expected = await listExpected(db.prisma, deviceId, before, limit)
    const occurrenceIds = [...new Set(expected.map((one) => one.occurrenceId))]
    const plays = await listPlaysOf(db.prisma, deviceId, occurrenceIds)
    const evidence = (await readEvidence(db.prisma, [deviceId])).get(deviceId) ?? {
      coverage: [],
      firstEnrolledAt: null,
    }
    const silences = new Map<string, { plan: PlanFacts; facts: DeviceFacts } | undefined>()
    const items: PlayedItem[] = []
    for (const one of expected) {
      const own = plays
        .filter((play) => play.occurrenceId === one.occurrenceId && isPlayOf(play, one))
        .map((play) => ({ row: play, reported: toReported(play) }))
      const item = {
        startAt: toInstant(one.startAt),
        durationMs: one.durationMs,
        settledAt: toInstant(one.settledAt),
        leftOut: one.leftOut,
      }
      const endedEarlyAt = instantOrNull(one.occurrence.endedEarlyAt)
      const reported = own.map((play) => play.reported)
      const outcome = deriveOutcome(item, { endedEarlyAt }, reported, evidence, now)
      const isSilent = own.length === 0 && (outcome.outcome === 'missed' || outcome.outcome === 'unknown')
      if (isSilent && !silences.has(one.occurrenceId))
        silences.set(one.occurrenceId, await readSilence(deviceId, one.occurrenceId, now))
      const silence = isSilent ? silences.get(one.occurrenceId) : undefined
      const reason = silence && explainOutcome(item, outcome, false, silence.plan, silence.facts)
      items.push({
        kind: 'broadcast',
        occurrenceId: one.occurrenceId,
        alertId: null,
        title: one.title,
        language: one.language,
        plannedStartAt: item.startAt,
        startedAt: outcome.startedAt,
        endedAt: outcome.endedAt,
        expectedMs: one.durationMs,
        heardMs: outcome.heardMs,
        volumePercent: own.find(({ row }) => row.volumePercent !== null)?.row.volumePercent ?? null,
        outcome: outcome.outcome,
        reason:
          outcome.outcome === 'played'
            ? null
            : (reason ?? outcome.reason ?? (outcome.outcome === 'unknown' ? 'not-reported' : null)),
      })
    }
    return items
  }

  async function listOthers(deviceId: string, from: Date, before: Date): Promise<PlayedItem[]> {
    const plays = await listPlays(db.prisma, deviceId, from, before)
    const others = plays.filter(({ alertId, unexpected }) => alertId !== null || unexpected)
    const titles = await listAlertTitles(
      db.prisma,
      others.flatMap(({ alertId }) => alertId ?? []),
    )
    return others.map((play) => ({
      kind: play.alertId === null ? 'unplanned' : 'alert',
      occurrenceId: play.occurrenceId,
      alertId: play.alertId,
      title: play.alertId === null ? null : (titles.get(play.alertId) ?? null),
      language: play.language,
      plannedStartAt: toInstant(play.plannedStartAt),
      startedAt: instantOrNull(play.startedAt),
      endedAt: instantOrNull(play.endedAt),
      expectedMs: null,
      heardMs: play.heardMs,
      volumePercent: play.volumePercent,
      outcome: play.outcome ?? 'unknown',
      reason: play.reason,
    }))
  }

  return {
    /** By when they were to begin, newest first; `next`: where the page after this one begins. */
    async list(
      actor: Actor,
      deviceId: string,
      query: { before?: string | undefined; limit: number },
    ): Promise<{ plays: PlayedItem[]; next: InstantMs | null }> {
      await deps.devices.read(actor, deviceId)
      const now = clock.now()
      const before = query.before === undefined ? toDate(addMs(now, 1)) : new Date(query.before)
      const expected = await judgeExpected(deviceId, before, query.limit, now)
      const hasMore = expected.length === query.limit
      const last = expected.at(-1)
      // Everything of the last instant comes with the page that begins with it: none is lost between two pages.
      const next = hasMore && last !== undefined ? last.plannedStartAt : null
      const whole = expected.filter(({ plannedStartAt }) => next === null || plannedStartAt > next)
      const isOneInstant = next !== null && whole.length === 0
      const shown = isOneInstant ? expected : whole
      const from = next === null ? new Date(0) : toDate(isOneInstant ? next : addMs(next, 1))
      const plays = [...shown, ...(await listOthers(deviceId, from, before))]
      plays.sort((a, b) => b.plannedStartAt - a.plannedStartAt)
      return { plays, next: next === null ? null : isOneInstant ? next : addMs(next, 1) }
    },
  }
}
