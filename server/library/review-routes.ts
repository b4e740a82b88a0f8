import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { idParams } from '#server/http/schemas.ts'
import { bulletinAirings } from './airings-schemas.ts'
import type { AiringsService } from './airings-service.ts'
import { approval, bulletin } from './schemas.ts'
import type { UndoService } from './undo-service.ts'
import { viewBulletin } from './views.ts'

const tags = ['library']

/** What whoever approves asks for besides the bulletin itself. */
export const reviewRoutes =
  ({ airings, undo }: { readonly airings: AiringsService; readonly undo: UndoService }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/bulletins/:id/airings',
      {
        config: { action: 'library.read' },
        schema: {
          tags,
          summary: 'Where and when a bulletin is to be heard, as if all that is planned were approved',
          params: idParams,
          response: { 200: bulletinAirings },
        },
      },
      async (request) => airings.get(request.actor, request.params.id),
    )
    app.post(
      '/bulletins/:id/undo-decision',
      {
        config: { action: 'library.approve' },
        schema: {
          tags,
          summary: 'Take the own decision back, within minutes: the bulletin waits for one again',
          description: 'What has begun to sound meanwhile goes on; of what comes after it nothing airs.',
          params: idParams,
          body: approval,
          response: { 200: bulletin },
        },
      },
      async (request) => viewBulletin(await undo.undo(request.actor, request.params.id, request.body)),
    )
  }
