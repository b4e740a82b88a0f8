import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { idParams } from '#server/http/schemas.ts'
import { presentImpact } from './rules-routes.ts'
import { areaZoneChange, areaZoneChanged } from './zone-schemas.ts'
import type { AreaZoneService } from './zone-service.ts'

export function areaZoneRoutes({ zones }: { readonly zones: AreaZoneService }): FastifyPluginAsyncZod {
  return async (app) => {
    app.put(
      '/areas/:id/time-zone',
      {
        config: { action: 'areas.manage' },
        schema: {
          tags: ['areas'],
          summary:
            'Set the time zone of an area and all below it; planned broadcasts keep the zone they were planned in',
          params: idParams,
          headers: ifMatchHeaders,
          body: areaZoneChange,
          response: { 200: areaZoneChanged },
        },
      },
      async (request) => {
        const { areas, revision, nameOf, ...impact } = await zones.change(
          request.actor,
          request.params.id,
          request.body.timeZone,
          ifMatchOf(request),
        )
        return { areas, revision, ...presentImpact(impact, nameOf) }
      },
    )
  }
}
