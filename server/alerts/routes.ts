import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idParams } from '#server/http/schemas.ts'
import { alert, alertsQuery, newAlert } from './schemas.ts'
import type { AlertsService, ShownAlert } from './service.ts'

const iso = (at: number): string => new Date(at).toISOString()

const showAlert = (row: ShownAlert): z.infer<typeof alert> => ({
  id: row.id,
  areaId: row.areaId,
  areaName: row.areaName,
  title: row.title,
  issuedByName: row.issuedByName,
  issuedAt: iso(row.issuedAt),
  expiresAt: iso(row.expiresAt),
  cancelledAt: row.cancelledAt === null ? null : iso(row.cancelledAt),
  inForce: row.isInForce,
  devices: { total: row.total, started: row.started, played: row.played },
})

export function alertsRoutes(deps: { alerts: AlertsService }): FastifyPluginAsyncZod {
  const { alerts } = deps
  const tags = ['alerts']
  return async (app) => {
    app.get(
      '/alerts',
      {
        config: { action: 'alerts.read' },
        schema: {
          tags,
          summary: 'The latest 100 emergencies in the areas one may read, newest first',
          querystring: alertsQuery,
          response: { 200: z.array(alert) },
        },
      },
      async (request) => (await alerts.list(request.actor, { areaId: request.query.areaId ?? null })).map(showAlert),
    )
    app.post(
      '/alerts',
      {
        config: { action: 'alerts.issue' },
        schema: {
          tags,
          summary: 'Emergency: sounds at once in an area and all below it, over whatever plays',
          body: newAlert,
          response: { 201: alert },
        },
      },
      async (request, reply) => reply.code(201).send(showAlert(await alerts.issue(request.actor, request.body))),
    )
    app.get(
      '/alerts/:id',
      {
        config: { action: 'alerts.read' },
        schema: { tags, summary: 'One emergency, and where it was heard', params: idParams, response: { 200: alert } },
      },
      async (request) => showAlert(await alerts.read(request.actor, request.params.id)),
    )
    app.post(
      '/alerts/:id/cancel',
      {
        config: { action: 'alerts.issue' },
        schema: { tags, summary: 'Silence it everywhere; safe to repeat', params: idParams, response: { 200: alert } },
      },
      async (request) => showAlert(await alerts.cancel(request.actor, request.params.id)),
    )
  }
}
