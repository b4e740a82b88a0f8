import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Clock, toDate } from '#server/clock.ts'
import { idParams } from '#server/http/schemas.ts'
import { presentSuspension } from './calendar-routes.ts'
import { areasOverview, leadInClip } from './overview-schemas.ts'
import type { AreaOverviewService } from './overview-service.ts'
import { presentOwn } from './rules-routes.ts'

export function areaOverviewRoutes(deps: {
  readonly overview: AreaOverviewService
  readonly clock: Clock
}): FastifyPluginAsyncZod {
  const { overview, clock } = deps
  const tags = ['areas']
  return async (app) => {
    app.get(
      '/areas/overview',
      {
        config: { action: 'areas.read' },
        schema: {
          tags,
          summary: 'What areas say themselves, and which of them are or will be suspended: for the tree of areas',
          response: { 200: areasOverview },
        },
      },
      async (request) => {
        const { rules, suspensions } = await overview.read(request.actor)
        const now = toDate(clock.now())
        return {
          rules: rules.map(({ areaId, own }) => ({ areaId, own: presentOwn(own) })),
          suspensions: suspensions.map((row) => presentSuspension(row, now)),
        }
      },
    )
    app.get(
      '/areas/:id/lead-ins',
      {
        config: { action: 'areas.rules' },
        schema: {
          tags,
          summary: 'Sounds that can be set as the lead-in of an area: short, approved, of this area or one above',
          params: idParams,
          response: { 200: z.array(leadInClip) },
        },
      },
      async (request) => overview.leadIns(request.actor, request.params.id),
    )
  }
}
