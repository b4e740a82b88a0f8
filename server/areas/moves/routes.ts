import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { toDate } from '#server/clock.ts'
import { describeProblem } from '#server/http/errors.ts'
import { type Language, readerLanguage } from '#server/http/language.ts'
import { Problem } from '#server/http/problem.ts'
import { id, idParams } from '#server/http/schemas.ts'
import { presentImpact } from '../rules-routes.ts'
import type { MoveImpact } from './impact.ts'
import { move, moveImpact, newMove, plannedMove } from './schemas.ts'
import type { MovesService, MoveView } from './service.ts'

/** In the words in which it would have been refused. */
const sayObstacle = ({ code, ...params }: NonNullable<MoveView['obstacle']>, language: Language): string =>
  describeProblem(new Problem(code, params), language, '').title

function presentMove(view: MoveView, language: Language): z.input<typeof move> {
  const { id, reason, effectiveAt, doneAt, cancelledAt, createdAt } = view.row
  return {
    id,
    areas: [...view.areas],
    devices: [...view.devices],
    into: view.into,
    reason,
    effectiveAt: effectiveAt.toISOString(),
    state: view.state,
    obstacle: view.obstacle === null ? null : sayObstacle(view.obstacle, language),
    doneAt: doneAt?.toISOString() ?? null,
    cancelledAt: cancelledAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
  }
}

const SHOWN = 200

export function presentMoveImpact({ devices, delayed, areaNames, ...impact }: MoveImpact): z.input<typeof moveImpact> {
  const shown = delayed.slice(0, SHOWN).map(({ airing, startAt, deviceCount }) => ({
    occurrenceId: airing.occurrenceId,
    title: airing.title,
    areaId: airing.areaId,
    startAt: toDate(airing.startAt).toISOString(),
    soundsFrom: toDate(startAt).toISOString(),
    deviceCount,
  }))
  const nameOf = (areaId: string): string => areaNames.get(areaId) ?? ''
  return { devices, ...presentImpact(impact, nameOf), delayed: { count: delayed.length, occurrences: shown } }
}

export function movesRoutes(deps: { readonly moves: MovesService }): FastifyPluginAsyncZod {
  const { moves } = deps
  const tags = ['areas']
  return async (app) => {
    app.get(
      '/moves',
      {
        config: { action: 'areas.read' },
        schema: {
          tags,
          summary: 'Mergers and moves that concern the areas one may read, newest first',
          querystring: z.object({ areaId: id.optional() }),
          response: { 200: z.array(move) },
        },
      },
      async (request) => {
        const language = readerLanguage(request.headers['accept-language'])
        return (await moves.list(request.actor, request.query.areaId)).map((one) => presentMove(one, language))
      },
    )
    app.post(
      '/moves',
      {
        config: { action: 'areas.move' },
        schema: {
          tags,
          summary: 'Move areas and speakers below another area, now or from a day on: communes that merge, for example',
          body: newMove,
          response: { 201: plannedMove },
        },
      },
      async (request, reply) => {
        const language = readerLanguage(request.headers['accept-language'])
        const planned = await moves.plan(request.actor, request.body)
        return reply.code(201).send({ ...presentMove(planned, language), impact: presentMoveImpact(planned.impact) })
      },
    )
    app.post(
      '/moves/check',
      {
        config: { action: 'areas.move', unaudited: 'Changes nothing; a POST only because it takes a whole move' },
        schema: {
          tags,
          summary: 'What would no longer fit after a move: hours, limits and what goes first there. Nothing is changed',
          body: newMove,
          response: { 200: moveImpact },
        },
      },
      async (request) => presentMoveImpact(await moves.check(request.actor, request.body)),
    )
    app.post(
      '/moves/:id/cancel',
      {
        config: { action: 'areas.move' },
        schema: { tags, summary: 'Cancel a move before it happens', params: idParams, response: { 200: move } },
      },
      async (request) => {
        const language = readerLanguage(request.headers['accept-language'])
        return presentMove(await moves.cancel(request.actor, request.params.id), language)
      },
    )
  }
}
