import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idParams } from '#server/http/schemas.ts'
import { type Cookies, clientOf, showSession } from './answers.ts'
import type { Auth } from './compose.ts'
import * as schemas from './schemas.ts'

/** One's own account: password, second factor, sessions. Reachable also while a second factor is still to be set up. */
export function ownAccountRoutes({ auth, secondFactor }: Auth, cookies: Cookies): FastifyPluginAsyncZod {
  const tags = ['session']
  const own = { action: 'signed-in', allowsUnprotected: true } as const
  const strict = { ...own, limit: 'strict' } as const
  const sessionAnswer = { response: { 200: schemas.session } }

  return async (app) => {
    app.put(
      '/account/password',
      {
        config: strict,
        schema: {
          tags,
          summary: 'Set one’s password; all other sessions end',
          body: schemas.setPasswordRequest,
          ...sessionAnswer,
        },
      },
      async (request, reply) => {
        const opened = await auth.setPassword(request.actor, request.body, clientOf(request))
        cookies.set(reply, opened)
        return showSession(opened.signedIn, opened.account)
      },
    )
    app.get(
      '/account/sessions',
      { config: own, schema: { tags, summary: 'One’s open sessions', response: { 200: z.array(schemas.ownSession) } } },
      async ({ signedIn }) => {
        const sessions = await auth.listSessions(signedIn.actor.accountId)
        return sessions.map(({ id, address, userAgent, createdAt, lastSeenAt }) => ({
          id,
          address,
          userAgent,
          createdAt: createdAt.toISOString(),
          lastSeenAt: lastSeenAt.toISOString(),
          isCurrent: id === signedIn.sessionId,
        }))
      },
    )
    app.delete(
      '/account/sessions',
      {
        config: own,
        schema: { tags, summary: 'Sign out everywhere, this session included', response: { 204: z.null() } },
      },
      async (request, reply) => {
        await auth.signOutEverywhere(request.actor)
        return cookies.clear(reply).code(204).send(null)
      },
    )
    app.delete(
      '/account/sessions/:id',
      {
        config: own,
        schema: { tags, summary: 'End one of one’s sessions', params: idParams, response: { 204: z.null() } },
      },
      async (request, reply) => {
        const { id } = request.params
        await auth.endSession(request.actor, id)
        if (id === request.signedIn.sessionId) cookies.clear(reply)
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/account/second-factor',
      {
        config: own,
        schema: { tags, summary: 'One’s second factor', response: { 200: schemas.secondFactorState } },
      },
      async ({ signedIn }) => {
        const state = await secondFactor.read(signedIn.actor.accountId)
        return {
          needed: signedIn.secondFactor.needed,
          active: state.active,
          since: state.since?.toISOString() ?? null,
          recoveryCodesLeft: state.recoveryCodesLeft,
        }
      },
    )
    app.post(
      '/account/second-factor',
      {
        config: strict,
        schema: {
          tags,
          summary: 'Begin to set up a second factor (RFC 6238); the secret is shown once',
          body: schemas.beginSecondFactorRequest,
          response: { 201: schemas.secondFactorOffer },
        },
      },
      async (request, reply) => {
        const offer = await secondFactor.begin(request.actor, request.body.password, clientOf(request))
        return reply.code(201).send(offer)
      },
    )
    app.post(
      '/account/second-factor/confirm',
      {
        config: strict,
        schema: {
          tags,
          summary: 'Turn the second factor on with a first code; all other sessions end',
          body: schemas.confirmSecondFactorRequest,
          response: { 200: schemas.confirmedSecondFactor },
        },
      },
      async (request, reply) => {
        const confirmed = await secondFactor.confirm(request.actor, request.body.code, clientOf(request))
        cookies.set(reply, confirmed.opened)
        const session = showSession(confirmed.opened.signedIn, confirmed.opened.account)
        return { session, recoveryCodes: confirmed.recoveryCodes }
      },
    )
    app.post(
      '/account/second-factor/remove',
      {
        config: strict,
        schema: {
          tags,
          summary: 'Remove the second factor; all other sessions end',
          body: schemas.bothProofsRequest,
          ...sessionAnswer,
        },
      },
      async (request, reply) => {
        const opened = await secondFactor.remove(request.actor, request.body, clientOf(request))
        cookies.set(reply, opened)
        return showSession(opened.signedIn, opened.account)
      },
    )
    app.post(
      '/account/second-factor/recovery-codes',
      {
        config: strict,
        schema: {
          tags,
          summary: 'Make new recovery codes; earlier ones are void',
          body: schemas.bothProofsRequest,
          response: { 200: schemas.recoveryCodes },
        },
      },
      async (request) => ({
        recoveryCodes: await secondFactor.renewRecoveryCodes(request.actor, request.body, clientOf(request)),
      }),
    )
  }
}
