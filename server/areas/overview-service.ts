import { isDeepStrictEqual } from 'node:util'
import { assertMay } from '#server/auth/authorise.ts'
import { type Actor, areasFor } from '#server/auth/rules.ts'
import { type Clock, toDate } from '#server/clock.ts'
import type { Database } from '#server/db.ts'
import { Problem } from '#server/http/problem.ts'
import { noRules, type OwnRules } from '#server/planning/area-rules.ts'
import type { SuspensionRow } from './calendar-store.ts'
import { type LeadInClip, listLeadInClips, listRulesWithin, listSuspensionsWithin } from './overview-store.ts'
import { findArea } from './store.ts'

export interface AreasOverview {
  readonly rules: readonly { readonly areaId: string; readonly own: OwnRules }[]
  readonly suspensions: readonly SuspensionRow[]
}

export type AreaOverviewService = ReturnType<typeof createAreaOverviewService>

/** What a person wants to see of all their areas at once, and what they can choose from for one of them. */
export function createAreaOverviewService({ db, clock }: { readonly db: Database; readonly clock: Clock }) {
  return {
    /** Of the areas that the actor may read; what holds from above is told area by area (rules-service.ts). */
    async read(actor: Actor): Promise<AreasOverview> {
      const within = areasFor(actor, 'areas.read')
      const rules = await listRulesWithin(db.prisma, within)
      return {
        rules: rules.filter(({ own }) => !isDeepStrictEqual(own, noRules)),
        suspensions: await listSuspensionsWithin(db.prisma, within, toDate(clock.now())),
      }
    },

    /** For those who set the rules of this area. @throws Problem `not-found`, `not-allowed` */
    async leadIns(actor: Actor, areaId: string): Promise<LeadInClip[]> {
      const area = await findArea(db.prisma, areaId)
      if (area === null) throw new Problem('not-found')
      assertMay(actor, 'areas.rules', area.path)
      return listLeadInClips(db.prisma, area.path)
    },
  }
}
