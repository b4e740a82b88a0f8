import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { occurrenceId } from '#protocol/ids.ts'
import type { ChangesService } from './changes-service.ts'
import { askedCheck, broadcastCheck } from './check-schemas.ts'
import type { CheckService } from './check-service.ts'
import { changedOccurrence, occurrenceChange } from './schemas.ts'
import { showBroadcast } from './views.ts'

export function changesRoutes(deps: {
  readonly changes: ChangesService
  readonly checks: CheckService
}): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      '/broadcasts/check',
      {
        config: { action: 'broadcasts.edit', unaudited: 'Changes nothing; a POST only because it takes a whole plan' },
        schema: {
          tags: ['broadcasts'],
          summary: 'What a broadcast would do, before it is planned or changed',
          body: askedCheck,
          response: { 200: broadcastCheck },
        },
      },
      async (request) => deps.checks.check(request.actor, request.body),
    )
    app.post(
      '/occurrences/:id/change',
      {
        config: { action: 'broadcasts.edit' },
        schema: {
          tags: ['broadcasts'],
          summary: 'Cancel, move or change one occurrence, it and all that follow, or all; and take it back',
          params: z.object({ id: occurrenceId }),
          body: occurrenceChange,
          response: { 200: changedOccurrence },
        },
      },
      async (request) => {
        const { view, occurrenceId } = await deps.changes.change(request.actor, request.params.id, request.body)
        return { broadcast: showBroadcast(view), occurrenceId }
      },
    )
  }
}
