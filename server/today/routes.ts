import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { readerLanguage } from '#server/http/language.ts'
import { notHeardDevices, notHeardQuery, troubles } from './schemas.ts'
import type { TodayService } from './service.ts'

export function todayRoutes({ today }: { readonly today: TodayService }): FastifyPluginAsyncZod {
  const tags = ['broadcasts']
  const config = { action: 'broadcasts.read' } as const
  return async (app) => {
    app.get(
      '/today/troubles',
      {
        config,
        schema: {
          tags,
          summary: 'What of today asks for somebody, summed: what was not heard and why, what comes, and speakers',
          response: { 200: troubles },
        },
      },
      async (request) => today.troubles(request.actor, readerLanguage(request.headers['accept-language'])),
    )
    app.get(
      '/today/not-heard',
      {
        config,
        schema: {
          tags,
          summary: 'The speakers that did not play today for one reason, by area and name; a page of them',
          querystring: notHeardQuery,
          response: { 200: notHeardDevices },
        },
      },
      async (request) =>
        today.notHeard(request.actor, request.query, readerLanguage(request.headers['accept-language'])),
    )
  }
}
