import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { id, idParams } from '#server/http/schemas.ts'
import { showAccount, showDetail } from './answers.ts'
import type { Auth } from './compose.ts'
import * as directorySchemas from './directory-schemas.ts'
import * as schemas from './schemas.ts'

/** Accounts to look for, to look at, and who of them is in: for their administrators, and for auditors to read. */
export function directoryRoutes({ directory, access }: Auth): FastifyPluginAsyncZod {
  const tags = ['accounts']
  const reading = { action: 'accounts.read' } as const
  const managing = { action: 'accounts.manage' } as const

  return async (app) => {
    app.get(
      '/accounts',
      {
        config: reading,
        schema: {
          tags,
          summary:
            'Accounts within the areas one administers or audits; the header Next-Cursor is there when there are more',
          querystring: directorySchemas.accountsQuery,
          response: { 200: z.array(schemas.account) },
        },
      },
      async (request, reply) => {
        const page = await directory.list(request.actor, request.query)
        if (page.next !== null) reply.header('next-cursor', page.next)
        return page.accounts.map(showAccount)
      },
    )
    app.get(
      '/accounts/summary',
      {
        config: reading,
        schema: {
          tags,
          summary: 'How many of them there are, and how they stand with signing in',
          querystring: directorySchemas.accountsFilter,
          response: { 200: directorySchemas.accountsSummary },
        },
      },
      (request) => directory.summary(request.actor, request.query),
    )
    app.get(
      '/accounts/:id',
      {
        config: reading,
        schema: {
          tags,
          summary: 'One account, with what is open of it',
          params: idParams,
          response: { 200: directorySchemas.accountDetail },
        },
      },
      async ({ actor, params }) => showDetail(await directory.read(actor, params.id)),
    )
    app.get(
      '/accounts/:id/sessions',
      {
        config: managing,
        schema: {
          tags,
          summary: 'The open sessions of an account',
          params: idParams,
          response: { 200: z.array(directorySchemas.accountSession) },
        },
      },
      async ({ actor, params }) => {
        const sessions = await access.listSessions(actor, params.id)
        return sessions.map((one) => ({
          id: one.id,
          address: one.address,
          userAgent: one.userAgent,
          createdAt: one.createdAt.toISOString(),
          lastSeenAt: one.lastSeenAt.toISOString(),
        }))
      },
    )
    app.delete(
      '/accounts/:id/sessions',
      {
        config: managing,
        schema: {
          tags,
          summary: 'End all sessions of an account',
          params: idParams,
          response: { 204: z.null() },
        },
      },
      async ({ actor, params }, reply) => {
        await access.endSessions(actor, params.id)
        return reply.code(204).send(null)
      },
    )
    app.delete(
      '/accounts/:id/sessions/:sessionId',
      {
        config: managing,
        schema: {
          tags,
          summary: 'End one session of an account',
          params: idParams.extend({ sessionId: id }),
          response: { 204: z.null() },
        },
      },
      async ({ actor, params }, reply) => {
        await access.endSessions(actor, params.id, params.sessionId)
        return reply.code(204).send(null)
      },
    )
    app.delete(
      '/accounts/:id/sign-in-code',
      {
        config: managing,
        schema: {
          tags,
          summary: 'Withdraw a one-time sign-in link that was not used yet',
          params: idParams,
          response: { 200: schemas.account },
        },
      },
      async ({ actor, params }) => showAccount(await access.withdrawLink(actor, params.id)),
    )
  }
}
