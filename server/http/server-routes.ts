import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Clock } from '#server/clock.ts'
import { instant } from './schemas.ts'

const serverInfo = z
  .object({ time: instant, version: z.string(), zone: z.string().describe('Zone in which the console shows times') })
  .meta({ id: 'Server' })

export interface ServerInfoDeps {
  clock: Clock
  version: string
  /** IANA name. */
  zone: string
}

/** The one clock that every console shows. */
export function serverRoutes(deps: ServerInfoDeps): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/server',
      {
        config: { action: 'signed-in', allowsUnprotected: true },
        schema: { tags: ['server'], summary: 'Time and version', response: { 200: serverInfo } },
      },
      async () => ({ time: new Date(deps.clock.now()).toISOString(), version: deps.version, zone: deps.zone }),
    )
  }
}

/** For a supervisor or a load balancer; says nothing about the inside. */
export function healthRoutes(deps: { isHealthy(): Promise<boolean> }): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/healthz',
      {
        config: { action: 'public', rateLimit: false },
        schema: {
          tags: ['server'],
          summary: 'Does the server do its work?',
          response: { 200: z.object({ status: z.literal('ok') }), 503: z.object({ status: z.literal('failing') }) },
        },
      },
      async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const isHealthy = await deps.isHealthy().catch((error: unknown) => {
          request.log.error({ err: error }, 'the health check failed')
          return false
        })
        return isHealthy
          ? reply.code(200).send({ status: 'ok' as const })
          : reply.code(503).send({ status: 'failing' as const })
      },
    )
  }
}
