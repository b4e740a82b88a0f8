import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idParams } from '#server/http/schemas.ts'
import { area, areaChange, newArea } from './schemas.ts'
import type { AreasService } from './service.ts'

export function areasRoutes(deps: { areas: AreasService }): FastifyPluginAsyncZod {
  const { areas } = deps
  const tags = ['areas']
  return async (app) => {
    app.get(
      '/areas',
      {
        config: { action: 'areas.read' },
        schema: { tags, summary: 'The areas one may read, from the top down', response: { 200: z.array(area) } },
      },
      async (request) => areas.list(request.actor),
    )
    app.post(
      '/areas',
      {
        config: { action: 'areas.manage' },
        schema: { tags, summary: 'Make an area below another', body: newArea, response: { 201: area } },
      },
      async (request, reply) => reply.code(201).send(await areas.create(request.actor, request.body)),
    )
    app.patch(
      '/areas/:id',
      {
        config: { action: 'areas.manage' },
        schema: { tags, summary: 'Rename an area', params: idParams, body: areaChange, response: { 200: area } },
      },
      async (request) => areas.rename(request.actor, request.params.id, request.body.name),
    )
  }
}
