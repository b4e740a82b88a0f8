import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { SESSION_COOKIE } from '#server/http/access.ts'
import { idParams } from '#server/http/schemas.ts'
import type { AccountsService, InvitedAccount } from './accounts-service.ts'
import { type Actor, actions, areasFor, isAction } from './rules.ts'
import * as schemas from './schemas.ts'
import type { AuthService, OpenedSession } from './service.ts'
import { type ClientInfo, SESSION_ABSOLUTE_MS, type SignedIn } from './sessions.ts'
import type { AccountRow } from './store.ts'

export interface AuthRoutesDeps {
  auth: AuthService
  accounts: AccountsService
  /** https: the cookie is marked Secure. */
  publicUrl: string
}

const clientOf = (request: FastifyRequest): ClientInfo => ({
  address: request.ip,
  userAgent: request.headers['user-agent'] ?? '',
})

const showAccount = (row: AccountRow): z.infer<typeof schemas.account> => ({
  id: row.id,
  userName: row.userName,
  displayName: row.displayName,
  hasPassword: row.passwordHash !== null,
  disabled: row.disabledAt !== null,
  grants: row.grants,
  createdAt: row.createdAt.toISOString(),
})

const showInvited = (invited: InvitedAccount): z.infer<typeof schemas.invitedAccount> => ({
  account: showAccount(invited.account),
  signInCode: invited.signInCode,
  expiresAt: new Date(invited.expiresAt).toISOString(),
})

const actionsOf = (actor: Actor): string[] =>
  Object.keys(actions).filter((name) => isAction(name) && areasFor(actor, name).length > 0)

const showSession = (signedIn: SignedIn, account: AccountRow): z.infer<typeof schemas.session> => ({
  account: showAccount(account),
  csrfToken: signedIn.csrfToken,
  expiresAt: new Date(signedIn.expiresAt).toISOString(),
  actions: actionsOf(signedIn.actor),
})

/** Sign-in, the first account, and accounts. */
export function authRoutes(deps: AuthRoutesDeps): FastifyPluginAsyncZod {
  const { auth, accounts } = deps
  const cookieOptions = {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: deps.publicUrl.startsWith('https:'),
    maxAge: SESSION_ABSOLUTE_MS / 1000,
  } as const

  /** The browser's earlier session, if there was one, ends: a sign-in always means a new session id. */
  async function answer(request: FastifyRequest, reply: FastifyReply, opened: OpenedSession): Promise<FastifyReply> {
    const earlier = request.cookies[SESSION_COOKIE]
    if (earlier !== undefined) await auth.signOut(earlier)
    reply.setCookie(SESSION_COOKIE, opened.token, cookieOptions)
    return reply.code(200).send(showSession(opened.signedIn, opened.account))
  }

  return async (app) => {
    const tags = ['session']
    const strict = { action: 'public', limit: 'strict' } as const
    const sessionAnswer = { response: { 200: schemas.session } }

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
      async (request, reply) => answer(request, reply, await auth.setUp(request.body, clientOf(request))),
    )
    app.get(
      '/session',
      { config: { action: 'signed-in' }, schema: { tags, summary: 'Who is signed in', ...sessionAnswer } },
      async ({ signedIn }) => showSession(signedIn, await auth.readAccount(signedIn.actor.accountId)),
    )
    app.post(
      '/session',
      { config: strict, schema: { tags, summary: 'Sign in', body: schemas.signInRequest, ...sessionAnswer } },
      async (request, reply) => {
        const { userName, password } = request.body
        return answer(request, reply, await auth.signIn(userName, password, clientOf(request)))
      },
    )
    app.post(
      '/session/one-time',
      {
        config: strict,
        schema: { tags, summary: 'Sign in with a one-time code', body: schemas.oneTimeSignInRequest, ...sessionAnswer },
      },
      async (request, reply) => answer(request, reply, await auth.signInOnce(request.body.code, clientOf(request))),
    )
    app.delete(
      '/session',
      { config: { action: 'signed-in' }, schema: { tags, summary: 'Sign out', response: { 204: z.null() } } },
      async (request, reply) => {
        await auth.signOut(request.cookies[SESSION_COOKIE] ?? '')
        return reply.clearCookie(SESSION_COOKIE, { path: '/' }).code(204).send(null)
      },
    )
    app.put(
      '/account/password',
      {
        config: { action: 'signed-in', limit: 'strict' },
        schema: {
          tags,
          summary: 'Set one’s password; all other sessions end',
          body: schemas.setPasswordRequest,
          ...sessionAnswer,
        },
      },
      async (request, reply) => {
        const opened = await auth.setPassword(request.actor.accountId, request.body, clientOf(request))
        return answer(request, reply, opened)
      },
    )

    app.get(
      '/accounts',
      {
        config: { action: 'accounts.manage' },
        schema: {
          tags: ['accounts'],
          summary: 'Accounts within the areas one administers',
          response: { 200: z.array(schemas.account) },
        },
      },
      async (request) => (await accounts.list(request.actor)).map(showAccount),
    )
    app.post(
      '/accounts',
      {
        config: { action: 'accounts.manage' },
        schema: {
          tags: ['accounts'],
          summary: 'Make an account; its owner signs in with the code and sets a password',
          body: schemas.newAccount,
          response: { 201: schemas.invitedAccount },
        },
      },
      async (request, reply) => reply.code(201).send(showInvited(await accounts.create(request.actor, request.body))),
    )
    app.post(
      '/accounts/:id/sign-in-code',
      {
        config: { action: 'accounts.manage' },
        schema: {
          tags: ['accounts'],
          summary: 'A new one-time sign-in code; earlier unused ones are void',
          params: idParams,
          response: { 201: schemas.invitedAccount },
        },
      },
      async (request, reply) =>
        reply.code(201).send(showInvited(await accounts.makeSignInCode(request.actor, request.params.id))),
    )
  }
}
