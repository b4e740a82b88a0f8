import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { idParams } from '#server/http/schemas.ts'
import { writeCalendar } from './calendar-rules.ts'
import { areaOrder, areaOrderShown, preview, previewQuery } from './preview-schemas.ts'
import type { PlanningService } from './service.ts'

const CALENDAR = 'text/calendar; charset=utf-8'
const calendar = { 200: z.string().describe('iCalendar (RFC 5545)') }

export function planningRoutes(deps: { readonly planning: PlanningService }): FastifyPluginAsyncZod {
  const { planning } = deps
  const tags = ['planning']
  const read = { action: 'broadcasts.read' } as const
  return async (app) => {
    app.get(
      '/areas/:id/preview',
      {
        config: read,
        schema: {
          tags,
          summary: 'What will sound in an area: when, on which devices, how loud and why',
          params: idParams,
          querystring: previewQuery,
          response: { 200: preview },
        },
      },
      async (request) => planning.preview(request.actor, request.params.id, request.query),
    )
    app.get(
      '/areas/:id/order',
      {
        config: read,
        schema: {
          tags,
          summary: 'The order among equals that an area chose',
          params: idParams,
          response: { 200: areaOrderShown },
        },
      },
      async (request) => planning.order(request.actor, request.params.id),
    )
    app.put(
      '/areas/:id/order',
      {
        config: { action: 'broadcasts.edit' },
        schema: {
          tags,
          summary: 'Choose the order among equals; what is not named follows',
          params: idParams,
          headers: ifMatchHeaders,
          body: areaOrder,
          response: { 200: areaOrderShown },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        return planning.setOrder(actor, params.id, body.broadcastIds, ifMatchOf(request))
      },
    )
    app.get(
      '/areas/:id/schedule.ics',
      {
        config: read,
        schema: {
          tags,
          summary: 'What is planned in an area, as a calendar',
          description:
            'Series stand at their planned times. What the plan of the next 14 days moves is an event of its own at the ' +
            'time at which it first sounds in the area, and what sounds nowhere there is cancelled: ' +
            '`GET /areas/{id}/preview` says where, and what is cut off.',
          params: idParams,
          response: calendar,
        },
      },
      async (request, reply) => {
        const { area, rows, real } = await planning.broadcastsOf(request.actor, request.params.id)
        return reply.type(CALENDAR).send(writeCalendar(rows, area.name, real))
      },
    )
    app.get(
      '/broadcasts/:id.ics',
      {
        config: read,
        schema: { tags, summary: 'One broadcast as a calendar', params: idParams, response: calendar },
      },
      async (request, reply) => {
        const row = await planning.broadcastOf(request.actor, request.params.id)
        return reply.type(CALENDAR).send(writeCalendar([row], row.title))
      },
    )
  }
}
