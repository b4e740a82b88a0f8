import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isLoopback } from '#server/devices/rules.ts'
import type { SecurityEvents } from '#server/security/events.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request was made on this machine: its peer is loopback, and no proxy says that it speaks for somebody else. */
    readonly isFromThisMachine: boolean
  }
}

/** What reverse proxies add (RFC 7239, RFC 9110 §7.6.3, and what was usual before). Clients have no reason to send them. */
const proxyHeaders = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
  'via',
] as const

const isProxied = (request: FastifyRequest): boolean =>
  proxyHeaders.some((header) => request.headers[header] !== undefined)

/**
 * Tells who is on this machine from who came through a proxy on it. Says once when such a proxy is not among those that
 * may say who the client is: rate limits, delays and the trail then take everybody for 127.0.0.1.
 */
export function addLocalPeers(
  app: FastifyInstance,
  deps: { trustProxy: boolean | number | string; security: SecurityEvents },
): void {
  app.decorateRequest('isFromThisMachine', {
    getter(this: FastifyRequest) {
      return isLoopback(this.socket.remoteAddress ?? '') && isLoopback(this.ip) && !isProxied(this)
    },
  })
  if (deps.trustProxy !== false) return
  let isSaid = false
  app.addHook('onRequest', async (request) => {
    if (isSaid || !isProxied(request) || !isLoopback(request.socket.remoteAddress ?? '')) return
    isSaid = true
    const detail = 'TRUST_PROXY is not set, and a reverse proxy on this machine forwards requests'
    deps.security.report('settings-unsafe', { detail })
  })
}
