import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance, LogController } from 'fastify'
import { type FastifyPluginAsyncZod, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { newId } from '#protocol/ids.ts'
import type { Clock } from '#server/clock.ts'
import type { ConsoleEvents } from '#server/console-events.ts'
import { type AccessDeps, addAccessControl } from './access.ts'
import { addChangeGuard, type ChangeGuardDeps } from './change-guard.ts'
import { addCompression } from './compression.ts'
import { addConsoleFiles } from './console-files.ts'
import { addEntityTags } from './entity-tag.ts'
import { handleError } from './errors.ts'
import { addNewsCursor, type EventStreamDeps, eventStreamRoutes } from './event-stream.ts'
import { addLocalPeers } from './local-peers.ts'
import { createMalformedRequests } from './malformed-requests.ts'
import { addOpenApi } from './openapi.ts'
import { Problem } from './problem.ts'
import { addRateLimits, defaultRateLimits, type RateLimits } from './rate-limits.ts'
import { createRefusalRecorder, type RefusedRequestsDeps } from './refused-requests.ts'
import { addBodyCare } from './request-bodies.ts'
import { healthRoutes, serverRoutes } from './server-routes.ts'

export interface AppDeps extends RefusedRequestsDeps, ChangeGuardDeps {
  log: FastifyBaseLogger
  clock: Clock
  events: ConsoleEvents
  sessions: EventStreamDeps['sessions']
  verifyDevice: AccessDeps['verifyDevice']
  metricsDoor?: AccessDeps['metricsDoor']
  /** Told of each answer's status. */
  onAnswered?: ((statusCode: number) => void) | undefined
  /** Where people and devices reach this server, without a slash at the end. https: cookies and browsers insist on it. */
  publicUrl: string
  /** Which proxies may say who the client is: false, true, a number of hops, or addresses (fastify `trustProxy`). */
  trustProxy: boolean | number | string
  version: string
  /** IANA zone in which the console shows times. */
  zone: string
  /** The console's built files; null: none are served. */
  consoleDir: string | null
  isHealthy(): Promise<boolean>
  /** Registered below /api: a plugin that says `app.get('/areas')` answers at /api/areas. */
  routes: readonly FastifyPluginAsyncZod[]
  /** Registered as they are, for what lies outside /api (clips for devices). */
  rootRoutes?: readonly FastifyPluginAsyncZod[]
  rateLimits?: RateLimits
  eventStream?: Omit<EventStreamDeps, 'events' | 'sessions'>
  maxConnections?: number
}

/** JSON only; uploads set their own limit. */
const BODY_LIMIT_BYTES = 256 * 1024
const HEADERS_TIMEOUT_MS = 15_000
/** A whole request, uploads over slow links included. What is not an upload has a shorter deadline. */
const REQUEST_TIMEOUT_MS = 30 * 60_000
/** A connection on which nothing moves. Event streams have a heartbeat. */
const IDLE_CONNECTION_MS = 120_000
const MAX_CONNECTIONS = 5_000
/** How long requests that run when the server stops may still take. */
const CLOSE_GRACE_MS = 5_000
const HSTS_SECONDS = 180 * 24 * 3_600

/**
 * The HTTP server, composed but not listening. Throws when a route does not declare who may call it.
 * Order matters: what runs first refuses first (rate limit → access → body → schema → handler).
 */
export async function buildApp(deps: AppDeps): Promise<FastifyInstance> {
  const malformed = createMalformedRequests(deps.log)
  const app = fastify({
    loggerInstance: deps.log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => newId(deps.clock.now()),
    trustProxy: proxyRule(deps.trustProxy),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: IDLE_CONNECTION_MS,
    forceCloseConnections: 'idle',
    // What is not well-formed is refused in words, and not by node with an empty answer.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, maxHeaderSize: 16 * 1024, requireHostHeader: false },
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    frameworkErrors: handleError,
    clientErrorHandler: (error, socket) => malformed.refuse(error, socket),
  })
  // JSON, and what a route of its own takes (uploads): nothing else has a parser.
  app.removeContentTypeParser('text/plain')
  malformed.attach(app)
  addQuickClose(app)
  app.server.maxConnections = deps.maxConnections ?? MAX_CONNECTIONS
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const refusals = createRefusalRecorder(deps)
  app.setErrorHandler<FastifyError | Problem>(async (error, request, reply) => {
    await refusals.record(request, error)
    return handleError(error, request, reply)
  })
  app.addHook('onResponse', async (request, reply) => refusals.noteShown(request, reply.statusCode))
  addRequestLog(app, deps)
  addChangeGuard(app, deps)
  refuseWhileStopping(app)
  addLocalPeers(app, deps)
  addBodyCare(app)
  refuseNulCharacters(app)
  addEntityTags(app)
  addNewsCursor(app, deps.events)
  await addSecurityHeaders(app, deps.publicUrl.startsWith('https:'))
  await app.register(cookie)
  await addRateLimits(app, deps.rateLimits ?? defaultRateLimits)
  addAccessControl(app, deps)
  await addCompression(app)
  await addOpenApi(app, deps)
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, () => {
    throw new Problem('not-found')
  })

  for (const routes of deps.routes) await app.register(routes, { prefix: '/api' })
  for (const routes of deps.rootRoutes ?? []) await app.register(routes)
  await app.register(healthRoutes(deps))
  await app.register(serverRoutes(deps), { prefix: '/api' })
  await app.register(eventStreamRoutes({ ...deps.eventStream, events: deps.events, sessions: deps.sessions }), {
    prefix: '/api',
  })
  await addConsoleFiles(app, deps.consoleDir)
  await app.ready()
  return app
}

const proxyRule = (trust: AppDeps['trustProxy']): boolean | string | ((address: string, hop: number) => boolean) =>
  typeof trust === 'number' ? (_address, hop) => hop < trust : trust

/** No script, style or font but our own; no inline ones. swagger-ui works under the same rules. */
async function addSecurityHeaders(app: FastifyInstance, isHttps: boolean): Promise<void> {
  await app.register(helmet, {
    global: true,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        scriptSrcAttr: ["'none'"],
      },
    },
    // A commune's server without a certificate must not tell browsers to insist on one.
    strictTransportSecurity: isHttps ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    crossOriginOpenerPolicy: isHttps,
    originAgentCluster: isHttps,
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    // Answers of the API hold what only this person may read. A route that can be cached says so itself.
    if (request.url.startsWith('/api/') && !request.url.startsWith('/api/docs'))
      reply.header('cache-control', 'no-store')
  })
}

/**
 * Lets `close()` end. Node waits for connections on which nothing was ever asked (browsers open some in advance), and
 * stops checking their timeouts while it waits.
 */
function addQuickClose(app: FastifyInstance): void {
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  app.addHook('preClose', async () => {
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    const timer = setTimeout(() => app.server.closeAllConnections(), CLOSE_GRACE_MS)
    timer.unref()
    app.server.once('close', () => clearTimeout(timer))
  })
}

function addRequestLog(app: FastifyInstance, { clock, onAnswered }: Pick<AppDeps, 'clock' | 'onAnswered'>): void {
  const startedAt = new WeakMap<object, number>()
  app.addHook('onRequest', async (request) => {
    startedAt.set(request, clock.monotonicMs())
  })
  app.addHook('onResponse', async (request, reply) => {
    onAnswered?.(reply.statusCode)
    const tookMs = Math.round(clock.monotonicMs() - (startedAt.get(request) ?? clock.monotonicMs()))
    // The path without its query: queries hold names that people gave to things.
    const path = request.url.split('?')[0]
    request.log.debug({ method: request.method, path, status: reply.statusCode, tookMs }, 'answered')
  })
}

/** U+0000 is a character of JSON that no text of ours has and that PostgreSQL does not store. */
function refuseNulCharacters(app: FastifyInstance): void {
  app.addHook('preValidation', async (request) => {
    if (hasNul(request.body) || hasNul(request.query)) throw new Problem('nul-character')
  })
}

/** Without recursion: how deep a body nests is up to whoever sends it. */
function hasNul(value: unknown): boolean {
  const left: unknown[] = [value]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one === 'string' && one.includes('\0')) return true
    if (typeof one !== 'object' || one === null || one instanceof Readable) continue
    for (const [key, inner] of Object.entries(one)) left.push(key, inner)
  }
  return false
}

/** Connections that are kept alive go on asking while the server stops. */
function refuseWhileStopping(app: FastifyInstance): void {
  let isStopping = false
  app.addHook('preClose', async () => {
    isStopping = true
  })
  app.addHook('onRequest', async () => {
    if (isStopping) throw new Problem('server-stopping')
  })
}
