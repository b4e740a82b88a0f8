import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { isSameSecret } from '#server/auth/tokens.ts'
import type { Metrics } from '#server/metrics.ts'
import type { SecurityEvents } from '#server/security/events.ts'

/** Who may read the metrics: whoever holds their token, and nobody else, signed in or not. */
export interface MetricsDoor {
  isOpenTo(request: FastifyRequest): boolean
}

export const createMetricsDoor = (token: string, security: SecurityEvents): MetricsDoor => ({
  isOpenTo(request) {
    const sent = /^bearer +([\x21-\x7e]+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (sent !== undefined && isSameSecret(sent, token)) return true
    security.report('metrics-refused', { address: request.ip, requestId: request.id })
    return false
  },
})

/** For Prometheus. Registered only where there is a token. */
export function metricsRoutes(deps: { metrics: Pick<Metrics, 'write'> }): FastifyPluginAsync {
  return async (app) => {
    app.get('/metrics', { config: { action: 'metrics' }, schema: { hide: true } }, async (_request, reply) => {
      const { contentType, text } = await deps.metrics.write()
      return reply.header('cache-control', 'no-store').type(contentType).send(text)
    })
  }
}
