import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
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
    app.get(
      '/areas/:id',
      {
        config: { action: 'areas.read' },
        schema: { tags, summary: 'One area', params: idParams, response: { 200: area } },
      },
      async (request) => areas.read(request.actor, request.params.id),
    )
    app.patch(
      '/areas/:id',
      {
        config: { action: 'areas.manage' },
        schema: {
          tags,
          summary: 'Rename an area',
          params: idParams,
          headers: ifMatchHeaders,
          body: areaChange,
          response: { 200: area },
        },
      },
      async (request) => areas.rename(request.actor, request.params.id, request.body.name, ifMatchOf(request)),
    )
    app.delete(
      '/areas/:id',
      {
        config: { action: 'areas.manage' },
        schema: {
          tags,
          summary: 'Remove an area that was added by mistake, as long as there is and was nothing in it',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await areas.remove(request.actor, request.params.id, ifMatchOf(request))
        return reply.code(204).send(null)
      },
    )
  }
}
