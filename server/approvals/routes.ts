import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { toInstant } from '#server/clock.ts'
import { id, idParams } from '#server/http/schemas.ts'
import type { DelegationsService } from './delegations-service.ts'
import { delegate, delegation, newDelegation, newStandingApproval, standingApproval } from './schemas.ts'
import type { StandingService } from './standing-service.ts'
import { viewDelegation, viewStanding } from './views.ts'

const inArea = z.object({ areaId: id.optional() })
const read = { action: 'library.read' } as const
const approve = { action: 'library.approve' } as const
const tags = ['approvals']
const parse = (text: string) => toInstant(new Date(text))

export const standingRoutes =
  ({ standing }: { standing: StandingService }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/standing-approvals',
      {
        config: read,
        schema: {
          tags,
          summary: 'Standing approvals that are neither over nor withdrawn',
          querystring: inArea,
          response: { 200: z.array(standingApproval) },
        },
      },
      async (request) => (await standing.list(request.actor, request.query.areaId)).map(viewStanding),
    )
    app.post(
      '/standing-approvals',
      {
        config: approve,
        schema: {
          tags,
          summary: 'Approve what will be submitted for a programme until then',
          body: newStandingApproval,
          response: { 201: standingApproval },
        },
      },
      async (request, reply) => {
        const { validUntil, ...rest } = request.body
        const given = await standing.give(request.actor, { ...rest, validUntil: parse(validUntil) })
        return reply.code(201).send(viewStanding(given))
      },
    )
    app.post(
      '/standing-approvals/:id/withdraw',
      {
        config: approve,
        schema: {
          tags,
          summary: 'From now on nothing more is approved by it; what was, stays approved until it is returned',
          params: idParams,
          response: { 200: standingApproval },
        },
      },
      async (request) => viewStanding(await standing.withdraw(request.actor, request.params.id)),
    )
  }

export const delegationRoutes =
  ({ delegations }: { delegations: DelegationsService }): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/delegations',
      {
        config: read,
        schema: {
          tags,
          summary: 'Who approves in whose place: delegations that are not over',
          querystring: inArea,
          response: { 200: z.array(delegation) },
        },
      },
      async (request) => (await delegations.list(request.actor, request.query.areaId)).map(viewDelegation),
    )
    app.get(
      '/delegations/candidates',
      {
        config: approve,
        schema: {
          tags,
          summary: 'Who may stand in for the reader in an area',
          querystring: z.object({ areaId: id }),
          response: { 200: z.array(delegate) },
        },
      },
      async (request) => {
        const found = await delegations.candidates(request.actor, request.query.areaId)
        return found.map(({ id, displayName, userName }) => ({ id, displayName, userName }))
      },
    )
    app.post(
      '/delegations',
      {
        config: approve,
        schema: {
          tags,
          summary: 'Let somebody approve in the reader’s place for a while',
          body: newDelegation,
          response: { 201: delegation },
        },
      },
      async (request, reply) => {
        const { startsAt, endsAt, ...rest } = request.body
        const period = { startsAt: startsAt === undefined ? undefined : parse(startsAt), endsAt: parse(endsAt) }
        return reply.code(201).send(viewDelegation(await delegations.give(request.actor, { ...rest, ...period })))
      },
    )
    app.post(
      '/delegations/:id/end',
      {
        // Whoever was chosen may decline before it begins, when they are no approver yet.
        config: read,
        schema: {
          tags,
          summary: 'End a delegation: by either of the two, or by an administrator',
          params: idParams,
          response: { 200: delegation },
        },
      },
      async (request) => viewDelegation(await delegations.end(request.actor, request.params.id)),
    )
  }
