import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { idParams } from '#server/http/schemas.ts'
import { showAccount, showInvited } from './answers.ts'
import type { Auth } from './compose.ts'
import * as schemas from './schemas.ts'

/** What administrators do to accounts. */
export function accountsRoutes({ accounts }: Auth): FastifyPluginAsyncZod {
  const tags = ['accounts']
  const config = { action: 'accounts.manage' } as const
  const oneAccount = { tags, params: idParams, headers: ifMatchHeaders, response: { 200: schemas.account } }

  return async (app) => {
    app.post(
      '/accounts',
      {
        config,
        schema: {
          tags,
          summary: 'Make an account; its owner signs in with the link and sets a password',
          body: schemas.newAccount,
          response: { 201: schemas.invitedAccount },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await showInvited(await accounts.create(request.actor, request.body))),
    )
    app.patch(
      '/accounts/:id',
      { config, schema: { ...oneAccount, summary: 'Change the display name', body: schemas.accountPatch } },
      async (request) => {
        const { actor, params, body } = request
        return showAccount(await accounts.rename(actor, params.id, body.displayName, ifMatchOf(request)))
      },
    )
    app.put(
      '/accounts/:id/grants',
      {
        config,
        schema: {
          ...oneAccount,
          summary: 'Replace the roles within the areas one administers; the account’s sessions end',
          body: schemas.setGrantsRequest,
        },
      },
      async (request) => {
        const { actor, params, body } = request
        return showAccount(await accounts.changeRoles(actor, params.id, body.grants, ifMatchOf(request)))
      },
    )
    app.post(
      '/accounts/:id/disable',
      { config, schema: { ...oneAccount, summary: 'Disable an account; its sessions end' } },
      async (request) => showAccount(await accounts.disable(request.actor, request.params.id, ifMatchOf(request))),
    )
    app.post(
      '/accounts/:id/enable',
      { config, schema: { ...oneAccount, summary: 'Enable an account again' } },
      async (request) => showAccount(await accounts.enable(request.actor, request.params.id, ifMatchOf(request))),
    )
    app.post(
      '/accounts/:id/sign-in-code',
      {
        config,
        schema: {
          tags,
          summary: 'A new one-time sign-in link; earlier unused ones are void',
          params: idParams,
          response: { 201: schemas.invitedAccount },
        },
      },
      async ({ actor, params }, reply) =>
        reply.code(201).send(await showInvited(await accounts.makeLink(actor, params.id))),
    )
    app.post(
      '/accounts/:id/second-factor/reset',
      { config, schema: { ...oneAccount, summary: 'Take away a lost second factor; the account’s sessions end' } },
      async (request) =>
        showAccount(await accounts.resetSecondFactor(request.actor, request.params.id, ifMatchOf(request))),
    )
  }
}
