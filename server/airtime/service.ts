import type { InstantMs } from '#protocol/time.ts'
import { withMovedAreas } from '#server/areas/moves/store.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { type AirtimeRow, type Grouping, sumAirtime } from './store.ts'

export type AirtimeFigures = Omit<AirtimeRow, 'key' | 'label'>

export interface AirtimeView {
  readonly asOf: InstantMs
  readonly rows: readonly AirtimeRow[]
  readonly total: AirtimeFigures
}

/** A year with a leap day; more is asked for in pieces. */
const MAX_RANGE_DAYS = 366
const noTime: AirtimeFigures = { expectedMs: 0, playedMs: 0, missedMs: 0, unknownMs: 0, extraMs: 0, plays: 0 }

export type AirtimeService = ReturnType<typeof createAirtimeService>

export function createAirtimeService(deps: { readonly db: Database; readonly clock: Clock }) {
  return {
    /**
     * Airtime of what was to begin within the range, on devices where the actor may read it: a snapshot as of now. What
     * no device has reported yet is unknown, never guessed. An area has the history of all that stands below it today,
     * also from before a merger; what stood below it then stays its own.
     */
    async report(
      actor: Actor,
      query: {
        readonly from: InstantMs
        readonly to: InstantMs
        readonly areaId: string | undefined
        readonly by: Grouping
      },
    ): Promise<AirtimeView> {
      if (query.to <= query.from || query.to - query.from > MAX_RANGE_DAYS * 86_400_000)
        throw new Problem('airtime-range', { days: MAX_RANGE_DAYS })
      const asOf = deps.clock.now()
      const filter = {
        from: toDate(query.from),
        to: toDate(query.to),
        roots: await withMovedAreas(deps.db.prisma, areasFor(actor, 'airtime.read')),
        within: query.areaId === undefined ? undefined : await withMovedAreas(deps.db.prisma, [query.areaId]),
        by: query.by,
      }
      const rows = await sumAirtime(deps.db.prisma, filter, toDate(asOf))
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
  }
}
