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

/**
 * Devices of a province may share one address (carrier NAT), so each may ask as often as an address elsewhere, and all of
 * an address together so many times that. Which device asks is not verified yet: a new name for each request would else
 * pass any limit.
 */
const DEVICES_PER_ADDRESS = 25
/** Of all addresses together: more than one address alone can name in a minute. */
const REMEMBERED_DEVICES = 50_000

const addressOf = (request: FastifyRequest): string => normalizeIP(request.ip, IPV6_PREFIX_BITS)
const deviceOf = (request: FastifyRequest): string =>
  `${addressOf(request)} ${readBasic(request.headers.authorization)?.user.slice(0, 40) ?? ''}`

const refusal = (waitMs: number): Problem =>
  new Problem('too-many-requests', { seconds: Math.max(1, Math.ceil(waitMs / 1000)) })

/** Devices' routes are counted apart, in stores of their own: names that somebody makes up push no address out of the others. */
function addDeviceLimits(app: FastifyInstance, { perMinute }: RateLimits): void {
  const limiter = (max: number, cache: number, keyGenerator: (request: FastifyRequest) => string) => {
    // The plugin's type leaves `cache` out, which each limiter's own store takes.
    const options = { max, timeWindow: WINDOW_MS, cache, keyGenerator }
    return app.createRateLimit(options)
  }
  // The address first: what it is refused for is not even remembered as a device.
  const checks = [
    limiter(perMinute * DEVICES_PER_ADDRESS, REMEMBERED_ADDRESSES, addressOf),
    limiter(perMinute, REMEMBERED_DEVICES, deviceOf),
  ]
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config?.action !== 'device') return
    for (const check of checks) {
      const judged = await check(request)
      if (!judged.isAllowed && judged.isExceeded) throw refusal(judged.ttl)
    }
  })
}

/** Bounds what one address may ask for, before anything is looked up or parsed. Refusals carry Retry-After. */
export async function addRateLimits(app: FastifyInstance, limits: RateLimits): Promise<void> {
  // Must stand before the plugin, whose own onRoute hook reads what this one writes.
  app.addHook('onRoute', (route) => {
    if (route.config?.action === 'device') route.config = { ...route.config, rateLimit: false }
    if (route.config?.limit !== 'strict') return
    const rateLimit = { max: limits.strictPerMinute, timeWindow: WINDOW_MS, cache: REMEMBERED_ADDRESSES }
    route.config = { ...route.config, rateLimit }
  })
  await app.register(rateLimit, {
    global: true,
    max: limits.perMinute,
    timeWindow: WINDOW_MS,
    cache: REMEMBERED_ADDRESSES,
    keyGenerator: addressOf,
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
    errorResponseBuilder: (_request, context) => refusal(context.ttl),
  })
  addDeviceLimits(app, limits)
}
