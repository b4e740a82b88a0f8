import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { occurrenceId } from '#protocol/ids.ts'
import { type InstantMs, instantMs } from '#protocol/time.ts'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { readerLanguage } from '#server/http/language.ts'
import { id, idParams } from '#server/http/schemas.ts'
import { plannedBroadcast } from './check-schemas.ts'
import { detailQuery, occurrenceDetail } from './explain-schemas.ts'
import { showExplanation } from './explain-views.ts'
import type { OccurrencesService } from './occurrences-service.ts'
import { broadcast, broadcastChange, newBroadcast, occurrence, occurrenceQuery, today } from './schemas.ts'
import type { BroadcastsService } from './service.ts'
import { iso, showBroadcast, showOccurrence, showPlanned } from './views.ts'

const toInstantMs = (text: string): InstantMs => instantMs.parse(Date.parse(text))
const occurrenceParams = z.object({ id: occurrenceId })
const uuid = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const broadcastQuery = z.object({
  areaId: id.optional(),
  ids: z
    .string()
    .regex(new RegExp(`^${uuid}(,${uuid}){0,49}$`))
    .optional()
    .describe('Only these, at most 50, with commas between them; those that one may not read are left out'),
})

const read = { action: 'broadcasts.read' } as const
const edit = { action: 'broadcasts.edit' } as const

export function broadcastsRoutes(deps: {
  readonly broadcasts: BroadcastsService
  readonly occurrences: OccurrencesService
}): FastifyPluginAsyncZod {
  const { broadcasts, occurrences } = deps
  const tags = ['broadcasts']
  return async (app) => {
    app.get(
      '/broadcasts',
      {
        config: read,
        schema: { tags, summary: 'Broadcasts', querystring: broadcastQuery, response: { 200: z.array(broadcast) } },
      },
      async (request) => {
        const { areaId, ids } = request.query
        return (await broadcasts.list(request.actor, areaId, ids?.split(','))).map(showBroadcast)
      },
    )
    app.post(
      '/broadcasts',
      {
        config: edit,
        schema: { tags, summary: 'Plan a broadcast', body: newBroadcast, response: { 201: plannedBroadcast } },
      },
      async (request, reply) => {
        const language = readerLanguage(request.headers['accept-language'])
        return reply.code(201).send(showPlanned(await broadcasts.create(request.actor, request.body), language))
      },
    )
    app.get(
      '/broadcasts/:id',
      { config: read, schema: { tags, summary: 'One broadcast', params: idParams, response: { 200: broadcast } } },
      async (request) => showBroadcast(await broadcasts.get(request.actor, request.params.id)),
    )
    app.patch(
      '/broadcasts/:id',
      {
        config: edit,
        schema: {
          tags,
          summary: 'Change when and how it airs; what has begun stays as it was',
          params: idParams,
          headers: ifMatchHeaders,
          body: broadcastChange,
          response: { 200: plannedBroadcast },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const planned = await broadcasts.change(actor, params.id, body, ifMatchOf(request))
        return showPlanned(planned, readerLanguage(request.headers['accept-language']))
      },
    )
    app.post(
      '/broadcasts/:id/cancel',
      {
        config: edit,
        schema: {
          tags,
          summary: 'From now on nothing of it begins',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 200: broadcast },
        },
      },
      async (request) => showBroadcast(await broadcasts.cancel(request.actor, request.params.id, ifMatchOf(request))),
    )
    app.post(
      '/broadcasts/:id/restore',
      {
        config: edit,
        schema: {
          tags,
          summary: 'Take a cancelling back',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 200: broadcast },
        },
      },
      async (request) => showBroadcast(await broadcasts.restore(request.actor, request.params.id, ifMatchOf(request))),
    )
    app.get(
      '/occurrences',
      {
        config: read,
        schema: {
          tags,
          summary: 'Everything that is planned within a time, or was: at its planned times, and when it really sounds',
          description:
            'Within the range by its planned times. Permitted hours, suspensions and what goes before may move it, cut ' +
            'it off or leave it out: `soundsFrom`, `soundsUntil` and `elsewhen` say when it really sounds, by the plan ' +
            'that devices are sent; `GET /areas/{id}/preview` says where, and how loud.',
          querystring: occurrenceQuery,
          response: { 200: z.array(occurrence) },
        },
      },
      async (request) => {
        const { from, to, areaId } = request.query
        const range = { from: toInstantMs(from), to: toInstantMs(to) }
        return (await occurrences.list(request.actor, range, areaId)).map(showOccurrence)
      },
    )
    app.get(
      '/occurrences/:id',
      {
        config: read,
        schema: {
          tags,
          summary: 'What became of each item on each device, and why, with the evidence; a page of devices',
          params: occurrenceParams,
          querystring: detailQuery,
          response: { 200: occurrenceDetail },
        },
      },
      async (request) => {
        const language = readerLanguage(request.headers['accept-language'])
        const told = await occurrences.get(request.actor, request.params.id, request.query)
        const { view, explanation, context, silent, zone } = told
        const shown = showExplanation(explanation, context, view.startAt, language, zone, silent)
        return { ...showOccurrence(view), ...shown }
      },
    )
    app.post(
      '/occurrences/:id/stop',
      {
        config: { action: 'broadcasts.stop' },
        schema: {
          tags,
          summary: 'Stop what is on air, on every device',
          params: occurrenceParams,
          response: { 200: occurrence },
        },
      },
      async (request) => showOccurrence(await occurrences.stop(request.actor, request.params.id)),
    )
    app.get(
      '/today',
      { config: read, schema: { tags, summary: 'What plays now, what is next, devices', response: { 200: today } } },
      async (request) => {
        const view = await occurrences.today(request.actor)
        return {
          serverTime: iso(view.now),
          timeZone: view.timeZone,
          playing: view.playing.map(showOccurrence),
          next: view.next.map(showOccurrence),
          ended: view.ended.map(showOccurrence),
          totals: view.totals,
          devices: view.devices,
          pendingApprovals: view.pendingApprovals,
          firstSteps: view.firstSteps,
        }
      },
    )
  }
}
