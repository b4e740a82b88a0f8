import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { SESSION_COOKIE } from '#server/http/session-cookie.ts'
import { accountsRoutes } from './accounts-routes.ts'
import type { OpenedSession } from './admission.ts'
import { type Cookies, clientOf, createCookies, showSession } from './answers.ts'
import type { Auth } from './compose.ts'
import { directoryRoutes } from './directory-routes.ts'
import { ownAccountRoutes } from './own-account-routes.ts'
import * as schemas from './schemas.ts'
import type { SessionLimits } from './sessions.ts'

export interface AuthRoutesDeps extends Auth {
  /** https: the cookies are marked Secure. */
  publicUrl: string
  sessions: { readonly limits: SessionLimits }
}

/** Sign-in, one's own account, and accounts. */
export function authRoutes(deps: AuthRoutesDeps): FastifyPluginAsyncZod {
  const cookies = createCookies({ publicUrl: deps.publicUrl, lastsMs: deps.sessions.limits.absoluteMs })
  return async (app) => {
    await app.register(sessionRoutes(deps, cookies))
    await app.register(ownAccountRoutes(deps, cookies))
    await app.register(directoryRoutes(deps))
    await app.register(accountsRoutes(deps))
  }
}

function sessionRoutes({ auth }: Auth, cookies: Cookies): FastifyPluginAsyncZod {
  const tags = ['session']
  const strict = { action: 'public', limit: 'strict' } as const
  const own = { action: 'signed-in', allowsUnprotected: true } as const
  const sessionAnswer = { response: { 200: schemas.session } }
  const answer = (reply: FastifyReply, opened: OpenedSession): FastifyReply => {
    cookies.set(reply, opened)
    return reply.code(200).send(showSession(opened.signedIn, opened.account))
  }

  return async (app) => {
    app.get(
      '/setup',
      {
        config: { action: 'public' },
        schema: { tags, summary: 'Is the first account still to be made?', response: { 200: schemas.setupState } },
      },
      async () => ({ needed: await auth.isSetupNeeded() }),
    )
    app.post(
      '/setup',
      {
        config: strict,
        schema: { tags, summary: 'Make the first account', body: schemas.setupRequest, ...sessionAnswer },
      },
      async (request, reply) => answer(reply, await auth.setUp(request.body, clientOf(request))),
    )
    app.get(
      '/session',
      { config: { ...own, holdsSecret: true }, schema: { tags, summary: 'Who is signed in', ...sessionAnswer } },
      async ({ signedIn }) => showSession(signedIn, await auth.readAccount(signedIn.actor.accountId)),
    )
    app.post(
      '/session',
      { config: strict, schema: { tags, summary: 'Sign in', body: schemas.signInRequest, ...sessionAnswer } },
      async (request, reply) => answer(reply, await auth.signIn(request.body, clientOf(request))),
    )
    app.post(
      '/session/one-time',
      {
        config: strict,
        schema: { tags, summary: 'Sign in with a one-time code', body: schemas.oneTimeSignInRequest, ...sessionAnswer },
      },
      async (request, reply) => answer(reply, await auth.signInOnce(request.body, clientOf(request))),
    )
    app.delete(
      '/session',
      { config: own, schema: { tags, summary: 'Sign out', response: { 204: z.null() } } },
      async (request, reply) => {
        await auth.signOut(request.signedIn, request.cookies[SESSION_COOKIE] ?? '')
        return cookies.clear(reply).code(204).send(null)
      },
    )
  }
}
