import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { occurrenceId } from '#protocol/ids.ts'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { readerLanguage } from '#server/http/language.ts'
import type { ChangesService } from './changes-service.ts'
import { askedCheck, broadcastCheck, plannedOccurrence } from './check-schemas.ts'
import { type CheckService, showCheck } from './check-service.ts'
import { occurrenceChange } from './schemas.ts'
import { showPlanned } from './views.ts'

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
      async (request) => {
        const check = await deps.checks.check(request.actor, request.body)
        return showCheck(check, readerLanguage(request.headers['accept-language']))
      },
    )
    app.post(
      '/occurrences/:id/change',
      {
        config: { action: 'broadcasts.edit' },
        schema: {
          tags: ['broadcasts'],
          summary: 'Cancel, move or change one occurrence, it and all that follow, or all; and take it back',
          params: z.object({ id: occurrenceId }),
          headers: ifMatchHeaders,
          body: occurrenceChange,
          response: { 200: plannedOccurrence },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const { view, occurrenceId } = await deps.changes.change(actor, params.id, body, ifMatchOf(request))
        const { planWarnings, ...planned } = showPlanned(view, readerLanguage(request.headers['accept-language']))
        return { broadcast: planned, occurrenceId, revision: view.row.revision, planWarnings }
      },
    )
  }
}
