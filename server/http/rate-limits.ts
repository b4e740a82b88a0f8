import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { readBasic } from './access.ts'
import { Problem } from './problem.ts'

export interface RateLimits {
  /** Requests per minute and address. A commune's office may sit behind one address. */
  perMinute: number
  /** The same for what a stranger could try again and again. */
  strictPerMinute: number
}

export const defaultRateLimits: RateLimits = { perMinute: 1_200, strictPerMinute: 20 }

const WINDOW_MS = 60_000
/** Addresses remembered at most; the least recently seen is forgotten. */
const REMEMBERED_ADDRESSES = 20_000

/** One subscriber is given a whole IPv6 subnet, and would else have 2^64 addresses to try from. */
const IPV6_PREFIX_BITS = 64

/** Devices of a province may share one address (carrier NAT), so each counts for itself. */
function keyOf(request: FastifyRequest): string {
  const address = normalizeIP(request.ip, IPV6_PREFIX_BITS)
  if (request.routeOptions.config?.action !== 'device') return address
  return `${address} ${readBasic(request.headers.authorization)?.user.slice(0, 40) ?? ''}`
}

/** Bounds what one address may ask for, before anything is looked up or parsed. Refusals carry Retry-After. */
export async function addRateLimits(app: FastifyInstance, limits: RateLimits): Promise<void> {
  // Must stand before the plugin, whose own onRoute hook reads what this one writes.
  app.addHook('onRoute', (route) => {
    if (route.config?.limit !== 'strict') return
    route.config = { ...route.config, rateLimit: { max: limits.strictPerMinute, timeWindow: WINDOW_MS } }
  })
  await app.register(rateLimit, {
    global: true,
    max: limits.perMinute,
    timeWindow: WINDOW_MS,
    cache: REMEMBERED_ADDRESSES,
    keyGenerator: keyOf,
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
    addHeaders: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
      'retry-after': true,
    },
    errorResponseBuilder: (_request, context) =>
      new Problem('too-many-requests', { seconds: Math.max(1, Math.ceil(context.ttl / 1000)) }),
  })
}
