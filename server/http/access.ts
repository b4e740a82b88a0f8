import type { FastifyInstance, FastifyReply, FastifyRequest, onRouteHookHandler } from 'fastify'
import { type DeviceId, deviceId } from '#protocol/ids.ts'
import { type Action, type Actor, areasFor } from '#server/auth/rules.ts'
import type { Sessions, SignedIn } from '#server/auth/sessions.ts'
import { isSameSecret } from '#server/auth/tokens.ts'
import { isSafe } from './methods.ts'
import type { MetricsDoor } from './metrics-route.ts'
import { Problem } from './problem.ts'
import { SESSION_COOKIE, setSessionCookie } from './session-cookie.ts'

/**
 * Who may call a route. An action: somebody signed in who may do it in at least one area (the service then checks the
 * concrete area with `assertMay`); `signed-in`: anybody with a session; `device`: an enrolled device by HTTP Basic;
 * `metrics`: whoever holds the token for them; `public`: everybody.
 */
export type RouteAccess = Action | 'public' | 'signed-in' | 'device' | 'metrics'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route without one makes the app refuse to start. */
    action?: RouteAccess
    /**
     * Reachable also for somebody whose role needs a second factor that is not set up yet: their own account, and what
     * the console needs to show it. Everything else is refused until then.
     */
    allowsUnprotected?: true
    /** `strict`: for what a stranger could try again and again (sign-in, codes). */
    limit?: 'strict'
    /** How long the body may take to arrive; 30 s unless said otherwise. Uploads need more. */
    bodyDeadlineMs?: number
  }
  interface FastifyRequest {
    /** Only on routes with an action or `signed-in`; elsewhere reading it is a bug and throws. */
    readonly actor: Actor
    readonly signedIn: SignedIn
    /** Only on routes for devices. */
    readonly deviceId: DeviceId
    /** Who is known to call, as far as that was found out: also when the request is refused. */
    readonly caller: { readonly actor?: Actor }
  }
}

export const CSRF_HEADER = 'x-csrf-token'

interface Caller {
  signedIn?: SignedIn
  deviceId?: DeviceId
}

export interface AccessDeps {
  sessions: Pick<Sessions, 'find'>
  /** https: the cookie of a session is marked Secure. */
  publicUrl: string
  /** True for the secret of the installation that the device has now. */
  verifyDevice(id: DeviceId, secret: string): Promise<boolean>
  /** Without it a route with `metrics` is open to nobody. */
  metricsDoor?: MetricsDoor | undefined
}

/** Routes of plugins that cannot carry our configuration, and who may call them. */
const pluginRoutes: readonly (readonly [prefix: string, access: RouteAccess])[] = [['/api/docs', 'public']]

/** Default deny: refuses to register a route that does not say who may call it. */
export const requireAccess: onRouteHookHandler = (route) => {
  const known = pluginRoutes.find(([prefix]) => route.url === prefix || route.url.startsWith(`${prefix}/`))
  if (known !== undefined) route.config = { ...route.config, action: known[1] }
  if (route.config?.action === undefined) {
    throw new Error(`The route ${String(route.method)} ${route.url} does not declare config.action`)
  }
}

/** A page of another site made the browser send this (Fetch Metadata); devices and programs do not send the header. */
const isCrossSite = (request: FastifyRequest): boolean => request.headers['sec-fetch-site'] === 'cross-site'

async function findSignedIn(deps: AccessDeps, request: FastifyRequest, reply: FastifyReply): Promise<SignedIn> {
  const token = request.cookies[SESSION_COOKIE]
  const use = isSafe(request.method) ? 'renewing' : 'keeping'
  const signedIn = token === undefined ? undefined : await deps.sessions.find(token, use)
  if (signedIn === undefined) throw new Problem('not-signed-in')
  // Also with a refusal: without it the browser would soon be signed out.
  const { renewal } = signedIn
  if (renewal !== undefined) setSessionCookie(reply, renewal.token, { ...deps, lastsMs: renewal.endsInMs })
  const origin = { address: request.ip, requestId: request.id }
  return { ...signedIn, actor: { ...signedIn.actor, origin } }
}

function assertCsrfToken(request: FastifyRequest, { csrfToken }: SignedIn): void {
  if (isSafe(request.method)) return
  const sent = request.headers[CSRF_HEADER]
  if (typeof sent !== 'string' || !isSameSecret(sent, csrfToken)) throw new Problem('csrf-missing')
}

/** The user and password of HTTP Basic (RFC 7617); undefined when the header is missing or malformed. */
export function readBasic(header: string | undefined): { user: string; password: string } | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(header ?? '')?.[1]
  const match = encoded === undefined ? null : /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8'))
  return match?.[1] === undefined || match[2] === undefined ? undefined : { user: match[1], password: match[2] }
}

async function findDevice(deps: AccessDeps, request: FastifyRequest): Promise<DeviceId> {
  const basic = readBasic(request.headers.authorization)
  const id = deviceId.safeParse(basic?.user)
  if (basic === undefined || !id.success || !(await deps.verifyDevice(id.data, basic.password))) {
    throw new Problem('not-signed-in')
  }
  return id.data
}

/**
 * Makes every route ask who calls. Runs as `preParsing`: after the rate limits (route-level `onRequest`), so that a
 * flood costs no database reads, and before a byte of the body is read.
 */
export function addAccessControl(app: FastifyInstance, deps: AccessDeps): void {
  const callers = new WeakMap<FastifyRequest, Caller>()
  const read = <K extends keyof Caller>(request: FastifyRequest, key: K): NonNullable<Caller[K]> => {
    const value = callers.get(request)?.[key]
    if (value === undefined || value === null) throw new Error(`${request.method} ${request.url} has no ${key}`)
    return value
  }
  app.decorateRequest('signedIn', {
    getter(this: FastifyRequest) {
      return read(this, 'signedIn')
    },
  })
  app.decorateRequest('actor', {
    getter(this: FastifyRequest) {
      return read(this, 'signedIn').actor
    },
  })
  app.decorateRequest('deviceId', {
    getter(this: FastifyRequest) {
      return read(this, 'deviceId')
    },
  })
  app.decorateRequest('caller', {
    getter(this: FastifyRequest) {
      const actor = callers.get(this)?.signedIn?.actor
      return actor === undefined ? {} : { actor }
    },
  })
  app.addHook('onRoute', requireAccess)
  app.addHook('onSend', async (request, reply) => {
    // What brings a session's new id is kept by nobody, sounds included.
    if (callers.get(request)?.signedIn?.renewal !== undefined) reply.header('cache-control', 'no-store')
  })
  app.addHook('preParsing', async (request, reply) => {
    if (request.is404) return
    const { action } = request.routeOptions.config
    if (!isSafe(request.method) && isCrossSite(request)) throw new Problem('csrf-missing')
    if (action === undefined) throw new Error(`${request.method} ${request.url} declares no action`)
    if (action === 'public') return
    if (action === 'metrics') {
      if (deps.metricsDoor?.isOpenTo(request) !== true) throw new Problem('not-signed-in')
      return
    }
    if (action === 'device') {
      callers.set(request, { deviceId: await findDevice(deps, request) })
      return
    }
    const signedIn = await findSignedIn(deps, request, reply)
    // Known before anything is refused, so that refusals can be told whose they are.
    callers.set(request, { signedIn })
    assertCsrfToken(request, signedIn)
    const { needed, active } = signedIn.secondFactor
    if (needed && !active && request.routeOptions.config.allowsUnprotected !== true) {
      throw new Problem('second-factor-setup-needed')
    }
    if (action !== 'signed-in' && areasFor(signedIn.actor, action).length === 0) throw new Problem('not-allowed')
  })
}
