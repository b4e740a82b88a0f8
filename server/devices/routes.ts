import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { enrolmentAnswer, enrolmentRequest } from '#protocol/enrolment.ts'
import { presentMoveImpact } from '#server/areas/moves/routes.ts'
import { ifMatchHeaders, ifMatchOf } from '#server/http/entity-tag.ts'
import { Problem } from '#server/http/problem.ts'
import { id, idParams } from '#server/http/schemas.ts'
import type { EnrolmentService } from './enrolment.ts'
import type { RetiredDevice } from './retirement-store.ts'
import {
  device,
  deviceChange,
  deviceChanged,
  deviceDetail,
  newDevice,
  newEnrolmentCode,
  restoration,
  retiredDevice,
  retiredNow,
  retirement,
  revokedDevice,
} from './schemas.ts'
import type { DevicesService } from './service.ts'
import { showDetail, showDevice } from './views.ts'

export interface DevicesRoutesDeps {
  devices: DevicesService
  enrolment: EnrolmentService
  /** Lets a device send its secret unencrypted from another machine. For a trial in a closed network only. */
  allowInsecureEnrolment: boolean
}

const showRetired = ({ id, name, areaId, areaName, retiredAt }: RetiredDevice) => ({
  ...{ id, name, areaId, areaName },
  retiredAt: retiredAt.toISOString(),
})

export function devicesRoutes(deps: DevicesRoutesDeps): FastifyPluginAsyncZod {
  const { devices, enrolment } = deps
  const tags = ['devices']
  return async (app) => {
    app.post(
      '/devices',
      {
        config: { action: 'devices.manage' },
        schema: { tags, summary: 'Make a device: a speaker on its pole', body: newDevice, response: { 201: device } },
      },
      async (request, reply) => reply.code(201).send(showDevice(await devices.create(request.actor, request.body))),
    )
    app.get(
      '/devices/:id',
      {
        config: { action: 'devices.read' },
        schema: { tags, summary: 'One device', params: idParams, response: { 200: deviceDetail } },
      },
      async (request) => showDetail(await devices.readDetail(request.actor, request.params.id)),
    )
    app.patch(
      '/devices/:id',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'Change name, volume and its limits, mute, languages, or the place of its pole',
          params: idParams,
          headers: ifMatchHeaders,
          body: deviceChange,
          response: { 200: deviceChanged },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const { row, impact } = await devices.change(actor, params.id, body, ifMatchOf(request))
        return { ...showDevice(row), impact: presentMoveImpact(impact) }
      },
    )
    app.post(
      '/devices/:id/enrolment-code',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'A single-use code with which the device (or its replacement) enrols within 24 hours',
          params: idParams,
          response: { 201: newEnrolmentCode },
        },
      },
      async (request, reply) => {
        const { expiresAt, ...made } = await enrolment.makeCode(request.actor, request.params.id)
        return reply.code(201).send({ ...made, expiresAt: expiresAt.toISOString() })
      },
    )
    app.post(
      '/devices/:id/revoke',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'Cut a stolen or broken device off at once; it may enrol again with a new code',
          params: idParams,
          response: { 200: revokedDevice },
        },
      },
      async (request) => {
        const { isBrokerTold } = await enrolment.revoke(request.actor, request.params.id)
        return { ...showDevice(await devices.read(request.actor, request.params.id)), isBrokerTold }
      },
    )
    app.get(
      '/devices/retired',
      {
        config: { action: 'devices.read' },
        schema: {
          tags,
          summary: 'Devices that were taken out of service, those last retired first (at most 500)',
          response: { 200: z.array(retiredDevice) },
        },
      },
      async (request) => (await enrolment.listRetired(request.actor)).map(showRetired),
    )
    app.post(
      '/devices/:id/retire',
      {
        config: { action: 'devices.retire' },
        schema: {
          tags,
          summary:
            'Take a device out of service for good: cut off at once, heard and expected no more; its history stays',
          params: idParams,
          headers: ifMatchHeaders,
          body: retirement,
          response: { 200: retiredNow },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const retiring = enrolment.retire(actor, params.id, body.reason, ifMatchOf(request))
        const { device: retired, isBrokerTold } = await retiring
        return { ...showRetired(retired), isBrokerTold }
      },
    )
    app.post(
      '/devices/:id/restore',
      {
        config: { action: 'devices.retire' },
        schema: {
          tags,
          summary: 'Take a retired device back into service; it may enrol again with a new code',
          params: idParams,
          body: restoration,
          response: { 200: device },
        },
      },
      async (request) => {
        await enrolment.restore(request.actor, request.params.id, request.body.name)
        return showDevice(await devices.read(request.actor, request.params.id))
      },
    )
    app.post(
      '/devices/:id/alarms/:alarmId/acknowledge',
      {
        config: { action: 'devices.manage' },
        schema: {
          tags,
          summary: 'Say that a person has seen an alarm: a security alarm ends with that. Safe to repeat',
          params: idParams.extend({ alarmId: id }),
          response: { 200: device },
        },
      },
      async (request) => {
        const { id, alarmId } = request.params
        return showDevice(await devices.acknowledgeAlarm(request.actor, id, alarmId))
      },
    )
    app.post(
      '/enrol',
      {
        config: { action: 'public', limit: 'strict' },
        schema: {
          tags,
          summary:
            'Called by a device that proves its key: binds key and secret with a single-use code; safe to repeat',
          body: enrolmentRequest,
          response: { 200: enrolmentAnswer },
        },
      },
      async (request) => {
        const isSafe = request.protocol === 'https' || request.isFromThisMachine
        if (!isSafe && !deps.allowInsecureEnrolment) throw new Problem('insecure-connection')
        return enrolment.enrol(request.body, { address: request.ip, requestId: request.id })
      },
    )
  }
}
