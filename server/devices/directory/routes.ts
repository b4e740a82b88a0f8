import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { device } from '#server/devices/schemas.ts'
import { showDevice } from '#server/devices/views.ts'
import { devicePlaces, devicesQuery, devicesSummary, directoryQuery } from './schemas.ts'
import type { DirectoryService } from './service.ts'

export function directoryRoutes(deps: { readonly directory: DirectoryService }): FastifyPluginAsyncZod {
  const { directory } = deps
  const tags = ['devices']
  const config = { action: 'devices.read' } as const
  return async (app) => {
    app.get(
      '/devices',
      {
        config,
        schema: {
          tags,
          summary: 'Devices in the areas one may read; the header Next-Cursor is there when there are more',
          querystring: devicesQuery,
          response: { 200: z.array(device) },
        },
      },
      async (request, reply) => {
        const page = await directory.list(request.actor, request.query)
        if (page.next !== null) reply.header('next-cursor', page.next)
        // The compiler has checked these; checking 10,000 once more as they go out would hold up everybody else.
        reply.type('application/json; charset=utf-8').serializer((devices: unknown) => JSON.stringify(devices))
        return page.devices.map(showDevice)
      },
    )
    app.get(
      '/devices/summary',
      {
        config,
        schema: {
          tags,
          summary: 'How many devices stand in each area, by state',
          querystring: directoryQuery,
          response: { 200: devicesSummary },
        },
      },
      async (request) => ({ areas: await directory.summary(request.actor, request.query) }),
    )
    app.get(
      '/devices/places',
      {
        config,
        schema: {
          tags,
          summary: 'Where devices stand, for a map: those of which somebody has said it, by name',
          querystring: directoryQuery,
          response: { 200: devicePlaces },
        },
      },
      async (request) => ({ places: await directory.places(request.actor, request.query) }),
    )
  }
}
