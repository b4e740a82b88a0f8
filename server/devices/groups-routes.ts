import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { presentMoveImpact } from '#server/areas/moves/routes.ts'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { idParams } from '#server/http/schemas.ts'
import {
  deviceGroup,
  deviceGroupChange,
  deviceGroupChanged,
  deviceGroupsQuery,
  newDeviceGroup,
} from './groups-schemas.ts'
import type { DeviceGroupsService } from './groups-service.ts'
import type { DeviceGroupRow } from './groups-store.ts'

const present = ({ id, area, name, revision, members, removedAt }: DeviceGroupRow): z.input<typeof deviceGroup> => ({
  id,
  area: { id: area.id, name: area.name },
  name,
  revision,
  deviceIds: members.map(({ deviceId }) => deviceId),
  removedAt: removedAt?.toISOString() ?? null,
})

export function deviceGroupsRoutes(deps: { groups: DeviceGroupsService }): FastifyPluginAsyncZod {
  const { groups } = deps
  const tags = ['devices']
  const read = { action: 'devices.read' } as const
  const change = { action: 'devices.group' } as const
  return async (app) => {
    app.get(
      '/device-groups',
      {
        config: read,
        schema: {
          tags,
          summary: 'Groups of speakers, at which broadcasts can be aimed',
          querystring: deviceGroupsQuery,
          response: { 200: z.array(deviceGroup) },
        },
      },
      async (request) => (await groups.list(request.actor, request.query.areaId)).map(present),
    )
    app.get(
      '/device-groups/:id',
      {
        config: read,
        schema: {
          tags,
          summary: 'One group, also one that was removed',
          params: idParams,
          response: { 200: deviceGroup },
        },
      },
      async (request) => present(await groups.get(request.actor, request.params.id)),
    )
    app.post(
      '/device-groups',
      {
        config: change,
        schema: { tags, summary: 'Make a group of speakers', body: newDeviceGroup, response: { 201: deviceGroup } },
      },
      async (request, reply) => reply.code(201).send(present(await groups.create(request.actor, request.body))),
    )
    app.patch(
      '/device-groups/:id',
      {
        config: change,
        schema: {
          tags,
          summary: 'Rename a group, or set its speakers',
          params: idParams,
          headers: ifMatchHeaders,
          body: deviceGroupChange,
          response: { 200: deviceGroupChanged },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const { group, impact } = await groups.change(actor, params.id, body, ifMatchOf(request))
        return { ...present(group), impact: presentMoveImpact(impact) }
      },
    )
    app.delete(
      '/device-groups/:id',
      {
        config: change,
        schema: {
          tags,
          summary: 'Remove a group that no broadcast to come names; it stays on record',
          params: idParams,
          headers: ifMatchHeaders,
          response: { 204: z.null() },
        },
      },
      async (request, reply) => {
        await groups.remove(request.actor, request.params.id, ifMatchOf(request))
        return reply.code(204).send(null)
      },
    )
  }
}
