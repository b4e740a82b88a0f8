import type { InstantMs } from '#protocol/time.ts'
import { withMovedAreas } from '#server/areas/moves/store.ts'
import type { Audit } from '#server/audit/audit.ts'
import { type Actor, areasFor, mayAct, sharedPath } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import {
  cursorOf,
  type EvidenceEntry,
  type EvidenceKey,
  findAreaName,
  findCompleteUntil,
  findLine,
  listExpected,
  listExtras,
  listReports,
  type PlayCursor,
  type PlayLine,
  type Report,
  readPlayEntries,
} from './plays-store.ts'
import {
  type AirtimeFilter,
  type AirtimeRow,
  type Grouping,
  refreshSlots,
  sumAirtime,
  touchSettled,
} from './sums-store.ts'

export type AirtimeFigures = Omit<AirtimeRow, 'key' | 'label'>

export interface AirtimeView {
  readonly asOf: InstantMs
  readonly rows: readonly AirtimeRow[]
  readonly total: AirtimeFigures
}

/** What is asked: the range is of planned starts. */
export interface AirtimeQuestion {
  readonly from: InstantMs
  readonly to: InstantMs
  readonly areaId?: string | undefined
  readonly deviceId?: string | undefined
  readonly topic?: string | undefined
  readonly campaign?: string | undefined
  readonly language?: string | undefined
  readonly priority?: string | undefined
}

export interface PlayEvidence {
  readonly asOf: InstantMs
  readonly play: PlayLine
  readonly completeUntil: Date | null
  readonly reports: readonly (Report & { readonly entries: readonly EvidenceEntry[] })[]
}

/** A year with a leap day; more is asked for in pieces. */
const MAX_RANGE_DAYS = 366
/** What still sounds changes with every report: it is not worth being summed yet. */
const SETTLING_MS = 30 * 60_000
/** Slots of one transaction, so that none lasts long. */
const REFRESH_AT_ONCE = 500
const REFRESH_TIMEOUT_MS = 120_000
const EXPORT_PAGE = 2_000
/** An outcome may be rare: pages are read until one is full, up to so many. */
const MAX_PAGES_READ = 20
const noTime: AirtimeFigures = { expectedMs: 0, playedMs: 0, missedMs: 0, unknownMs: 0, extraMs: 0, plays: 0 }

export type AirtimeService = ReturnType<typeof createAirtimeService>

export function createAirtimeService(deps: {
  readonly db: Database
  readonly clock: Clock
  readonly audit: Pick<Audit, 'note'>
}) {
  const { db, clock } = deps

  async function filterOf(actor: Actor, question: AirtimeQuestion): Promise<AirtimeFilter> {
    const { from, to, areaId, ...rest } = question
    if (to <= from || to - from > MAX_RANGE_DAYS * 86_400_000)
      throw new Problem('airtime-range', { days: MAX_RANGE_DAYS })
    const roots = areasFor(actor, 'airtime.read')
    return {
      ...rest,
      from: toDate(from),
      to: toDate(to),
      roots: await withMovedAreas(db.prisma, roots),
      within: areaId === undefined ? undefined : await withMovedAreas(db.prisma, [areaId]),
      tops: areaId === undefined ? roots : [areaId],
    }
  }

  async function* readAllExpected(
    filter: AirtimeFilter,
    outcome: PlayLine['outcome'] | undefined,
    asOf: InstantMs,
  ): AsyncIterable<PlayLine[]> {
    let after: PlayCursor | undefined
    for (;;) {
      const page = await listExpected(db.prisma, filter, { after, limit: EXPORT_PAGE }, toDate(asOf))
      yield outcome === undefined ? page : page.filter((line) => line.outcome === outcome)
      const last = page.at(-1)
      if (last === undefined || page.length < EXPORT_PAGE) return
      after = cursorOf(last)
    }
  }

  async function* readAllExtras(filter: AirtimeFilter): AsyncIterable<PlayLine[]> {
    let after: PlayLine | undefined
    for (;;) {
      const page = await listExtras(db.prisma, filter, { after, limit: EXPORT_PAGE })
      yield page
      after = page.at(-1)
      if (after === undefined || page.length < EXPORT_PAGE) return
    }
  }

  const service = {
    now: (): Date => toDate(clock.now()),

    /**
     * Airtime of what was to begin within the range, on devices where the actor may read it: a snapshot as of now. What
     * no device has reported yet is unknown, never guessed. An area has the history of all that stands below it today,
     * also from before a merger; what stood below it then stays its own.
     */
    async report(actor: Actor, query: AirtimeQuestion & { readonly by: Grouping }): Promise<AirtimeView> {
      const { by, ...question } = query
      const asOf = clock.now()
      const rows = await sumAirtime(db.prisma, await filterOf(actor, question), by, toDate(asOf))
      const total = rows.reduce<AirtimeFigures>(
        (sum, row) => ({
          expectedMs: sum.expectedMs + row.expectedMs,
          playedMs: sum.playedMs + row.playedMs,
          missedMs: sum.missedMs + row.missedMs,
          unknownMs: sum.unknownMs + row.unknownMs,
          extraMs: sum.extraMs + row.extraMs,
          plays: sum.plays + row.plays,
        }),
        noTime,
      )
      return { asOf, rows, total }
    },

    /** The single plays behind the figures, a page at a time; what no plan explains comes with the first page. */
    async plays(
      actor: Actor,
      question: AirtimeQuestion,
      page: {
        readonly after: PlayCursor | undefined
        readonly limit: number
        readonly outcome: PlayLine['outcome'] | undefined
      },
    ): Promise<{ asOf: InstantMs; plays: PlayLine[]; extra: PlayLine[]; next: PlayCursor | null }> {
      const asOf = clock.now()
      const filter = await filterOf(actor, question)
      const isFirst = page.after === undefined && page.outcome === undefined
      const extra = isFirst ? await listExtras(db.prisma, filter, { after: undefined, limit: 200 }) : []
      const limit = page.outcome === undefined ? page.limit + 1 : EXPORT_PAGE
      const found: PlayLine[] = []
      let after = page.after
      for (let read = 0; read < MAX_PAGES_READ && found.length <= page.limit; read++) {
        const lines = await listExpected(db.prisma, filter, { after, limit }, toDate(asOf))
        found.push(...lines.filter((line) => page.outcome === undefined || line.outcome === page.outcome))
        const last = lines.at(-1)
        if (last === undefined || lines.length < limit) {
          after = undefined
          break
        }
        after = cursorOf(last)
      }
      const shown = found.slice(0, page.limit)
      const last = shown.at(-1)
      const next = found.length > page.limit && last !== undefined ? cursorOf(last) : (after ?? null)
      return { asOf, plays: shown, extra, next }
    },

    /** One play and what proves it: the entries of the device's ledger, verified now. */
    async evidence(actor: Actor, key: EvidenceKey): Promise<PlayEvidence> {
      const asOf = clock.now()
      const roots = await withMovedAreas(db.prisma, areasFor(actor, 'airtime.read'))
      const play = await findLine(db.prisma, key, roots, toDate(asOf))
      if (play === undefined) throw new Problem('not-found')
      const reports = []
      for (const report of await listReports(db.prisma, key))
        reports.push({ ...report, entries: await readPlayEntries(db.prisma, report) })
      return { asOf, play, completeUntil: await findCompleteUntil(db.prisma, key.deviceId), reports }
    },

    /** What the area is called; undefined where the actor may not know of it. */
    nameArea: async (actor: Actor, areaId: string): Promise<string | undefined> =>
      findAreaName(db.prisma, areaId, areasFor(actor, 'areas.read')),

    /** Puts on record who takes airtime out of the house, before the first of it is read. */
    async noteExport(actor: Actor, asked: Readonly<Record<string, unknown>>): Promise<void> {
      const paths = actor.grants.map(({ areaPath }) => areaPath).filter((path) => mayAct(actor, 'airtime.read', path))
      await deps.audit.note(actor, {
        action: 'airtime.exported',
        areaPath: sharedPath(paths),
        subject: { type: 'airtime', id: null },
        after: { ...asked },
      })
    },

    /** All single plays, and all that no plan explains, a page at a time. */
    async allPlays(
      actor: Actor,
      question: AirtimeQuestion,
      outcome: PlayLine['outcome'] | undefined,
    ): Promise<{ expected: AsyncIterable<PlayLine[]>; extra: AsyncIterable<PlayLine[]> }> {
      const filter = await filterOf(actor, question)
      return { expected: readAllExpected(filter, outcome, clock.now()), extra: readAllExtras(filter) }
    },

    /** Sums anew what was written to. For every minute; the reports are right without it, and slower. */
    async refresh(): Promise<void> {
      for (;;) {
        const now = clock.now()
        const until = new Date(now - SETTLING_MS)
        const count = await db.prisma.$transaction((tx) => refreshSlots(tx, until, toDate(now), REFRESH_AT_ONCE), {
          timeout: REFRESH_TIMEOUT_MS,
        })
        if (count < REFRESH_AT_ONCE) return
      }
    },

    /** Moves what late ledgers have made certain into the sums. For now and then. */
    async settle(): Promise<void> {
      await touchSettled(db.prisma, toDate(clock.now()))
      await service.refresh()
    },
  }
  return service
}
